"""Gift by gift in a partner's statement: where each rupiah is, and how many families it reached; no names."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, case, func, select

from portal.db import db
from portal.funds.models import AccountKind, Disbursement, Fund, LedgerAccount, LedgerEntry, LedgerLine
from portal.partners import words
from portal.partners.models import Donation, DonationKind, Partner
from portal.small_numbers import LEAST
from portal.units.formats import service_name

AT_ONCE: Final = 1000
"""Gifts that are asked for at once: few enough for one question about their families."""


class Gift(NamedTuple):
    """One gift over the days, in rupiah; `families` is None for fewer than five.

    `services` are named without rupiah, and only where at least five families stand behind them: what a gift gave in
    all is known to its giver, so that rupiah of one service could be subtracted.
    """

    id: int
    number: str
    given_on: date
    kind: str
    purpose: str
    opening: int
    received: int
    given: int
    closing: int
    reserved: int
    families: int | None
    services: str


def gifts(partner: Partner, since: date, until: date, *, after: int | None = None, size: int = AT_ONCE) -> list[Gift]:
    """Gifts whose money was there or moved in these days, newest first: `size` of them, after the one with this id."""
    rows = db.session.execute(_moved(partner.code, since, until, after).limit(size)).all()
    ids = [row.donation_id for row in rows]
    reached = _reached(ids, since, until)
    records = {one.id: one for one in db.session.scalars(select(Donation).where(Donation.id.in_(ids)))}
    kinds = {kind.code: words.kind_name(kind) for kind in db.session.scalars(select(DonationKind))}
    return [_gift(row, records[row.donation_id], kinds, reached[row.donation_id]) for row in rows]


def all_gifts(partner: Partner, since: date, until: date, *, most: int | None = None) -> Iterator[Gift]:
    """All of them (or `most`), some at a time."""
    after, left = None, most
    while left is None or left > 0:
        found = gifts(partner, since, until, after=after, size=min(AT_ONCE, left) if left is not None else AT_ONCE)
        yield from found
        if len(found) < AT_ONCE:
            return
        after, left = found[-1].id, left - len(found) if left is not None else None


def _moved(partner_code: str, since: date, until: date, after: int | None) -> Any:
    kind, within = LedgerAccount.kind, LedgerEntry.posted_on >= since
    there = kind.in_([AccountKind.AVAILABLE, AccountKind.RESERVED])
    opening = _sum(there & ~within)
    received, given = -_sum((kind == AccountKind.RECEIVED) & within), _sum((kind == AccountKind.PAID) & within)
    columns = {"opening": opening, "received": received, "given": given, "closing": _sum(there)}
    columns["reserved"] = _sum(kind == AccountKind.RESERVED)
    statement = (
        select(LedgerLine.donation_id, *(column.label(name) for name, column in columns.items()))
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .join(Fund, Fund.id == LedgerAccount.fund_id)
        .where(Fund.partner_code == partner_code, LedgerEntry.posted_on <= until)
        .group_by(LedgerLine.donation_id)
        .having((opening != 0) | (received != 0) | (given != 0))
        .order_by(LedgerLine.donation_id.desc())
    )
    return statement if after is None else statement.where(LedgerLine.donation_id < after)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, LedgerLine.amount), else_=0))


Reached = dict[str, set[int]]


def _reached(ids: Collection[int], since: date, until: date) -> dict[int, Reached]:
    """By gift and service, the families to whom money of it went, and stayed, in these days."""
    d = Disbursement
    rows = db.session.execute(
        select(LedgerLine.donation_id, d.service_code, d.household_id)
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .join(d, d.id == LedgerEntry.disbursement_id)
        .where(
            LedgerLine.donation_id.in_(ids), LedgerAccount.kind == AccountKind.PAID,
            LedgerEntry.posted_on.between(since, until),
        )
        .group_by(LedgerLine.donation_id, d.service_code, d.household_id)
        .having(func.sum(LedgerLine.amount) > 0)
    )  # fmt: skip
    found: dict[int, Reached] = defaultdict(lambda: defaultdict(set))
    for donation_id, service, family in rows:
        found[donation_id][service].add(family)
    return found


def _gift(row: Any, donation: Donation, kinds: dict[str, str], reached: Reached) -> Gift:
    families = set[int]().union(*reached.values())
    return Gift(
        id=row.donation_id, number=donation.number, given_on=donation.given_on, kind=kinds[donation.kind_code],
        purpose=words.purpose_name(donation.purpose, donation.purpose_code),
        opening=int(row.opening), received=int(row.received), given=int(row.given), closing=int(row.closing),
        reserved=int(row.reserved), families=len(families) if len(families) >= LEAST else None,
        services=_named(reached),
    )  # fmt: skip


def _named(reached: Reached) -> str:
    crowds: Sequence[str] = sorted(service_name(code) for code, group in reached.items() if len(group) >= LEAST)
    return ", ".join(crowds)
