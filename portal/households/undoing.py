"""An event that was noted by mistake is taken back by another one, which puts everybody where they stood before."""

from dataclasses import replace

from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.errors import AlreadySettled, Refused
from portal.households.event_models import EventKind, FamilyEvent, FamilyStep
from portal.households.models import Departure, Household, Member, Relation
from portal.households.noting import Noted, Stand, note, place_of, same_place, stand_of, take_up
from portal.language import gettext as _


def undo(event: FamilyEvent, noted: Noted) -> FamilyEvent:
    """Take an event back as long as nothing that was noted later stands on it.

    Who came into the register by it counts as written down by mistake. Raises AlreadySettled, Refused.
    """
    take_up(_families(event), noted)
    if event.kind is EventKind.REVERSED or is_taken_back(event):
        raise AlreadySettled(_("This has been taken back already."))
    steps = [(_person(step), step) for step in event.steps]
    for member, step in steps:
        if not same_place(stand_of(member), _after(step)):
            raise Refused(_("Something else has been noted of %(name)s since. Take that back first.", name=member.name))
    if event.moved_to and place_of(event.household) != event.moved_to:
        raise Refused(_("The family's address has been changed since."))
    moves = {member: _before(step) for member, step in steps}
    today = replace(noted, on=clock.today())
    undone = note(EventKind.REVERSED, event.household, moves, today, moved_to=event.moved_from, reverses=event)
    for family in _families(event):
        _free_number(family, event)
    return undone


def _free_number(family: Household, event: FamilyEvent) -> None:
    """A household that was founded by mistake leaves its family card to the one that is founded rightly."""
    if family.closed_on and _founded(family, event):
        family.kk_no = None


def _founded(family: Household, event: FamilyEvent) -> bool:
    """By the event's own steps: whoever joins a family that is there already never heads it (event_services.joined)."""
    heads = {step.to_household_id for step in event.steps if step.to_relation is Relation.HEAD}
    return family.id != event.household_id and family.id in heads


def is_taken_back(event: FamilyEvent) -> bool:
    return db.session.scalar(select(FamilyEvent.id).where(FamilyEvent.reverses_id == event.id)) is not None


def _families(event: FamilyEvent) -> list[Household]:
    ids = {event.household_id, *(step.to_household_id for step in event.steps)}
    ids |= {step.from_household_id for step in event.steps if step.from_household_id}
    return [db.session.get_one(Household, household_id) for household_id in ids]


def _person(step: FamilyStep) -> Member:
    return db.session.get_one(Member, step.member_id, populate_existing=True)


def _after(step: FamilyStep) -> Stand:
    return Stand(step.to_household_id, step.to_relation, step.to_left_on, step.to_left_because)


def _before(step: FamilyStep) -> Stand:
    if step.from_household_id is None or step.from_relation is None:
        return Stand(step.to_household_id, step.to_relation, clock.today(), Departure.MISTAKEN)
    return Stand(step.from_household_id, step.from_relation, step.from_left_on, step.from_left_because)
