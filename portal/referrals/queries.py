"""Finding referrals."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.complaints.models import Complaint
from portal.db import db
from portal.errors import NotFound
from portal.households.models import Household
from portal.referrals import policies
from portal.referrals.models import Referral


def get_referral(referral_id: int, *, reader: User) -> Referral:
    """Raises NotFound, also for a referral to another office than the reader's."""
    found = db.session.get(Referral, referral_id)
    if found is None or not policies.may_see(reader, found):
        raise NotFound
    return found


def listed(
    chosen: str, text: str, *, office: str | None, after: list[Any] | None, size: int, on: date
) -> Sequence[Any]:
    """Referrals that are open, late or answered, at most `size`; `office` narrows them to one office.

    Open and late ones begin with the day that is due first, answered ones with the newest.
    """
    r, mark = Referral, after[0] if after and isinstance(after[0], int) else None
    statement = select(
        r.id, r.office, r.service_code, r.due_on, r.outcome, r.sent_at, r.answered_at, Household.head_name,
        Household.village_code,
    ).join(Household, Household.id == r.household_id)  # fmt: skip
    if chosen == "answered":
        statement = statement.where(r.outcome.is_not(None)).order_by(r.id.desc())
        place = r.id < mark if mark else None
    else:
        statement = statement.where(r.outcome.is_(None)).order_by(r.id)
        place = r.id > mark if mark else None
    if chosen == "late":
        statement = statement.where(r.due_on < on)
    if place is not None:
        statement = statement.where(place)
    if office is not None:
        statement = statement.where(r.office == office)
    if text:
        statement = statement.where(func.lower(Household.head_name).contains(text.lower(), autoescape=True))
    return db.session.execute(statement.limit(size)).all()


def unanswered(on: date) -> Sequence[Any]:
    """Referrals whose answer is late, the most overdue first (domain.md section 10: shown to both heads)."""
    r = Referral
    return db.session.execute(
        select(r.id, r.office, r.due_on, Household.head_name, Complaint.number.label("complaint"))
        .join(Household, Household.id == r.household_id)
        .outerjoin(Complaint, Complaint.id == r.complaint_id)
        .where(r.outcome.is_(None), r.due_on < on)
        .order_by(r.due_on, r.id)
    ).all()


def waiting_at(office: str) -> Sequence[Any]:
    """What this office has not answered yet, the first due first."""
    r = Referral
    return db.session.execute(
        select(r.id, r.due_on, Household.head_name, Household.village_code)
        .join(Household, Household.id == r.household_id)
        .where(r.office == office, r.outcome.is_(None))
        .order_by(r.due_on, r.id)
    ).all()
