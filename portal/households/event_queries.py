"""Reading what happened in a family: its events, and who belonged to it before."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Integer, bindparam, or_, select
from sqlalchemy.orm import aliased

from portal.db import db, rows
from portal.errors import NotFound
from portal.households import merged
from portal.households.event_models import EventKind, FamilyEvent, FamilyStep
from portal.households.models import Departure, Member

_HERE: Any = bindparam("household", type_=Integer)
_back = aliased(FamilyEvent)
_came_or_went = select(FamilyStep.event_id).where(
    or_(FamilyStep.from_household_id == _HERE, FamilyStep.to_household_id == _HERE)
)
# Of each event one row a person; one without people (a move to another address) has one row.
OF_FAMILY = (
    select(
        FamilyEvent.id, FamilyEvent.kind, FamilyEvent.on, FamilyEvent.note, FamilyEvent.household_id,
        FamilyEvent.moved_from, FamilyEvent.moved_to, FamilyEvent.reverses_id, FamilyEvent.noted_by_id,
        FamilyEvent.noted_at, _back.id.label("taken_back_by"),
        _HERE.label("seen_from"),
        Member.name, FamilyStep.from_household_id, FamilyStep.from_relation, FamilyStep.from_left_on,
        FamilyStep.to_household_id, FamilyStep.to_relation, FamilyStep.to_left_on,
    )
    .outerjoin(FamilyStep, FamilyStep.event_id == FamilyEvent.id)
    .outerjoin(Member, Member.id == FamilyStep.member_id)
    .outerjoin(_back, _back.reverses_id == FamilyEvent.id)
    .where(or_(FamilyEvent.household_id == _HERE, FamilyEvent.id.in_(_came_or_went)))
    .order_by(FamilyEvent.id, FamilyStep.id)
)  # fmt: skip
_LEFT = (
    select(
        Member.id, Member.name, Member.household_id, Member.left_because, FamilyEvent.kind, FamilyEvent.on,
        FamilyStep.to_household_id,
    )
    .join(FamilyStep, FamilyStep.member_id == Member.id)
    .join(FamilyEvent, FamilyEvent.id == FamilyStep.event_id)
    .where(
        FamilyStep.from_household_id == _HERE,
        FamilyStep.from_left_on.is_(None),
        or_(FamilyStep.to_household_id != _HERE, FamilyStep.to_left_on.is_not(None)),
        or_(Member.household_id != _HERE, ~Member.active),
        FamilyEvent.kind.not_in([EventKind.REVERSED, EventKind.MISTAKEN]),
    )
    .order_by(FamilyEvent.id.desc())
)  # fmt: skip


def get_event(event_id: int, household_id: int) -> FamilyEvent:
    """An event of this household, or of one that was merged into it. Raises NotFound, also for one of another."""
    event = db.session.get(FamilyEvent, event_id)
    if event is None or event.household_id not in merged.all_of(household_id):
        raise NotFound
    return event


def events_of(household_id: int, families: Sequence[int] = ()) -> Sequence[Any]:
    """What happened in a family or brought people to it or from it: a row an event and person, oldest first.

    `seen_from` is the family asked about, or one that was merged into it, from whose side its own events are told;
    `taken_back_by` is the event that reverses this one. `families`: merged.all_of the family, if that is known already.
    """
    happened: dict[int, list[Any]] = {}
    for family in families or merged.all_of(household_id):
        for number, of_event in groupby(rows(OF_FAMILY, household=family), key=lambda row: row.id):
            happened[number] = list(of_event)
    return [row for number in sorted(happened) for row in happened[number]]


def who_left(household_id: int, families: Sequence[int] = ()) -> Sequence[Any]:
    """Who belonged to the family before, each with the event by which they left it last, newest first.

    `families`: as in `events_of`.
    """
    families = families or merged.all_of(household_id)
    found: dict[int, Any] = {}
    for row in (row for family in families[::-1] for row in rows(_LEFT, household=family)):
        here = row.household_id == household_id and row.left_because is None
        if row.left_because is not Departure.MISTAKEN and not here:
            found.setdefault(row.id, row)
    return list(found.values())


def may_come_back(household_id: int) -> Sequence[Member]:
    """Who moved away from this family as their last."""
    return db.session.scalars(AWAY.order_by(Member.position, Member.id), {"household": household_id}).all()


AWAY = select(Member).where(Member.household_id == _HERE, Member.left_because == Departure.MOVED_AWAY)


def people_ever(household_id: int) -> Sequence[Member]:
    """Who belongs or belonged to the family: papers of earlier days name people who have left."""
    families = merged.all_of(household_id)
    went = select(FamilyStep.member_id).where(FamilyStep.from_household_id.in_(families))
    return db.session.scalars(
        select(Member).where(or_(Member.household_id.in_(families), Member.id.in_(went))).order_by(Member.id)
    ).all()
