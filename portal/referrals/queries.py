"""Finding referrals."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal.accounts.models import User
from portal.complaints.promise import overdue_before
from portal.db import db
from portal.errors import NotFound
from portal.households.models import Household
from portal.referrals import policies
from portal.referrals.models import Referral, ReferralOutcome

IS_OPEN: ColumnElement[bool] = or_(Referral.outcome.is_(None), Referral.outcome == ReferralOutcome.ACCEPTED)
"""Until the office says what became of it; to have accepted it is not the end (lessons: the sender must hear back)."""


def is_late(on: date) -> ColumnElement[bool]:
    """No answer at all, and a working day has begun after the one it was due."""
    return and_(Referral.outcome.is_(None), Referral.due_on < overdue_before(on))


def get_referral(referral_id: int, *, reader: User) -> Referral:
    """Raises NotFound, also for a referral to another office than the reader's."""
    found = db.session.get(Referral, referral_id)
    if found is None or not policies.may_see(reader, found):
        raise NotFound
    return found


def open_referral(household_id: int, complaint_id: int | None, office: str) -> Referral | None:
    """The newest that this office has not settled; one that names no case may be about any case of the family."""
    statement = select(Referral).where(Referral.household_id == household_id, Referral.office == office, IS_OPEN)
    if complaint_id is not None:
        statement = statement.where(or_(Referral.complaint_id == complaint_id, Referral.complaint_id.is_(None)))
    return db.session.scalars(statement.order_by(Referral.id.desc()).limit(1)).first()


def listed(
    chosen: str, text: str, *, office: str | None, after: list[Any] | None, size: int, on: date
) -> Sequence[Any]:
    """Referrals that are open, late or settled, at most `size`; `office` narrows them to one office.

    Open and late ones begin with the day that is due first, answered ones with the newest.
    """
    r, mark = Referral, after[0] if after and isinstance(after[0], int) else None
    statement = select(
        r.id, r.office, r.service_code, r.due_on, r.outcome, r.sent_at, r.answered_at, Household.head_name,
        Household.village_code,
    ).join(Household, Household.id == r.household_id)  # fmt: skip
    if chosen == "answered":
        statement = statement.where(~IS_OPEN).order_by(r.id.desc())
        place = r.id < mark if mark else None
    else:
        statement = statement.where(IS_OPEN).order_by(r.id)
        place = r.id > mark if mark else None
    if chosen == "late":
        statement = statement.where(is_late(on))
    if place is not None:
        statement = statement.where(place)
    if office is not None:
        statement = statement.where(r.office == office)
    if text:
        statement = statement.where(func.lower(Household.head_name).contains(text.lower(), autoescape=True))
    return db.session.execute(statement.limit(size)).all()
