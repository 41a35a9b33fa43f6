"""Proving that the books balance, everything counted anew from the lines, and that the trail tells the same."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from portal.db import db
from portal.funds import monthly, witness
from portal.funds.models import (
    AccountKind,
    Disbursement,
    DisbursementStatus,
    Fund,
    LedgerAccount,
    LedgerEntry,
    LedgerLine,
)
from portal.partners.models import Donation, DonationStatus


@dataclass(frozen=True)
class Finding:
    """How many entries were recounted, the rupiah on each kind of account, and every fault found."""

    entries: int
    totals: dict[AccountKind, int]
    faults: list[str]


def verify() -> Finding:
    """Recount everything."""
    checks = (
        _unbalanced, _mixed, _wrong_balances, _negative_lots, _wrong_donations, _wrong_disbursements, monthly.faults,
        witness.faults,
    )  # fmt: skip
    faults = [fault for check in checks for fault in check()]
    rows = db.session.execute(
        select(LedgerAccount.kind, func.sum(LedgerAccount.balance)).group_by(LedgerAccount.kind)
    ).all()
    held = {kind: int(amount) for kind, amount in rows}
    entries = db.session.execute(select(func.count()).select_from(LedgerEntry)).scalar_one()
    return Finding(entries, {kind: abs(held.get(kind, 0)) for kind in AccountKind}, faults)


def _unbalanced() -> Iterator[str]:
    """Every entry has lines, and they add up to zero."""
    statement = (
        select(LedgerEntry.id, func.sum(LedgerLine.amount))
        .outerjoin(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .group_by(LedgerEntry.id)
        .having(or_(func.count(LedgerLine.id) == 0, func.sum(LedgerLine.amount) != 0))
    )
    for entry, amount in db.session.execute(statement):
        yield f"entry {entry} has no lines" if amount is None else f"entry {entry} adds up to {amount}, not to zero"


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


def _wrong_balances() -> Iterator[str]:
    """Every balance is the sum of its lines."""
    counted = func.coalesce(func.sum(LedgerLine.amount), 0)
    statement = (
        select(Fund.code, LedgerAccount.kind, LedgerAccount.balance, counted)
        .join(Fund, Fund.id == LedgerAccount.fund_id)
        .outerjoin(LedgerLine, LedgerLine.account_id == LedgerAccount.id)
        .group_by(LedgerAccount.id, Fund.code, LedgerAccount.kind, LedgerAccount.balance)
        .having(LedgerAccount.balance != counted)
    )
    for code, kind, balance, recounted in db.session.execute(statement):
        yield f"fund {code}, {kind.value}: the balance says {balance}, the lines {recounted}"


def _negative_lots() -> Iterator[str]:
    """No donation has less than nothing on an account (received: more than nothing)."""
    total = func.sum(LedgerLine.amount)
    statement = (
        select(Donation.number, LedgerAccount.kind, total)
        .join(LedgerLine, LedgerLine.donation_id == Donation.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .group_by(Donation.number, LedgerAccount.id, LedgerAccount.kind)
        .having(
            or_(
                and_(LedgerAccount.kind == AccountKind.RECEIVED, total > 0),
                and_(LedgerAccount.kind != AccountKind.RECEIVED, total < 0),
            )
        )
    )
    for number, kind, amount in db.session.execute(statement):
        yield f"donation {number}, {kind.value}: {amount}"


def _wrong_donations() -> Iterator[str]:
    """What came in is what was confirmed, donation by donation."""
    came_in = (
        select(LedgerLine.donation_id, func.sum(LedgerLine.amount).label("amount"))
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .where(LedgerAccount.kind == AccountKind.RECEIVED)
        .group_by(LedgerLine.donation_id)
        .subquery()
    )
    booked = func.coalesce(came_in.c.amount, 0)
    statement = (
        select(Donation.number, Donation.status, Donation.amount, booked)
        .outerjoin(came_in, came_in.c.donation_id == Donation.id)
        .where(
            or_(
                and_(Donation.status == DonationStatus.CONFIRMED, booked != -Donation.amount),
                and_(Donation.status != DonationStatus.CONFIRMED, booked != 0),
            )
        )
    )
    for number, status, amount, received in db.session.execute(statement):
        yield f"donation {number} ({status.value}) of {amount} has {-received} in the books"


def _wrong_disbursements() -> Iterator[str]:
    """Each payment is traced to donations and a household: its rupiah stand where its state says, in its own fund."""
    held: dict[tuple[int | None, AccountKind], list[tuple[int, int]]] = {}
    statement = (
        select(LedgerEntry.disbursement_id, LedgerAccount.kind, LedgerAccount.fund_id, func.sum(LedgerLine.amount))
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .where(LedgerEntry.disbursement_id.is_not(None))
        .group_by(LedgerEntry.disbursement_id, LedgerAccount.kind, LedgerAccount.fund_id)
        .having(func.sum(LedgerLine.amount) != 0)
    )
    for number, kind, fund_id, amount in db.session.execute(statement):
        held.setdefault((number, kind), []).append((fund_id, int(amount)))
    columns = (Disbursement.id, Disbursement.number, Disbursement.status, Disbursement.amount, Disbursement.fund_id)
    for row in db.session.execute(select(*columns).order_by(Disbursement.id)):
        for kind in (AccountKind.RESERVED, AccountKind.PAID):
            due = [(row.fund_id, row.amount)] if _stands_on(row.status) is kind else []
            if held.get((row.id, kind), []) != due:
                sums = sum(amount for _, amount in held.get((row.id, kind), []))
                yield f"disbursement {row.number} ({row.status.value}) of {row.amount}: {sums} {kind.value}"


def _stands_on(status: DisbursementStatus) -> AccountKind | None:
    match status:
        case DisbursementStatus.PROPOSED | DisbursementStatus.APPROVED:
            return AccountKind.RESERVED
        case DisbursementStatus.PAID:
            return AccountKind.PAID
    return None
