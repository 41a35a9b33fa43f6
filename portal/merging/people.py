"""One person who stands in two families (or twice in one): one row stands, the other leads there."""

from collections.abc import Collection

from portal import clock
from portal.db import db
from portal.errors import Refused
from portal.households.models import Departure, Household, Member, Relation
from portal.language import gettext as _
from portal.merging import conflicts, following, keeping
from portal.merging.changing import Changes
from portal.merging.keeping import Wish
from portal.merging.models import Merge, MergeKind


def merge(
    kept: Member, other: Member, wish: Wish, *, others: Collection[str] = (), new_head: Member | None = None
) -> Merge:
    """Let `kept` stand for the person; `others` names what the other row says rightly (nik, birth_date, name).

    Raises Refused where no head is left or one of the rows stands for nobody, Doubtful until what happens is confirmed,
    AlreadySettled for a family that was merged meanwhile.
    """
    families = kept.household, other.household
    keeping.take_up(families, wish.by)
    _refuse_nobody(kept, other)
    changes = Changes()
    follows(changes, kept, other, others)
    _leave_a_head(changes, other, new_head)
    closed, doubts = (
        bool(changes.of(other.household, "closed_on")),
        conflicts.called_different([(kept, other)], wish.by),
    )
    if closed and families[0].id != families[1].id:  # the person of both cards would be one
        conflicts.refuse_two_cards(*families)
        doubts += conflicts.side_by_side(*families)
    hanging = sorted(following.hanging("household", other.household_id).items())
    seen = kept.id, other.id, sorted(others), new_head and new_head.id, hanging
    asked = keeping.ask_once_more(_sentence(kept, other, closed=closed), doubts, wish, *seen)
    made = Merge(
        kind=MergeKind.PERSON, kept_household_id=families[0].id, other_household_id=families[1].id,
        kept_member_id=kept.id, other_member_id=other.id, reason=wish.reason, newest=following.newest(),
        merged_by_id=wish.by.id, merged_at=clock.now(),
    )  # fmt: skip
    moves = [("member", other.id, kept.id)]
    moved = following.hanging("member", other.id)
    keeping.store(made, changes, moves)
    keeping.tell("merge.made", made, wish.by, moved, confirmed=asked, people=1)
    return made


def follows(changes: Changes, kept: Member, other: Member, others: Collection[str]) -> None:
    """The other row leaves its family as written by mistake, and leads to the one that stands."""
    keeping.take_over(changes, kept, other, others)
    gone_on = other.left_on or clock.today()
    changes.set(other, left_on=gone_on, left_because=Departure.MISTAKEN, merged_into_id=kept.id)
    keeping.lead_to(changes, Member, other.id, kept.id)


def _refuse_nobody(kept: Member, other: Member) -> None:
    if kept.id == other.id:
        raise Refused(_("This is one row of the register already."), field="person")
    for row in (kept, other):
        db.session.refresh(row)
    if other.merged_into_id or kept.merged_into_id:
        raise Refused(_("One of the two has been merged with somebody already."), field="person")
    if not kept.active:
        raise Refused(_("%(name)s belongs to no family now. Let the other one stand.", name=kept.name), field="person")
    if other.left_because is Departure.DIED:
        raise Refused(
            _("%(name)s has died by the register, and the other one has not.", name=other.name), field="person"
        )


def _leave_a_head(changes: Changes, other: Member, new_head: Member | None) -> None:
    """A family that loses its head by this has another one; one that loses its last person is closed."""
    if not other.active:
        return
    family: Household = other.household
    left = [one for one in keeping.people_of(family.id) if one.id != other.id]
    if not left:
        changes.set(family, closed_on=clock.today())
    elif other.relation is Relation.HEAD:
        if new_head not in left:
            raise Refused(_("Please choose who heads the family from now on."), field="new_head")
        changes.set(new_head, relation=Relation.HEAD)
        changes.set(family, head_name=changes.of(new_head, "name"))


def _sentence(kept: Member, other: Member, *, closed: bool) -> str:
    said = _(
        "%(name)s of the family of %(head)s stays in the register; the row in the family of %(other)s goes out of it.",
        name=kept.name, head=kept.household.head_name, other=other.household.head_name,
    )  # fmt: skip
    if not closed:
        return said
    hanging = keeping.in_words(following.hanging("household", other.household_id))
    said += " " + _("Nobody is left in that family then: it is closed and kept.")
    if hanging:
        kinds = ", ".join(f"{word} {count}" for word, count in hanging)
        said += " " + _("What hangs on it stays there: %(kinds)s. To bring it along, merge the families.", kinds=kinds)
    return said
