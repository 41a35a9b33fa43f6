"""Families that lists name and visits judged; every person here is invented."""

from datetime import date
from itertools import count
from typing import Any

from portal import clock
from portal.decisions.models import ListingError, ListingErrorKind
from portal.exchange.models import BatchState, ImportBatch
from portal.households.models import Household, Listing
from portal.visits.models import Assessment, VisitStatus
from tests.factories import Make
from tests.reports import factories as cases

JULY, OCTOBER = date(2026, 7, 1), date(2026, 10, 1)
_numbers = count(1)


def batch(make: Make, as_of: date, code: str = "dtsen") -> ImportBatch:
    """A file that brought this list."""
    n = next(_numbers)
    return make._store(
        ImportBatch(
            file_name=f"{code}-{n}.xlsx", sha256=f"{n:064d}", size=1, state=BatchState.DONE, list_code=code,
            list_as_of=as_of, uploaded_at=clock.now(), confirmed_at=clock.now(), ended_at=clock.now(),
            counts={"new": 3, "changed": 1, "unchanged": 0},
        )
    )  # fmt: skip


def entry(
    make: Make, family: Household, as_of: date, decile: int | None = None, *, code: str = "dtsen",
    present: bool = True, by: ImportBatch | None = None,
) -> Listing:  # fmt: skip
    return make._store(
        Listing(
            household_id=family.id,
            list_code=code,
            as_of=as_of,
            present=present,
            decile=decile,
            checked_on=clock.today(),
            batch_id=by.id if by else None,
        )
    )


def found(make: Make, family: Household, band: str = "poor", *, by: Any, on: date | None = None) -> Assessment:
    """A finished assessment of this family."""
    value = {"poor": 9, "review": 7, "not_poor": 2}[band]
    case = cases.complaint(make, family, by=by)
    visit = cases.visit(make, case, by=by, status=VisitStatus.DONE)
    return cases.assessment(make, visit, by=by, band=band, value=value, assessed_on=on or clock.today())


def error(
    make: Make, family: Household, kind: str = "exclusion", *, by: Any, as_of: date | None = JULY, **more: Any
) -> ListingError:
    """A listing error on an assessment of its own."""
    one = found(make, family, "poor" if kind == "exclusion" else "not_poor", by=by)
    values = {
        "household_id": family.id, "complaint_id": one.visit.complaint_id, "assessment_id": one.id,
        "kind": ListingErrorKind(kind), "list_code": "dtsen", "list_as_of": as_of,
        "instrument_code": one.instrument_code, "instrument_version": one.instrument_version, "value": one.value,
        "band": one.band, "visitor_id": by.id, "found_on": clock.today(), "reason": "", "recorded_by_id": by.id,
        "recorded_at": clock.now(),
    }  # fmt: skip
    return make._store(ListingError(**(values | more)))
