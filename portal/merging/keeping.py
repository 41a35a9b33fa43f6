"""What every merging does: hold the families, ask once more, write down every change, tell the trail."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from portal import audit
from portal.accounts.models import User
from portal.audit.words import KINDS
from portal.db import db, hold
from portal.errors import AlreadySettled, Doubt, NotAllowed, settle_doubts
from portal.households.models import Household, Member, Relation
from portal.language import gettext as _
from portal.merging import following, policies
from portal.merging.changing import Changes
from portal.merging.following import Moved
from portal.merging.models import Merge, MergeStep
from portal.web.seen import mark_of

TO_ASK = ("nik", "birth_date")
"""What two rows of one person may say differently and only a paper settles."""
FIELDS = (*TO_ASK, "name")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Who merges and why; `confirmed` holds codes of doubts."""

    reason: str
    by: User
    confirmed: Collection[str] = ()


def take_up(households: Iterable[Household], by: User) -> None:
    """Hold these families for whoever merges, always in one order. Raises NotAllowed, AlreadySettled."""
    if not policies.may_merge(by):
        raise NotAllowed
    for household in sorted(set(households), key=lambda each: each.id):
        hold(household)
        db.session.expire(household, ["members"])
        if household.merged_into_id:
            raise AlreadySettled(_("This family has been merged with another one already."))


def people_of(household_id: int, *, gone: bool = False) -> Sequence[Member]:
    """Who belongs to the family, read anew; with `gone` also everybody whose last family it was."""
    people = select(Member).where(Member.household_id == household_id).order_by(Member.position, Member.id)
    if not gone:
        people = people.where(Member.active)
    return db.session.scalars(people.execution_options(populate_existing=True)).all()


def differing(kept: Member, other: Member) -> list[str]:
    """What both rows say of the person, and differently."""
    return [
        name
        for name in FIELDS
        if getattr(kept, name) and getattr(other, name) and getattr(kept, name) != getattr(other, name)
    ]


def take_over(changes: Changes, kept: Member, other: Member, others: Collection[str]) -> None:
    """Let the row that stands say what only the other one knew, and of `others` what the other one says.

    A NIK that does not stand there stays with the other row: whoever looks for it is led to the person.
    """
    for name in (*FIELDS, "note"):
        mine, theirs = getattr(kept, name), getattr(other, name)
        if not theirs or mine == theirs or (mine and name not in others):
            continue
        changes.set(kept, **{name: theirs})
        if name == "nik":
            changes.set(other, nik=mine)
        if name == "name":
            changes.set(kept, name_key=other.name_key)
            if kept.relation is Relation.HEAD:
                changes.set(kept.household, head_name=theirs)


def lead_to(changes: Changes, table: type[Household] | type[Member], other_id: int, kept_id: int) -> None:
    """What had been merged into the other row is the surviving one now, so that there is always one step to take."""
    rows: Any = db.session.scalars(select(table).where(table.merged_into_id == other_id))
    for row in rows:
        changes.set(row, merged_into_id=kept_id)


def ask_once_more(sentence: str, doubts: Sequence[Doubt], wish: Wish, *seen: Any) -> list[str]:
    """What will happen is said in words and confirmed, together with what will stand side by side. Raises Doubtful."""
    return settle_doubts([Doubt(f"merging:{mark_of(*seen)}", sentence), *doubts], wish.confirmed)


def store(merge: Merge, changes: Changes, moves: Iterable[tuple[str, int, int]]) -> None:
    """Change the rows, let what hangs on them follow, and keep every step."""
    db.session.add(merge)
    db.session.flush()
    steps: list[dict[str, Any]] = [{"merge_id": merge.id, **change._asdict()} for change in changes.write()]
    moved = [
        {"merge_id": merge.id, **row._asdict()}
        for target, old, new in moves
        for row in following.move(target, old, new)
    ]
    if steps or moved:
        db.session.execute(insert(MergeStep), [*steps, *moved])
    db.session.expire_all()


def tell(action: str, merge: Merge, by: User, moved: Counter[str], **details: Any) -> None:
    """The trail of both families knows it."""
    audit.record(action, merge, by=by, household_id=merge.kept_household_id, moved=dict(moved), **details)
    if merge.other_household_id != merge.kept_household_id:
        audit.record(action, ("merge", merge.id), by=by, household_id=merge.other_household_id)


def counted(moved: Iterable[Moved | MergeStep]) -> Counter[str]:
    return Counter(each.record for each in moved)


def in_words(found: Counter[str]) -> list[tuple[str, int]]:
    """Kinds of records in words, with their numbers."""
    return [(str(KINDS.get(name, name)), count) for name, count in sorted(found.items())]
