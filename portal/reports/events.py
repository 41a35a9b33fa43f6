"""One timeline out of the records of a case or a family: who did what, when, and where to read more."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain, groupby
from typing import Any

from portal import clock
from portal.complaints.models import ComplaintStatus
from portal.complaints.wording import STATUS
from portal.decisions.models import DecisionStatus, Proposal
from portal.decisions.words import ground_of_error
from portal.funds.models import DisbursementStatus, EntryKind
from portal.households import event_words
from portal.language import gettext as _
from portal.recommendations.models import RecommendationStatus
from portal.reports import addresses, wording
from portal.reports.records import Records
from portal.units.documents import document_name
from portal.units.formats import day, service_name
from portal.visits.models import AssessmentStatus, VisitStatus

TOLD_BY_STEP = (ComplaintStatus.DELIVERED, ComplaintStatus.CLOSED, ComplaintStatus.WITHDRAWN)
"""Steps that no other record tells. Visits, decisions and referrals speak for themselves, and so does the aid or the
card that a step names."""


@dataclass(frozen=True)
class Event:
    """One line of `ui.timeline`; `on` instead of the hour where only the day is known."""

    at: datetime
    text: str
    by: str = ""
    url: str = ""
    icon: str = "right"
    tone: str = ""
    detail: str = ""
    money: int | None = None
    on: date | None = None


def story(records: Records) -> list[Event]:
    """All events, newest first."""
    tellers = (
        _complaints, _papers, _steps, _visits, _decisions, _cards, _recommendations, _aid, _referrals,
        _listing_errors, _changes, _family_events, _merges,
    )  # fmt: skip
    found = chain.from_iterable(teller(records) for teller in tellers)
    return sorted(found, key=lambda event: event.at, reverse=True)


def _some_time_on(on: date) -> datetime:
    """A moment to sort a day by: its noon at the unit."""
    return datetime.combine(on, time(12), clock.ZONE)


def _complaints(records: Records) -> Iterator[Event]:
    for row in records.complaints:
        yield Event(
            row.taken_at,
            _("Complaint %(number)s received: %(service)s", number=row.number, service=service_name(row.service_code)),
            records.names.get(row.taken_by_id, ""),
            addresses.complaint(row.number),
            "complaint",
            detail=row.own_words,
        )


def _papers(records: Records) -> Iterator[Event]:
    brought = sorted(
        (row for row in records.documents if row.brought_on), key=lambda row: (row.brought_on, row.number, row.id)
    )
    for (on, number), rows in groupby(brought, key=lambda row: (row.brought_on, row.number)):
        names = ", ".join(document_name(row.code) for row in rows)
        url = addresses.complaint(number)
        yield Event(_some_time_on(on), _("Papers brought: %(papers)s", papers=names), url=url, icon="file", on=on)


def _steps(records: Records) -> Iterator[Event]:
    told = {row.number for row in (*records.aid, *records.cards)}
    for row in records.steps:
        if row.status in TOLD_BY_STEP and row.note not in told:
            word, tone, icon = STATUS[row.status]
            text = f"{word} · {row.number}" + (f": {row.note}" if row.note else "")
            by = records.names.get(row.by_id, "")
            yield Event(row.at, text, by, addresses.complaint(row.number), icon, tone)


def _visits(records: Records) -> Iterator[Event]:
    for row in records.visits:
        url, visitor = addresses.visit(row.id), records.names.get(row.visitor_id, "")
        first, *moves = _appointments(row, records)
        booked = _("Visit booked for %(when)s with %(name)s", when=first.when, name=first.visitor)
        yield Event(row.booked_at, booked, records.names.get(row.booked_by_id, ""), url, "calendar")
        for move in moves:
            moved = _("Visit moved to %(when)s with %(name)s", when=move.when, name=move.visitor)
            yield Event(move.at, moved, move.by, url, "calendar")
        if row.status == VisitStatus.DONE:
            yield Event(row.done_at, _("Visited at home"), visitor, url, "visit", "info", row.note)
        elif row.status == VisitStatus.MISSED:
            text = _("The visit did not take place: %(reason)s", reason=row.missed_reason)
            yield Event(_some_time_on(row.visit_on), text, visitor, url, "warning", "due", on=row.visit_on)
        elif row.status == VisitStatus.CANCELLED:
            text = _("The visit was cancelled")
            yield Event(
                _some_time_on(row.visit_on), text, url=url, icon="cross", detail=row.missed_reason, on=row.visit_on
            )
        yield from _assessment(row, records)


@dataclass(frozen=True)
class Appointment:
    """When somebody was to come: as it was booked, and after each move."""

    at: datetime
    by: str
    when: str
    visitor: str


def _appointments(visit: Any, records: Records) -> list[Appointment]:
    """What was agreed for a visit, one after the other, worked out backwards from how it stands now."""
    stands = {
        "visit_on": visit.visit_on.isoformat(),
        "visit_time": visit.visit_time.isoformat(),
        "visitor_id": visit.visitor_id,
    }
    moves = [row for row in records.moves if row.subject_id == str(visit.id)]
    found: list[Appointment] = []
    for move in reversed(moves):
        found.insert(0, _appointment(stands, move.at, records.names.get(move.actor_id, ""), records))
        changes = json.loads(move.details).get("changes", {})
        stands = {name: changes[name][0] if name in changes else value for name, value in stands.items()}
    return [_appointment(stands, visit.booked_at, "", records), *found]


def _appointment(stands: dict[str, Any], at: datetime, by: str, records: Records) -> Appointment:
    on, hour = date.fromisoformat(stands["visit_on"]), time.fromisoformat(stands["visit_time"])
    when = f"{day(on, weekday=True)} {hour:%H.%M}"
    return Appointment(at, by, when, records.names.get(stands["visitor_id"], ""))


def _assessment(row: Any, records: Records) -> Iterator[Event]:
    url, by = addresses.assessment(row.id), records.names.get(row.by_id, "")
    if row.assessment_status == AssessmentStatus.FINAL:
        text = wording.result(row.instrument_code, row.instrument_version, row.value, row.band)
        yield Event(row.final_at, text, by, url, "report", "info")
    elif row.assessment_status == AssessmentStatus.DRAFT:
        text = _("Assessment begun, not finished yet")
        yield Event(_some_time_on(row.assessed_on), text, by, url, "edit", "due", on=row.assessed_on)


def _decisions(records: Records) -> Iterator[Event]:
    for row in records.decisions:
        url, proposer = addresses.decision(row.id), records.names.get(row.proposed_by_id, "")
        proposed = str(wording.PROPOSALS[row.proposal])
        if row.proposal == Proposal.HELP:
            proposed += " · " + _("path (%(path)s)", path=row.path)
        yield Event(row.proposed_at, proposed, proposer, url, "decision", detail=row.proposal_reason)
        if row.status != DecisionStatus.PROPOSED:
            tone, icon, text = wording.DECISIONS[row.status]
            decider = records.names.get(row.decided_by_id, "")
            yield Event(row.decided_at, str(text), decider, url, icon, tone, row.decision_reason)


def _cards(records: Records) -> Iterator[Event]:
    for row in records.cards:
        url, issuer = addresses.card(row.number), records.names.get(row.issued_by_id, "")
        text = _("Card %(number)s issued, valid until %(day)s", number=row.number, day=day(row.ends_on))
        yield Event(row.issued_at, text, issuer, url, "card", "good")
        if row.revoked_on:
            text = _("Card %(number)s revoked: %(reason)s", number=row.number, reason=row.revocation_reason)
            by, at = records.names.get(row.revoked_by_id, ""), _some_time_on(row.revoked_on)
            yield Event(at, text, by, url, "refused", "late", on=row.revoked_on)


def _recommendations(records: Records) -> Iterator[Event]:
    for row in records.recommendations:
        url, proposer = addresses.recommendation(row.number), records.names.get(row.proposed_by_id, "")
        text = _("Emergency %(number)s put to the mayor", number=row.number)
        yield Event(row.proposed_at, text, proposer, url, "emergency", "due", row.description)
        if row.status != RecommendationStatus.PROPOSED:
            yield _mayors_word(row, records)
        if row.exit:
            by, at = records.names.get(row.exit_by_id, ""), _some_time_on(row.exit_on)
            yield Event(at, str(wording.EXITS[row.exit]), by, url, "check", detail=row.exit_reason, on=row.exit_on)


def _mayors_word(row: Any, records: Records) -> Event:
    url, by = addresses.recommendation(row.number), records.names.get(row.decided_by_id, "")
    if row.on_behalf_of_id:
        by = _("%(deputy)s for %(mayor)s", deputy=by, mayor=records.names.get(row.on_behalf_of_id, ""))
    if row.status == RecommendationStatus.DECLINED:
        text = _("Emergency %(number)s declined", number=row.number)
        return Event(row.decided_at, text, by, url, "refused", "late", row.decision_reason)
    text = _("Letter %(number)s, valid until %(day)s", number=row.letter_number, day=day(row.ends_on))
    return Event(row.decided_at, text, by, url, "letter", "good", row.decision_reason, row.amount)


def _aid(records: Records) -> Iterator[Event]:
    released = {row.disbursement_id: row for row in records.given_back if row.kind == EntryKind.RELEASE}
    for row in records.aid:
        url, by = addresses.disbursement(row.number), records.names.get(row.proposed_by_id, "")
        text = _("Aid %(number)s proposed: %(service)s", number=row.number, service=service_name(row.service_code))
        if row.waiting_reason:
            text = _("Aid %(number)s on the waiting list: %(reason)s", number=row.number, reason=row.waiting_reason)
        yield Event(row.proposed_at, text, by, url, "payment", money=row.amount)
        yield from _approved_and_paid(row, records)
        if row.status in wording.AID_ENDED:
            yield _called_off(row, released.get(row.id), records)
    for row in records.given_back:
        if row.kind == EntryKind.REVERSAL:
            text, url = _("Payment of %(number)s taken back", number=row.number), addresses.disbursement(row.number)
            by = records.names.get(row.posted_by_id, "")
            yield Event(row.posted_at, text, by, url, "undo", "late", row.note, row.amount)


def _approved_and_paid(row: Any, records: Records) -> Iterator[Event]:
    url, name = addresses.disbursement(row.number), records.names
    if row.approved_at and row.status != DisbursementStatus.DECLINED:
        text = _("Aid %(number)s approved", number=row.number)
        yield Event(row.approved_at, text, name.get(row.approved_by_id, ""), url, "ok", money=row.amount)
    if row.paid_at and row.method:
        text = _("Aid paid %(how)s to %(name)s", how=wording.METHODS[row.method], name=row.received_by)
        payer = name.get(row.paid_by_id, "")
        yield Event(row.paid_at, text, payer, url, "payment", "good", row.payment_note, row.amount)


def _called_off(row: Any, released: Any, records: Records) -> Event:
    """Aid declined or cancelled; the ledger knows when its money became free, if it had any."""
    at = released.posted_at if released else row.approved_at or row.proposed_at
    by = records.names.get(released.posted_by_id if released else row.approved_by_id, "")
    text = str(wording.AID_ENDED[row.status]) % {"number": row.number}
    return Event(at, text, by, addresses.disbursement(row.number), "refused", "late", row.settling_reason)


def _referrals(records: Records) -> Iterator[Event]:
    for row in records.referrals:
        url = addresses.referral(row.id)
        sent, sender = _("Referred to %(office)s", office=row.office), records.names.get(row.sent_by_id, "")
        yield Event(row.sent_at, sent, sender, url, "referral", detail=row.reason)
        if row.outcome:
            text = str(wording.OUTCOMES[row.outcome]) % {"office": row.office}
            by = records.names.get(row.answered_by_id, "")
            yield Event(row.answered_at, text, by, url, "referral", "info", row.answer)


def _listing_errors(records: Records) -> Iterator[Event]:
    for row in records.listing_errors:
        by = records.names.get(row.recorded_by_id, "")
        text = str(wording.LISTING_ERRORS[row.kind])
        yield Event(row.recorded_at, text, by, "/listing-errors", "list", "due", ground_of_error(row))


def _changes(records: Records) -> Iterator[Event]:
    for row in records.changes:
        by = records.names.get(row.actor_id, row.actor_name)
        text = _card_of_others(row) if row.kind else str(wording.CHANGES.get(row.action, wording.CHANGED))
        yield Event(row.at, text, by, icon="edit")


def _family_events(records: Records) -> Iterator[Event]:
    happened = {number: list(rows) for number, rows in groupby(records.family_events, key=lambda row: row.id)}
    for rows in happened.values():
        first, told = rows[0], event_words.told(rows, of=happened.get(rows[0].reverses_id, ()))
        url, by = (
            addresses.household(first.household_id, f"events/{first.id}"),
            records.names.get(first.noted_by_id, ""),
        )
        icon = event_words.ICONS.get(first.kind, "household")
        yield Event(_some_time_on(first.on), told.text, by, url, icon, detail=told.detail, on=first.on)


def _merges(records: Records) -> Iterator[Event]:
    for row in records.merges:
        url, by = f"/merges/{row.id}", records.names.get(row.merged_by_id, "")
        names = {"name": row.person, "head": row.kept_head, "other": row.other_head}
        yield Event(row.merged_at, str(wording.MERGED[row.kind]) % names, by, url, "household", detail=row.reason)
        if row.taken_apart_at:
            text, by = str(wording.TAKEN_APART[row.kind]) % names, records.names.get(row.taken_apart_by_id, "")
            yield Event(row.taken_apart_at, text, by, url, "undo", detail=row.taken_apart_reason)


def _card_of_others(row: Any) -> str:
    """Which KPS or KKS was seen, replaced or given up, by the last digits of its number as everywhere on this page."""
    before, after = json.loads(row.details).get("changes", {}).get("number") or (None, None)
    if row.action == "household.membership_card_ended":
        after = row.number
    card = f"{row.kind.upper()} {_last_digits(after)}".strip()
    if before:
        return _("Membership card %(card)s seen; it replaces number %(old)s", card=card, old=_last_digits(before))
    return f"{wording.CHANGES.get(row.action, wording.CHANGED)}: {card}"


def _last_digits(number: str | None) -> str:
    return f"•••• {number[-4:]}" if number else ""
