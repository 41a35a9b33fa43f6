"""Reading complaints."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, tuple_

from portal import clock
from portal.complaints.models import OPEN_STATUSES, Complaint, ComplaintStatus
from portal.complaints.promise import overdue_before
from portal.db import AnySelect, db, how_many
from portal.errors import NotFound
from portal.households import sought, standing
from portal.households.models import Household
from portal.language import lazy_gettext as _l
from portal.web.paging import COUNT_LIMIT, PAGE_SIZE, every

BEFORE_VISIT = (ComplaintStatus.RECEIVED, ComplaintStatus.INCOMPLETE)
"""States in which no visit is booked: booking one makes it scheduled."""

ROW = (
    Complaint.id, Complaint.number, Complaint.received_on, Household.head_name, Household.village_code,
    Complaint.service_code, Complaint.status, Complaint.urgent, Complaint.promised_on, Complaint.answered_on,
    Complaint.household_id,
)  # fmt: skip


@dataclass(frozen=True)
class Filter:
    """How the list is narrowed. `status` is a state's word, "open" for all open cases, or empty for every case."""

    q: str = ""
    status: str = ""
    village_code: str = ""
    service_code: str = ""
    taken_by_id: int | None = None
    without_visit: bool = False
    overdue: bool = False


def narrowed_by(given: Mapping[str, str], *, reader_id: int) -> Filter:
    """The filter that an address or a form names; `reader_id` is whose "taken by me" is meant."""
    return Filter(
        q=given.get("q", "").strip()[:120],
        status=given.get("status", ""),
        village_code=given.get("village", ""),
        service_code=given.get("service", ""),
        taken_by_id=reader_id if given.get("filter") == "mine" else None,
        without_visit=given.get("filter") == "without_visit",
        overdue=given.get("filter") == "late",
    )


def get_complaint(number: str) -> Complaint:
    """Raises NotFound."""
    complaint = db.session.scalar(select(Complaint).where(Complaint.number == number.strip().upper()))
    if complaint is None:
        raise NotFound
    return complaint


def open_complaint(household_id: int, service_code: str) -> Complaint | None:
    """The newest open complaint of this family for this service: a second one is probably the same wish."""
    return db.session.scalar(_OPEN, {"household_id": household_id, "service_code": service_code})


_OPEN = (
    select(Complaint)
    .where(
        Complaint.household_id == bindparam("household_id"),
        Complaint.service_code == bindparam("service_code"),
        Complaint.status.in_(OPEN_STATUSES),
    )
    .order_by(Complaint.id.desc())
    .limit(1)
)
"""Built once: every complaint that is taken down asks it."""


def complaints_of(household_id: int) -> Sequence[Complaint]:
    """All complaints of a family, newest first."""
    return db.session.scalars(
        select(Complaint).where(Complaint.household_id == household_id).order_by(Complaint.id.desc())
    ).all()


def household_of(number: str) -> int | None:
    """Whose complaint has this number."""
    return db.session.scalar(select(Complaint.household_id).where(Complaint.number == number))


def _conditions(narrowed: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if narrowed.status == "open":
        found.append(Complaint.status.in_(OPEN_STATUSES))
    elif narrowed.status in set(ComplaintStatus):
        found.append(Complaint.status == ComplaintStatus(narrowed.status))
    if narrowed.village_code:
        found.append(Household.village_code == narrowed.village_code)
    if narrowed.service_code:
        found.append(Complaint.service_code == narrowed.service_code)
    if narrowed.taken_by_id:
        found.append(Complaint.taken_by_id == narrowed.taken_by_id)
    if narrowed.without_visit:
        found.append(Complaint.status.in_(BEFORE_VISIT))
    if narrowed.overdue:
        found += [Complaint.answered_on.is_(None), Complaint.promised_on < overdue_before(clock.today())]
    return found + sought.papers(narrowed.q, Complaint.number, Complaint.household_id)


def _joined(columns: Any, narrowed: Filter) -> AnySelect:
    joined = select(*columns).join(Household, Household.id == Complaint.household_id)
    return joined.where(*_conditions(narrowed))


def _place(after: Sequence[Any] | None) -> tuple[date, int] | None:
    """Day and id of the last row seen; None when it was tampered with."""
    try:
        day, number = after or ()
        return date.fromisoformat(str(day)), int(number)
    except ValueError:
        return None


def index(narrowed: Filter, after: Sequence[Any] | None = None, *, size: int = PAGE_SIZE) -> tuple[list[Any], int]:
    """Rows of ROW, one more than a page if there are more, and how many there are (capped).

    Newest first; broken promises as on Today, the oldest promise first.
    """
    total = how_many(_joined([Complaint.id], narrowed), COUNT_LIMIT)
    rows, place = _joined(ROW, narrowed).limit(size + 1), _place(after)
    if narrowed.overdue:
        order = tuple_(Complaint.promised_on, Complaint.id)
        rows = rows.order_by(Complaint.promised_on, Complaint.id)
        rows = rows.where(order > place) if place else rows
    else:
        order = tuple_(Complaint.received_on, Complaint.id)
        rows = rows.order_by(Complaint.received_on.desc(), Complaint.id.desc())
        rows = rows.where(order < place) if place else rows
    return list(db.session.execute(rows)), total


def place_of(row: Any, narrowed: Filter) -> tuple[Any, int]:
    """Where a row stands in the order of this list."""
    return (row.promised_on if narrowed.overdue else row.received_on), row.id


def whole_index(narrowed: Filter, *, size: int) -> Iterator[Sequence[Any]]:
    """Every complaint that the list shows, in its order: `size` rows of ROW at a time."""
    return every(lambda after: index(narrowed, after, size=size)[0], lambda row: place_of(row, narrowed), size=size)


standing.contribute(household_of=household_of, paper=_l("complaint number"))
