"""Families that a service reached without money."""

from collections import defaultdict
from datetime import date, datetime, time

from sqlalchemy import exists, select

from portal import clock
from portal.complaints.models import Complaint, ComplaintStatus, ComplaintStep
from portal.db import db
from portal.funds.models import Disbursement
from portal.units.models import Service


def without_money(since: date, until: date) -> dict[str, set[int]]:
    """By field: families whose complaint was delivered between two days, and not by paying.

    A payment delivers its complaint on the day it is entered, and counts with its money, on the day it was made.
    """
    # Days of the unit's clock, which begin seven hours before those in UTC.
    first, last = (datetime.combine(on, at, clock.ZONE) for on, at in ((since, time.min), (until, time.max)))
    paid = exists().where(Disbursement.complaint_id == Complaint.id, Disbursement.paid_at <= ComplaintStep.at)
    rows = db.session.execute(
        select(Service.field, Complaint.household_id)
        .join(Complaint, Complaint.service_code == Service.code)
        .join(ComplaintStep, ComplaintStep.complaint_id == Complaint.id)
        .where(ComplaintStep.status == ComplaintStatus.DELIVERED, ComplaintStep.at.between(first, last), ~paid)
    )
    found: dict[str, set[int]] = defaultdict(set)
    for field, family in rows:
        found[field].add(family)
    return found
