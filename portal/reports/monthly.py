"""The monthly report: what was paid by kecamatan and service, from figures that the books keep (funds/monthly.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, select

from portal import clock
from portal.db import rows
from portal.funds.models import AidTotal
from portal.funds.monthly import ALL
from portal.reports import addresses
from portal.units.catalogue import catalogue
from portal.units.formats import service_name

MOST_MONTHS = 36


class Figure(NamedTuple):
    """One line: its name, families (each once), rupiah, and the list behind it."""

    name: str
    families: int
    amount: int
    url: str


@dataclass(frozen=True)
class District:
    """A kecamatan with its services."""

    whole: Figure
    services: Sequence[Figure]


@dataclass(frozen=True)
class Report:
    """One month of the whole unit; `districts` and `services` are empty when nothing was paid."""

    month: date
    districts: Sequence[District]
    services: Sequence[Figure]
    whole: Figure


class Month(NamedTuple):
    """What one month came to."""

    first: date
    families: int
    amount: int

    @property
    def code(self) -> str:
        """As it stands in an address: 2026-10."""
        return f"{self.first:%Y-%m}"


_OF_MONTH = select(AidTotal.district_code, AidTotal.service_code, AidTotal.families, AidTotal.amount).where(
    AidTotal.month == bindparam("month"), AidTotal.families > 0
)
_MONTHS = (
    select(AidTotal.month, AidTotal.families, AidTotal.amount)
    .where(AidTotal.district_code == ALL, AidTotal.service_code == ALL, AidTotal.families > 0)
    .order_by(AidTotal.month.desc())
    .limit(MOST_MONTHS)
)


def months() -> list[Month]:
    """The months in which something was paid, newest first."""
    return [Month(*row) for row in rows(_MONTHS)]


def report(month: date) -> Report:
    """The month that begins on this day: kecamatan and services by name."""
    figures = {
        (district, service): _figure(month, district, service, families, amount)
        for district, service, families, amount in rows(_OF_MONTH, month=month)
    }
    districts = [
        District(figures[code, ALL], _by_name(figures, code))
        for code in catalogue().districts
        if (code, ALL) in figures
    ]
    whole = figures.get((ALL, ALL)) or _figure(month, ALL, ALL, 0, 0)
    return Report(month, districts, _by_name(figures, ALL), whole)


def _by_name(figures: dict[tuple[str, str], Figure], district: str) -> list[Figure]:
    return sorted(figure for (code, service), figure in figures.items() if code == district and service != ALL)


def _figure(month: date, district: str, service: str, families: int, amount: int) -> Figure:
    name = service_name(service) if service else catalogue().districts.get(district, "")
    since, until = f"{month:%d-%m-%Y}", f"{clock.end_of_month(month):%d-%m-%Y}"
    return Figure(name, families, amount, addresses.paid(since, until, district=district, service=service))
