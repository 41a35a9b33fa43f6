"""One event noted: people are moved, every family keeps one head, and the event with its steps is added to the story.

A family's row is held before its people are looked at, so that two desks take turns (docs/decisions/taking-turns.md).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import flag_modified

from portal import audit, clock
from portal.accounts.models import User
from portal.db import db, hold
from portal.errors import Doubt, NotAllowed, Refused, settle_doubts
from portal.households import checks, merged, policies
from portal.households.event_models import EventKind, FamilyEvent, FamilyStep
from portal.households.models import Departure, Household, Member, Relation
from portal.language import gettext as _
from portal.units.formats import day

OLDEST = 125
"""Years: nobody older than this is born yet in a register, and nothing older is noted."""


@dataclass(frozen=True)
class Stand:
    """Where a person stands: the household, the place in it, and since when and why in none any more."""

    household_id: int
    relation: Relation
    left_on: date | None = None
    left_because: Departure | None = None

    @property
    def heads(self) -> bool:
        return self.relation is Relation.HEAD and self.left_on is None


Moves = Mapping[Member, Stand]


@dataclass(frozen=True, kw_only=True)
class Noted:
    """Who notes an event of which day; `confirmed` holds codes of doubts."""

    on: date
    by: User
    note: str = ""
    confirmed: Collection[str] = ()


def stand_of(member: Member) -> Stand:
    return Stand(member.household_id, member.relation, member.left_on, member.left_because)


def same_place(one: Stand, other: Stand) -> bool:
    """Whether nothing has moved the person; an edited place in the family (a child, a grandchild) is no move."""
    return (one.household_id, one.left_because, one.heads) == (other.household_id, other.left_because, other.heads)


def take_up(households: Iterable[Household], noted: Noted) -> None:
    """Hold these families, always in one order, for whoever may change them. Raises NotAllowed, Refused."""
    if not policies.may_record(noted.by):
        raise NotAllowed
    for household in sorted(households, key=lambda each: each.id):
        hold(household)
        merged.refuse_merged(household)
        db.session.expire(household, ["members"])


def people_of(household_id: int) -> Sequence[Member]:
    """Who belongs to the family now, read anew."""
    living = select(Member).where(Member.household_id == household_id, Member.active)
    in_order = living.order_by(Member.position, Member.id).execution_options(populate_existing=True)
    return db.session.scalars(in_order).all()


def note(
    kind: EventKind,
    household: Household,
    moves: Moves,
    noted: Noted,
    *,
    moved_to: list[str] | None = None,
    reverses: FamilyEvent | None = None,
    doubts: Sequence[Doubt] = (),
) -> FamilyEvent:
    """Move people (who is in no family yet comes with id None), and add the event. The families are held already.

    Raises Refused for an impossible day or a family that would have no head or two, and Doubtful for `doubts` and a
    day before what was noted last.
    """
    before = {member: stand_of(member) if member.id else None for member in moves}
    _refuse_other_than_one_head(before, moves)
    asked = [] if reverses else _check_day(moves, noted, doubts)
    event = FamilyEvent(
        household_id=household.id, kind=kind, on=noted.on, note=noted.note,
        reverses_id=reverses.id if reverses else None,
        moved_from=place_of(household) if moved_to else None, moved_to=moved_to,
        noted_by_id=noted.by.id, noted_at=clock.now(),
    )  # fmt: skip
    db.session.add(event)
    _move(moves)
    db.session.add_all([_step(event.id, member, before[member], stand) for member, stand in moves.items()])
    if moved_to:
        household.village_code, household.rw, household.rt, household.address = moved_to
    for household_id in sorted({household.id, *_families(before, moves)}):
        _settle(household_id, noted.on)
    db.session.flush()
    audit.record("family_event.noted", event, by=noted.by, confirmed=asked)
    if newcomers := [member for member in moves if before[member] is None]:
        checks.tell_confirmed(doubts, newcomers, newcomers[0].household_id, by=noted.by)
    return event


def place_of(household: Household) -> list[str]:
    """Kelurahan's code, RW, RT, address: as events keep it."""
    return [household.village_code, household.rw, household.rt, household.address]


def _families(before: Mapping[Member, Stand | None], moves: Moves) -> set[int]:
    """The households that somebody leaves or comes to."""
    stands = [stand for stand in (*before.values(), *moves.values()) if stand and stand.left_on is None]
    return {stand.household_id for stand in stands}


def _refuse_other_than_one_head(before: Mapping[Member, Stand | None], moves: Moves) -> None:
    for household_id in _families(before, moves):
        after = [stand_of(member) for member in people_of(household_id) if member not in moves]
        after += [stand for stand in moves.values() if stand.household_id == household_id and stand.left_on is None]
        if after and sum(stand.heads for stand in after) != 1:
            raise no_head_chosen()


def no_head_chosen() -> Refused:
    """A family would be left without a head, or with two."""
    return Refused(_("Please choose who heads the family from now on."), field="new_head")


def _check_day(moves: Moves, noted: Noted, doubts: Sequence[Doubt]) -> list[str]:
    """The kinds of doubt that were asked and confirmed."""
    today = clock.today()
    if noted.on > today:
        raise Refused(_("This day lies in the future."), field="on")
    if noted.on.year < today.year - OLDEST:
        raise Refused(_("This day lies too far back. Please check the year."), field="on")
    for member in moves:
        if member.birth_date and member.birth_date > noted.on:
            raise Refused(_("%(name)s was born after this day.", name=member.name), field="on")
    return settle_doubts([*doubts, *_doubt_of_order(moves, noted)], noted.confirmed)


def _doubt_of_order(moves: Moves, noted: Noted) -> list[Doubt]:
    """Events may be heard of in another order than they happened, but seldom are."""
    taken_back = aliased(FamilyEvent)
    last = db.session.scalar(
        select(func.max(FamilyEvent.on))
        .join(FamilyStep, FamilyStep.event_id == FamilyEvent.id)
        .outerjoin(taken_back, taken_back.reverses_id == FamilyEvent.id)
        .where(
            FamilyStep.member_id.in_([member.id for member in moves if member.id]),
            FamilyEvent.kind != EventKind.REVERSED,
            taken_back.id.is_(None),
        )
    )
    if last is None or last <= noted.on:
        return []
    sentence = _("Something of %(day)s has been noted of these people already, and this was before it.", day=day(last))
    return [Doubt(f"earlier:{last}", sentence)]


def _move(moves: Moves) -> None:
    """The database allows one head at any moment: first who heads nothing, then heads that come, then who stays."""

    def turn(item: tuple[Member, Stand]) -> int:
        member, stand = item
        return (1 if member.household_id != stand.household_id else 2) if stand.heads else 0

    for member, stand in sorted(moves.items(), key=turn):
        if member.id is None or member.household_id != stand.household_id:
            member.position = _last_position(stand.household_id) + 1
        member.household_id, member.relation = stand.household_id, stand.relation
        member.left_on, member.left_because = stand.left_on, stand.left_because
        db.session.add(member)
        db.session.flush()
        db.session.expire(member, ["household"])


def _last_position(household_id: int) -> int:
    last = select(func.max(Member.position)).where(Member.household_id == household_id, Member.active)
    return db.session.scalar(last) or 0


def _step(event_id: int, member: Member, before: Stand | None, after: Stand) -> FamilyStep:
    step = FamilyStep(
        event_id=event_id, member_id=member.id, to_household_id=after.household_id, to_relation=after.relation,
        to_left_on=after.left_on, to_left_because=after.left_because,
    )  # fmt: skip
    if before:
        step.from_household_id, step.from_relation = before.household_id, before.relation
        step.from_left_on, step.from_left_because = before.left_on, before.left_because
    return step


def _settle(household_id: int, on: date) -> None:
    """A family bears its head's name; one that nobody belongs to any more is closed; who edits it meanwhile is told."""
    household = db.session.get_one(Household, household_id)
    db.session.expire(household, ["members"])
    people = people_of(household_id)
    if people:
        household.head_name = next(one.name for one in people if one.relation is Relation.HEAD)
        household.closed_on = None
    else:
        household.closed_on = household.closed_on or on
    flag_modified(household, "note")
