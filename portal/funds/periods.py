"""Periods whose books are closed: a frozen report, and no entry comes into them any more (closing.py).

What was wrong in closed days is corrected in the open ones, by a reversal that names what it reverses.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any, Final

from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.errors import NotFound
from portal.funds import books, figures
from portal.funds.figures import FundDays
from portal.funds.ledger import closed_until
from portal.funds.models import BookPeriod, LedgerEntry
from portal.units.catalogue import catalogue
from portal.units.formats import service_name

MOST_MONTHS: Final = 24
"""So many months are offered at once, without the empty ones where there would be more."""


def all_periods() -> Sequence[BookPeriod]:
    """The closed periods, the newest first."""
    return db.session.scalars(select(BookPeriod).order_by(BookPeriod.ends_on.desc())).all()


def get_period(ends_on: date) -> BookPeriod:
    """The period that ended on this day. Raises NotFound."""
    found = db.session.scalars(select(BookPeriod).where(BookPeriod.ends_on == ends_on)).first()
    if found is None:
        raise NotFound
    return found


def opens_on() -> date | None:
    """The first day of the open books: after the last closed one, else the month of the first entry; None: no entry."""
    if (closed := closed_until()) is not None:
        return closed + timedelta(days=1)
    first = figures.first_day()
    return first.replace(day=1) if first else None


def ends_to_choose(today: date) -> list[date]:
    """The ends of months that may be closed now: over, and not closed yet; the newest last."""
    ends = _ends(opens_on(), today)
    return (ends if len(ends) <= MOST_MONTHS else _without_empty(ends))[:MOST_MONTHS]


def _ends(month: date | None, today: date) -> list[date]:
    """The ends of all months from this first day on that are over."""
    ends: list[date] = []
    while month is not None and (end := clock.end_of_month(month)) < today:
        ends.append(end)
        month = end + timedelta(days=1)
    return ends


def _without_empty(ends: list[date]) -> list[date]:
    """Of many months those with an entry, those right before one, and the newest: empty years are closed at once."""
    filled: set[date] = set()
    day = figures.first_day(ends[0].replace(day=1))
    while day is not None and (end := clock.end_of_month(day)) <= ends[-1]:
        filled.add(end)
        day = figures.first_day(end + timedelta(days=1))
    return [end for end, next_end in zip_longest(ends, ends[1:]) if {end, next_end} & filled or next_end is None]


def report(since: date, until: date) -> dict[str, Any]:
    """What is frozen: each fund's figures, and what was given by service and kecamatan; no names."""
    given: dict[tuple[str, str, int], int] = defaultdict(int)
    amounts: dict[tuple[str, str], int] = defaultdict(int)
    for one in figures.given(since, until):
        given[one.service, one.district, one.household_id] += one.amount
        amounts[one.service, one.district] += one.amount
    helped = [key for key, amount in given.items() if amount > 0]
    families = Counter((service, district) for service, district, _ in helped)
    return {
        "funds": [asdict(fund) for fund in figures.of_funds(since, until)],
        "given": [
            {"service": service, "district": district, "families": families[service, district], "amount": amount}
            for (service, district), amount in sorted(amounts.items())
        ],
        "families": len({household for _, _, household in helped}),
    }


def mark(told: dict[str, Any]) -> str:
    """The same for the same report, and for no other one."""
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def funds_of(frozen: dict[str, Any]) -> list[FundDays]:
    """The funds of a frozen report."""
    return [FundDays(**fund) for fund in frozen["funds"]]


def titles() -> dict[str, str]:
    """What each fund is called, by its code."""
    return {fund.code: books.title(fund) for fund in books.all_funds()}


def given_by_place(frozen: dict[str, Any]) -> list[tuple[str, str, int, int]]:
    """Service, kecamatan, families and rupiah of a report, by their names."""
    districts = catalogue().districts
    return sorted(
        (service_name(one["service"]), districts.get(one["district"], ""), one["families"], one["amount"])
        for one in frozen["given"]
    )


def corrected_since(period: BookPeriod) -> list[LedgerEntry]:
    """Later entries that take back something of this period, oldest first."""
    first = select(LedgerEntry.id).where(LedgerEntry.posted_on.between(period.starts_on, period.ends_on))
    later = LedgerEntry.reverses_id.in_(first), LedgerEntry.posted_on > period.ends_on
    return list(db.session.scalars(select(LedgerEntry).where(*later).order_by(LedgerEntry.id)))
