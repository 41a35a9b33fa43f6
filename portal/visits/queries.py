"""Reading visits: the agenda, a household's visits, and what their assessments say (see evidence.py)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, union
from sqlalchemy.orm import joinedload

from portal import clock
from portal.accounts.models import User
from portal.complaints.models import Complaint
from portal.db import AnyRow, AnySelect, db, how_many
from portal.errors import NotFound
from portal.households.models import Household
from portal.visits.evidence import column as column
from portal.visits.evidence import finals as finals
from portal.visits.evidence import latest_final as latest_final
from portal.visits.evidence import result as result
from portal.visits.evidence import side_by_side as side_by_side
from portal.visits.models import Assessment, HomeVisit, VisitStatus
from portal.web.paging import COUNT_LIMIT, every

MINE, EVERYONES = "mine", "everyone"


@dataclass(frozen=True)
class Filters:
    """What the agenda shows. `visitor_id` None: everyone's; `status` None: all but those moved to another day."""

    visitor_id: int | None = None
    since: date | None = None
    until: date | None = None
    village_code: str = ""
    status: VisitStatus | None = None


def whose(given: Mapping[str, str], reader: User) -> str:
    """Whose visits an address or a form asks for; unless it says, who makes visits sees the own ones."""
    return given.get("who") or (MINE if reader.can("visits.do") else EVERYONES)


def first_day(given: Mapping[str, str]) -> date:
    """From which day on, today unless asked otherwise. Raises clock.BadDay."""
    typed = given.get("from", "").strip()
    return clock.parse_day(typed) if typed else clock.today()


def narrowed_by(given: Mapping[str, str], since: date, *, reader: User) -> Filters:
    """The filter that an address or a form names, from this day on."""
    status = given.get("status", "")
    return Filters(
        visitor_id=reader.id if whose(given, reader) == MINE else None, since=since,
        village_code=given.get("village", ""), status=VisitStatus(status) if status in set(VisitStatus) else None,
    )  # fmt: skip


@dataclass(frozen=True)
class Numbers:
    """How many visits of a week (Monday to Sunday) stand where; `late` counts booked ones of any day before today."""

    monday: date
    sunday: date
    booked: int
    done: int
    missed: int
    late: int
    late_since: date | None


def get_visit(visit_id: int) -> HomeVisit:
    """Raises NotFound."""
    visit = db.session.get(
        HomeVisit,
        visit_id,
        options=[joinedload(HomeVisit.household), joinedload(HomeVisit.complaint), joinedload(HomeVisit.visitor)],
    )
    if visit is None:
        raise NotFound
    return visit


def booked_visit_of(complaint_id: int) -> int | None:
    """The visit of this case that somebody is still to make."""
    waits = (HomeVisit.complaint_id == complaint_id, HomeVisit.status == VisitStatus.BOOKED)
    return db.session.scalars(select(HomeVisit.id).where(*waits).order_by(HomeVisit.id.desc())).first()


def visitors_of(*, household_id: int | None = None, complaint_id: int | None = None) -> set[int]:
    """Ids of the people who were at the house or filled in an assessment: they do not decide (domain.md section 3).

    Of a complaint: those of its own visits; of a household: those of all its visits.
    """
    belongs = HomeVisit.complaint_id == complaint_id if complaint_id else HomeVisit.household_id == household_id
    went = select(HomeVisit.visitor_id).where(belongs, HomeVisit.status == VisitStatus.DONE)
    filled = select(Assessment.by_id).join(HomeVisit, Assessment.visit_id == HomeVisit.id).where(belongs)
    return set(db.session.scalars(union(went, filled)))


def _rows() -> AnySelect:
    """Columns of one line of an agenda."""
    phone = func.coalesce(func.nullif(Household.phone, ""), Complaint.applicant_phone, "")
    return (
        select(
            HomeVisit.id, HomeVisit.visit_on, HomeVisit.visit_time, HomeVisit.status, HomeVisit.visitor_id,
            HomeVisit.household_id, HomeVisit.version, User.full_name.label("visitor_name"), Household.head_name,
            Household.village_code, Household.rt, Household.rw, Household.address, phone.label("phone"),
            Complaint.number.label("complaint_number"), Complaint.service_code, Complaint.urgent,
        )
        .join(Household, HomeVisit.household_id == Household.id)
        .join(User, HomeVisit.visitor_id == User.id)
        .outerjoin(Complaint, HomeVisit.complaint_id == Complaint.id)
        .order_by(HomeVisit.visit_on, HomeVisit.visit_time, HomeVisit.id)
    )  # fmt: skip


def agenda(filters: Filters, *, after: Sequence[Any] | None = None, limit: int) -> Sequence[AnyRow]:
    """Visits in the order of days and hours; `after` holds the id of the last one shown."""
    statement = _rows().where(*_conditions(filters)).limit(limit)
    if after is not None and (last := _place(after)):
        on, at, number = last
        statement = statement.where(
            or_(
                HomeVisit.visit_on > on,
                and_(
                    HomeVisit.visit_on == on,
                    or_(HomeVisit.visit_time > at, and_(HomeVisit.visit_time == at, HomeVisit.id > number)),
                ),
            )
        )
    return db.session.execute(statement).all()


def place_of(row: AnyRow) -> list[int]:
    """Where a row stands in the agenda."""
    return [row.id]


def whole_agenda(filters: Filters, *, size: int) -> Iterator[Sequence[AnyRow]]:
    """Every visit that the agenda shows, in its order: `size` rows at a time."""
    return every(lambda after: agenda(filters, after=after, limit=size + 1), place_of, size=size)


def count(filters: Filters) -> int:
    """How many visits the filters leave, at most one more than lists ever count to."""
    return how_many(_rows().where(*_conditions(filters)), COUNT_LIMIT)


def _place(after: Sequence[Any]) -> tuple[date, Any, int] | None:
    """Day, hour and id of the visit with this id; None when it is gone or the mark was tampered with."""
    if len(after) != 1 or not isinstance(after[0], int):
        return None
    row = db.session.execute(
        select(HomeVisit.visit_on, HomeVisit.visit_time, HomeVisit.id).where(HomeVisit.id == after[0])
    ).first()
    return (row.visit_on, row.visit_time, row.id) if row else None


def _conditions(filters: Filters) -> list[Any]:
    conditions: list[Any] = [
        HomeVisit.status == filters.status if filters.status else HomeVisit.status != VisitStatus.CANCELLED
    ]
    if filters.visitor_id is not None:
        conditions.append(HomeVisit.visitor_id == filters.visitor_id)
    if filters.since:
        conditions.append(HomeVisit.visit_on >= filters.since)
    if filters.until:
        conditions.append(HomeVisit.visit_on <= filters.until)
    if filters.village_code:
        conditions.append(Household.village_code == filters.village_code)
    return conditions


def left_open_for(user: User, on: date) -> Sequence[AnyRow]:
    """This officer's visits of days before `on` of which nothing was told: neither how they went nor an answer."""
    statement = _rows().where(
        HomeVisit.visitor_id == user.id, HomeVisit.visit_on < on, HomeVisit.status == VisitStatus.BOOKED,
        ~exists().where(Assessment.visit_id == HomeVisit.id),
    )  # fmt: skip
    return db.session.execute(statement).all()


def week(visitor_id: int | None, on: date) -> Numbers:
    """The week that holds `on`; of one officer, or of everyone."""
    monday = on - timedelta(days=on.weekday())
    sunday = monday + timedelta(days=6)
    mine = [HomeVisit.visitor_id == visitor_id] if visitor_id is not None else []
    counts = {
        row.status: row.many
        for row in db.session.execute(
            select(HomeVisit.status, func.count().label("many"))
            .where(HomeVisit.visit_on.between(monday, sunday), *mine)
            .group_by(HomeVisit.status)
        )
    }
    late, since = db.session.execute(
        select(func.count(), func.min(HomeVisit.visit_on)).where(
            HomeVisit.visit_on < on, HomeVisit.status == VisitStatus.BOOKED, *mine
        )
    ).one()
    return Numbers(
        monday, sunday, counts.get(VisitStatus.BOOKED, 0), counts.get(VisitStatus.DONE, 0),
        counts.get(VisitStatus.MISSED, 0), late, since,
    )  # fmt: skip
