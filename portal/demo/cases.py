"""One case of the demo, step by step as at the desk; each step leaves its row, its place in the history, its trail."""

from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from portal import clock
from portal.cards.models import Card
from portal.complaints.models import OPEN_STATUSES, Complaint, ComplaintDocument, ComplaintStatus, ComplaintStep
from portal.complaints.promise import days_promised, is_answer
from portal.decisions.models import (
    Decision,
    DecisionStatus,
    ListingError,
    ListingErrorKind,
    ListingErrorOutcome,
    Proposal,
)
from portal.decisions.paths import Facts, PathOutcome, find_path
from portal.demo import answers, words
from portal.demo.city import City, House
from portal.demo.days import moment
from portal.demo.register import check_list
from portal.demo.sheet import Row
from portal.references import TRACKING_LENGTH, VERIFICATION_LENGTH
from portal.units.calendar import promise
from portal.visits.instruments import Result, evaluate
from portal.visits.models import Answer, Assessment, AssessmentStatus, HomeVisit, VisitStatus

CARD = "kartu-upt-kan"


class Case:
    """A complaint and all that follows it. Days may not run backwards; the caller keeps them in order."""

    def __init__(
        self,
        city: City,
        house: House,
        service: str,
        worker: str,
        on: date,
        *,
        urgent: bool = False,
        at: time | None = None,
    ) -> None:
        self.city, self.house, self.service, self.worker = city, house, service, worker
        self.entry = city.catalogue.service(service)
        self.user = city.users[worker]
        taken = moment(on, at or city.hour(8, 14))
        self.complaint = city.sheet.add(
            Complaint, tracking_code=city.code(TRACKING_LENGTH), household_id=house.id,
            applicant_name=house.head.name, applicant_phone=house.row["phone"],
            own_words=city.rng.choice(words.OWN_WORDS[service]), service_code=service, urgent=urgent, received_on=on,
            promised_on=promise(self.entry.time_rule, days_promised(self.entry, urgent=urgent), on, city.days.calendar)
            if self.entry.days else None,
            taken_by_id=self.user["id"], taken_at=taken,
        )  # fmt: skip
        house.first_seen = min(house.first_seen or on, on)
        self._step(ComplaintStatus.RECEIVED, taken)
        self._act(taken, self.user, "complaint.received", "complaint", self.complaint)
        self.visited: Row = {}
        self.missed_at = taken
        self.assessment: Row = {}
        self.decision: Row = {}
        self.outcome: PathOutcome | None = None

    def papers(self, missing: int = 0) -> None:
        """The papers brought at the first visit to the desk; the last `missing` ones still lack."""
        codes = self.entry.documents
        for position, code in enumerate(codes):
            brought = self.complaint["received_on"] if position < len(codes) - missing else None
            self.city.sheet.add(ComplaintDocument, complaint_id=self.complaint["id"], code=code, brought_on=brought)
        if missing:
            at = self.complaint["taken_at"] + timedelta(minutes=6)
            self._step(ComplaintStatus.INCOMPLETE, at)
            self._act(at, self.user, "complaint.moved", "complaint", self.complaint)

    def book(self, on: date, visitor: str | None = None, *, at: time | None = None) -> Row:
        """A visit in the agenda."""
        visitor = visitor or self.worker
        booked = max(self.complaint["taken_at"] + timedelta(minutes=12), self.missed_at + timedelta(minutes=10))
        self.visited = self.city.sheet.add(
            HomeVisit, household_id=self.house.id, complaint_id=self.complaint["id"],
            visitor_id=self.city.users[visitor]["id"], visit_on=on, visit_time=at or self.city.slot(visitor, on),
            booked_by_id=self.user["id"], booked_at=booked,
        )  # fmt: skip
        if self.complaint["status"] is not ComplaintStatus.SCHEDULED:
            self._step(ComplaintStatus.SCHEDULED, booked)
        self._act(booked, self.user, "visit.booked", "home_visit", self.visited)
        return self.visited

    def miss(self, reason: str) -> None:
        """Nobody at home."""
        self.visited |= {"status": VisitStatus.MISSED, "missed_reason": reason}
        at = moment(self.visited["visit_on"], self.visited["visit_time"]) + timedelta(minutes=20)
        self._act(at, self._visitor(), "visit.missed", "home_visit", self.visited)
        self._step(ComplaintStatus.RECEIVED, at)
        self.missed_at = at

    def visit(self, raw: dict[str, str], *, draft: bool = False) -> Result:
        """The officer was there and filled in the instrument; with a draft the visit is not over yet."""
        on = self.visited["visit_on"]
        done = moment(on, self.visited["visit_time"]) + timedelta(minutes=self.city.rng.randint(25, 50))
        self.visited["note"] = self.city.rng.choice(words.VISIT_NOTES)
        check_list(self.city, self.house, on, self._visitor())
        stored = answers.as_stored(self.city, raw)
        result = evaluate(self.city.instrument, stored)
        self._assess(stored, result, done, draft=draft or not result.complete)
        if draft:
            self._act(done, self._visitor(), "assessment.answered", "assessment", self.assessment)
        else:
            self._end_visit(done)
        return result

    def _end_visit(self, done: datetime) -> None:
        """The visit is over; what was answered is final a quarter of an hour later, if nothing lacks."""
        self.visited |= {"status": VisitStatus.DONE, "done_at": done}
        self._step(ComplaintStatus.VISITED, done, by=self._visitor())
        self._act(done, self._visitor(), "visit.done", "home_visit", self.visited)
        if self.assessment["status"] is AssessmentStatus.FINAL:
            final = done + timedelta(minutes=15)
            self._step(ComplaintStatus.ASSESSED, final, by=self._visitor())
            self._act(final, self._visitor(), "assessment.final", "assessment", self.assessment)

    def _assess(self, stored: dict[str, str], result: Result, done: datetime, *, draft: bool) -> None:
        visitor, sheet = self._visitor(), self.city.sheet
        final = {} if draft or result.band is None else {
            "status": AssessmentStatus.FINAL, "final_at": done + timedelta(minutes=15), "value": result.value,
            "band": result.band.code,
        }  # fmt: skip
        self.assessment = sheet.add(
            Assessment, household_id=self.house.id, visit_id=self.visited["id"],
            instrument_code=result.instrument_code, instrument_version=result.instrument_version,
            assessed_on=self.visited["visit_on"], by_id=visitor["id"], **final,
        )  # fmt: skip
        for minutes, (name, value) in enumerate(stored.items()):
            sheet.add(
                Answer, assessment_id=self.assessment["id"], field=name, value=value,
                known_by=answers.known_by(self.city.rng, name), answered_at=done - timedelta(minutes=20 - minutes),
            )  # fmt: skip

    def propose(self, on: date, *, help_them: bool, renews: Row | None = None, emergency: str | None = None) -> Row:
        """What the worker proposes, with the facts and the path as the rule saw them."""
        facts = Facts(
            listed=self.house.listed, list_code="dtsen", membership_card=self.house.holds_kks,
            band=self.assessment["band"], visited=True, emergency=emergency,
        )  # fmt: skip
        self.outcome = find_path(facts, self.city.scheme)
        at = max(moment(on, self.city.hour(8, 11)), self.assessment["final_at"] + timedelta(minutes=20))
        self.decision = self.city.sheet.add(
            Decision, complaint_id=self.complaint["id"], household_id=self.house.id,
            assessment_id=self.assessment["id"], visitor_id=self.visited["visitor_id"], path=self.outcome.path,
            ground={"facts": asdict(facts)} | asdict(self.outcome),
            proposal=Proposal.HELP if help_them else Proposal.REFUSE, renews_card_id=renews["id"] if renews else None,
            proposal_reason=self.city.rng.choice(words.PROPOSE_HELP if help_them else words.PROPOSE_REFUSE),
            proposed_by_id=self.user["id"], proposed_at=at,
        )  # fmt: skip
        self._act(at, self.user, "decision.proposed", "decision", self.decision)
        if self.outcome.listing_error:
            self._listing_error(self.outcome.listing_error, at)
        return self.decision

    def _listing_error(self, kind: str, at: datetime) -> None:
        outcomes = (
            [ListingErrorOutcome.RECORDED, ListingErrorOutcome.DELIBERATION]
            + [ListingErrorOutcome.PROPOSED_ADD if kind == "exclusion" else ListingErrorOutcome.PROPOSED_DROP] * 2
            + [ListingErrorOutcome.ACCEPTED]
        )
        recent = (self.city.days.today - clock.local(at).date()).days < 60
        quarter = clock.local(at).date()
        row = self.city.sheet.add(
            ListingError, household_id=self.house.id, complaint_id=self.complaint["id"],
            assessment_id=self.assessment["id"], kind=ListingErrorKind(kind), list_code="dtsen",
            list_as_of=date(quarter.year, (quarter.month - 1) // 3 * 3 + 1, 1),
            instrument_code=self.assessment["instrument_code"],
            instrument_version=self.assessment["instrument_version"], value=self.assessment["value"],
            band=self.assessment["band"], visitor_id=self.assessment["by_id"], found_on=self.visited["visit_on"],
            reason=words.LISTING_ERROR[kind],
            outcome=ListingErrorOutcome.RECORDED if recent else self.city.rng.choice(outcomes),
            recorded_by_id=self.user["id"], recorded_at=at,
        )  # fmt: skip
        self._act(at, self.user, "listing_error.recorded", "listing_error", row, kind=kind)

    def decide(self, on: date, status: DecisionStatus, reason: str = "") -> None:
        """The unit head settles the proposal."""
        head = self.city.users["kepala"]
        at = max(moment(on, self.city.hour(13, 15)), self.decision["proposed_at"] + timedelta(minutes=30))
        approved = status is DecisionStatus.APPROVED
        texts = words.APPROVE if approved else words.DECLINE
        self.decision |= {
            "status": status, "decision_reason": reason or self.city.rng.choice(texts),
            "decided_by_id": head["id"], "decided_at": at,
        }  # fmt: skip
        if status is not DecisionStatus.RETURNED:
            self._step(ComplaintStatus.APPROVED if approved else ComplaintStatus.DECLINED, at, by=head)
        self._act(
            at, head, f"decision.{status.value}", "decision", self.decision,
            changes={"status": ["proposed", status.value]},
        )  # fmt: skip

    def issue_card(self, renews: Row | None = None) -> Row:
        """The one-year card of path (b); a renewal begins where the old one ends (003 Hasil 3 (b))."""
        head, at = self.city.users["kepala"], self.decision["decided_at"] + timedelta(minutes=10)
        starts = clock.local(at).date()
        if renews:
            starts = max(starts, renews["ends_on"] + timedelta(days=1))
        months = self.city.catalogue.cards[CARD].months
        card = self.city.sheet.add(
            Card, verification_code=self.city.code(VERIFICATION_LENGTH), card_type_code=CARD,
            household_id=self.house.id, decision_id=self.decision["id"], holder_name=self.house.head.name,
            starts_on=starts, ends_on=clock.validity_end(starts, months), renews_id=renews["id"] if renews else None,
            issued_by_id=head["id"], issued_at=at,
        )  # fmt: skip
        self._act(at, head, "card.renewed" if renews else "card.issued", "card", card)
        return card

    def move(self, status: ComplaintStatus, at: datetime, by: Row | None = None, note: str = "") -> None:
        """Another step of the case."""
        self._step(status, at, by=by, note=note)
        self._act(at, by or self.user, "complaint.moved", "complaint", self.complaint, status=status.value)

    def close(self, status: ComplaintStatus, at: datetime, reason: str) -> None:
        """The end of the case, said in a sentence."""
        self._step(status, at, note=reason)
        self.complaint["closing_reason"] = reason
        self._act(at, self.user, "complaint.moved", "complaint", self.complaint, status=status.value)

    def _visitor(self) -> Row:
        return next(user for user in self.city.users.values() if user["id"] == self.visited["visitor_id"])

    def _step(self, status: ComplaintStatus, at: datetime, *, by: Row | None = None, note: str = "") -> None:
        self.complaint["status"] = status
        if status not in OPEN_STATUSES and self.complaint["closed_on"] is None:
            self.complaint["closed_on"] = clock.local(at).date()
        kind = self.city.catalogue.services[self.complaint["service_code"]].kind
        if self.complaint["answered_on"] is None and is_answer(kind, status):
            self.complaint["answered_on"] = clock.local(at).date()
        self.city.sheet.add(
            ComplaintStep, complaint_id=self.complaint["id"], status=status, at=at, by_id=(by or self.user)["id"],
            note=note,
        )  # fmt: skip

    def _act(self, at: datetime, by: Row, action: str, subject: str, row: Row, **more: Any) -> None:
        self.city.trail.act(at, by, action, subject, row, self.house.id, **more)
