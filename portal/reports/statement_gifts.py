"""Gift by gift in a partner's statement: where each rupiah is, and how many families it reached; no names."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, case, func, select

from portal.db import db
from portal.funds import figures
from portal.funds.models import AccountKind, Fund, LedgerAccount, LedgerEntry, LedgerLine
from portal.funds.reached import NOBODY, Reached, by_gift
from portal.partners import words
from portal.partners.models import Donation, DonationKind, Partner
from portal.units.formats import service_name

AT_ONCE: Final = 1000
"""Gifts that are asked for at once: few enough for one question about their families."""


class Gift(NamedTuple):
    """One gift over the days, in rupiah; `families` and `services` are told of the whole quarters in them."""

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
    reached = by_gift(ids, figures.quarters(since, until))
    records = {one.id: one for one in db.session.scalars(select(Donation).where(Donation.id.in_(ids)))}
    kinds = {kind.code: words.kind_name(kind) for kind in db.session.scalars(select(DonationKind))}
    return [_gift(row, records[row.donation_id], kinds, reached.get(row.donation_id, NOBODY)) for row in rows]


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


def _gift(row: Any, donation: Donation, kinds: dict[str, str], reached: Reached) -> Gift:
    return Gift(
        id=row.donation_id, number=donation.number, given_on=donation.given_on, kind=kinds[donation.kind_code],
        purpose=words.purpose_name(donation.purpose, donation.purpose_code),
        opening=int(row.opening), received=int(row.received), given=int(row.given), closing=int(row.closing),
        reserved=int(row.reserved), families=reached.families,
        services=", ".join(sorted(map(service_name, reached.services))),
    )  # fmt: skip
