"""Taking a merging apart at any later time: every row goes back to where it stood, and with it what was made on it
since (along.py); what came new to the family stays.

What somebody changed meanwhile stays as it is now (a person who moved on, a corrected number). A merging that a later
one builds on waits until that one is taken apart.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Enum, and_, or_, select
from sqlalchemy.orm import aliased

from portal import clock
from portal.accounts.models import User
from portal.audit.changes import plain
from portal.db import Base, db, hold
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.households.models import Household, Member, Relation
from portal.language import gettext as _
from portal.merging import along, following, keeping, policies
from portal.merging.along import Along, Row
from portal.merging.changing import Changes
from portal.merging.following import Moved
from portal.merging.models import Merge, MergeKind, MergeStep

REGISTER: dict[str, type[Household] | type[Member]] = {"household": Household, "member": Member}
STANDS = ("relation", "position")
"""A person's place in a family: it goes back with the person, whatever it became in the other family."""


@dataclass
class Plan:
    """What taking apart would do now."""

    back: list[MergeStep] = field(default_factory=list)
    stays: list[MergeStep] = field(default_factory=list)
    """Changed by somebody since, so it is left as it is now."""
    along: Along = field(default_factory=Along)
    """Made since on what goes back, or on both families."""
    new: Counter[str] = field(default_factory=Counter)
    """Rows by table that came to the family since, and stay with it."""
    later: Sequence[Merge] = ()
    """Later mergings that build on this one and are taken apart first."""
    headless: dict[int, list[Member]] = field(default_factory=dict)
    """Families that would have no head, with who may be."""


def plan_of(merge: Merge) -> Plan:
    """What would happen, for the page to say beforehand. Changes nothing."""
    plan = _sorted_out(merge)
    plan.later = later_than(merge)
    plan.along = _along(merge, plan.back)
    plan.new = following.beyond(merge.kept_household_id, merge.newest) - plan.along.counted
    if not plan.later:
        plan.headless = _settle(_going_back(plan.back), _families(merge), {})
    return plan


def take_apart(merge: Merge, *, reason: str, by: User, heads: Mapping[int, Member] | None = None) -> None:
    """Set everything back. `heads`: who heads a family, by its number, that would have no head.

    Raises NotAllowed, AlreadySettled, and Refused where a later merging builds on this one, something runs that rests
    on both families, a number belongs to somebody else by now, or a family would have no head.
    """
    if not policies.may_take_apart(by):
        raise NotAllowed
    families = _held(merge)
    if merge.taken_apart_at:
        raise AlreadySettled(_("This has been taken apart already."))
    if later := later_than(merge):
        raise Refused(_("A later merging builds on this one. Please take that one apart first: %(number)s.",
                        number=", ".join(f"#{one.id}" for one in later)))  # fmt: skip
    plan = _sorted_out(merge)
    made_since = _along(merge, plan.back)
    if made_since.in_the_way:
        raise Refused(_("This rests on both families and still runs. Please settle it first: %(what)s.",
                        what=along.in_words(made_since.in_the_way)))  # fmt: skip
    changes = _going_back(plan.back)
    for household_id in _settle(changes, families, heads or {}):
        raise Refused(_("Please choose who heads the family from now on."), field=f"head_{household_id}")
    _refuse_taken_numbers(changes)
    changes.write()
    moved = _let_follow_back(plan.back, made_since.rows, merge.other_household_id)
    merge.taken_apart_by_id, merge.taken_apart_at, merge.taken_apart_reason = by.id, clock.now(), reason
    db.session.flush()
    db.session.expire_all()
    keeping.tell("merge.taken_apart", merge, by, keeping.counted(moved), left=len(plan.stays))


def _along(merge: Merge, back: Iterable[MergeStep]) -> Along:
    rows = {Row(step.record, step.record_id) for step in back if step.record not in REGISTER}
    return along.along_with(rows, merge.kept_household_id, merge.newest)


def _families(merge: Merge) -> list[Household]:
    ids = sorted({merge.kept_household_id, merge.other_household_id})
    return [db.session.get_one(Household, number) for number in ids]


def _held(merge: Merge) -> list[Household]:
    """The families' rows first, as everybody does, then the merging itself; all read anew."""
    families = _families(merge)
    for household in families:
        hold(household)
        db.session.expire(household, ["members"])
    hold(merge)
    return families


def later_than(merge: Merge) -> Sequence[Merge]:
    """Later mergings, not taken apart, that changed a person or a field that this one changed, or a family of it."""
    mine, theirs = aliased(MergeStep), aliased(MergeStep)
    same = and_(
        theirs.record == mine.record, theirs.record_id == mine.record_id,
        or_(theirs.field == mine.field, theirs.record == Member.__tablename__),
    )  # fmt: skip
    built = select(theirs.merge_id).join(mine, same).where(mine.merge_id == merge.id)
    families = (merge.kept_household_id, merge.other_household_id)
    gone = and_(Merge.kind == MergeKind.FAMILY, Merge.other_household_id.in_(families))
    found = select(Merge).where(Merge.id > merge.id, Merge.taken_apart_at.is_(None), or_(Merge.id.in_(built), gone))
    return db.session.scalars(found.order_by(Merge.id.desc())).all()


def _sorted_out(merge: Merge) -> Plan:
    """Which steps go back, and which do not because somebody changed the row since."""
    plan, now = Plan(), _values(merge.steps)
    changed = [step for step in merge.steps if now.get((step.record, step.record_id, step.field), Plan) != step.new]
    moved_on = {step.record_id for step in changed if (step.record, step.field) == ("member", "household_id")}
    came_over = {
        step.record_id for step in merge.steps if (step.record, step.field) == ("member", "household_id")
    } - moved_on
    for step in merge.steps:
        of_person = step.record == "member" and step.record_id
        goes_along = of_person in came_over and step.field in STANDS
        stays = of_person in moved_on or (step in changed and not goes_along)
        (plan.stays if stays else plan.back).append(step)
    return plan


def _values(steps: Iterable[MergeStep]) -> dict[tuple[str, int, str], Any]:
    """What these fields hold now, by table, number and field; a row that is gone holds nothing."""
    wanted: dict[str, tuple[set[int], set[str]]] = defaultdict(lambda: (set(), set()))
    for step in steps:
        wanted[step.record][0].add(step.record_id)
        wanted[step.record][1].add(step.field)
    found: dict[tuple[str, int, str], Any] = {}
    for record, (ids, fields) in wanted.items():
        table = Base.metadata.tables[record]
        names = sorted(fields)
        for row in db.session.execute(
            select(table.c.id, *(table.c[name] for name in names)).where(table.c.id.in_(ids))
        ):
            found |= {(record, row.id, name): plain(getattr(row, name)) for name in names}
    return found


def _going_back(steps: Iterable[MergeStep]) -> Changes:
    """The register's own rows as they were; what hangs on them follows later."""
    changes = Changes()
    for step in steps:
        if record := REGISTER.get(step.record):
            row: Any = db.session.get_one(record, step.record_id)
            changes.set(row, **{step.field: typed(step)})
    return changes


def typed(step: MergeStep) -> Any:
    """The value before, as its column holds it."""
    column: Any = Base.metadata.tables[step.record].c[step.field]
    if step.old is None:
        return None
    if isinstance(column.type, Enum) and column.type.enum_class:
        return column.type.enum_class(step.old)
    return date.fromisoformat(step.old) if column.type.python_type is date else step.old


def _settle(changes: Changes, families: Sequence[Household], heads: Mapping[int, Member]) -> dict[int, list[Member]]:
    """One head for each family in which somebody lives, none open in which nobody does; who is left without a head.

    Whoever comes back finds the family's head of today in place.
    """
    headless = {}
    for family in families:
        people = _living_in(changes, family)
        leading = [one for one in people if changes.of(one, "relation") is Relation.HEAD]
        chosen = heads.get(family.id)
        if not people:
            if not changes.of(family, "closed_on"):
                changes.set(family, closed_on=clock.today())
        elif len(leading) > 1:
            _step_back(changes, family, leading)
        elif not leading and chosen in people:
            changes.set(chosen, relation=Relation.HEAD)
            changes.set(family, head_name=changes.of(chosen, "name"), closed_on=None)
        elif not leading:
            headless[family.id] = people
        elif changes.of(family, "closed_on"):
            changes.set(family, closed_on=None)
    return headless


def _living_in(changes: Changes, family: Household) -> list[Member]:
    """Who will belong to the family."""
    rows = {*keeping.people_of(family.id), *(row for row in changes.wanted if isinstance(row, Member))}
    here = [row for row in rows if changes.of(row, "household_id") == family.id and not changes.of(row, "left_on")]
    return sorted(here, key=lambda one: (one.position, one.id))


def _step_back(changes: Changes, family: Household, leading: Sequence[Member]) -> None:
    stays = next((one for one in leading if "relation" not in changes.wanted.get(one, {}) and one.active), leading[0])
    for one in leading:
        if one is not stays:
            changes.set(one, relation=Relation.OTHER)
    changes.set(family, head_name=changes.of(stays, "name"))


def _refuse_taken_numbers(changes: Changes) -> None:
    """A number that was set free by merging may have been given to somebody else since."""
    for row, values in changes.wanted.items():
        for name in ("nik", "kk_no"):
            number = values.get(name)
            if number is None or number == getattr(row, name):
                continue
            record: Any = type(row)
            owner = db.session.scalars(select(record).where(getattr(record, name) == number)).first()
            if owner is not None and owner is not row and changes.of(owner, name) == number:
                raise Refused(_("A number that was noted before belongs to somebody else by now. "
                                "Please settle that first."))  # fmt: skip


def _let_follow_back(steps: Iterable[MergeStep], made_since: Iterable[Row], household_id: int) -> list[Moved]:
    """What hung on the other family or person hangs on it again, and what was made on that since."""
    back: dict[tuple[str, str, Any], list[int]] = defaultdict(list)
    for step in steps:
        if step.record not in REGISTER:
            back[step.record, step.field, step.old].append(step.record_id)
    for row in made_since:
        back[row.record, "household_id", household_id].append(row.record_id)
    for (record, field_name, old), ids in sorted(back.items()):
        following.put(Base.metadata.tables[record], field_name, ids, old)
    moved = [Moved(record, number, field_name) for (record, field_name, _old), ids in back.items() for number in ids]
    following.moved_back(moved)
    return moved
