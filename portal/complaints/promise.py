"""The promise: the day by which a complaint is answered, and how it stands (domain.md section 7; 002 Tabel 3)."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from portal.complaints.models import OPEN_STATUSES, ComplaintStatus
from portal.units.calendar import WorkingCalendar
from portal.units.calendar import promise as promised_day
from portal.units.catalogue import ServiceEntry, catalogue

URGENT_SERVICE_KIND = "letter"
"""An emergency letter is hurried when marked urgent (seeds/services_payakumbuh.toml, data-letter)."""


ANSWERED_BY = {
    "card": ComplaintStatus.APPROVED,
    "letter": ComplaintStatus.APPROVED,
    "referral": ComplaintStatus.REFERRED,
}
"""Card and letter are there with the approval, a referral once it is sent; what is promised of aid is the aid."""


class PromiseState(NamedTuple):
    """`state` is open, kept or missed, or "none" where the service promises no day; days are working days."""

    state: str
    days_left: int


def days_promised(service: ServiceEntry, *, urgent: bool) -> int | None:
    """The time standard in working days, shortened for an urgent emergency letter; None where there is none."""
    if urgent and service.kind == URGENT_SERVICE_KIND and service.days is not None:
        return min(service.days, int(catalogue().setting("emergency_urgent_days")))
    return service.days


def promise_for(service: ServiceEntry, received_on: date, *, urgent: bool) -> date | None:
    """The day promised for a complaint received on this day."""
    days = days_promised(service, urgent=urgent)
    return promised_day(service.time_rule, days, received_on, catalogue().calendar)


def is_answer(service_kind: str, status: ComplaintStatus) -> bool:
    """Whether a case that comes into this state has what was promised: its end, or the very thing asked for."""
    return status not in OPEN_STATUSES or status is ANSWERED_BY.get(service_kind)


def state(complaint: Any, today: date, calendar: WorkingCalendar | None = None) -> PromiseState:
    """How the promise of a complaint (or a row with promised_on, answered_on) stands today.

    A promise is broken once a working day has begun after the promised day; days left are below zero then. An answered
    case is judged by the day of the answer.
    """
    if complaint.promised_on is None:
        return PromiseState("none", 0)
    calendar = calendar or catalogue().calendar
    if complaint.answered_on is None:
        left = calendar.working_days_between(today, complaint.promised_on)
        return PromiseState("missed" if left < 0 else "open", left)
    left = calendar.working_days_between(complaint.answered_on, complaint.promised_on)
    return PromiseState("missed" if left < 0 else "kept", left)


def overdue_before(today: date) -> date:
    """Unanswered complaints promised before this day are overdue: today, or the last working day when today is none."""
    calendar = catalogue().calendar
    while not calendar.is_working_day(today):
        today -= timedelta(days=1)
    return today
