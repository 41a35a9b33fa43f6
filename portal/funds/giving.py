"""A donation's money in the books: confirmed, taken back, and what became of it."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from portal import audit
from portal.accounts.models import User
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, Refused, settle_doubts
from portal.funds import books, ledger
from portal.funds.models import AccountKind, Disbursement, EntryKind, Fund, LedgerAccount, LedgerEntry, LedgerLine
from portal.language import gettext
from portal.partners import queries as gifts
from portal.partners import services as donations
from portal.partners.models import Donation, DonationStatus


def confirm(donation: Donation, *, confirmed: Collection[str] = (), by: User) -> Fund:
    """The treasurer saw this money arrive: from now on its fund can spend it.

    Raises NotAllowed, AlreadySettled, and Doubtful for other gifts alike whose codes are not among the `confirmed`.
    """
    donations.begin_settling(donation, by=by)
    alike = gifts.alike(donation)
    settle_doubts(donations.doubts_of_arrival(donation, alike), confirmed)
    donations.settle(donation, DonationStatus.CONFIRMED, by=by)
    db.session.flush()
    fund = books.fund_of(donation)
    ledger.receive(donation, fund, by=by)
    told = ", ".join(other.number for other in alike) or None
    audit.record("donation.confirmed", donation, by=by, fund=fund.code, amount=donation.amount, alike=told)
    return fund


TakenBack = Callable[[Donation, str, User], None]
_taken_back: list[TakenBack] = []


def when_taken_back(effect: TakenBack) -> None:
    """Let a later room hear that a confirmation was taken back, in the same transaction: donation, reason, by whom."""
    _taken_back.append(effect)


def take_back(donation: Donation, *, reason: str, by: User) -> None:
    """Correct a confirmation: the money had not arrived after all. Only while all of it is free.

    Raises NotAllowed, AlreadySettled, Refused when part of it is promised or spent.
    """
    _reverse(donation, reason, by)
    donations.settle(donation, DonationStatus.REFUSED, by=by)
    donation.refusal_reason = reason.strip()
    audit.record("donation.taken_back", donation, by=by, amount=donation.amount)
    for effect in _taken_back:
        effect(donation, reason.strip(), by)


def unconfirm(donation: Donation, *, reason: str, by: User) -> None:
    """The money that was taken for it is another's: it waits for the treasurer again. Raises like `take_back`."""
    _reverse(donation, reason, by)
    donation.status, donation.settled_by_id, donation.settled_at = DonationStatus.ENTERED, None, None
    audit.record("donation.unconfirmed", donation, by=by, amount=donation.amount)


def _reverse(donation: Donation, reason: str, by: User) -> None:
    """Take its entry back in the books, while all of it is free."""
    if not by.can("funds.correct"):
        raise NotAllowed
    if not reason.strip():
        raise Refused(gettext("Please write the reason."), field="reason")
    db.session.refresh(donation, with_for_update=True)
    if donation.status is not DonationStatus.CONFIRMED:
        raise AlreadySettled(gettext("Donation %(number)s is not confirmed.", number=donation.number))
    _refuse_used(donation)
    ledger.reverse(ledger.entry_of(EntryKind.DONATION, donation=donation), reason.strip(), by)


def _refuse_used(donation: Donation) -> None:
    fund = books.fund_of(donation)
    ledger.hold(fund)
    available = books.account(fund, AccountKind.AVAILABLE)
    free = sum(part.amount for part in ledger.lots(available) if part.donation_id == donation.id)
    if free != donation.amount:
        raise Refused(
            gettext("Part of this donation is promised or spent already; take back those payments first."),
            field="reason",
        )


@dataclass(frozen=True)
class Standing:
    """Where a donation's rupiah are."""

    received: int = 0
    available: int = 0
    reserved: int = 0
    paid: int = 0


def standing(donation: Donation) -> Standing:
    """Where this donation's money is now; all zero before it is confirmed."""
    rows = db.session.execute(
        select(LedgerAccount.kind, func.sum(LedgerLine.amount))
        .join(LedgerLine, LedgerLine.account_id == LedgerAccount.id)
        .where(LedgerLine.donation_id == donation.id)
        .group_by(LedgerAccount.kind)
    )
    sums = {kind.value: abs(int(amount)) for kind, amount in rows}
    return Standing(**sums)


@dataclass(frozen=True)
class Payment:
    """Rupiah of a donation or a fund that one disbursement paid; those taken back are none."""

    number: str
    service_code: str
    paid_on: date
    amount: int


def paid_from(donation: Donation) -> list[Payment]:
    """The payments this donation's money is in, the newest first."""
    return _paid(LedgerLine.donation_id == donation.id)


def paid_from_fund(fund: Fund) -> list[Payment]:
    return _paid(LedgerAccount.fund_id == fund.id)


def paid_from_partner(partner_code: str) -> list[Payment]:
    return _paid(Donation.partner_code == partner_code)


def _paid(condition: ColumnElement[bool]) -> list[Payment]:
    columns = (Disbursement.id, Disbursement.number, Disbursement.service_code, Disbursement.paid_on)
    rows = db.session.execute(
        select(*columns, func.sum(LedgerLine.amount))
        .join(LedgerEntry, LedgerEntry.disbursement_id == Disbursement.id)
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .join(Donation, Donation.id == LedgerLine.donation_id)
        .where(LedgerAccount.kind == AccountKind.PAID, condition)
        .group_by(*columns)
        .having(func.sum(LedgerLine.amount) != 0)
        .order_by(Disbursement.paid_on.desc(), Disbursement.id.desc())
    )
    return [Payment(number, service, paid_on, int(amount)) for _, number, service, paid_on, amount in rows if paid_on]


@dataclass(frozen=True)
class Help:
    """What became of money, without names: so many payments of one service in one month, and their rupiah."""

    service_code: str
    month: date
    count: int
    amount: int


def by_service_and_month(payments: list[Payment]) -> list[Help]:
    """Payments counted by month and service, the newest month first."""
    cells: dict[tuple[date, str], list[int]] = defaultdict(list)
    for payment in payments:
        cells[payment.paid_on.replace(day=1), payment.service_code].append(payment.amount)
    return [
        Help(service, month, len(amounts), sum(amounts))
        for (month, service), amounts in sorted(cells.items(), key=lambda cell: (-cell[0][0].toordinal(), cell[0][1]))
    ]
