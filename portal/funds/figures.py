"""What the books say of some days: opening, received, given, reserved, closing of each fund, and where it was given.

One definition for the closed periods, the partners' statements and the public totals: an entry counts on the day it was
posted, and what is taken back later counts, against it, on the later day. So days that are over never change.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, func, select

from portal import clock
from portal.db import AnySelect, db
from portal.funds.ledger import closed_until
from portal.funds.models import (
    AccountKind,
    Disbursement,
    DisbursementStatus,
    EntryKind,
    Fund,
    LedgerAccount,
    LedgerEntry,
    LedgerLine,
)
from portal.partners.models import Purpose


@dataclass(frozen=True)
class FundDays:
    """One fund (an empty code: all of them) over some days, in whole rupiah.

    `taken_back` and `given_back` are what reversals took from gifts and brought back from families.
    """

    code: str
    opening: int
    received: int
    taken_back: int
    given: int
    given_back: int
    reserved: int

    @property
    def closing(self) -> int:
        """What is there at the end of the last day, put aside or free."""
        return self.opening + self.received - self.taken_back - self.given + self.given_back

    @property
    def available(self) -> int:
        """What is there and put aside for nobody."""
        return self.closing - self.reserved


class Given(NamedTuple):
    """Rupiah of a partner, for one service, to one family in the kecamatan it lived in; negative: more came back."""

    partner: str
    service: str
    district: str
    household_id: int
    amount: int
    fund: str = ""


Lines = dict[tuple[int, AccountKind], "Sums"]


@dataclass
class Sums:
    """Rupiah on one account: within the days, in reversals of those, and on later days."""

    within: int = 0
    reversed: int = 0
    after: int = 0


def of_funds(since: date, until: date, partner_code: str | None = None) -> list[FundDays]:
    """Each fund between two days, both included; of one partner, or of all."""
    balances: dict[tuple[int, AccountKind], int] = {}
    codes: dict[int, str] = {}
    columns = (LedgerAccount.fund_id, LedgerAccount.kind, LedgerAccount.balance, Fund.code)
    statement = select(*columns).join(LedgerAccount.fund).where(*_of_partner(partner_code))
    for row in db.session.execute(statement):
        balances[row.fund_id, row.kind], codes[row.fund_id] = row.balance, row.code
    sums = _sums(since, until, partner_code)
    return [_days(fund_id, code, balances, sums) for fund_id, code in sorted(codes.items(), key=lambda one: one[1])]


def together(funds: Sequence[FundDays]) -> FundDays:
    """All of these funds in one line."""
    names = ("opening", "received", "taken_back", "given", "given_back", "reserved")
    return FundDays("", **{name: sum(getattr(one, name) for one in funds) for name in names})


def _of_partner(partner_code: str | None) -> list[ColumnElement[bool]]:
    return [] if partner_code is None else [Fund.partner_code == partner_code]


def _sums(since: date, until: date, partner_code: str | None) -> Lines:
    """Counted from the first of the days on: what was before them is what is there now, less all that came since."""
    reversal, later = LedgerEntry.kind == EntryKind.REVERSAL, LedgerEntry.posted_on > until
    statement = (
        select(LedgerAccount.fund_id, LedgerAccount.kind, reversal, later, func.sum(LedgerLine.amount))
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .where(LedgerEntry.posted_on >= since)
        .group_by(LedgerAccount.fund_id, LedgerAccount.kind, reversal, later)
    )
    found: Lines = defaultdict(Sums)
    for fund_id, kind, was_reversal, was_later, amount in db.session.execute(_narrowed(statement, partner_code)):
        sums = found[fund_id, kind]
        if was_later:
            sums.after += int(amount)
        else:
            sums.within += int(amount)
            sums.reversed += int(amount) if was_reversal else 0
    return found


def _narrowed(statement: AnySelect, partner_code: str | None) -> AnySelect:
    """Only lines of this partner's funds, if one is named."""
    if partner_code is None:
        return statement
    funds = select(LedgerAccount.id).join(LedgerAccount.fund).where(Fund.partner_code == partner_code)
    return statement.where(LedgerLine.account_id.in_(funds))


def _days(fund_id: int, code: str, balances: Mapping[Any, int], sums: Lines) -> FundDays:
    def of(kind: AccountKind) -> Sums:
        return sums.get((fund_id, kind), Sums())

    def at_end(kind: AccountKind) -> int:
        return balances.get((fund_id, kind), 0) - of(kind).after

    def at_start(kind: AccountKind) -> int:
        return at_end(kind) - of(kind).within

    received, paid = of(AccountKind.RECEIVED), of(AccountKind.PAID)
    return FundDays(
        code=code, opening=at_start(AccountKind.AVAILABLE) + at_start(AccountKind.RESERVED),
        received=received.reversed - received.within, taken_back=received.reversed,
        given=paid.within - paid.reversed, given_back=-paid.reversed, reserved=at_end(AccountKind.RESERVED),
    )  # fmt: skip


def given(since: date, until: date, partner_code: str | None = None) -> list[Given]:
    """What was given between two days, by service, kecamatan and family; who kept nothing is left out."""
    d, amount = Disbursement, func.sum(LedgerLine.amount)
    groups = (Fund.partner_code, d.service_code, d.district_code, d.household_id, Fund.code)
    statement = (
        select(*groups, amount)
        .join(LedgerEntry, LedgerEntry.disbursement_id == d.id)
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .join(Fund, Fund.id == LedgerAccount.fund_id)
        .where(LedgerAccount.kind == AccountKind.PAID, LedgerEntry.posted_on.between(since, until))
        .group_by(*groups)
        .having(amount != 0)
    )
    if partner_code is not None:
        statement = statement.where(Fund.partner_code == partner_code)
    rows = db.session.execute(statement)
    return [
        Given(partner, service, place or "", family, int(rupiah), fund)
        for partner, service, place, family, fund, rupiah in rows
    ]


def received(since: date, until: date) -> dict[tuple[str, Purpose, str | None], int]:
    """Rupiah that came in between two days, by partner and purpose; what was taken back is taken off."""
    groups = (Fund.partner_code, Fund.purpose, Fund.purpose_code)
    rows = db.session.execute(
        select(*groups, -func.sum(LedgerLine.amount))
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .join(Fund, Fund.id == LedgerAccount.fund_id)
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(LedgerAccount.kind == AccountKind.RECEIVED, LedgerEntry.posted_on.between(since, until))
        .group_by(*groups)
    )
    return {(partner, purpose, code): int(rupiah) for partner, purpose, code, rupiah in rows}


MONTHS_OF_A_QUARTER: Final = 3
Days = tuple[date, date]
"""A first and a last day."""


def quarters(since: date, until: date) -> list[Days]:
    """The whole quarters of the year between two days that are told to givers and to everybody: they never change.

    None before the year of the first entry, so that no typed day asks for centuries.
    """
    began = first_day()
    if began is None:
        return []
    return whole_quarters(max(since, _year_of(began)), min(until, last_settled_day()))


def _year_of(day: date) -> date:
    return day.replace(month=1, day=1)


def last_settled_day() -> date:
    """The last day that no entry can come into any more: its books are closed, or all that could come has come.

    Only a payment carries an earlier day than the one it is entered on, and none before the aid was approved.
    """
    approved = select(func.min(Disbursement.approved_at)).where(Disbursement.status == DisbursementStatus.APPROVED)
    waits_since = db.session.scalar(approved)
    may_change = min(clock.local(waits_since).date(), clock.today()) if waits_since else clock.today()
    return max(may_change - timedelta(days=1), closed_until() or date.min)


def held_back() -> Days | None:
    """The newest quarter that is over and not told yet, because payments may still come into it."""
    began = first_day()
    over = whole_quarters(_year_of(began), clock.today() - timedelta(days=1))[-1:] if began else []
    return over[0] if over and over[0][1] > last_settled_day() else None


def whole_quarters(since: date, until: date) -> list[Days]:
    """The quarters of the year that lie between two days with all their days."""
    first = since.replace(day=1, month=since.month - (since.month - 1) % MONTHS_OF_A_QUARTER)
    first = first if first >= since else _next_quarter(first)
    found = []
    while (last := _next_quarter(first) - timedelta(days=1)) <= until:
        found.append((first, last))
        first = last + timedelta(days=1)
    return found


def _next_quarter(first: date) -> date:
    return (first + timedelta(days=31 * MONTHS_OF_A_QUARTER)).replace(day=1)


def first_day(since: date = date.min) -> date | None:
    """The day of the oldest entry; of the oldest from one day on, if one is named."""
    return db.session.scalar(select(func.min(LedgerEntry.posted_on)).where(LedgerEntry.posted_on >= since))


def newest_entry() -> int | None:
    return db.session.scalar(select(func.max(LedgerEntry.id)))
