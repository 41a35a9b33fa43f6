"""Many cases come into one state at once, by few statements; what is stored and told is that of one (services.move)."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from portal import audit, bulk, clock
from portal.accounts.models import User
from portal.audit import changes
from portal.complaints.models import Complaint, ComplaintStatus, ComplaintStep
from portal.complaints.services import days_after
from portal.db import AnyRow, rows

_CASE = Complaint.__table__.c
_COLUMNS = (
    _CASE.id, _CASE.household_id, _CASE.service_code, _CASE.status, _CASE.closed_on, _CASE.answered_on, _CASE.version,
)  # fmt: skip


def move_all(notes: Mapping[int, str], standing: Collection[ComplaintStatus], to: ComplaintStatus, *, by: User) -> None:
    """Those of these cases that stand in one of these states come into another; each with its note, by their ids."""
    statement = select(*_COLUMNS).where(_CASE.id.in_(notes), _CASE.status.in_(standing)).order_by(_CASE.id)
    found, now = rows(statement), clock.now()
    after = [_after(case, to) for case in found]
    steps = [
        {"id": step_id, "complaint_id": case.id, "status": to, "at": now, "by_id": by.id, "note": notes[case.id]}
        for step_id, case in zip(bulk.next_ids(ComplaintStep, len(found)), found, strict=True)
    ]
    bulk.update(Complaint, after)
    bulk.insert(ComplaintStep, steps)
    for case, values, step in zip(found, after, steps, strict=True):
        told = {"changes": changes.of_changed(Complaint, case, values), "also": [changes.of_new(ComplaintStep, step)]}
        subject = (Complaint.__tablename__, case.id)
        audit.record("complaint.moved", subject, by=by, household_id=case.household_id, status=to.value, **told)


def _after(case: AnyRow, to: ComplaintStatus) -> dict[str, Any]:
    closed_on, answered_on = days_after(case, to)
    seen = {"id": case.id, "version": case.version}
    return seen | {"status": to, "closed_on": closed_on, "answered_on": answered_on}
