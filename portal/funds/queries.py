"""Reading disbursements, funds and entries."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_

from portal import clock
from portal.accounts.models import User
from portal.db import db
from portal.errors import NotFound
from portal.funds import books
from portal.funds.days import Days
from portal.funds.grounds import LIVE
from portal.funds.models import (
    AccountKind,
    Disbursement,
    DisbursementStatus,
    Fund,
    LedgerAccount,
    LedgerEntry,
    LedgerLine,
)
from portal.households import sought
from portal.households.models import Household
from portal.partners.models import Donation
from portal.units.catalogue import ServiceEntry
from portal.web.paging import PAGE_SIZE, every

YEAR = timedelta(days=365)
LAST_NEED: Final = 31_000
"""What counts as the need of aid that was put on the list before there was an order of need (waiting.need_order)."""
NEED_ORDER: Final = (
    func.coalesce(Disbursement.need_order, LAST_NEED), Disbursement.proposed_at, Disbursement.id,
)  # fmt: skip
"""The waiting list, first comes first served."""


def get_disbursement(number: str) -> Disbursement:
    """Raises NotFound."""
    found = db.session.scalars(select(Disbursement).where(Disbursement.number == number)).first()
    if found is None:
        raise NotFound
    return found


def same_help_since(service: ServiceEntry, today: date) -> date:
    """From when the same help counts as given twice: since this season began, else in the last twelve months."""
    months = service.body.get("season_months")
    if not months:
        return today - YEAR
    begins = date(today.year, min(months), 1)
    return begins if begins <= today else begins.replace(year=today.year - 1)


def earlier_aid(household_id: int, service: ServiceEntry, *, need: Collection[str] = ()) -> Sequence[Disbursement]:
    """Aid for the same service that this family has had, or is to have, in the season or the last twelve months.

    With `need`, of any of these services: those that meet the same need (guards.need_of).
    """
    since = same_help_since(service, clock.today())
    began = clock.at_start_of(since)
    statement = select(Disbursement).where(
        Disbursement.household_id == household_id,
        Disbursement.service_code.in_(need or [service.code]),
        Disbursement.status.in_(LIVE),
        or_(Disbursement.paid_on >= since, and_(Disbursement.paid_on.is_(None), Disbursement.proposed_at >= began)),
    )
    return db.session.scalars(statement.order_by(Disbursement.id.desc())).all()


@dataclass(frozen=True)
class FundBalance:
    """A fund and where its rupiah are; `received` is all that came in."""

    fund: Fund
    received: int
    available: int
    reserved: int
    paid: int


def balance(fund: Fund) -> FundBalance:
    return balances([fund])[0]


def balances(funds: Sequence[Fund] | None = None) -> list[FundBalance]:
    """All funds (or these) with their balances."""
    chosen = books.all_funds() if funds is None else funds
    rows = db.session.execute(
        select(LedgerAccount.fund_id, LedgerAccount.kind, LedgerAccount.balance).where(
            LedgerAccount.fund_id.in_([fund.id for fund in chosen])
        )
    )
    held = {(fund_id, kind): abs(amount) for fund_id, kind, amount in rows}
    return [
        FundBalance(fund, *(held.get((fund.id, kind), 0) for kind in AccountKind))  # in the order of AccountKind
        for fund in chosen
    ]


@dataclass(frozen=True)
class Offer:
    """A fund that may pay, with the oldest gift that its next payment begins with; money in whole rupiah."""

    fund: Fund
    available: int
    oldest: Donation

    def left_after(self, amount: int) -> int:
        return self.available - amount


def funds_for(service: ServiceEntry, amount: int = 0) -> list[Offer]:
    """The funds that may pay this service and have free money, the one with the oldest gift first.

    Those that have less than `amount` stand last: none of them can pay it.
    """
    allowed = [one for one in balances() if one.available > 0 and books.may_pay(one.fund, service)]
    oldest = _oldest_gifts([one.fund for one in allowed])
    offers = [Offer(one.fund, one.available, oldest[one.fund.id]) for one in allowed]
    return sorted(offers, key=lambda one: (one.available < amount, one.oldest.settled_at, one.oldest.id))


def _oldest_gifts(funds: Sequence[Fund]) -> dict[int, Donation]:
    """The first confirmed gift of each fund that still has free money: the one whose rupiah are given out next."""
    statement = (
        select(LedgerAccount.fund_id, LedgerLine.donation_id)
        .join(LedgerLine, LedgerLine.account_id == LedgerAccount.id)
        .join(Donation, Donation.id == LedgerLine.donation_id)
        .where(LedgerAccount.kind == AccountKind.AVAILABLE, LedgerAccount.fund_id.in_([fund.id for fund in funds]))
        .group_by(LedgerAccount.fund_id, LedgerLine.donation_id, Donation.settled_at)
        .having(func.sum(LedgerLine.amount) != 0)
        .order_by(Donation.settled_at.desc(), LedgerLine.donation_id.desc())
    )
    first = {row.fund_id: row.donation_id for row in db.session.execute(statement)}  # the oldest comes last
    found = db.session.scalars(select(Donation).where(Donation.id.in_(first.values())))
    by_id = {donation.id: donation for donation in found}
    return {fund_id: by_id[donation_id] for fund_id, donation_id in first.items()}


@dataclass(frozen=True)
class DisbursementFilter:
    """What narrows the list of aid; empty means all. Days are those of payment, or of proposal before it."""

    q: str = ""
    status: str = ""
    service: str = ""
    fund: str = ""
    district: str = ""
    since: date | None = None
    until: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found = sought.papers(self.q, Disbursement.number, Disbursement.household_id)
        if self.status in set(DisbursementStatus):
            found.append(Disbursement.status == DisbursementStatus(self.status))
        if self.service:
            found.append(Disbursement.service_code == self.service)
        if self.fund:
            found.append(Fund.code == self.fund)
        if self.district:
            found.append(Disbursement.district_code == self.district)
        if self.since:
            began = clock.at_start_of(self.since)
            found.append(or_(Disbursement.paid_on >= self.since, and_(_unpaid(), Disbursement.proposed_at >= began)))
        if self.until:
            ended = clock.at_start_of(self.until + timedelta(days=1))
            found.append(or_(Disbursement.paid_on <= self.until, and_(_unpaid(), Disbursement.proposed_at < ended)))
        return found


def narrowed_by(given: Mapping[str, str], days: Days) -> DisbursementFilter:
    """The filter that an address or a form names."""
    chosen = {name: given.get(name, "")[:80] for name in ("q", "status", "service", "fund", "district")}
    return DisbursementFilter(**chosen, since=days.since, until=days.until)


def _unpaid() -> ColumnElement[bool]:
    return Disbursement.paid_on.is_(None)


def _place(after: Sequence[Any] | None) -> tuple[int, datetime, int] | None:
    """Need, moment and id out of an address; None when somebody tampered with them."""
    try:
        need, proposed_at, number = after or ()
        return int(need), datetime.fromisoformat(proposed_at).astimezone(UTC), int(number)
    except (TypeError, ValueError, OverflowError):
        return None


def disbursements(
    narrowed: DisbursementFilter, after: Sequence[Any] | None = None, *, size: int = PAGE_SIZE
) -> Sequence[Any]:
    """One page of aid (and one row more): the waiting list in its order, all else newest first.

    `after` is the place of the row before it: its need, moment of proposal and id.
    """
    waiting = narrowed.status == DisbursementStatus.WAITING
    order = NEED_ORDER if waiting else NEED_ORDER[1:]
    statement = (
        select(
            Disbursement.id, Disbursement.number, Disbursement.amount, Disbursement.status, Disbursement.service_code,
            Disbursement.proposed_at, Disbursement.paid_on, Disbursement.waiting_reason, Disbursement.household_id,
            Disbursement.need_order,
            Household.head_name, Household.village_code, Fund.code.label("fund_code"),
        )
        .join(Household, Household.id == Disbursement.household_id)
        .outerjoin(Fund, Fund.id == Disbursement.fund_id)
        .where(*narrowed.conditions())
        .order_by(*(order if waiting else [column.desc() for column in order]))
        .limit(size + 1)
    )  # fmt: skip
    if (last := _place(after)) is not None:
        here = tuple_(*order)
        statement = statement.where(here > last if waiting else here < last[1:])
    return db.session.execute(statement).all()


def place_of(row: Any) -> tuple[int, str, int]:
    """Where a row stands in the order of this list."""
    need = LAST_NEED if row.need_order is None else row.need_order
    return need, row.proposed_at.isoformat(), row.id


def all_disbursements(narrowed: DisbursementFilter, *, size: int) -> Iterator[Sequence[Any]]:
    """All aid that the list shows, in its order: `size` rows at a time."""
    return every(lambda after: disbursements(narrowed, after, size=size), place_of, size=size)


def disbursement_sums(narrowed: DisbursementFilter) -> tuple[int, int]:
    """How many the filter finds, and their rupiah together."""
    statement = (
        select(func.count(), func.coalesce(func.sum(Disbursement.amount), 0))
        .select_from(Disbursement)
        .join(Household, Household.id == Disbursement.household_id)
        .outerjoin(Fund, Fund.id == Disbursement.fund_id)
        .where(*narrowed.conditions())
    )
    count, amount = db.session.execute(statement).one()
    return count, int(amount)


def waiting_for(service: ServiceEntry, *, before: tuple[Any, ...] | None = None) -> int:
    """How many families wait for money for this service; or only those that stand before this place (waiting.py)."""
    statement = select(func.count()).where(
        Disbursement.status == DisbursementStatus.WAITING, Disbursement.service_code == service.code
    )
    if before is not None:
        statement = statement.where(tuple_(*NEED_ORDER) < before)
    return int(db.session.execute(statement).scalar_one())


def to_confirm_asnaf(reader: User) -> Sequence[Disbursement]:
    """Payments from this partner's zakat whose asnaf its amil has not confirmed yet, the oldest first."""
    statement = (
        select(Disbursement)
        .join(Fund, Fund.id == Disbursement.fund_id)
        .where(
            Fund.partner_code == (reader.partner_code or ""),
            Disbursement.asnaf.is_not(None),
            Disbursement.asnaf_confirmed_by_id.is_(None),
            Disbursement.status.in_([DisbursementStatus.PROPOSED, DisbursementStatus.APPROVED]),
        )
        .order_by(Disbursement.id)
    )
    return db.session.scalars(statement).all()


def confirmed_asnaf(reader: User, *, before: int | None = None, size: int = PAGE_SIZE) -> Sequence[Any]:
    """Aid from this partner's zakat whose asnaf was confirmed, the newest first: no family, but who confirmed it."""
    d = Disbursement
    statement = (
        select(d.id, d.number, d.service_code, d.amount, d.asnaf, d.status, User.full_name.label("confirmed_by"))
        .join(Fund, Fund.id == d.fund_id)
        .join(User, User.id == d.asnaf_confirmed_by_id)
        .where(Fund.partner_code == (reader.partner_code or ""), d.asnaf.is_not(None))
        .order_by(d.id.desc())
        .limit(size)
    )
    return db.session.execute(statement if before is None else statement.where(d.id < before)).all()


def sources(disbursement: Disbursement) -> list[tuple[Donation, int]]:
    """The donations whose money stands behind this aid (reserved or paid), each with its rupiah."""
    statement = (
        select(LedgerLine.donation_id, func.sum(LedgerLine.amount))
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .where(
            LedgerEntry.disbursement_id == disbursement.id,
            LedgerAccount.kind.in_([AccountKind.RESERVED, AccountKind.PAID]),
        )
        .group_by(LedgerLine.donation_id)
        .having(func.sum(LedgerLine.amount) != 0)
        .order_by(LedgerLine.donation_id)
    )
    return [(db.session.get_one(Donation, number), int(amount)) for number, amount in db.session.execute(statement)]
