"""Reading what was merged."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, or_, select
from sqlalchemy.orm import aliased

from portal import clock
from portal.accounts.models import User
from portal.audit.words import KINDS
from portal.db import db, rows
from portal.errors import NotFound
from portal.households import merged
from portal.households.models import Household, Member
from portal.language import gettext as _
from portal.merging.models import Merge, MergeKind, MergeStep
from portal.merging.words import FIELDS
from portal.units.formats import day
from portal.web.paging import PAGE_SIZE

_kept, _other = aliased(Household), aliased(Household)
_apart = aliased(User)
_LINE = (
    select(
        Merge.id, Merge.kind, Merge.reason, Merge.merged_at, Merge.taken_apart_at, Merge.taken_apart_reason,
        Merge.kept_household_id, Merge.other_household_id, Merge.merged_by_id, Merge.taken_apart_by_id,
        User.full_name.label("merged_by"), _apart.full_name.label("taken_apart_by"),
        _kept.head_name.label("kept_head"), _other.head_name.label("other_head"), Member.name.label("person"),
    )
    .join(User, User.id == Merge.merged_by_id)
    .outerjoin(_apart, _apart.id == Merge.taken_apart_by_id)
    .join(_kept, _kept.id == Merge.kept_household_id)
    .join(_other, _other.id == Merge.other_household_id)
    .outerjoin(Member, Member.id == Merge.kept_member_id)
)  # fmt: skip


_FAMILIES: BindParameter[int] = bindparam("families", expanding=True)
OF_FAMILIES = _LINE.where(
    or_(Merge.kept_household_id.in_(_FAMILIES), Merge.other_household_id.in_(_FAMILIES))
).order_by(Merge.id)
"""Built once: every family's page asks it."""


def get_merge(merge_id: int) -> Merge:
    """Raises NotFound."""
    found = db.session.get(Merge, merge_id)
    if found is None:
        raise NotFound
    return found


def merges(before: int | None = None, *, size: int = PAGE_SIZE) -> Sequence[Any]:
    """Mergings, the newest first, one more than a page if there are more."""
    statement = _LINE.order_by(Merge.id.desc()).limit(size + 1)
    return rows(statement if before is None else statement.where(Merge.id < before))


def line_of(merge: Merge) -> Any:
    """One merging as the list shows it."""
    return rows(_LINE.where(Merge.id == merge.id))[0]


def of_families(families: Sequence[int]) -> Sequence[Any]:
    """Mergings that concern one of these families, oldest first."""
    return rows(OF_FAMILIES, families=families)


class Person(NamedTuple):
    """Somebody whom a merging moved; `same` is who they are, None for who came over."""

    name: str
    same: str | None


def people_in(merge: Merge) -> list[Person]:
    """Who is who by this merging, and who came over."""
    found = []
    for step in merge.steps:
        if (step.record, step.field) == ("member", "merged_into_id") and step.old is None:
            one, stands = (db.session.get_one(Member, number) for number in (step.record_id, step.new))
            found.append(Person(one.name, stands.name))
        elif (step.record, step.field) == ("member", "household_id"):
            found.append(Person(db.session.get_one(Member, step.record_id).name, None))
    return found


def taken_over(merge: Merge) -> list[str]:
    """What the surviving rows took over from the others, by the name of the field."""
    stands = {merge.kept_household_id: "household", merge.kept_member_id: "member"}
    same = {step.new for step in merge.steps if (step.record, step.field) == ("member", "merged_into_id")}
    found = [
        step
        for step in merge.steps
        if stands.get(step.record_id) == step.record or (step.record == "member" and step.record_id in same)
    ]
    return sorted({str(FIELDS[step.field]) for step in found if step.field in FIELDS})


def changed_since(steps: Sequence[MergeStep]) -> list[str]:
    """What somebody changed since and stays as it is, in words: who, or which kind of record."""
    people = {step.record_id for step in steps if step.record == "member"}
    names = [db.session.get_one(Member, number).name for number in sorted(people)]
    return names + sorted({str(KINDS.get(step.record, step.record)) for step in steps if step.record != "member"})


def told(household_id: int) -> str:
    """Since when and by whom a family stands on the page of another one, as a sentence for who is led there."""
    found = rows(
        _LINE.where(
            Merge.other_household_id == household_id, Merge.kind == MergeKind.FAMILY, Merge.taken_apart_at.is_(None)
        ).order_by(Merge.id.desc())
    )
    if not found:
        return ""
    row = found[0]
    return _(
        "The family of %(head)s was merged into this one on %(day)s by %(name)s. This is the page of both.",
        head=row.other_head, day=day(clock.local(row.merged_at).date()), name=row.merged_by,
    )  # fmt: skip


merged.tell_of(told)
