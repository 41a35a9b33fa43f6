"""The books counted anew in one pass, entry by entry in the order of posting: what must hold held at every moment."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import String, select, type_coerce

from portal.db import db
from portal.funds.models import AccountKind, EntryKind, Fund, LedgerAccount, LedgerEntry, LedgerLine
from portal.partners.models import Donation

AT_ONCE: Final = 5_000
ROUTE: Final = {
    EntryKind.DONATION: (AccountKind.RECEIVED, AccountKind.AVAILABLE),
    EntryKind.RESERVATION: (AccountKind.AVAILABLE, AccountKind.RESERVED),
    EntryKind.RELEASE: (AccountKind.RESERVED, AccountKind.AVAILABLE),
    EntryKind.PAYMENT: (AccountKind.RESERVED, AccountKind.PAID),
}
"""From which account to which each kind of entry carries money; a reversal carries it back."""
OF_AID: Final = frozenset({EntryKind.RESERVATION, EntryKind.RELEASE, EntryKind.PAYMENT})
"""Entries whose ground is a piece of aid; that of a gift is the donation, that of a reversal the entry it reverses."""


class Account(NamedTuple):
    """An account as faults name it."""

    fund_id: int
    fund: str
    kind: AccountKind

    @property
    def sign(self) -> int:
        """What stands on it has this sign: what came from givers is counted as less than nothing."""
        return -1 if self.kind is AccountKind.RECEIVED else 1


class Entry(NamedTuple):
    """An entry with its lines: (account, donation, rupiah) each."""

    id: int
    kind: EntryKind
    disbursement_id: int | None
    reverses_id: int | None
    lines: list[tuple[int, int, int]]


class Recount:
    """One pass over all entries. `balances`, `lots` and `aid` hold rupiah at its end, `faults` what did not hold."""

    def __init__(self) -> None:
        columns = (LedgerAccount.id, LedgerAccount.fund_id, Fund.code, LedgerAccount.kind)
        rows = db.session.execute(select(*columns).join(Fund, Fund.id == LedgerAccount.fund_id))
        self.accounts = {row.id: Account(row.fund_id, row.code, row.kind) for row in rows}
        self._signs = {number: account.sign for number, account in self.accounts.items()}
        self.entries = 0
        self.balances: dict[int, int] = defaultdict(int)
        self.lots: dict[tuple[int, int], int] = defaultdict(int)
        self.aid: dict[tuple[int, AccountKind], dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.faults: list[str] = []
        self._overdrawn: set[int | tuple[int, int]] = set()
        reversed_later = select(LedgerEntry.reverses_id).where(LedgerEntry.reverses_id.is_not(None))
        self._reversed_later = set(db.session.scalars(reversed_later))
        self._may_be_reversed: dict[int, Entry] = {}

    def run(self) -> "Recount":
        for entry in _entries():
            self.entries += 1
            self._balanced(entry)
            self._grounded(entry)
            self._carry(entry)
        self._name_donations()
        return self

    def _fault(self, entry: Entry, what: str) -> None:
        self.faults.append(f"entry {entry.id} {what}")

    def _balanced(self, entry: Entry) -> None:
        """Lines add up to zero, in all and for each donation: no rupiah changes its giver on the way."""
        total = sum([amount for _, _, amount in entry.lines])
        if not entry.lines:
            self._fault(entry, "has no lines")
        elif total:
            self._fault(entry, f"adds up to {total}, not to zero")
        elif _sums_by_donation(entry.lines):
            self._fault(entry, "takes money of one donation and gives it to another")

    def _grounded(self, entry: Entry) -> None:
        """Each entry rests on a donation, on aid, or on what it takes back, and carries money the way of its kind."""
        if entry.kind is EntryKind.REVERSAL:
            self._reverses(entry)
            return
        if entry.id in self._reversed_later and entry.kind in (EntryKind.DONATION, EntryKind.PAYMENT):
            self._may_be_reversed[entry.id] = entry
        if (entry.disbursement_id is not None) != (entry.kind in OF_AID) or entry.reverses_id is not None:
            self._fault(entry, f"is a {entry.kind.value} without its ground")
        source, target = ROUTE[entry.kind]
        if any(
            self.accounts[account].kind is not (target if amount > 0 else source) for account, _, amount in entry.lines
        ):
            self._fault(entry, f"is no {entry.kind.value}: its money went another way")

    def _reverses(self, entry: Entry) -> None:
        first = self._may_be_reversed.pop(entry.reverses_id or 0, None)
        if first is None:
            self._fault(entry, "takes back nothing that stands in the books before it")
        elif sorted(entry.lines) != sorted((account, donation, -amount) for account, donation, amount in first.lines):
            self._fault(entry, f"is not what entry {first.id} was, the other way round")
        elif entry.disbursement_id != first.disbursement_id:
            self._fault(entry, f"rests on another ground than entry {first.id}")

    def _carry(self, entry: Entry) -> None:
        balances, lots, signs = self.balances, self.lots, self._signs
        for number, donation, amount in entry.lines:
            balances[number] += amount
            lots[number, donation] += amount
        for number, donation, _ in entry.lines:
            if balances[number] * signs[number] < 0 or lots[number, donation] * signs[number] < 0:
                self._below_zero(entry, number, donation)
        if entry.disbursement_id is not None:
            for number, _, amount in entry.lines:
                account = self.accounts[number]
                self.aid[entry.disbursement_id, account.kind][account.fund_id] += amount

    def _below_zero(self, entry: Entry, number: int, donation: int) -> None:
        """Less than nothing stood on an account, or was left there of one donation; each is told once."""
        account, balance = self.accounts[number], self.balances[number]
        if balance * account.sign < 0 and number not in self._overdrawn:
            self._overdrawn.add(number)
            self._fault(entry, f"left {balance} on {account.kind.value} of the fund {account.fund}")
        if self.lots[number, donation] * account.sign < 0:
            self._overdrawn.add((number, donation))

    def _name_donations(self) -> None:
        """Donations that once had less than nothing on an account, by the number people call them."""
        lots = [lot for lot in self._overdrawn if isinstance(lot, tuple)]
        if not lots:
            return
        wanted = select(Donation.id, Donation.number).where(Donation.id.in_({donation for _, donation in lots}))
        numbers = {row.id: row.number for row in db.session.execute(wanted)}
        for number, donation in sorted(lots):
            kind, amount = self.accounts[number].kind.value, self.lots[number, donation]
            self.faults.append(f"donation {numbers.get(donation, donation)}, {kind}: {amount}, or was once")


def _sums_by_donation(lines: list[tuple[int, int, int]]) -> bool:
    """Whether any donation's lines do not add up to zero; two lines of one donation, as most entries have, do."""
    if len(lines) == 2 and lines[0][1] == lines[1][1]:
        return False
    sums: dict[int, int] = defaultdict(int)
    for _, donation, amount in lines:
        sums[donation] += amount
    return any(sums.values())


KINDS: Final = {kind.value: kind for kind in EntryKind}


def _entries() -> Iterator[Entry]:
    """Every entry with its lines, in the order of posting; columns as they are stored, since there are many."""
    e, line = LedgerEntry, LedgerLine
    heads = select(e.id, type_coerce(e.kind, String), e.disbursement_id, e.reverses_id).order_by(e.id)
    lines = select(line.entry_id, line.account_id, line.donation_id, line.amount).order_by(line.entry_id, line.id)
    carried = groupby(_plain(lines), key=itemgetter(0))
    of, group = next(carried, (None, iter(())))
    for number, kind, disbursement_id, reverses_id in _plain(heads):
        found: list[tuple[int, int, int]] = []
        if of == number:
            found = [row[1:] for row in group]
            of, group = next(carried, (None, iter(())))
        yield Entry(number, KINDS[kind], disbursement_id, reverses_id, found)


def _plain(statement: Any) -> Iterator[tuple[Any, ...]]:
    """Rows as tuples, some thousands at a time."""
    for part in db.session.execute(statement.execution_options(yield_per=AT_ONCE)).partitions():
        yield from map(tuple, part)
