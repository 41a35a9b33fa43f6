"""The ledger: balanced entries, each line of one donation's money, balances kept in the same transaction.

Every movement locks the accounts it touches in the order of their ids, so that parallel ones wait and never block each
other. A fund's free money is given out under the lock of its available account, the oldest donation first.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import BigInteger, bindparam, func, select, update

from portal import clock, money
from portal.accounts.models import User
from portal.db import db, take_turns_about
from portal.errors import AlreadySettled, Refused
from portal.funds.books import account
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
from portal.language import gettext
from portal.partners.models import Donation
from portal.units.formats import day

BOOKS: Final = "books"
"""The mark by which whoever closes the books waits for whoever posts, and they for the closing (PostgreSQL)."""


@dataclass(frozen=True)
class Part:
    """So many rupiah of one donation (its lot)."""

    donation_id: int
    amount: int


@dataclass(frozen=True)
class Line:
    """`amount` rupiah of one donation added to an account; negative: taken from it."""

    account: LedgerAccount
    donation_id: int
    amount: int


class Unbalanced(RuntimeError):
    """A fault in the program: money would appear or vanish."""


def post(
    kind: EntryKind, lines: Sequence[Line], *, by: User | None, on: date | None = None, note: str = "",
    disbursement: Disbursement | None = None, reverses: LedgerEntry | None = None,
) -> LedgerEntry:  # fmt: skip
    """Add one entry and move the balances with it. `on` is the day the money moved, today when not given.

    Raises Refused when an account has not enough or the day is closed, Unbalanced when lines do not add up to zero.
    """
    refuse_unbalanced(kind, lines)
    posted_on = on or clock.today()
    refuse_closed(posted_on)
    move_balances(lines)
    entry = LedgerEntry(
        kind=kind, posted_on=posted_on, posted_at=clock.now(), posted_by_id=by.id if by else None, note=note,
        disbursement_id=disbursement.id if disbursement else None, reverses_id=reverses.id if reverses else None,
    )  # fmt: skip
    entry.lines = _stored(lines)
    db.session.add(entry)
    db.session.flush()
    return entry


def refuse_unbalanced(kind: EntryKind, lines: Sequence[Line]) -> None:
    if not lines or sum(line.amount for line in lines) != 0 or any(line.amount == 0 for line in lines):
        raise Unbalanced(f"{kind}: {[line.amount for line in lines]}")


def _stored(lines: Sequence[Line]) -> list[LedgerLine]:
    return [LedgerLine(account_id=line.account.id, donation_id=line.donation_id, amount=line.amount) for line in lines]


def closed_until() -> date | None:
    """The last day whose books are closed; None when none are."""
    return db.session.scalar(select(func.max(BookPeriod.ends_on)))


def refuse_closed(on: date) -> None:
    """A closed period takes no entry (the trigger of the table stands behind it); a correction belongs to today."""
    take_turns_about(BOOKS, with_others=True)
    closed = closed_until()
    if closed is not None and on <= closed:
        raise Refused(
            gettext(
                "The books are closed up to %(day)s. Please enter a later day, and write the true one in the note.",
                day=day(closed),
            ),
            field="on",
        )


def move_balances(lines: Iterable[Line]) -> None:
    moved: dict[LedgerAccount, int] = defaultdict(int)
    for line in lines:
        moved[line.account] += line.amount
    for touched in sorted(moved, key=lambda one: one.id):
        _add(touched, moved[touched])


def _add(touched: LedgerAccount, amount: int) -> None:
    """Add to a balance in one statement that refuses an overdraft; the CHECK of the table stands behind it."""
    statement = _GIVEN if touched.kind is AccountKind.RECEIVED else _KEPT
    db.session.flush()
    added = db.session.connection().execute(statement, {"of": touched.id, "added": amount})
    db.session.expire(touched, ["balance"])
    if not added.rowcount:
        raise not_enough()


_ACCOUNT: Any = LedgerAccount.__table__
_AFTER = _ACCOUNT.c.balance + bindparam("added", type_=BigInteger())
_MOVED = update(_ACCOUNT).where(_ACCOUNT.c.id == bindparam("of")).values(balance=_AFTER)
_GIVEN, _KEPT = _MOVED.where(_AFTER <= 0), _MOVED.where(_AFTER >= 0)
"""What givers gave stands below zero; everything else is never overdrawn."""


def not_enough(free: int | None = None) -> Refused:
    if free is None:
        return Refused(gettext("There is not enough money."), field="fund")
    return Refused(
        gettext("There is not enough money: this fund has %(free)s left.", free=money.format_rupiah(free)),
        field="fund",
    )


def lock(touched: LedgerAccount) -> None:
    """Hold an account until this transaction ends (on SQLite every writing transaction already stands alone)."""
    db.session.execute(select(LedgerAccount.id).where(LedgerAccount.id == touched.id).with_for_update())


def hold(fund: Fund) -> None:
    """Hold all accounts of a fund, in the order of their ids: for acts of several movements."""
    for touched in fund.accounts:
        lock(touched)


def lots(touched: LedgerAccount, *, disbursement: Disbursement | None = None) -> list[Part]:
    """What each donation has on this account, the first confirmed first; only of this disbursement, if one is given."""
    statement = (
        select(LedgerLine.donation_id, func.sum(LedgerLine.amount))
        .join(Donation, Donation.id == LedgerLine.donation_id)
        .where(LedgerLine.account_id == touched.id)
        .group_by(LedgerLine.donation_id, Donation.settled_at)
        .having(func.sum(LedgerLine.amount) != 0)
        .order_by(Donation.settled_at, LedgerLine.donation_id)
    )
    if disbursement is not None:
        entries = select(LedgerEntry.id).where(LedgerEntry.disbursement_id == disbursement.id)
        statement = statement.where(LedgerLine.entry_id.in_(entries))
    return [Part(donation_id, int(amount)) for donation_id, amount in db.session.execute(statement)]


def move(parts: Iterable[Part], source: LedgerAccount, target: LedgerAccount) -> list[Line]:
    """The lines that carry these parts from one account to another."""
    carried = list(parts)
    return [Line(source, part.donation_id, -part.amount) for part in carried] + [
        Line(target, part.donation_id, part.amount) for part in carried
    ]


def allocate(fund: Fund, amount: int) -> list[Part]:
    """Take `amount` rupiah from the fund's free money, the oldest donation first. Raises Refused."""
    available = account(fund, AccountKind.AVAILABLE)
    lock(available)
    free, taken, missing = lots(available), [], amount
    for part in free:
        if missing <= 0:
            break
        taken.append(Part(part.donation_id, min(part.amount, missing)))
        missing -= taken[-1].amount
    if missing > 0:
        raise not_enough(sum(part.amount for part in free))
    return taken


def receive(donation: Donation, fund: Fund, *, by: User) -> LedgerEntry:
    """A confirmed donation: from its giver, now free."""
    lines = move(
        [Part(donation.id, donation.amount)], account(fund, AccountKind.RECEIVED), account(fund, AccountKind.AVAILABLE)
    )
    return post(EntryKind.DONATION, lines, by=by)


def reserve(disbursement: Disbursement, fund: Fund, *, by: User) -> LedgerEntry:
    """Put the money of a proposed disbursement aside. Raises Refused when the fund has not enough."""
    available, reserved = account(fund, AccountKind.AVAILABLE), account(fund, AccountKind.RESERVED)
    lines = move(allocate(fund, disbursement.amount), available, reserved)
    return post(EntryKind.RESERVATION, lines, by=by, disbursement=disbursement)


def release(disbursement: Disbursement, fund: Fund, *, by: User, note: str) -> LedgerEntry:
    """Money put aside for this disbursement is free again, each rupiah in the donation it came from."""
    available, reserved = account(fund, AccountKind.AVAILABLE), account(fund, AccountKind.RESERVED)
    lock(available)
    lines = move(lots(reserved, disbursement=disbursement), reserved, available)
    return post(EntryKind.RELEASE, lines, by=by, note=note, disbursement=disbursement)


REVERSIBLE = frozenset({EntryKind.DONATION, EntryKind.PAYMENT})
"""A reservation is taken back by releasing it, and a correction by entering what is right anew."""


def reverse(entry: LedgerEntry, reason: str, by: User) -> LedgerEntry:
    """The only correction: an entry with the same lines the other way round, once. Raises AlreadySettled, Refused."""
    if entry.kind not in REVERSIBLE:
        raise Refused(gettext("Only a donation or a payment can be taken back."))
    for touched in sorted({line.account for line in entry.lines}, key=lambda one: one.id):
        lock(touched)
    if db.session.scalars(select(LedgerEntry.id).where(LedgerEntry.reverses_id == entry.id)).first():
        raise AlreadySettled(gettext("This entry has been taken back already."))
    lines = [Line(line.account, line.donation_id, -line.amount) for line in entry.lines]
    disbursement = db.session.get(Disbursement, entry.disbursement_id) if entry.disbursement_id else None
    return post(EntryKind.REVERSAL, lines, by=by, note=reason, disbursement=disbursement, reverses=entry)


def entry_of(
    kind: EntryKind, *, disbursement: Disbursement | None = None, donation: Donation | None = None
) -> LedgerEntry:
    """The newest entry of this kind for a disbursement or a donation that is not taken back. Raises NoResultFound."""
    taken_back = select(LedgerEntry.reverses_id).where(LedgerEntry.reverses_id.is_not(None))
    statement = select(LedgerEntry).where(LedgerEntry.kind == kind, LedgerEntry.id.not_in(taken_back))
    if disbursement is not None:
        statement = statement.where(LedgerEntry.disbursement_id == disbursement.id)
    if donation is not None:
        lines = select(LedgerLine.entry_id).where(LedgerLine.donation_id == donation.id)
        statement = statement.where(LedgerEntry.id.in_(lines))
    return db.session.scalars(statement.order_by(LedgerEntry.id.desc()).limit(1)).one()
