"""Changing emergencies: asking for a letter, approving or declining it, recording the exit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import audit, clock, references, series
from portal.accounts.models import User
from portal.cards import queries as cards
from portal.complaints import services as complaints
from portal.complaints.models import Complaint, ComplaintStatus
from portal.db import db, take_turns
from portal.errors import AlreadySettled, Doubt, NotAllowed, Refused, settle_doubts
from portal.files import queries as files
from portal.files import services as storing
from portal.households.models import Household
from portal.language import gettext
from portal.money import format_rupiah
from portal.recommendations import policies, queries
from portal.recommendations.models import (
    EmergencyEvent,
    EmergencyRecommendation,
    EventKind,
    Exit,
    RecommendationStatus,
)
from portal.recommendations.words import EVENTS, EXITS
from portal.units.catalogue import ServiceEntry, catalogue
from portal.units.formats import day

LONG_AGO: Final = timedelta(days=30)
UNHEARD_OF: Final = 100_000_000
"""Rupiah: about what a new house costs, many times what the unit gives one family."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What is said of an event that is not on record yet."""

    kind: EventKind
    happened_on: date
    description: str


def services_of_path_c() -> list[ServiceEntry]:
    """What a letter may ask for: services open to path (c), not the letter itself (services_*.toml eligible_paths)."""
    return [s for s in catalogue().services.values() if "c" in s.paths and s.is_public and s.kind != "letter"]


def request(
    household: Household,
    *,
    event: EmergencyEvent | Happening,
    resident_name: str,
    service_code: str,
    reason: str,
    by: User,
    amount: int | None = None,
    urgent: bool = False,
    complaint: Complaint | None = None,
    proof: Any = None,
    confirmed: Collection[str] = (),
) -> EmergencyRecommendation:
    """Ask the mayor for a letter: one event, one service (domain.md section 5, path c).

    `amount` is whole rupiah, `proof` an uploaded file. Raises NotAllowed, or Refused for a second letter of the same
    event (the sentence names the first), a day ahead, a service that path (c) does not open, or missing proof;
    Doubtful for a day more than 30 days ago or an uncommon amount that is not among the `confirmed` codes.
    """
    if not policies.may_request(by):
        raise NotAllowed
    if service_code not in {service.code for service in services_of_path_c()}:
        raise Refused(gettext("This service is not open to emergencies."), field="service_code")
    # Who asks for this family at the same moment waits here, and then sees this event and its letter.
    take_turns(household)
    doubts = [*_doubts(event, amount), *_help_at_hand(household, event)]
    settle_doubts(doubts, confirmed)
    known = _event(household, event, by=by)
    _refuse_second(known)
    _prove(known, complaint, proof, by=by)
    recommendation = EmergencyRecommendation(
        number=_number(clock.today()),
        event=known, household_id=household.id, complaint=complaint, resident_name=resident_name,
        service_code=service_code, amount=amount, urgent=urgent, request_reason=reason,
        confirmed="\n".join(doubt.sentence for doubt in doubts), proposed_by_id=by.id, proposed_at=clock.now(),
    )  # fmt: skip
    _add_only_letter(recommendation, known)
    audit.record("recommendation.requested", recommendation, by=by)
    return recommendation


def _number(on: date) -> str:
    return references.recommendation_number(on.year, series.next_number("recommendation", on.year))


def _event(household: Household, event: EmergencyEvent | Happening, *, by: User) -> EmergencyEvent:
    """The event itself; a new one of the same kind and day as one on record is that one."""
    if isinstance(event, EmergencyEvent):
        return event
    known = queries.same_event(household.id, event.kind, event.happened_on)
    if known is not None:
        return known
    new = EmergencyEvent(
        household_id=household.id, kind=event.kind, happened_on=event.happened_on, description=event.description,
        recorded_by_id=by.id, recorded_at=clock.now(),
    )  # fmt: skip
    db.session.add(new)
    db.session.flush()
    audit.record("recommendation.event_recorded", new, by=by)
    return new


def _doubts(event: EmergencyEvent | Happening, amount: int | None) -> list[Doubt]:
    """What may be a slip and is looked at once more: a day long ago, a few zeros too many. Refuses a day ahead."""
    found = []
    if isinstance(event, Happening):
        if event.happened_on > clock.today():
            raise Refused(gettext("This day lies ahead. Please give the day it happened."), field="happened_on")
        if event.happened_on < clock.today() - LONG_AGO:
            sentence = gettext("The day it happened is more than 30 days ago.")
            found.append(Doubt(f"long_ago:{event.happened_on}", sentence))
    return found + uncommon(amount)


def uncommon(amount: int | None) -> list[Doubt]:
    """The doubt about an amount of help, in rupiah, with a few zeros too many."""
    if amount is None or amount <= UNHEARD_OF:
        return []
    sentence = gettext(
        "%(amount)s is uncommonly much for one family. Please count the zeros.", amount=format_rupiah(amount)
    )
    return [Doubt(f"large:{amount}", sentence)]


def _is_same(known: EmergencyEvent, event: EmergencyEvent | Happening) -> bool:
    return known is event or (known.kind is event.kind and known.happened_on == event.happened_on)


def _help_at_hand(household: Household, event: EmergencyEvent | Happening) -> list[Doubt]:
    """What this family has already: the same event under another kind, or a card, which opens the same help."""
    found = []
    for letter in queries.letters_since(household.id, clock.today() - LONG_AGO):
        if not _is_same(letter.event, event):  # a second letter for the same event is refused, not doubted
            sentence = gettext(
                "%(number)s is already there for this family: %(event)s, %(day)s. Is this really another event?",
                number=letter.number, event=EVENTS[letter.event.kind], day=day(letter.event.happened_on),
            )  # fmt: skip
            found.append(Doubt(f"other_letter:{letter.number}", sentence))
    card = cards.active_card(household.id, clock.today())
    if card is not None:
        sentence = gettext(
            "This family has card %(number)s until %(day)s: path (c) is for families that are not poor.",
            number=card.number, day=day(card.ends_on),
        )  # fmt: skip
        found.append(Doubt(f"card:{card.number}", sentence))
    return found


def _refuse_second(event: EmergencyEvent) -> None:
    """Two letters for one event are refused (domain.md section 5); a declined request leaves the way open."""
    first = queries.letter_for(event.id)
    if first is not None:
        raise Refused(
            gettext(
                "This event already has %(number)s (%(letter)s). One event, one letter.",
                number=first.number,
                letter=first.letter_number or gettext("waiting for the mayor"),
            ),
            field="event",
        )


def _prove(event: EmergencyEvent, complaint: Complaint | None, proof: Any, *, by: User) -> None:
    """The event letter shown at the desk, or a file: without either the mayor has nothing to decide on."""
    if proof is not None:
        storing.store(proof, subject=event, household_id=event.household_id, by=by)
        return
    shown = complaint is not None and queries.event_letter_brought_on(complaint.id) is not None
    if not shown and not files.of(event):
        raise Refused(
            gettext("Please add proof: a photo, or the letter about the misfortune from the lurah or RT head."),
            field="proof",
        )


def _add_only_letter(recommendation: EmergencyRecommendation, event: EmergencyEvent) -> None:
    """The database keeps "one event, one letter" too, when two people ask at the same moment."""
    try:
        with db.session.begin_nested():
            db.session.add(recommendation)
            db.session.flush()
    except IntegrityError:
        _refuse_second(event)
        raise


def refuse_settled(recommendation: EmergencyRecommendation) -> None:
    """Raises AlreadySettled, saying by whom."""
    if recommendation.status is RecommendationStatus.PROPOSED:
        return
    name = recommendation.decided_by.full_name if recommendation.decided_by else ""
    if recommendation.status is RecommendationStatus.APPROVED:
        sentence = gettext("%(number)s has been approved before, by %(name)s.", number=recommendation.number, name=name)
    else:
        sentence = gettext("%(number)s has been declined before, by %(name)s.", number=recommendation.number, name=name)
    raise AlreadySettled(sentence)


def approve(recommendation: EmergencyRecommendation, *, reason: str, by: User, on: date) -> None:
    """Give one month of help, counted from the day of approval, under the next letter number of the year.

    Raises NotAllowed (not the mayor's office or its deputy on that day, or one's own request), AlreadySettled, and
    Refused for a second letter of the same event.
    """
    mayor_id = _ready_to_settle(recommendation, by=by, on=on)
    _refuse_second_letter(recommendation)
    letter_number = _letter_number(on)
    _settle(recommendation, RecommendationStatus.APPROVED, reason, by, mayor_id)
    recommendation.letter_number, recommendation.verification_code = letter_number, references.verification_code()
    recommendation.starts_on, recommendation.ends_on = on, clock.one_month_after(on)
    if recommendation.complaint is not None:
        note = gettext("Letter %(number)s", number=letter_number)
        complaints.move(recommendation.complaint, ComplaintStatus.APPROVED, by=by, note=note)
    audit.record("recommendation.approved", recommendation, by=by)
    db.session.flush()


def _refuse_second_letter(recommendation: EmergencyRecommendation) -> None:
    """Two families that were merged may have one event twice, each with a request of its own."""
    e, r, event = EmergencyEvent, EmergencyRecommendation, recommendation.event
    first = db.session.scalar(
        select(r.letter_number)
        .join(e, e.id == r.event_id)
        .where(r.household_id == recommendation.household_id, r.status == RecommendationStatus.APPROVED)
        .where(e.kind == event.kind, e.happened_on == event.happened_on, r.id != recommendation.id)
    )
    if first:
        sentence = gettext("This event has its letter already: %(number)s. Please decline this request.", number=first)
        raise Refused(sentence, field="own")


def decline(recommendation: EmergencyRecommendation, *, reason: str, by: User, on: date) -> None:
    """Say no, with a reason the family will read. Raises NotAllowed, AlreadySettled, and Refused without a reason."""
    if not reason.strip():
        raise Refused(gettext("Please give the reason; the family will read it."), field="own")
    mayor_id = _ready_to_settle(recommendation, by=by, on=on)
    _settle(recommendation, RecommendationStatus.DECLINED, reason, by, mayor_id)
    if recommendation.complaint is not None and not complaints.is_over(recommendation.complaint):
        complaints.move(recommendation.complaint, ComplaintStatus.DECLINED, by=by, note=reason)
    audit.record("recommendation.declined", recommendation, by=by)
    db.session.flush()


def _ready_to_settle(recommendation: EmergencyRecommendation, *, by: User, on: date) -> int | None:
    """Who may, and only once; the id of the mayor for whom a deputy acts, or None."""
    if not policies.may_decide(by, recommendation, on):
        raise NotAllowed
    # Of two at the same moment the second waits here, then sees what the first has decided.
    db.session.refresh(recommendation, with_for_update=True)
    refuse_settled(recommendation)
    delegation = None if by.can("recommendations.approve") else queries.delegation_of(by, on)
    return delegation.from_user_id if delegation else None


def _letter_number(on: date) -> str:
    """The next number of the year by the unit's pattern; a number once given is never reused (domain.md 14)."""
    unit, seq = catalogue(), series.next_number("letter", on.year)
    return references.letter_number(unit.profile["letter_pattern"], unit.setting("letter_classification"), seq, on)


def _settle(
    r: EmergencyRecommendation, status: RecommendationStatus, reason: str, by: User, mayor_id: int | None
) -> None:
    r.status, r.decision_reason = status, reason.strip()
    r.decided_by_id, r.on_behalf_of_id, r.decided_at = by.id, mayor_id, clock.now()


def record_exit(recommendation: EmergencyRecommendation, way: Exit, *, reason: str, by: User, on: date) -> None:
    """Say how the emergency ends: on to a card, a referral, or closed with a reason (lessons.md section 2 no 13).

    Raises NotAllowed, Refused without a letter or (when closed) without a reason, AlreadySettled the second time.
    """
    if not policies.may_record_exit(by):
        raise NotAllowed
    if recommendation.status is not RecommendationStatus.APPROVED:
        raise Refused(gettext("Only an approved letter has an exit."), field="way")
    if recommendation.exit is not None:
        way_before = str(EXITS[recommendation.exit])
        raise AlreadySettled(gettext("The exit is on record already: %(way)s.", way=way_before))
    if way is Exit.CLOSED and not reason.strip():
        raise Refused(gettext("Please say why nothing more is needed."), field="reason")
    recommendation.exit, recommendation.exit_reason = way, reason.strip()
    recommendation.exit_by_id, recommendation.exit_on = by.id, on
    audit.record("recommendation.exit_recorded", recommendation, by=by)


def record_printing(recommendation: EmergencyRecommendation, *, by: User) -> None:
    """Every print of a letter is an event (lessons.md thread 40)."""
    audit.record("recommendation.printed", recommendation, by=by)


def refuse_closing(complaint: Complaint) -> None:
    """A case with a letter is not closed before its emergency has an exit (lessons.md section 2 no 13)."""
    letter = queries.without_exit(complaint.id)
    if letter is not None:
        raise Refused(
            gettext("The emergency letter %(number)s has no exit yet. Please record it first.", number=letter.number)
        )


complaints.ask_before_closing(refuse_closing)
