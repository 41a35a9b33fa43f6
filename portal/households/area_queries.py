"""What a cadre sees of the own kelurahan (names and addresses, nothing else), and the reports of cadres."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select

from portal import clock
from portal.accounts.models import User
from portal.db import AnySelect, db, how_many
from portal.errors import NotFound
from portal.households import merged, policies, search
from portal.households.area_models import AreaReport, ReportOutcome, ReportStatus
from portal.households.models import Household
from portal.households.names import fold_name
from portal.households.queries import beyond, counted
from portal.web.paging import COUNT_LIMIT, PAGE_SIZE, every


@dataclass(frozen=True)
class AreaFilter:
    """How the list is narrowed: a part of the head's name, and an RW."""

    q: str = ""
    rw: str = ""


def families(
    village_code: str, narrowed: AreaFilter, after: Sequence[Any] | None, *, size: int = PAGE_SIZE
) -> tuple[list[Any], int]:
    """Families of a kelurahan by the head's name, one more than a page if there are more, and how many (capped)."""
    conditions = _narrowing(village_code, narrowed)
    rows = (
        select(Household.id, Household.head_name, Household.rt, Household.rw, Household.address)
        .where(*conditions, *beyond(after))
        .order_by(Household.head_name, Household.id)
        .limit(size + 1)
    )
    return list(db.session.execute(rows)), counted(conditions)


def count_families(village_code: str, narrowed: AreaFilter) -> int:
    """How many families `families` lists (capped)."""
    return counted(_narrowing(village_code, narrowed))


def _narrowing(village_code: str, narrowed: AreaFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Household.village_code == village_code, Household.closed_on.is_(None)]
    if narrowed.rw:
        found.append(Household.rw == narrowed.rw)
    if narrowed.q:
        hits = search.named(narrowed.q, village_code=village_code, heads=True)
        found.append(hits.condition(Household.id))
    return found


def neighbourhoods(village_code: str) -> Sequence[str]:
    """The RW of a kelurahan in which families of the register live."""
    found = select(Household.rw).where(
        Household.village_code == village_code, Household.rw != "", Household.closed_on.is_(None)
    )  # fmt: skip
    return db.session.scalars(found.distinct().order_by(Household.rw)).all()


def family_of(household_id: int, *, reader: User) -> Household:
    """A family of the reader's own kelurahan. Raises NotFound, also for a family of another one."""
    found = db.session.get(Household, household_id)
    found = merged.standing(found) if found is not None else None
    if found is None or found.village_code != reader.village_code:
        raise NotFound
    return found


def get_report(report_id: int, *, reader: User) -> AreaReport:
    """Raises NotFound, also for a report that is not the reader's to know of."""
    found = db.session.get(AreaReport, report_id)
    if found is None or not policies.may_see_report(reader, found):
        raise NotFound
    return found


def open_report_of_today(by: User, household_id: int | None, name: str) -> AreaReport | None:
    """What this cadre told today of the same family and waits: by the register, or by name where it is not in it."""
    today = select(AreaReport).where(
        AreaReport.reported_by_id == by.id,
        AreaReport.status == ReportStatus.OPEN,
        AreaReport.reported_at >= clock.at_start_of(clock.today()),
    )
    for told in db.session.scalars(today.order_by(AreaReport.id.desc())):
        known = household_id is not None and told.household_id is not None
        if told.family_id == household_id if known else fold_name(told.family_name) == fold_name(name):
            return told
    return None


def open_reports() -> AnySelect:
    """What cadres reported and nobody dealt with, the oldest first."""
    return _lines().where(AreaReport.status == ReportStatus.OPEN).order_by(AreaReport.id)


def _lines() -> AnySelect:
    r = AreaReport
    return select(
        r.id, r.kind, r.family_name, r.village_code, r.rt, r.rw, r.status, r.reported_at, r.settling_note, r.outcome,
        User.full_name.label("reported_by"),
    ).join(User, User.id == r.reported_by_id)  # fmt: skip


def count_own_reports(reader: User) -> dict[ReportStatus, int]:
    """How many of a cadre's own reports wait, and how many are dealt with in any way."""
    r = AreaReport
    counts = select(r.status, func.count()).where(*_own(reader)).group_by(r.status)
    found = {row[0]: row[1] for row in db.session.execute(counts)}
    waiting = found.pop(ReportStatus.OPEN, 0)
    return {ReportStatus.OPEN: waiting, ReportStatus.SETTLED: sum(found.values())}


def _own(reader: User) -> list[ColumnElement[bool]]:
    return [AreaReport.reported_by_id == reader.id, AreaReport.village_code == reader.village_code]


def report_status(given: Mapping[str, str], *, reader: User) -> ReportStatus | None:
    """The state that an address or a form names: to the unit first what waits, to a cadre all of the own ones.

    Raises NotFound for no such list.
    """
    of_all = policies.sees_all_reports(reader)
    chosen = given.get("filter", ReportStatus.OPEN.value if of_all else "")
    if chosen not in [ReportStatus.OPEN, ReportStatus.SETTLED, *([] if of_all else [""])]:
        raise NotFound
    return ReportStatus(chosen) if chosen else None


def reports(
    status: ReportStatus | None, after: int | None, *, reader: User, size: int = PAGE_SIZE
) -> tuple[Sequence[Any], int]:
    """Reports of all cadres: open ones from the oldest, settled ones from the newest. A cadre gets the own ones.

    Settled are all that somebody dealt with, also those that were set aside.
    """
    r, of_all = AreaReport, policies.sees_all_reports(reader)
    upwards = of_all and status is ReportStatus.OPEN
    conditions = [] if of_all else _own(reader)
    if status:
        conditions.append(r.status == status if status is ReportStatus.OPEN else r.status != ReportStatus.OPEN)
    total = how_many(select(r.id).where(*conditions), COUNT_LIMIT)
    if after is not None:
        conditions.append(r.id > after if upwards else r.id < after)
    rows = _lines().where(*conditions).order_by(r.id if upwards else r.id.desc()).limit(size + 1)
    return db.session.execute(rows).all(), total


def all_reports(status: ReportStatus | None, *, reader: User, size: int) -> Iterator[Sequence[Any]]:
    """Every report that the list shows its reader, in its order: `size` rows at a time."""

    def ask(after: Sequence[Any] | None) -> Sequence[Any]:
        return reports(status, after[0] if after else None, reader=reader, size=size)[0]

    return every(ask, lambda row: [row.id], size=size)


def get_report_of(household_id: int | None, report_id: int, *, reader: User) -> AreaReport:
    """A report that a form takes up. Raises NotFound when it is not of this family (None: of none).

    One whose family was registered by somebody else meanwhile is still that of whoever fills in the form.
    """
    found = get_report(report_id, reader=reader)
    registered = household_id is None and found.outcome is ReportOutcome.REGISTERED
    if found.family_id != household_id and not registered:
        raise NotFound
    return found
