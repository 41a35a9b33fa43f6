"""Reading a kelurahan's month: which month is meant, its families by state, its neighbourhoods."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, tuple_

from portal.accounts.models import User
from portal.db import db
from portal.errors import NotFound
from portal.households import month_rules as rules
from portal.households.area_models import AreaReport, ReportStatus
from portal.households.models import Household
from portal.households.month_figures import Figures, counted, is_left
from portal.households.month_lines import told
from portal.households.month_models import LineState, MonthlyLine, MonthlyUpdate, MonthState
from portal.units.catalogue import catalogue
from portal.web.paging import PAGE_SIZE, every


@dataclass(frozen=True)
class Standing:
    """A kelurahan's month as it stands: what a page shows of it, and what an act upon it is compared with."""

    village_code: str
    month: date
    update: MonthlyUpdate | None
    figures: Figures

    @property
    def closed(self) -> bool:
        return self.update is not None and self.update.state is MonthState.CLOSED

    @property
    def update_id(self) -> int | None:
        return self.update.id if self.update else None


@dataclass(frozen=True)
class Neighbourhood:
    """An RT with how many of its families are left, and how many there are."""

    rw: str
    rt: str
    left: int
    families: int


@dataclass(frozen=True)
class MonthFilter:
    """Which families of a month: by what it says of them, and in one RT (of one RW) or in all (None)."""

    state: LineState = LineState.UNCONFIRMED
    rt: tuple[str, str] | None = None
    """RW and RT; both empty for families without one."""


def find(village_code: str, month: date) -> MonthlyUpdate | None:
    found = select(MonthlyUpdate).where(MonthlyUpdate.village_code == village_code, MonthlyUpdate.month == month)
    return db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()


def standing(village_code: str, month: date) -> Standing:
    """The month with its figures, counted now; those of a closed one are kept and no longer counted."""
    update = find(village_code, month)
    if update is not None and update.state is MonthState.CLOSED:
        return Standing(village_code, month, update, Figures.of_kept(update.figures or {}))
    return Standing(village_code, month, update, counted(village_code, update))


def get_standing(village_code: str, written: str) -> Standing:
    """The month that an address names: this one, or an earlier one that was begun.

    Raises NotFound for another unit's kelurahan and for any other month.
    """
    month = read_month(written)
    if village_code not in catalogue().villages or month is None or not rules.may_be_closed(month):
        raise NotFound
    found = standing(village_code, month)
    if found.update is None and month != rules.this_month():
        raise NotFound
    return found


def read_month(written: str) -> date | None:
    """A month as an address writes it (2026-11); this month when it names none, None when it is no month."""
    try:
        month = date.fromisoformat(f"{written}-01") if written else rules.this_month()
    except ValueError:
        return None
    return month if month.year > 2000 else None


def open_before(village_code: str) -> date | None:
    """The month before this one, when somebody worked on it and nobody closed it."""
    month = rules.month_before(rules.this_month())
    found = find(village_code, month)
    return month if found is not None and found.state is MonthState.OPEN else None


def _here(column: Any, village_code: str) -> ColumnElement[str]:
    """A family's place; nothing of the new one once it has left the kelurahan."""
    return case((Household.village_code == village_code, column), else_="")


def _columns(village_code: str) -> list[ColumnElement[Any]]:
    places = (Household.rw, Household.rt, Household.address)
    here: list[ColumnElement[Any]] = [_here(column, village_code).label(column.key) for column in places]
    return [Household.id.label("id"), Household.head_name.label("head_name"), *here]


def _lines(where: Standing) -> Any:
    """What the month says of each family: `household_id`, `state`, `at`."""
    if where.update is not None and not where.closed:
        return told(where.update.id)
    return select(*MonthlyLine.__table__.c).where(MonthlyLine.update_id == where.update_id).subquery("told")


def _said(where: Standing, state: LineState) -> Select[Any]:
    said = _lines(where)
    return (
        select(*_columns(where.village_code), said.c.state, said.c.at)
        .join(said, said.c.household_id == Household.id)
        .where(said.c.state == state)
    )


def families(
    where: Standing, narrowed: MonthFilter, after: Sequence[Any] | None = None, *, size: int = PAGE_SIZE
) -> Sequence[Any]:
    """Families of one state by RW, RT and name; one more than `size` when there are more.

    Of those that nobody confirmed, an open month has no lines: they are the families that it says nothing of.
    """
    if narrowed.state is LineState.UNCONFIRMED and not where.closed:
        statement = select(*_columns(where.village_code)).where(*is_left(where.village_code, where.update_id))
    else:
        statement = _said(where, narrowed.state)
    rw, rt = (_here(column, where.village_code) for column in (Household.rw, Household.rt))
    if narrowed.rt is not None:
        statement = statement.where(rw == narrowed.rt[0], rt == narrowed.rt[1])
    if after is not None and len(after) == 4:
        statement = statement.where(tuple_(rw, rt, Household.head_name, Household.id) > tuple_(*after))
    return db.session.execute(statement.order_by(rw, rt, Household.head_name, Household.id).limit(size + 1)).all()


def with_a_line(where: Standing, household_ids: Collection[int | None]) -> set[int]:
    """Those of these families of which the month says something; who was registered since it was closed is not."""
    said = _lines(where)
    return set(db.session.scalars(select(said.c.household_id).where(said.c.household_id.in_(household_ids))))


def place_of(row: Any) -> list[Any]:
    """A row's place in the order of `families`."""
    return [row.rw, row.rt, row.head_name, row.id]


def every_family(where: Standing, narrowed: MonthFilter, *, size: int) -> Iterator[Sequence[Any]]:
    """All of them, `size` at a time."""
    return every(lambda after: families(where, narrowed, after, size=size), place_of, size=size)


def neighbourhoods(where: Standing) -> list[Neighbourhood]:
    """Every RT of the kelurahan with what is left in it, finished ones last; by RW and RT."""
    left: dict[tuple[str, str], int] = defaultdict(int)
    done: dict[tuple[str, str], int] = defaultdict(int)
    if not where.closed:
        counts = select(Household.rw, Household.rt, func.count()).where(*is_left(where.village_code, where.update_id))
        left |= {(row[0], row[1]): row[2] for row in db.session.execute(counts.group_by(Household.rw, Household.rt))}
    said = _lines(where)
    place = (Household.village_code, Household.rw, Household.rt, said.c.state)
    lines = select(*place, func.count()).join(said, said.c.household_id == Household.id).group_by(*place)
    for village_code, rw, rt, state, count in db.session.execute(lines):
        there = (rw, rt) if village_code == where.village_code else ("", "")
        (left if state is LineState.UNCONFIRMED else done)[there] += count
    places = sorted({*left, *done}, key=lambda place: (not left[place], place))
    return [Neighbourhood(*place, left[place], left[place] + done[place]) for place in places]


def reports_of(update_id: int | None, *, size: int = PAGE_SIZE) -> Sequence[Any]:
    """What cadres reported for a month, the newest first."""
    r = AreaReport
    found = select(r.id, r.kind, r.family_name, r.rt, r.rw, r.status, r.outcome, r.settling_note, r.reported_at)
    return db.session.execute(found.where(r.update_id == update_id).order_by(r.id.desc()).limit(size)).all()


def open_reports(update_id: int | None) -> int:
    """How many reports of a month nobody has dealt with."""
    waiting = (AreaReport.update_id == update_id, AreaReport.status == ReportStatus.OPEN)
    return int(db.session.execute(select(func.count()).where(*waiting)).scalar_one())


def months() -> list[date]:
    """Months of which there is something to read, this one among them, the newest first."""
    found = db.session.scalars(select(MonthlyUpdate.month).distinct())
    return sorted({*found, rules.this_month()} - {rules.month_after(rules.this_month())}, reverse=True)


def names_of(where: Standing) -> dict[int, str]:
    """Full names of who closed and who sent a month."""
    ids = {where.update.closed_by_id, where.update.sent_by_id} - {None} if where.update else set()
    return {
        row.id: row.full_name for row in db.session.execute(select(User.id, User.full_name).where(User.id.in_(ids)))
    }


def to_close(until: date) -> list[tuple[date, int]]:
    """Months up to this one that are open somewhere, the oldest first, and in how many kelurahan."""
    u = MonthlyUpdate
    found = select(u.month, func.count()).where(u.state == MonthState.OPEN, u.month <= until).group_by(u.month)
    return [(row[0], row[1]) for row in db.session.execute(found.order_by(u.month))]
