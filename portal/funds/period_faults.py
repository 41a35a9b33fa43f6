"""Closed periods counted anew, all of them in one pass over the books: what was frozen must be what its days say."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from portal.db import AnySelect, db
from portal.funds.figures import FundDays, Sums
from portal.funds.models import (
    AccountKind,
    BookPeriod,
    Disbursement,
    EntryKind,
    Fund,
    LedgerAccount,
    LedgerEntry,
    LedgerLine,
)
from portal.funds.periods import all_periods

Report = dict[str, Any]
"""A report as it is frozen, without what may change later: the families."""


def faults() -> Iterator[str]:
    """Where closed books changed: entries that came later, a report that is not what its days say, days left out."""
    periods, late, before = list(reversed(all_periods())), _late(), None
    for period, recounted in zip(periods, _reports(periods), strict=True):
        name = f"closed period {period.starts_on:%Y-%m-%d} to {period.ends_on:%Y-%m-%d}"
        if before is not None and period.starts_on != before + timedelta(days=1):
            yield f"{name}: the period before it ended on {before:%Y-%m-%d}"
        before = period.ends_on
        if period.id in late:
            yield f"{name}: {late[period.id]} entries were added after it was closed"
        if not _same(period.report, recounted):
            yield f"{name}: its report is not what its entries say"


def _of_periods(*columns: Any) -> AnySelect:
    """Every entry of closed days with the period that its day lies in."""
    p, within = BookPeriod, LedgerEntry.posted_on.between(BookPeriod.starts_on, BookPeriod.ends_on)
    return select(p.id, *columns).select_from(p).join(LedgerEntry, within).group_by(p.id)


def _late() -> dict[int, int]:
    """By period, the entries that came after it was closed."""
    statement = _of_periods(func.count()).where(LedgerEntry.id > func.coalesce(BookPeriod.last_entry_id, 0))
    return {row[0]: row[1] for row in db.session.execute(statement)}


def _reports(periods: Sequence[BookPeriod]) -> Iterator[Report]:
    """What each period's report would be now, oldest first: a period begins with what the one before it left."""
    if not periods:
        return
    codes = {row.id: row.code for row in db.session.execute(select(Fund.id, Fund.code))}
    there, moved, given = _before(periods[0].starts_on), _moved(), _given()
    for period in periods:
        funds = [_fund(fund_id, code, there, moved[period.id]) for fund_id, code in codes.items()]
        yield {"funds": [asdict(fund) for fund in funds], "given": given[period.id]}


Account = tuple[int, AccountKind]
"""A fund's account."""


def _fund(fund_id: int, code: str, there: dict[Account, int], moved: dict[Account, Sums]) -> FundDays:
    """A fund over one period; what is `there` moves on to its end."""
    opening = there[fund_id, AccountKind.AVAILABLE] + there[fund_id, AccountKind.RESERVED]
    for kind in (AccountKind.AVAILABLE, AccountKind.RESERVED):
        there[fund_id, kind] += moved[fund_id, kind].within
    received, paid = moved[fund_id, AccountKind.RECEIVED], moved[fund_id, AccountKind.PAID]
    return FundDays(
        code=code, opening=opening, received=received.reversed - received.within, taken_back=received.reversed,
        given=paid.within - paid.reversed, given_back=-paid.reversed, reserved=there[fund_id, AccountKind.RESERVED],
    )  # fmt: skip


def _before(day: date) -> dict[Account, int]:
    """What stood on each account when this day began."""
    account, found = (LedgerAccount.fund_id, LedgerAccount.kind), defaultdict[Account, int](int)
    statement = (
        select(*account, func.sum(LedgerLine.amount))
        .join(LedgerLine, LedgerLine.account_id == LedgerAccount.id)
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(LedgerEntry.posted_on < day)
        .group_by(*account)
    )
    for fund_id, kind, amount in db.session.execute(statement):
        found[fund_id, kind] = int(amount)
    return found


def _moved() -> dict[int, dict[Account, Sums]]:
    """By period and account, what came and went, and how much of it in reversals."""
    found: dict[int, dict[Account, Sums]] = defaultdict(lambda: defaultdict(Sums))
    columns = (LedgerAccount.fund_id, LedgerAccount.kind, LedgerEntry.kind == EntryKind.REVERSAL)
    statement = (
        _of_periods(*columns, func.sum(LedgerLine.amount))
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .group_by(*columns)
    )
    for period_id, fund_id, kind, was_reversal, amount in db.session.execute(statement):
        sums = found[period_id][fund_id, kind]
        sums.within += int(amount)
        sums.reversed += int(amount) if was_reversal else 0
    return found


def _given() -> dict[int, list[dict[str, Any]]]:
    """By period, rupiah by service and kecamatan."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    place = (Disbursement.service_code, func.coalesce(Disbursement.district_code, ""))
    statement = (
        _of_periods(*place, func.sum(LedgerLine.amount))
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .join(Disbursement, Disbursement.id == LedgerEntry.disbursement_id)
        .where(LedgerAccount.kind == AccountKind.PAID)
        .group_by(*place)
    )
    for period_id, service, district, amount in db.session.execute(statement):
        found[period_id].append({"service": service, "district": district, "amount": int(amount)})
    return found


def _same(frozen: Report, recounted: Report) -> bool:
    """Whether what can never change is the same: rupiah. Families found to be one family count once from then on.

    A fund that was opened later has no place in a frozen report, as long as nothing moved in it in those days.
    """
    funds, now = ({fund["code"]: fund for fund in one["funds"]} for one in (frozen, recounted))
    moved = {code for code, fund in now.items() if fund["received"] or fund["given"]}
    given, given_now = (_rupiah(one) for one in (frozen, recounted))
    return moved <= funds.keys() and all(now.get(code) == fund for code, fund in funds.items()) and given == given_now


def _rupiah(one: Report) -> dict[tuple[str, str], int]:
    """By service and kecamatan; where as much came back as was given, one family found in two is no change."""
    return {(cell["service"], cell["district"]): cell["amount"] for cell in one["given"] if cell["amount"]}
