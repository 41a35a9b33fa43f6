"""Changing the register."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from sqlalchemy.orm.attributes import flag_modified

from portal import audit, clock
from portal.accounts.models import User
from portal.db import db
from portal.errors import AlreadySettled, Doubt, NotAllowed, Refused, settle_doubts
from portal.households import checks, newcomers, policies
from portal.households.details import HouseholdDetails as HouseholdDetails
from portal.households.details import MemberDetails as MemberDetails
from portal.households.details import describe
from portal.households.event_models import EventKind
from portal.households.models import Household, Listing, Member, MembershipCard, Relation
from portal.households.noting import OLDEST, Noted, Stand, note
from portal.language import gettext as _
from portal.units.catalogue import catalogue


def register(details: HouseholdDetails, *, by: User, confirmed: Collection[str] = ()) -> Household:
    """Add a family. Raises NumberTaken, Refused, and Doubtful for doubts whose codes are not in `confirmed`.

    A person who had moved away, known again by the NIK, comes back into this family.
    """
    asked, doubts = _check(details, None, by, confirmed)
    household = Household(created_by_id=by.id, created_at=clock.now())
    _describe(household, details)
    db.session.add(household)
    db.session.flush()
    seated = _seat(household, details, {}, by)
    audit.record("household.registered", household, by=by, confirmed=asked)
    checks.tell_confirmed(doubts, seated, household.id, by=by)
    return household


def change(household: Household, details: HouseholdDetails, *, by: User, confirmed: Collection[str] = ()) -> None:
    """Set a family to what was typed. Raises like `register`, and Refused when a member is left out.

    Who leaves a family does so by an event (event_services.py). Another head is one too, of today.
    """
    asked, doubts = _check(details, household.id, by, confirmed)
    known = {member.id: member for member in household.members}
    kept = {member.id for member in details.members}
    for number, member in known.items():
        if number not in kept:
            sentence = _("%(name)s is missing. Who has left the family is noted as an event on the family's page.")
            raise Refused(sentence % {"name": member.name}, field="members")
    seated = _seat(household, details, known, by)
    _describe(household, details)
    flag_modified(household, "note")  # who edits the family meanwhile is told, also when only a member changed
    audit.record("household.changed", household, by=by, confirmed=asked)
    checks.tell_confirmed(doubts, seated, household.id, by=by)


def _seat(household: Household, details: HouseholdDetails, known: dict[int, Member], by: User) -> list[Member]:
    """Write everybody down in the order typed: people as they are first, then who comes back, then who is head now.

    Gives them in that order.
    """
    back = newcomers.who_left(details)
    head = next((one for one in known.values() if one.relation is Relation.HEAD), None)
    seated = [(_person(typed, known, back), typed) for typed in details.members]
    heir = next(member for member, typed in seated if typed.relation is Relation.HEAD)
    waiting = {head, heir} if head is not None and heir is not head else set()
    returning = {}
    for position, (member, typed) in enumerate(seated, start=1):
        place = Relation.OTHER if member is heir and waiting else typed.relation
        if member in back.values():
            returning[member] = Stand(household.id, place)
            continue
        member.position = position
        if member.id is None or member not in waiting:
            member.relation = place
        if member.id is None:
            household.members.append(member)
    db.session.flush()
    noted = Noted(on=clock.today(), by=by)
    if returning:
        note(EventKind.RETURNED, household, returning, noted)
    if head is not None and waiting:
        then = next(typed.relation for member, typed in seated if member is head)
        steps = {head: Stand(household.id, then), heir: Stand(household.id, Relation.HEAD)}
        note(EventKind.NEW_HEAD, household, steps, noted)
    return [member for member, _typed in seated]


def _person(typed: MemberDetails, known: Mapping[int, Member], back: Mapping[str, Member]) -> Member:
    """The member that is meant, who comes back under the own NIK, or somebody new."""
    return describe(known.get(typed.id or 0) or back.get(typed.nik or "") or Member(), typed)


def _head(details: HouseholdDetails) -> MemberDetails:
    return next(member for member in details.members if member.relation is Relation.HEAD)


def _check(
    details: HouseholdDetails, own_id: int | None, by: User, confirmed: Collection[str]
) -> tuple[list[str], list[Doubt]]:
    """The kinds of doubt that were asked and confirmed, and the doubts."""
    if not policies.may_record(by):
        raise NotAllowed
    if [member.relation for member in details.members].count(Relation.HEAD) != 1:
        raise Refused(_("One person, and only one, is the head of the family."), field="members")
    if details.village_code not in catalogue().villages:
        raise Refused(_("Please choose a kelurahan."), field="village_code")
    for place, member in enumerate(details.members):
        _check_birth_date(member, place)
    checks.refuse_taken_numbers(details, own_id)
    checks.take_turns(details)
    doubts = checks.doubts(details, own_id)
    return settle_doubts(doubts, confirmed), doubts


def _check_birth_date(member: MemberDetails, place: int) -> None:
    today = clock.today()
    if member.birth_date is None:
        return
    if member.birth_date > today:
        raise Refused(_("This birth date lies in the future."), field=f"members-{place}-birth_date")
    if member.birth_date.year < today.year - OLDEST:
        raise Refused(
            _("This birth date lies too far back. Please check the year."), field=f"members-{place}-birth_date"
        )


def _describe(household: Household, details: HouseholdDetails) -> None:
    household.head_name = _head(details).name
    for name in ("kk_no", "village_code", "rw", "rt", "address", "phone", "note"):
        setattr(household, name, getattr(details, name))


FIRST_LIST: Final = date(2011, 1, 1)
"""PPLS 2011, the first of the national lists that the unit has used (003 Hasil 3)."""


def record_list_check(
    household: Household, *, list_code: str, as_of: date, present: bool, decile: int | None, by: User
) -> Listing:
    """Note what a national list of the day `as_of` says, looked up today. Rows are only added. Raises Refused."""
    if not policies.may_record(by):
        raise NotAllowed
    if as_of > clock.today():
        raise Refused(_("The list cannot be from the future."), field="as_of")
    if as_of < FIRST_LIST:
        raise Refused(
            _("There was no such list before %(year)s. Please check the year.", year=FIRST_LIST.year), field="as_of"
        )
    if decile is not None and not 1 <= decile <= 10:
        raise Refused(_("A decile is a number from 1 to 10."), field="decile")
    listing = Listing(
        household_id=household.id, list_code=list_code, as_of=as_of, present=present,
        decile=decile if present else None, checked_on=clock.today(), checked_by_id=by.id,
    )  # fmt: skip
    db.session.add(listing)
    db.session.flush()
    db.session.expire(household, ["listings"])
    audit.record("household.list_checked", listing, by=by)
    return listing


def record_membership_card(
    household: Household, *, kind: str, number: str, seen_on: date, by: User, confirmed: Collection[str] = ()
) -> MembershipCard:
    """Note a KPS or KKS that the family showed; a card of the same kind it holds already is brought up to date.

    Raises Doubtful when another number would be replaced.
    """
    if not policies.may_record(by):
        raise NotAllowed
    if seen_on > clock.today():
        raise Refused(_("The card cannot have been seen in the future."), field="seen_on")
    held = [card for card in household.membership_cards if card.kind == kind and card.ended_on is None]
    card = held[0] if held else MembershipCard(household_id=household.id, kind=kind)
    asked = settle_doubts(_doubt_replaced(card, number), confirmed)
    card.number, card.seen_on, card.seen_by_id = number or card.number or "", seen_on, by.id
    db.session.add(card)
    db.session.flush()
    db.session.expire(household, ["membership_cards"])
    audit.record("household.membership_card_seen", card, by=by, confirmed=asked)
    return card


def _doubt_replaced(card: MembershipCard, number: str) -> list[Doubt]:
    """Two families' cards mixed up at the desk look like a new number of one."""
    if not (card.number and number) or card.number == number:
        return []
    sentence = _("This replaces the number %(old)s of the %(kind)s.", old=card.number, kind=card.kind.upper())
    return [Doubt(f"replaces:{card.number}", sentence)]


def end_membership_card(card: MembershipCard, *, by: User) -> None:
    """The family does not hold this card any longer."""
    if not policies.may_record(by):
        raise NotAllowed
    if card.ended_on is not None:
        raise AlreadySettled(_("The card is no longer counted."))
    card.ended_on = clock.today()
    audit.record("household.membership_card_ended", card, by=by)
