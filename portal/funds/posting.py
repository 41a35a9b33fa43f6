"""Many payments enter the books at once, by few statements: an entry each, every balance moved once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from portal import bulk, clock
from portal.accounts.models import User
from portal.audit import changes
from portal.db import db, rows
from portal.funds import ledger
from portal.funds.ledger import Line, Part
from portal.funds.models import AccountKind, EntryKind, LedgerAccount, LedgerEntry, LedgerLine
from portal.partners.models import Donation

Values = dict[str, Any]


@dataclass(frozen=True)
class Payment:
    """Aid that was handed over on a day, from a fund."""

    aid_id: int
    fund_id: int
    on: date


def pay_all(payments: Sequence[Payment], *, by: User) -> dict[int, list[Values]]:
    """The money put aside for each has left for its family; what the trail is to tell of its entry, by the aid's id.

    Raises like `ledger.post`.
    """
    pairs = _accounts({payment.fund_id for payment in payments})
    parts = _put_aside_for([payment.aid_id for payment in payments], {reserved.id for reserved, _ in pairs.values()})
    moved = [ledger.move(parts[payment.aid_id], *pairs[payment.fund_id]) for payment in payments]
    for lines in moved:
        ledger.refuse_unbalanced(EntryKind.PAYMENT, lines)
    ledger.refuse_closed(min(payment.on for payment in payments))
    ledger.move_balances([line for lines in moved for line in lines])
    return _store(payments, moved, by)


def _accounts(fund_ids: set[int]) -> dict[int, tuple[LedgerAccount, LedgerAccount]]:
    """What is put aside in each fund and what it has paid, held in the order of their ids."""
    kinds = AccountKind.RESERVED, AccountKind.PAID
    statement = select(LedgerAccount).where(LedgerAccount.fund_id.in_(fund_ids), LedgerAccount.kind.in_(kinds))
    held = db.session.scalars(statement.order_by(LedgerAccount.id).with_for_update()).all()
    found = {(account.fund_id, account.kind): account for account in held}
    return {fund_id: (found[fund_id, kinds[0]], found[fund_id, kinds[1]]) for fund_id in fund_ids}


def _put_aside_for(aid_ids: Sequence[int], account_ids: Collection[int]) -> Mapping[int, list[Part]]:
    """What each donation has on these accounts for each piece of aid, the first confirmed first."""
    entry, line = LedgerEntry.__table__.c, LedgerLine.__table__.c
    statement = (
        select(entry.disbursement_id, line.account_id, line.donation_id, line.amount)
        .join_from(LedgerEntry.__table__, LedgerLine.__table__, line.entry_id == entry.id)
        .join(Donation.__table__, Donation.id == line.donation_id)
        .where(entry.disbursement_id.in_(aid_ids))
        .order_by(Donation.settled_at, line.donation_id)
    )
    sums: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    # Aid has few lines, and an account most of the books: which of them are meant is not asked of the database.
    for aid_id, account_id, donation_id, amount in rows(statement):
        if account_id in account_ids:
            sums[aid_id][donation_id] += amount
    return {aid_id: [Part(*part) for part in parts.items() if part[1]] for aid_id, parts in sums.items()}


def _store(payments: Sequence[Payment], moved: Sequence[list[Line]], by: User) -> dict[int, list[Values]]:
    entry_ids = bulk.next_ids(LedgerEntry, len(payments))
    line_ids = iter(bulk.next_ids(LedgerLine, sum(map(len, moved))))
    common = {"kind": EntryKind.PAYMENT, "posted_at": clock.now(), "posted_by_id": by.id, "note": ""}
    entries = [
        {"id": entry_id, **common, "posted_on": payment.on, "disbursement_id": payment.aid_id}
        for entry_id, payment in zip(entry_ids, payments, strict=True)
    ]
    lines = [
        [{"id": next(line_ids), "entry_id": entry_id, "account_id": line.account.id, "donation_id": line.donation_id,
          "amount": line.amount} for line in of_entry]
        for entry_id, of_entry in zip(entry_ids, moved, strict=True)
    ]  # fmt: skip
    bulk.insert(LedgerEntry, entries)
    bulk.insert(LedgerLine, [line for of_entry in lines for line in of_entry])
    told = ([changes.of_new(LedgerEntry, entry)] for entry in entries)
    return {
        payment.aid_id: one + [changes.of_new(LedgerLine, line) for line in of_entry]
        for payment, one, of_entry in zip(payments, told, lines, strict=True)
    }
