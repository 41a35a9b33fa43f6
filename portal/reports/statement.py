"""A partner's statement for some days: opening, received, given, put aside, closing; what it helped; gift by gift.

Its rupiah are the partner's own books and shown whole. Families, and where the money went by service and kecamatan, are
shown for whole quarters, without names, and so that no family is found in it (small_numbers.py): whatever days are
asked for, a quarter shows the same, so that no two statements can be subtracted from each other.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from portal.funds import books, figures
from portal.funds.figures import FundDays, Given
from portal.partners.models import Partner
from portal.small_numbers import ALL, Figure, over_periods
from portal.units.catalogue import catalogue
from portal.units.formats import service_name


class Place(NamedTuple):
    """A service, or one kecamatan of it, as the statement shows it; `partly`: small numbers are left out of it."""

    name: str
    figure: Figure
    partly: bool


@dataclass(frozen=True)
class Helped:
    """What was helped in the whole quarters between the days: each service with its kecamatan, and every kecamatan.

    `since` and `until` are the first and last day of those quarters; None when there is none. `partly`: in some of them
    fewer than five families were helped, and these are not in the count of the whole.
    """

    since: date | None
    until: date | None
    services: list[tuple[Place, list[Place]]]
    districts: list[Place]
    whole: Figure
    partly: bool
    left_out: int


@dataclass(frozen=True)
class Statement:
    """Everything a partner is told of some days."""

    partner: Partner
    since: date
    until: date
    funds: list[FundDays]
    titles: dict[str, str]
    helped: Helped

    @property
    def whole(self) -> FundDays:
        return figures.together(self.funds)


def statement(partner: Partner, since: date, until: date) -> Statement:
    """The statement from one day to another, both included."""
    told = [(days, figures.given(*days, partner.code)) for days in figures.quarters(since, until)]
    return Statement(
        partner, since, until, figures.of_funds(since, until, partner.code),
        {fund.code: books.title(fund) for fund in books.all_funds() if fund.partner_code == partner.code},
        _helped(told),
    )  # fmt: skip


Told = list[tuple[tuple[date, date], list[Given]]]
"""Whole quarters by their first and last day, with what was given in each."""


def _helped(told: Told) -> Helped:
    """What was helped in these quarters, by service and kecamatan."""
    books = [_books(rows) for _, rows in told]
    shown, left_out = over_periods([_facts(rows) for _, rows in told], whole_is_known=True, books=books)
    whole = shown.get((ALL, ALL), Figure(None, 0))
    by_service = {row: figure.amount or 0 for (row, column), figure in shown.items() if row and not column}
    return Helped(
        since=told[0][0][0] if told else None, until=told[-1][0][1] if told else None,
        services=_services(shown, left_out), districts=_districts(shown, left_out, ALL), whole=whole,
        partly=(ALL, ALL) in left_out,
        left_out=(whole.amount or 0) - sum(by_service.values()),
    )  # fmt: skip


def _facts(given: Sequence[Given]) -> list[tuple[str, str, int, int]]:
    return [(one.service, one.district or "-", one.household_id, one.amount) for one in given]


def _books(given: Sequence[Given]) -> dict[str, dict[str, set[int]]]:
    """Families by fund and service: the statement tells what each fund gave in all."""
    found: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for one in given:
        found[one.fund][one.service].add(one.household_id)
    return found


Shown = dict[tuple[str, str], Figure]


def _services(shown: Shown, left_out: set[tuple[str, str]]) -> list[tuple[Place, list[Place]]]:
    codes = [row for row, column in shown if row and not column and shown[row, column].amount is not None]
    found = [
        (Place(service_name(code), shown[code, ALL], (code, ALL) in left_out), _districts(shown, left_out, code))
        for code in codes
    ]
    return sorted(found, key=lambda one: one[0].name)


def _districts(shown: Shown, left_out: set[tuple[str, str]], service: str) -> list[Place]:
    names = catalogue().districts
    return [
        Place(names[code], shown[service, code], (service, code) in left_out)
        for code in names
        if (service, code) in shown and shown[service, code].amount is not None
    ]
