"""Totals for everybody: counts and sums, never a cell that fewer than five people stand behind (interface.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import String, and_, case, exists, func, select, type_coerce, union

from portal import clock
from portal.cards.models import Card, CardStatus
from portal.complaints.models import Complaint, ComplaintStep
from portal.complaints.models import ComplaintStatus as Status
from portal.db import db
from portal.funds.models import (
    AccountKind,
    Disbursement,
    DisbursementStatus,
    Fund,
    LedgerAccount,
    LedgerEntry,
    LedgerLine,
)
from portal.partners.models import Purpose
from portal.units.catalogue import catalogue
from portal.units.fields import field_name
from portal.units.models import Service

LEAST_PEOPLE: Final = 5

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
class FieldTotals:
    """One field of work (None: money bound to no field) in one year; a number that is None is kept hidden.

    `pays`: whether any help of the field is paid for at all; information and cards are not.
    """

    code: str | None
    name: str
    families: int | None
    received: int
    paid: int | None
    pays: bool


@dataclass(frozen=True)
class Totals:
    """The whole page. Money in rupiah."""

    year: int
    complaints: list[tuple[Any, int | None]]
    fields: list[FieldTotals]
    cards: int | None


def hidden(count: int) -> int | None:
    """A count of people as it may be shown: None, written "<5", when fewer than five stand behind it."""
    return count if count >= LEAST_PEOPLE else None


def totals(today: date) -> Totals:
    """This year's totals, and the cards that are valid today."""
    return Totals(today.year, _complaints(today.year), _fields(today.year), hidden(_cards(today)))


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


def _fields(year: int) -> list[FieldTotals]:
    families, received, paid = _families(year), _received(year), _paid(year)
    paying = {service.field for service in catalogue().services.values() if service.gives_money}
    totals = []
    for code in [*catalogue().fields(), None]:
        name = field_name(code) if code else gettext("Not bound to one field")
        amount, payees = paid.get(code, (0, 0))
        shown = amount if payees >= LEAST_PEOPLE else None
        count, pays = hidden(families.get(code, 0)), code in paying or code in paid
        totals.append(FieldTotals(code, name, count, received.get(code, 0), shown, pays))
    return [row for row in totals if row.code or row.received]


def _days(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _moments(year: int) -> tuple[datetime, datetime]:
    """The year on the unit's clock, which begins seven hours before the year in UTC."""
    return datetime(year, 1, 1, tzinfo=clock.ZONE), datetime(year, 12, 31, 23, 59, 59, 999_999, tzinfo=clock.ZONE)


def _families(year: int) -> dict[str | None, int]:
    """Families that aid was paid to, or that a service reached, this year; each counted once a field."""
    paid = (
        select(Service.field, Disbursement.household_id)
        .join(Service, Service.code == Disbursement.service_code)
        .where(Disbursement.status == DisbursementStatus.PAID, Disbursement.paid_on.between(*_days(year)))
    )
    reached = (
        select(Service.field, Complaint.household_id)
        .join(Complaint, Complaint.service_code == Service.code)
        .join(ComplaintStep, ComplaintStep.complaint_id == Complaint.id)
        .where(ComplaintStep.status == Status.DELIVERED, ComplaintStep.at.between(*_moments(year)))
    )
    both = union(paid, reached).subquery()
    rows = db.session.execute(select(both.c.field, func.count()).group_by(both.c.field))
    return {row.field: row[1] for row in rows}


def _received(year: int) -> dict[str | None, int]:
    """Rupiah that came in, by the field the giver named: from the ledger, so that reversals are taken off."""
    rows = db.session.execute(
        select(Fund.purpose, Fund.purpose_code, -func.sum(LedgerLine.amount).label("amount"))
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .join(Fund, Fund.id == LedgerAccount.fund_id)
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(
            LedgerAccount.kind == AccountKind.RECEIVED,
            LedgerEntry.posted_on.between(*_days(year)),
        )
        .group_by(Fund.purpose, Fund.purpose_code)
    )
    found: dict[str | None, int] = {}
    for purpose, code, amount in rows:
        field = _field_of(purpose, code)
        found[field] = found.get(field, 0) + int(amount)
    return found


def _field_of(purpose: Purpose, code: str | None) -> str | None:
    if purpose is Purpose.SERVICE:
        service = catalogue().services.get(code or "")
        return service.field if service else None
    return code if purpose is Purpose.FIELD else None


def _paid(year: int) -> dict[str | None, tuple[int, int]]:
    """Rupiah paid out and how many families got it, by the field of the service."""
    rows = db.session.execute(
        select(
            Service.field,
            func.sum(Disbursement.amount),
            func.count(Disbursement.household_id.distinct()),
        )
        .join(Service, Service.code == Disbursement.service_code)
        .where(
            Disbursement.status == DisbursementStatus.PAID,
            Disbursement.paid_on.between(*_days(year)),
        )
        .group_by(Service.field)
    )
    return {row.field: (int(row[1]), row[2]) for row in rows}
