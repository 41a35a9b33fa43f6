"""What happens to a visit: given to another officer, missed, done; its assessment made final; the case moved on."""

from sqlalchemy import select

from portal import audit, clock
from portal.accounts.models import User
from portal.complaints import services as complaints
from portal.complaints.models import Complaint, ComplaintStatus
from portal.db import db, take_turns
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.language import gettext
from portal.visits import booking, evidence, policies, wording
from portal.visits.answering import lock
from portal.visits.answering import save_answers as save_answers
from portal.visits.instruments import Result
from portal.visits.instruments_of import instrument
from portal.visits.models import Assessment, AssessmentStatus, HomeVisit, VisitStatus

BEFORE_THE_VISIT = {ComplaintStatus.RECEIVED, ComplaintStatus.INCOMPLETE, ComplaintStatus.SCHEDULED}
"""A complaint in one of these states is visited by its first visit; a later visit moves a decided case nowhere."""


def _to_change(visit: HomeVisit, by: User) -> HomeVisit:
    """The visit, locked. Raises like `refuse_others`."""
    refuse_others(visit, by=by)
    return _still_booked(lock(visit))


def refuse_others(visit: HomeVisit, *, by: User) -> None:
    """Raise NotAllowed for others than its visitor, and AlreadySettled once the visit is over."""
    if not policies.is_visitor(by, visit):
        raise NotAllowed
    _still_booked(visit)


def _still_booked(visit: HomeVisit) -> HomeVisit:
    if visit.status is not VisitStatus.BOOKED:
        raise AlreadySettled(gettext("This visit is over and is not changed any more."))
    return visit


def write_note(visit: HomeVisit, note: str, *, by: User) -> None:
    """Keep what was told at the house."""
    _to_change(visit, by).note = note
    audit.record("visit.noted", visit, by=by)


def miss(visit: HomeVisit, *, reason: str, by: User) -> None:
    """Nobody was at home, or the house was not found: say why. Answers taken so far stay, without a result."""
    visit = _to_change(visit, by)
    if not reason.strip():
        raise Refused(gettext("Please say why the visit did not take place."), field="reason")
    visit.status, visit.missed_reason = VisitStatus.MISSED, reason.strip()
    audit.record("visit.missed", visit, by=by)
    if visit.complaint and visit.complaint.status is ComplaintStatus.SCHEDULED:
        complaints.wait_for_a_visit(visit.complaint, by=by)


def cancel_booked(complaint: Complaint, by: User | None) -> None:
    """Nobody drives to a family whose case is over."""
    booked = select(HomeVisit).where(HomeVisit.complaint_id == complaint.id, HomeVisit.status == VisitStatus.BOOKED)
    for visit in db.session.scalars(booked):
        visit.status, visit.missed_reason = VisitStatus.CANCELLED, complaint.closing_reason
        audit.record("visit.cancelled", visit, by=by)


complaints.when_over(cancel_booked)


def assign(visit: HomeVisit, visitor: User, *, by: User) -> None:
    """Give a visit that is still to be done to another officer, at the same day and hour."""
    if not policies.may_assign(by, visit):
        raise NotAllowed
    visit = _still_booked(lock(visit))
    if not (visitor.active and visitor.can("visits.do")):
        raise Refused(gettext("This person makes no home visits."), field="visitor_id")
    take_turns(visitor)
    booking.refuse_taken(visitor, visit.visit_on, visit.visit_time, but=visit, field="visitor_id")
    visit.visitor = visitor
    audit.record("visit.assigned", visit, by=by)


def finish(visit: HomeVisit, *, note: str, by: User) -> None:
    """End a visit without a result, such as the follow-up of an emergency (path c); the note says what was found."""
    visit = _to_change(visit, by)
    if not note.strip():
        raise Refused(gettext("Please write what you found at the house."), field="note")
    visit.note = note.strip()
    _done(visit, by)


def finalise(assessment: Assessment, *, by: User, shown: int | None = None, note: str | None = None) -> None:
    """Make an assessment final with its value, band and instrument version; its visit is done.

    Only when it is complete and every answer says how it is known. Nobody changes a final assessment: a correction
    is a new visit. `shown` is the value on the page that asked; a different one is refused. `note` is kept.
    """
    if not policies.is_visitor(by, assessment.visit):
        raise NotAllowed
    visit = lock(assessment.visit)
    if assessment.status is AssessmentStatus.FINAL:
        raise AlreadySettled(gettext("This assessment is final. A correction is a new visit."))
    _still_booked(visit)
    db.session.expire(assessment, ["answers"])
    outcome = evidence.result(assessment)
    _refuse_open(assessment, outcome)
    if outcome.band is None or (shown is not None and shown != outcome.value):
        raise Refused(gettext("The answers have changed since this page was opened. Please look at the result again."))
    assessment.status, assessment.final_at = AssessmentStatus.FINAL, clock.now()
    assessment.value, assessment.band = outcome.value, outcome.band.code
    visit.note = visit.note if note is None else note
    audit.record("assessment.final", assessment, by=by)
    _done(visit, by)
    if visit.complaint and visit.complaint.status is ComplaintStatus.VISITED:
        complaints.move(visit.complaint, ComplaintStatus.ASSESSED, by=by)


def _refuse_open(assessment: Assessment, outcome: Result) -> None:
    """Name the questions without an answer, and the answers of which nobody said how they are known."""
    fields = instrument(assessment.instrument_code, assessment.instrument_version).fields
    if not outcome.complete:
        names = ", ".join(wording.label(fields[name]) for name in outcome.missing)
        raise Refused(gettext("Not complete yet. Still without an answer: %(questions)s.", questions=names))
    unsaid = [answer.field for answer in assessment.answers if answer.known_by is None and answer.field in fields]
    if unsaid:
        names = ", ".join(wording.label(fields[name]) for name in unsaid)
        raise Refused(gettext("Please say how you know this: %(questions)s.", questions=names))


def _done(visit: HomeVisit, by: User) -> None:
    visit.status, visit.done_at = VisitStatus.DONE, clock.now()
    audit.record("visit.done", visit, by=by)
    if visit.complaint and visit.complaint.status in BEFORE_THE_VISIT:
        complaints.move(visit.complaint, ComplaintStatus.VISITED, by=by)
