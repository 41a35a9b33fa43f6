"""How a complaint stands, for whoever holds its number and the code on the receipt."""

import hmac
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from portal import clock
from portal.complaints import promise
from portal.complaints.life import next_in_words, six_steps
from portal.complaints.models import Complaint, ComplaintStep
from portal.complaints.models import ComplaintStatus as Status
from portal.db import db
from portal.language import lazy_gettext as _l
from portal.visits.models import HomeVisit, VisitStatus

# The decision itself is told at the desk, where it can be explained: a page that says "declined" would tell whoever
# finds the receipt something about how poor this family is.
DECIDED: Final = frozenset({Status.APPROVED, Status.DECLINED})
COME: Final = _l("The unit has decided. Please come to the desk with your receipt: we explain it and what comes next.")


@dataclass(frozen=True)
class Progress:
    """All that the tracking page may show: nothing of who, where, how poor, how much or why."""

    number: str
    service_code: str
    received_on: date
    steps: list[tuple[Any, date | None, str]]
    promised_on: date | None
    promise_state: str
    days_left: int
    next: str
    visit_on: date | None


def find(number: str, code: str, *, today: date) -> Progress | None:
    """The progress of this complaint, or None: a wrong number and a wrong code look alike, and take as long."""
    row = db.session.execute(
        select(
            Complaint.id, Complaint.number, Complaint.tracking_code, Complaint.service_code, Complaint.status,
            Complaint.received_on, Complaint.promised_on, Complaint.answered_on,
        ).where(Complaint.number == number)
    ).first()  # fmt: skip
    right = hmac.compare_digest(code.encode(), (row.tracking_code if row else "------").encode())
    return _progress(row, today) if row is not None and right else None


def _progress(row: Any, today: date) -> Progress:
    history = db.session.execute(
        select(ComplaintStep.status, ComplaintStep.at)
        .where(ComplaintStep.complaint_id == row.id)
        .order_by(ComplaintStep.id)
    ).all()
    # Whether the promise still runs would tell approved from declined.
    state, days_left = ("decided", 0) if row.status in DECIDED else promise.state(row, today)
    return Progress(
        number=row.number,
        service_code=row.service_code,
        received_on=row.received_on,
        steps=_steps([(h.status, clock.local(h.at).date()) for h in history]),
        promised_on=row.promised_on,
        promise_state=state,
        days_left=days_left,
        next=str(COME if row.status in DECIDED else next_in_words(row.status)),
        visit_on=_visit_on(row.id, today) if row.status is Status.SCHEDULED else None,
    )


def _steps(history: list[tuple[Status, date]]) -> list[tuple[Any, date | None, str]]:
    """The six words; once decided, what follows is open, approved or declined alike."""
    if history[-1][0] not in DECIDED:
        return six_steps(history)
    steps = six_steps([*history[:-1], (Status.APPROVED, history[-1][1])])
    return [(word, on, "todo" if state == "current" else state) for word, on, state in steps]


def _visit_on(complaint_id: int, today: date) -> date | None:
    """The day somebody comes, so that somebody is at home."""
    return db.session.execute(
        select(HomeVisit.visit_on)
        .where(
            HomeVisit.complaint_id == complaint_id, HomeVisit.status == VisitStatus.BOOKED, HomeVisit.visit_on >= today
        )
        .order_by(HomeVisit.visit_on)
        .limit(1)
    ).scalar()
