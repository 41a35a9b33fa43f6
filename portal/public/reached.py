"""Families that a service reached, with money or without."""

from datetime import date, datetime, time

from sqlalchemy import func, select, union

from portal import clock
from portal.complaints.models import Complaint, ComplaintStatus, ComplaintStep
from portal.db import db
from portal.funds.models import Disbursement, DisbursementStatus
from portal.units.models import Service


def families(since: date, until: date) -> dict[str, int]:
    """By field: families that aid was paid to, or that a service reached, between two days; each once a field."""
    paid = (
        select(Service.field, Disbursement.household_id)
        .join(Service, Service.code == Disbursement.service_code)
        .where(Disbursement.status == DisbursementStatus.PAID, Disbursement.paid_on.between(since, until))
    )
    # Days of the unit's clock, which begin seven hours before those in UTC.
    first, last = (datetime.combine(on, at, clock.ZONE) for on, at in ((since, time.min), (until, time.max)))
    served = (
        select(Service.field, Complaint.household_id)
        .join(Complaint, Complaint.service_code == Service.code)
        .join(ComplaintStep, ComplaintStep.complaint_id == Complaint.id)
        .where(ComplaintStep.status == ComplaintStatus.DELIVERED, ComplaintStep.at.between(first, last))
    )
    both = union(paid, served).subquery()
    rows = db.session.execute(select(both.c.field, func.count()).group_by(both.c.field))
    return {row.field: row[1] for row in rows}
