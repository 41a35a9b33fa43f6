"""Proving that the books balance, everything counted anew from the lines, and that the trail tells the same."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import and_, select

from portal.db import db
from portal.funds import monthly, period_faults, witness
from portal.funds.models import (
    AccountKind,
    Disbursement,
    DisbursementStatus,
    Fund,
    LedgerAccount,
    LedgerLine,
)
from portal.funds.recount import Recount
from portal.partners.models import Donation, DonationStatus


class FundFigures(NamedTuple):
    """What one fund, or all of them (an empty code), came to: whole rupiah, counted from the lines."""

    code: str
    received: int
    given: int
    reserved: int
    available: int


@dataclass(frozen=True)
class Finding:
    """How many entries were recounted, the figures of each fund, the rupiah in all, and every fault found."""

    entries: int
    funds: list[FundFigures]
    totals: dict[AccountKind, int]
    traced: tuple[int, int]
    faults: list[str]


def verify() -> Finding:
    """Recount everything: the lines in one pass, and what the records, the months and the trail say beside them."""
    recount = Recount().run()
    checks = (
        _wrong_balances(recount), _mixed(), _wrong_donations(recount), _wrong_disbursements(recount), monthly.faults(),
        period_faults.faults(), witness.faults(),
    )  # fmt: skip
    faults = recount.faults + [fault for check in checks for fault in check]
    funds = _figures(recount)
    whole = _together(funds)
    faults += [f"fund {one.code}: received is not what is there and was given" for one in funds if not _adds_up(one)]
    totals = dict(zip(AccountKind, (whole.received, whole.available, whole.reserved, whole.given), strict=True))
    return Finding(recount.entries, funds, totals, _traced(recount), faults)


def _figures(recount: Recount) -> list[FundFigures]:
    held: dict[str, dict[AccountKind, int]] = {}
    for number, account in recount.accounts.items():
        held.setdefault(account.fund, {})[account.kind] = abs(recount.balances[number])
    kinds = (AccountKind.RECEIVED, AccountKind.PAID, AccountKind.RESERVED, AccountKind.AVAILABLE)
    return [FundFigures(code, *(held[code].get(kind, 0) for kind in kinds)) for code in sorted(held)]


def _together(funds: list[FundFigures]) -> FundFigures:
    return FundFigures("", *(sum(column) for column in list(zip(*funds, strict=True))[1:] or [()] * 4))


def _adds_up(one: FundFigures) -> bool:
    """available + reserved + given = received: whatever came in is still there or reached a family."""
    return one.available + one.reserved + one.given == one.received


def _traced(recount: Recount) -> tuple[int, int]:
    """How many payments stand on how many gifts; that each does to the rupiah is `_wrong_disbursements`."""
    payments = sum(1 for (_, kind), held in recount.aid.items() if kind is AccountKind.PAID and any(held.values()))
    paid = {number for number, account in recount.accounts.items() if account.kind is AccountKind.PAID}
    return payments, len({donation for (number, donation), held in recount.lots.items() if held and number in paid})


def _mixed() -> Iterator[str]:
    """Every line stands in the book of its donation's own partner, kind, purpose and asnaf."""
    same = and_(
        Fund.partner_code == Donation.partner_code,
        Fund.kind_code == Donation.kind_code,
        Fund.purpose == Donation.purpose,
        Fund.purpose_code.is_not_distinct_from(Donation.purpose_code),
        Fund.asnaf.is_not_distinct_from(Donation.asnaf),
    )
    statement = (
        select(LedgerLine.id, Donation.number, Fund.code)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .join(Fund, Fund.id == LedgerAccount.fund_id)
        .join(Donation, Donation.id == LedgerLine.donation_id)
        .where(~same)
    )
    for line, number, code in db.session.execute(statement):
        yield f"line {line}: donation {number} stands in the fund {code}"


def _wrong_balances(recount: Recount) -> Iterator[str]:
    """Every balance is the sum of its lines."""
    for number, kept in db.session.execute(select(LedgerAccount.id, LedgerAccount.balance).order_by(LedgerAccount.id)):
        account = recount.accounts[number]
        counted = recount.balances[number]
        if kept != counted:
            yield f"fund {account.fund}, {account.kind.value}: the balance says {kept}, the lines {counted}"


def _wrong_donations(recount: Recount) -> Iterator[str]:
    """What came in is what was confirmed, donation by donation, and all of it is somewhere."""
    came_in: dict[int, int] = defaultdict(int)
    left: dict[int, int] = defaultdict(int)
    for (number, donation), amount in recount.lots.items():
        left[donation] += amount
        if recount.accounts[number].kind is AccountKind.RECEIVED:
            came_in[donation] -= amount
    columns = (Donation.id, Donation.number, Donation.status, Donation.amount)
    for row in db.session.execute(select(*columns).order_by(Donation.id)):
        if came_in[row.id] != (row.amount if row.status is DonationStatus.CONFIRMED else 0):
            yield f"donation {row.number} ({row.status.value}) of {row.amount} has {came_in[row.id]} in the books"
        if left[row.id]:
            yield f"donation {row.number}: of {-left[row.id]} nobody can say what became"


def _wrong_disbursements(recount: Recount) -> Iterator[str]:
    """Each payment is traced to donations and a household: its rupiah stand where its state says, in its own fund."""
    columns = (Disbursement.id, Disbursement.number, Disbursement.status, Disbursement.amount, Disbursement.fund_id)
    for row in db.session.execute(select(*columns).order_by(Disbursement.id)):
        for kind in (AccountKind.RESERVED, AccountKind.PAID):
            held = {fund: amount for fund, amount in recount.aid.get((row.id, kind), {}).items() if amount}
            due = {row.fund_id: row.amount} if _stands_on(row.status) is kind else {}
            if held != due:
                sums = sum(held.values())
                yield f"disbursement {row.number} ({row.status.value}) of {row.amount}: {sums} {kind.value}"


def _stands_on(status: DisbursementStatus) -> AccountKind | None:
    match status:
        case DisbursementStatus.PROPOSED | DisbursementStatus.APPROVED:
            return AccountKind.RESERVED
        case DisbursementStatus.PAID:
            return AccountKind.PAID
    return None


def as_table(finding: Finding) -> Iterator[str]:
    """The figures of each fund and in all, in whole rupiah, as a terminal shows them; nothing for empty books."""
    if not finding.funds:
        return
    wide = max(len(one.code) for one in finding.funds)
    yield f"{'fund':<{wide}} {'received':>15} {'given':>15} {'reserved':>15} {'balance':>15}"
    for code, *amounts in [*finding.funds, _together(finding.funds)]:
        yield f"{code or 'in all':<{wide}} " + " ".join(f"{amount:>15}" for amount in amounts)
    yield f"{finding.traced[0]} payments are traced to {finding.traced[1]} gifts, rupiah by rupiah"
