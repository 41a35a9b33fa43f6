"""Totals for everybody: counts and sums, never a cell that fewer than five people stand behind (interface.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import String, and_, case, exists, func, select, type_coerce

from portal.cards.models import Card, CardStatus
from portal.complaints.models import Complaint, ComplaintStep
from portal.complaints.models import ComplaintStatus as Status
from portal.db import db
from portal.language import lazy_gettext as _l
from portal.small_numbers import LEAST

GROUPS: Final[Mapping[Any, tuple[Status, ...]]] = {
    _l("In progress"): (
        Status.RECEIVED, Status.INCOMPLETE, Status.SCHEDULED, Status.VISITED, Status.ASSESSED, Status.APPROVED,
    ),
    _l("Helped"): (Status.DELIVERED,),
    _l("Handed to another office"): (Status.REFERRED,),
    _l("Declined"): (Status.DECLINED,),
    _l("Closed or withdrawn"): (Status.CLOSED, Status.WITHDRAWN),
}  # fmt: skip


@dataclass(frozen=True)
class Totals:
    """Complaints by where they stand, and valid cards."""

    year: int
    complaints: list[tuple[Any, int | None]]
    cards: int | None


def hidden(count: int) -> int | None:
    """A count of people as it may be shown: None, written "<5", when fewer than five stand behind it."""
    return count if count >= LEAST else None


def totals(today: date) -> Totals:
    """This year's totals, and the cards that are valid today."""
    return Totals(today.year, _complaints(today.year), hidden(_cards(today)))


def _complaints(year: int) -> list[tuple[Any, int | None]]:
    """Complaints received this year by where they stand; one that brought help and is closed since counts as helped."""
    delivered = exists().where(ComplaintStep.complaint_id == Complaint.id, ComplaintStep.status == Status.DELIVERED)
    stands = case((and_(Complaint.status == Status.CLOSED, delivered), Status.DELIVERED.value), else_=Complaint.status)
    rows = db.session.execute(
        select(type_coerce(stands, String).label("standing"), func.count())
        .where(Complaint.received_on.between(*_days(year)))
        .group_by("standing")
    )
    counts = {Status(row.standing): row[1] for row in rows}
    return [(label, hidden(sum(counts.get(status, 0) for status in group))) for label, group in GROUPS.items()]


def _cards(today: date) -> int:
    statement = select(func.count()).where(
        Card.status == CardStatus.ISSUED, Card.starts_on <= today, Card.ends_on >= today
    )
    return db.session.execute(statement).scalar_one()


def _days(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)
