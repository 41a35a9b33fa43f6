"""Money for everybody: by month, field, kecamatan and partner, in whole quarters, and no family to be found in it.

Each list stands for itself beside the sum over all; of a quarter a list shows what `small_numbers` lets it, and a year
no more than its quarters. Days into which an entry may still come are not shown: yesterday's totals taken from today's
would tell of one family.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.funds import figures
from portal.funds.figures import Days, Given
from portal.language import gettext
from portal.partners.models import Partner, Purpose
from portal.public import reached
from portal.reports.year_2015 import FIRST, PARTNER
from portal.small_numbers import ALL, LEAST, Figure, over_periods, table
from portal.units.catalogue import catalogue
from portal.units.fields import field_name
from portal.units.formats import month as month_name


class Row(NamedTuple):
    """One line: rupiah received (None: not told by this list) and given, families; None in `given` is hidden.

    `partly`: small numbers of some quarters are left out. `pays`: whether anything is paid for here at all.
    """

    name: str
    received: int | None
    given: Figure
    partly: bool = False
    pays: bool = True


@dataclass(frozen=True)
class Money:
    """A year's whole quarters that are told; `since` and `until` are None when there is none yet. Rupiah.

    `invented`: the paper's year is in it, of which only the sums are known (docs/decisions/year-2015.md).
    """

    year: int
    years: list[int]
    since: date | None
    until: date | None
    received: int
    whole: Figure
    months: list[Row]
    fields: list[Row]
    districts: list[Row]
    partners: list[Row]
    invented: bool


def years() -> list[int]:
    """The years that can be told, the newest first: those with an entry in a quarter that is told."""
    found: list[int] = []
    day = figures.first_day()
    while day is not None and (told := figures.quarters(date(day.year, 1, 1), date(day.year, 12, 31))):
        if day <= told[-1][1]:
            found.insert(0, day.year)
        day = figures.first_day(date(day.year + 1, 1, 1))
    return found


def money(year: int | None) -> Money:
    """The totals of a year; of the newest that can be told where none, or one that cannot, is named."""
    told = years() or [clock.today().year]
    chosen = year if year in told else told[0]
    periods = figures.quarters(date(chosen, 1, 1), date(chosen, 12, 31))
    given = [[(month, figures.given(*month)) for month in _months(*quarter)] for quarter in periods]
    came = [{month: figures.received(*month) for month in _months(*quarter)} for quarter in periods]
    received = _added(one for quarter in came for one in quarter.values())
    whole, _ = _listed(given, lambda _month, _one: "")
    return Money(
        year=chosen, years=told, since=periods[0][0] if periods else None, until=periods[-1][1] if periods else None,
        received=sum(received.values()), whole=whole.get((ALL, ALL), Figure(None, 0)),
        months=_by_month(given, came), fields=_by_field(given, received, periods),
        districts=_by_district(given), partners=_by_partner(given, received),
        invented=chosen == FIRST.year and db.session.get(Partner, PARTNER) is not None,
    )  # fmt: skip


Quarter = list[tuple[Days, list[Given]]]
"""What was given in each month of it."""
Facts = list[tuple[str, str, int, int]]
Received = dict[tuple[str, Purpose, str | None], int]


def _months(first: date, last: date) -> list[Days]:
    """The months of a quarter, by their first and last day."""
    found = []
    while first <= last:
        end = clock.end_of_month(first)
        found.append((first, end))
        first = end + timedelta(days=1)
    return found


def _added(sums: Iterable[Received]) -> Received:
    found: Received = defaultdict(int)
    for one in sums:
        for key, amount in one.items():
            found[key] += amount
    return found


Shown = tuple[dict[tuple[str, str], Figure], set[tuple[str, str]]]


def _listed(given: list[Quarter], key_of: Callable[[Days, Given], str]) -> Shown:
    """One list: what may be shown of each key over the quarters, and the keys of which something is left out."""
    return over_periods([_facts(quarter, key_of) for quarter in given], whole_is_known=False)


def _facts(quarter: Quarter, key_of: Callable[[Days, Given], str]) -> Facts:
    sums: dict[tuple[str, int], int] = defaultdict(int)
    for month, rows in quarter:
        for one in rows:
            sums[key_of(month, one), one.household_id] += one.amount
    return [(key, ALL, family, amount) for (key, family), amount in sums.items() if amount]


NOBODY: Final = Figure(0, 0)


def _row(name: str, received: int | None, shown: Shown, key: str, *, pays: bool = True) -> Row:
    figure = shown[0].get((key, ALL), NOBODY)
    return Row(name, received, figure, (key, ALL) in shown[1] and figure.amount is not None, pays)


def _by_month(given: list[Quarter], came: list[dict[Days, Received]]) -> list[Row]:
    shown = _listed(given, lambda month, _one: f"{month[0]}")
    return [
        _row(month_name(month[0]), sum(one.values()), shown, f"{month[0]}")
        for quarter in came
        for month, one in quarter.items()
    ]


def _by_field(given: list[Quarter], received: Received, periods: list[Days]) -> list[Row]:
    """By field of work; families are also those that a service reached without money."""
    services = catalogue().services

    def field_of(_month: Days, one: Given) -> str:
        return services[one.service].field if one.service in services else "-"

    shown = _listed(given, field_of)
    paying = {service.field for service in services.values() if service.gives_money}
    came: dict[str | None, int] = defaultdict(int)
    for (_, purpose, code), amount in received.items():
        came[_field_of(purpose, code)] += amount
    families = _families([_facts(quarter, field_of) for quarter in given], periods)
    rows = []
    for code in catalogue().fields():
        row = _row(field_name(code), came.get(code, 0), shown, code, pays=code in paying)
        rows.append(row._replace(given=row.given._replace(families=len(families[code]) or row.given.families)))
    if came.get(None):
        rows.append(Row(gettext("Not bound to one field"), came[None], NOBODY, pays=False))
    return rows


def _families(facts: list[Facts], periods: list[Days]) -> dict[str, set[int]]:
    """By field, the families that had money in the quarters that show it, and in these those reached without money.

    The latter only where they are five or more: all lists tell how many had money.
    """
    found: dict[str, set[int]] = defaultdict(set)
    for rows, days in zip(facts, periods, strict=True):
        shown, without = table(rows, whole_is_known=False), reached.without_money(*days)
        for field in {row[0] for row in rows} | {*without}:
            if shown.get((field, ALL), NOBODY).families is None:
                continue
            had = {family for code, _, family, amount in rows if code == field and amount > 0}
            more = without.get(field, set()) - had
            found[field] |= had | (more if len(more) >= LEAST else set())
    return found


def _field_of(purpose: Purpose, code: str | None) -> str | None:
    if purpose is Purpose.SERVICE:
        service = catalogue().services.get(code or "")
        return service.field if service else None
    return code if purpose is Purpose.FIELD else None


def _by_district(given: list[Quarter]) -> list[Row]:
    shown = _listed(given, lambda _month, one: one.district or "-")
    return [_row(name, None, shown, code) for code, name in catalogue().districts.items()]


OTHERS: Final = "*"
"""Partners without a line of their own, in one line."""
CROWD: Final = 3
"""Partners behind that line: of two, each would take off its own sum and know the other's."""


def _by_partner(given: list[Quarter], received: Received) -> list[Row]:
    """Partners that agreed to be named, and the others in one line; nothing where that would be all or too few."""
    came: dict[str, int] = defaultdict(int)
    for (code, *_), amount in received.items():
        came[code] += amount
    active = {one.partner for quarter in given for _, rows in quarter for one in rows} | {*came}
    names = {one.code: one.name for one in db.session.scalars(select(Partner).where(Partner.named_publicly))}
    named = _named(active, names.keys(), came)
    if not named:
        return []
    shown = _listed(given, lambda _month, one: one.partner if one.partner in named else OTHERS)
    rows = [_row(names[code], came[code], shown, code) for code in sorted(named, key=lambda code: names[code])]
    if others := active - named:
        rows.append(_row(gettext("Other partners"), sum(came[code] for code in others), shown, OTHERS))
    return rows


def _named(active: Set[str], agreed: Set[str], came: Mapping[str, int]) -> set[str]:
    """Who has a line of its own: who agreed, less those that gave least, so that the others are a crowd or none."""
    named = sorted(active & agreed, key=lambda code: (-came[code], code))
    while named and 0 < len(active) - len(named) < CROWD:
        named.pop()
    return set(named)
