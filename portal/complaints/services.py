"""Taking a complaint, its papers, and moving it through its states."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from portal import audit, clock, references, series
from portal.accounts.models import User
from portal.complaints import policies
from portal.complaints.models import OPEN_STATUSES, Complaint, ComplaintDocument, ComplaintStatus, ComplaintStep
from portal.complaints.promise import URGENT_SERVICE_KIND, is_answer, promise_for
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.households.models import Household
from portal.language import gettext as _
from portal.units.catalogue import catalogue


def receive(
    household: Household,
    *,
    own_words: str,
    service_code: str,
    brought: Collection[str],
    applicant_name: str,
    applicant_phone: str,
    urgent: bool,
    by: User,
    on: date,
) -> Complaint:
    """Take a family's complaint on a day and promise an answer by the service's time standard.

    `brought` holds codes of papers the family showed; with one missing the complaint is incomplete. Raises Refused.
    """
    if not policies.may_record(by):
        raise NotAllowed
    if household.closed_on:
        raise Refused(_("Nobody belongs to this family any more. Please note first who came back."))
    service = catalogue().services.get(service_code)
    if service is None:
        raise Refused(_("Please choose a service."), field="service_code")
    complaint = Complaint(
        number=references.complaint_number(on.year, series.next_number("complaint", on.year)),
        tracking_code=references.tracking_code(),
        household_id=household.id, applicant_name=applicant_name, applicant_phone=applicant_phone,
        own_words=own_words, service_code=service_code, urgent=urgent,
        received_on=on, promised_on=promise_for(service, on, urgent=urgent),
        taken_by_id=by.id, taken_at=clock.now(),
    )  # fmt: skip
    complaint.documents = [
        ComplaintDocument(code=code, brought_on=on if code in brought else None) for code in service.documents
    ]
    complaint.status = ComplaintStatus.INCOMPLETE if missing(complaint) else ComplaintStatus.RECEIVED
    _add_step(complaint, by)
    db.session.add(complaint)
    db.session.flush()
    audit.record("complaint.received", complaint, by=by)
    return complaint


def missing(complaint: Complaint) -> list[str]:
    """Codes of the papers that are still to be brought."""
    return [document.code for document in complaint.documents if document.brought_on is None]


def _add_step(complaint: Complaint, by: User | None, note: str = "") -> None:
    complaint.steps.append(
        ComplaintStep(status=complaint.status, at=clock.now(), by_id=by.id if by else None, note=note)
    )


def move(complaint: Complaint, status: ComplaintStatus, *, by: User | None, note: str = "") -> None:
    """Set the state and add it to the history, and with it the day the family was answered and the case ended.

    Raises AlreadySettled for a case that was closed or withdrawn: nothing brings it back.
    """
    _refuse_over(complaint)
    complaint.closed_on, complaint.answered_on = days_after(complaint, status)
    complaint.status = status
    _add_step(complaint, by, note)
    audit.record("complaint.moved", complaint, by=by, status=status.value)


def days_after(case: Any, status: ComplaintStatus) -> tuple[date | None, date | None]:
    """The day on which a case that comes into this state ended, and the day on which it was answered."""
    ended = None if status in OPEN_STATUSES else case.closed_on or clock.today()
    kind = catalogue().services[case.service_code].kind
    if is_answer(kind, status):
        return ended, case.answered_on or clock.today()
    # A letter, once given, was given, whatever its exit leads to.
    return ended, case.answered_on if kind == URGENT_SERVICE_KIND else None


def tick_documents(complaint: Complaint, brought: Collection[str], *, by: User) -> None:
    """Set which papers have been brought; an incomplete complaint with all of them is received."""
    if not policies.may_record(by):
        raise NotAllowed
    _refuse_over(complaint)
    changed = [each for each in complaint.documents if (each.brought_on is not None) is not (each.code in brought)]
    if not changed:
        return
    for document in changed:
        document.brought_on = clock.today() if document.code in brought else None
    flag_modified(complaint, "status")  # who ticks papers of this case meanwhile is told
    audit.record("complaint.documents", complaint, by=by, missing=missing(complaint))
    if complaint.status is ComplaintStatus.INCOMPLETE and not missing(complaint):
        move(complaint, ComplaintStatus.RECEIVED, by=by)
    elif complaint.status is ComplaintStatus.RECEIVED and missing(complaint):
        move(complaint, ComplaintStatus.INCOMPLETE, by=by)


def wait_for_a_visit(complaint: Complaint, *, by: User) -> None:
    """The visit that was booked did not take place: the case waits for another, or for papers."""
    move(complaint, ComplaintStatus.INCOMPLETE if missing(complaint) else ComplaintStatus.RECEIVED, by=by)


def is_over(complaint: Complaint) -> bool:
    """Whether the case was closed or the family withdrew it."""
    return complaint.status in {ComplaintStatus.CLOSED, ComplaintStatus.WITHDRAWN}


def _refuse_over(complaint: Complaint) -> None:
    if is_over(complaint):
        raise AlreadySettled(_("This case is closed."))


_closing_checks: list[Callable[[Complaint], None]] = []


def ask_before_closing(check: Callable[[Complaint], None]) -> None:
    """Let a later room raise Refused while a case may not be closed yet; a family may withdraw at any time."""
    _closing_checks.append(check)


_when_over: list[Callable[[Complaint, User | None], None]] = []


def when_over(act: Callable[[Complaint, User | None], None]) -> None:
    """Let a later room put away what it still had in hand for a case that was closed or withdrawn."""
    _when_over.append(act)


def close(complaint: Complaint, *, reason: str, by: User) -> None:
    """End the case with a written reason. Raises Refused without one, AlreadySettled when it is over."""
    for check in _closing_checks:
        check(complaint)
    _end(complaint, ComplaintStatus.CLOSED, reason, by)


def withdraw(complaint: Complaint, *, reason: str, by: User) -> None:
    """The family does not want to go on with it. Raises like `close`."""
    _end(complaint, ComplaintStatus.WITHDRAWN, reason, by)


def _end(complaint: Complaint, status: ComplaintStatus, reason: str, by: User) -> None:
    if not policies.may_record(by):
        raise NotAllowed
    _refuse_over(complaint)
    if not reason.strip():
        raise Refused(_("Please write the reason."), field="reason")
    complaint.closing_reason = reason.strip()
    move(complaint, status, by=by, note=reason.strip())
    for act in _when_over:
        act(complaint, by)
