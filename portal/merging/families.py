"""One family that stands twice: the other's people, and all that hangs on it, come to the one that stays."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.db import db
from portal.errors import Refused
from portal.households.models import Household, Member, Relation
from portal.language import gettext as _
from portal.merging import conflicts, following, keeping, people
from portal.merging.changing import Changes
from portal.merging.keeping import Wish
from portal.merging.models import Merge, MergeKind


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """Who is who. `same`: of the other family's people, whom of the kept family each is; `places`: the place there of
    those who come over. `others` names, by the other row's number, what that row says rightly (nik, birth_date, name).
    """

    same: Mapping[Member, Member] = field(default_factory=dict)
    places: Mapping[Member, Relation] = field(default_factory=dict)
    others: Mapping[int, Collection[str]] = field(default_factory=dict)
    kk_of_other: bool = False
    """The other family's card is the right one."""

    @property
    def seen(self) -> tuple[object, ...]:
        """What a person chose, to be confirmed as it is."""
        pairs = sorted((other.id, kept.id) for other, kept in self.same.items())
        places = sorted((other.id, place.value) for other, place in self.places.items())
        return pairs, places, sorted((key, sorted(names)) for key, names in self.others.items()), self.kk_of_other


def merge(kept: Household, other: Household, pairing: Pairing, wish: Wish) -> Merge:
    """Let `kept` stand for both. Raises Refused (who is who, two cards), Doubtful until what happens is confirmed,
    AlreadySettled when one of the two was merged meanwhile.
    """
    if kept.id == other.id:
        raise Refused(_("This is the family itself. Please give a number of the other one."), field="other")
    keeping.take_up((kept, other), wish.by)
    if kept.closed_on:
        raise Refused(_("Nobody belongs to this family any more. Let the other one stay."))
    _refuse_unpaired(kept, other, pairing)
    conflicts.refuse_what_a_family_has_once(kept, other)
    doubts = [*conflicts.called_different(pairing.same.items(), wish.by), *conflicts.side_by_side(kept, other)]
    hanging = following.hanging("household", other.id)
    sentence = _sentence(kept, other, pairing, hanging)
    asked = keeping.ask_once_more(sentence, doubts, wish, kept.id, other.id, *pairing.seen, sorted(hanging.items()))
    made = Merge(
        kind=MergeKind.FAMILY, kept_household_id=kept.id, other_household_id=other.id, reason=wish.reason,
        newest=following.newest(), merged_by_id=wish.by.id, merged_at=clock.now(),
    )  # fmt: skip
    moves = [("household", other.id, kept.id)] + [("member", one.id, stands.id) for one, stands in pairing.same.items()]
    changes = _changes(kept, other, pairing)
    try:
        with db.session.begin_nested():
            keeping.store(made, changes, moves)
    except IntegrityError as clash:
        raise Refused(_("Both have something that a family has only once. Please settle one of them first.")) from clash
    keeping.tell("merge.made", made, wish.by, hanging, confirmed=asked, people=len(pairing.places))
    return made


def _refuse_unpaired(kept: Household, other: Household, pairing: Pairing) -> None:
    """Everybody of the other family is somebody of the kept one, or comes over; nobody is two people."""
    living, here = set(keeping.people_of(other.id)), set(keeping.people_of(kept.id))
    if pairing.same.keys() | pairing.places.keys() != living or not set(pairing.same.values()) <= here:
        raise Refused(_("Somebody has come to one of the two families or left it meanwhile. Please look once more."))
    if pairing.same.keys() & pairing.places.keys() or len(set(pairing.same.values())) < len(pairing.same):
        twice = Counter(pairing.same.values()).most_common(1)
        name = twice[0][0].name if twice else ""
        raise Refused(_("%(name)s cannot be two people of the other family.", name=name))
    if any(place is Relation.HEAD for place in pairing.places.values()):
        raise Refused(_("One person, and only one, is the head of the family."))


def _changes(kept: Household, other: Household, pairing: Pairing) -> Changes:
    changes, place = Changes(), count(1 + max((one.position for one in keeping.people_of(kept.id)), default=0))
    for one in keeping.people_of(other.id, gone=True):
        if one in pairing.same:
            people.follows(changes, pairing.same[one], one, pairing.others.get(one.id, ()))
        elif one.active:
            changes.set(one, household_id=kept.id, position=next(place), relation=pairing.places[one])
        else:
            changes.set(one, household_id=kept.id)
    _say_what_only_the_other_knew(changes, kept, other, kk_of_other=pairing.kk_of_other)
    changes.set(other, closed_on=other.closed_on or clock.today(), merged_into_id=kept.id)
    keeping.lead_to(changes, Household, other.id, kept.id)
    return changes


def _say_what_only_the_other_knew(changes: Changes, kept: Household, other: Household, *, kk_of_other: bool) -> None:
    """The number of a family card that does not stand is kept with the other row, and leads here."""
    if other.kk_no and (kk_of_other or not kept.kk_no):
        changes.set(kept, kk_no=other.kk_no)
        changes.set(other, kk_no=kept.kk_no)
    for name in ("phone", "note"):
        if not getattr(kept, name) and getattr(other, name):
            changes.set(kept, **{name: getattr(other, name)})
    place = ("address", "rw", "rt")
    if not any(getattr(kept, name) for name in place) and kept.village_code == other.village_code:
        changes.set(kept, **{name: getattr(other, name) for name in place})


def _sentence(kept: Household, other: Household, pairing: Pairing, hanging: Counter[str]) -> str:
    """What will happen, in words."""
    said = [_("The family of %(other)s goes into the family of %(kept)s.", other=other.head_name, kept=kept.head_name)]
    if pairing.same:
        pairs = [f"{one.name} = {stands.name}" for one, stands in pairing.same.items()]
        said.append(_("The same people: %(names)s.", names=", ".join(pairs)))
    if pairing.places:
        said.append(_("Come over: %(names)s.", names=_names(list(pairing.places))))
    if hanging:
        kinds = ", ".join(f"{word} {number}" for word, number in keeping.in_words(hanging))
        said.append(_("Move along: %(kinds)s.", kinds=kinds))
    return " ".join(said)


def _names(people: Sequence[Member]) -> str:
    return ", ".join(one.name for one in people)
