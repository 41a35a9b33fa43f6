"""Pairs for tests; every person here is invented."""

from datetime import date
from typing import Any

from portal import clock
from portal.duplicates.models import DuplicatePair, PairSource
from portal.households.models import Household
from tests.factories import Make

BORN = date(1980, 5, 12)
REASONS = [["birth_date", "same", 14.09], ["name", "same", 13.93], ["village", "other", -1.28]]


def pair(make: Make, one: Household | None = None, other: Household | None = None, **details: Any) -> DuplicatePair:
    """The heads of two families, who wait for a decision."""
    one = one or make.household("Rosma Yunita", birth_date=BORN)
    other = other or make.household("Rosmah Yunita", birth_date=BORN)
    lower, higher = sorted((one.members[0].id, other.members[0].id))
    values = {
        "lower_id": lower, "higher_id": higher, "score": 1040, "reasons": REASONS, "source": PairSource.RUN,
        "found_at": clock.now(),
    }  # fmt: skip
    return make._store(DuplicatePair(**(values | details)))
