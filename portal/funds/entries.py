"""Entries of the ledger, as the page of a fund shows them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select

from portal.db import db, how_many
from portal.errors import NotFound
from portal.funds.models import AccountKind, Disbursement, EntryKind, Fund, LedgerAccount, LedgerEntry, LedgerLine
from portal.partners.models import Donation
from portal.web.paging import COUNT_LIMIT, PAGE_SIZE, every


@dataclass(frozen=True)
class EntryRow:
    """An entry as a fund's page shows it; `free` is what it added to the free money (negative: took)."""

    id: int
    fund_id: int
    kind: EntryKind
    posted_on: date
    note: str
    amount: int
    free: int
    disbursement: str | None
    donations: list[str]


def entries(fund_id: int | None, after: int | None = None, *, size: int = PAGE_SIZE) -> Sequence[EntryRow]:
    """One page of the entries of a fund (None: of all) after this id, and one more; newest first."""
    statement = (
        select(LedgerEntry, Disbursement.number)
        .outerjoin(Disbursement, Disbursement.id == LedgerEntry.disbursement_id)
        .where(*_of_fund(fund_id))
        .order_by(LedgerEntry.id.desc())
        .limit(size + 1)
    )
    if after is not None:
        statement = statement.where(LedgerEntry.id < after)
    found = db.session.execute(statement).all()
    lines = _lines([entry.id for entry, _ in found])
    return [_entry_row(entry, number, lines[entry.id]) for entry, number in found]


def _of_fund(fund_id: int | None) -> list[ColumnElement[bool]]:
    if fund_id is None:
        return []
    return [LedgerEntry.id.in_(select(LedgerLine.entry_id).join(LedgerAccount).where(LedgerAccount.fund_id == fund_id))]


def place_of(row: EntryRow) -> list[int]:
    """Where an entry stands in the order of its list."""
    return [row.id]


def all_entries(fund_id: int | None, *, size: int) -> Iterator[Sequence[EntryRow]]:
    """Every entry of a fund, or of all: `size` rows at a time, the newest first."""
    return every(lambda after: entries(fund_id, after[0] if after else None, size=size), place_of, size=size)


def count(fund_id: int | None) -> int:
    """How many entries, at most one more than lists ever count to."""
    return how_many(select(LedgerEntry.id).where(*_of_fund(fund_id)), COUNT_LIMIT)


def _lines(entry_ids: list[int]) -> dict[int, list[Any]]:
    statement = (
        select(LedgerLine.entry_id, LedgerLine.amount, LedgerAccount.kind, LedgerAccount.fund_id, Donation.number)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .join(Donation, Donation.id == LedgerLine.donation_id)
        .where(LedgerLine.entry_id.in_(entry_ids))
        .order_by(LedgerLine.id)
    )
    found: dict[int, list[Any]] = {entry_id: [] for entry_id in entry_ids}
    for row in db.session.execute(statement):
        found[row.entry_id].append(row)
    return found


def _entry_row(entry: LedgerEntry, disbursement: str | None, lines: list[Any]) -> EntryRow:
    return EntryRow(
        id=entry.id, fund_id=lines[0].fund_id, kind=entry.kind, posted_on=entry.posted_on, note=entry.note,
        amount=sum(line.amount for line in lines if line.amount > 0),
        free=sum(line.amount for line in lines if line.kind is AccountKind.AVAILABLE),
        disbursement=disbursement, donations=sorted({line.number for line in lines}),
    )  # fmt: skip


class EntryLine(NamedTuple):
    """One line: which account of which fund, of whose gift, and rupiah (negative: taken from it)."""

    fund: Fund
    kind: AccountKind
    donation: str
    amount: int


@dataclass(frozen=True)
class EntryPage:
    """An entry with its ground and its lines: what was taken from an account first, then where it went."""

    entry: LedgerEntry
    aid: Disbursement | None
    reversed_by: int | None
    lines: list[EntryLine]

    @property
    def donations(self) -> list[str]:
        return sorted({line.donation for line in self.lines})


def get_entry(entry_id: int) -> EntryPage:
    """Raises NotFound."""
    entry = db.session.get(LedgerEntry, entry_id)
    if entry is None:
        raise NotFound
    reversed_by = db.session.scalar(select(LedgerEntry.id).where(LedgerEntry.reverses_id == entry.id))
    aid = db.session.get(Disbursement, entry.disbursement_id) if entry.disbursement_id else None
    lines = [EntryLine(line.account.fund, line.account.kind, line.donation.number, line.amount) for line in entry.lines]
    return EntryPage(entry, aid, reversed_by, sorted(lines, key=lambda line: line.amount > 0))
