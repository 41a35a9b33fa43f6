"""The paper's figures of 2015 beside what they amount to and what the books hold: a gap is explained, not hidden.

Source: 003 Hasil 3 and Abstrak (seeds/golden_2015.csv; where a value is `derived`, the file says from what).
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, NamedTuple

from portal.config import SEEDS
from portal.db import db
from portal.funds import figures
from portal.language import gettext
from portal.partners.models import Partner

PARTNER: Final = "mitra-kenanga-2015"
"""The paper's money has a partner of its own, so that nothing of it is spent today."""
FIRST, LAST = date(2015, 1, 1), date(2015, 12, 31)


class Stated(NamedTuple):
    """A figure of the paper, and where it stands there."""

    value: int
    where: str


@cache
def paper() -> dict[str, Stated]:
    """The whole figures of the paper, by key."""
    with (SEEDS / "golden_2015.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["value"].isdigit()]
    return {row["key"]: Stated(int(row["value"]), row["where"]) for row in rows}


def golden(key: str) -> int:
    """One figure of the paper."""
    return paper()[key].value


class Line(NamedTuple):
    """A figure as the paper states it, as its own figures give it, and as the books hold it; None: there is none."""

    name: str
    stated: int | None
    computed: int | None
    booked: int | None
    money: bool = True


@dataclass(frozen=True)
class Year:
    """The report: its lines, the gap between stated and computed balance, and whether the books hold the year."""

    lines: list[Line]
    stated: int
    computed: int
    loaded: bool
    partly: int
    floor: int

    @property
    def gap(self) -> int:
        """Rupiah by which the stated balance is higher."""
        return self.stated - self.computed


def year() -> Year:
    """The paper's 2015 beside the books'."""
    loaded = db.session.get(Partner, PARTNER) is not None
    collected, given, families = (golden(key) for key in ("collected_idr", "disbursed_idr", "families_served"))
    whole = figures.together(figures.of_funds(FIRST, LAST, PARTNER))
    helped = figures.given(FIRST, LAST, PARTNER)
    reached = len({one.household_id for one in helped})

    def booked(value: int) -> int | None:
        return value if loaded else None

    lines = [
        Line(gettext("Collected, May to October"), collected, None, booked(whole.received)),
        Line(gettext("Given, May to November"), given, None, booked(whole.given)),
        Line(gettext("Families helped"), families, None, booked(reached), money=False),
        Line(
            gettext("Balance at the end"),
            golden("closing_balance_stated_idr"),
            collected - given,
            booked(whole.closing),
        ),
        Line(
            gettext("Mean for a family"), None, given // families, booked(whole.given // reached) if reached else None
        ),
    ]
    smallest = golden("edu_basic_min_idr")
    return Year(
        lines, golden("closing_balance_stated_idr"), collected - given, loaded,
        partly=sum(1 for one in helped if one.amount < smallest), floor=smallest,
    )  # fmt: skip


def reasons() -> list[str]:
    """What may explain the gap; the paper itself does not say."""
    return [
        gettext("Digits changed places: 95.265 and 95.625 differ by two digits alone."),
        gettext("The two sums are of different months: collected up to October, given up to November."),
        gettext("Something was collected or given back that neither sum holds."),
    ]
