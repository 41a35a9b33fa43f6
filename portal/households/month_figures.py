"""What a kelurahan's month amounts to; one definition for its pages, its closing and its file.

A month is about every family that lives in the kelurahan now and every family of which the month says something, also
when it has moved since; so its families are those confirmed, those reported and those that nobody confirmed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from portal.db import db
from portal.households import month_lines
from portal.households.area_models import AreaReport, ReportKind
from portal.households.models import Household
from portal.households.month_lines import said_of
from portal.households.month_models import LineState, MonthlyLine, MonthlyUpdate, MonthState
from portal.units.catalogue import catalogue


@dataclass(frozen=True)
class Figures:
    """Counts of families, and of reports by kind; `new_families` are reports of families not in the register."""

    confirmed: int = 0
    reported: int = 0
    unconfirmed: int = 0
    new_families: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)

    @property
    def families(self) -> int:
        return self.confirmed + self.reported + self.unconfirmed

    @property
    def done(self) -> int:
        """Of how many families somebody has said something."""
        return self.confirmed + self.reported

    @property
    def percent(self) -> int:
        """How far the month has come; 100 only when nobody is left."""
        return 100 * self.done // self.families if self.families else 100

    def kept(self) -> dict[str, Any]:
        """As the closed month keeps them."""
        counts = ("families", "confirmed", "reported", "unconfirmed", "new_families")
        return {name: getattr(self, name) for name in counts} | {"kinds": dict(self.kinds)}

    @classmethod
    def of_kept(cls, kept: Mapping[str, Any]) -> "Figures":
        return cls(**{name: value for name, value in kept.items() if name != "families"})


def is_left(village_code: str, update_id: int | None) -> list[ColumnElement[bool]]:
    """Families of the kelurahan of which the month says nothing; without a month that is everybody."""
    here = [Household.village_code == village_code, Household.closed_on.is_(None)]
    if update_id is None:
        return here
    return [*here, *(~said for said in said_of(update_id))]


def counted(village_code: str, update: MonthlyUpdate | None) -> Figures:
    """The month as its lines and the register say now."""
    if update is None:
        return Figures(unconfirmed=_left(village_code, None))
    said = _said([update.id], still_open=update.state is MonthState.OPEN)[update.id]
    left = _left(village_code, update.id) if update.state is MonthState.OPEN else said.get(LineState.UNCONFIRMED, 0)
    return Figures(
        confirmed=said.get(LineState.CONFIRMED, 0), reported=said.get(LineState.REPORTED, 0), unconfirmed=left,
        new_families=_new_families(update.id), kinds=_kinds(update.id),
    )  # fmt: skip


def _left(village_code: str, update_id: int | None) -> int:
    statement = select(func.count()).select_from(Household).where(*is_left(village_code, update_id))
    return int(db.session.execute(statement).scalar_one())


def _said(update_ids: Sequence[int], *, still_open: bool) -> dict[int, Counter[LineState]]:
    """Families by what each month says of them; in an open one, two rows that are one family by now count once."""
    found: dict[int, Counter[LineState]] = defaultdict(Counter)
    line = MonthlyLine
    counts = select(line.update_id, line.state, func.count()).where(line.update_id.in_(update_ids))
    for update_id, state, count in db.session.execute(counts.group_by(line.update_id, line.state)):
        found[update_id][state] = count
    for (update_id, _household), lines in month_lines.of_merged(update_ids).items() if still_open else ():
        found[update_id].subtract(line.state for line in lines)
        found[update_id][month_lines.together(lines)] += 1
    return found


def _kinds(update_id: int) -> dict[str, int]:
    """Reports by kind, in the order of the kinds."""
    counts = select(AreaReport.kind, func.count()).where(AreaReport.update_id == update_id).group_by(AreaReport.kind)
    found = {row[0]: row[1] for row in db.session.execute(counts)}
    return {kind.value: found[kind] for kind in ReportKind if kind in found}


def _new_families(update_id: int) -> int:
    new = (AreaReport.update_id == update_id, AreaReport.household_id.is_(None))
    return int(db.session.execute(select(func.count()).where(*new)).scalar_one())


@dataclass(frozen=True)
class VillageMonth:
    """A kelurahan in the list of a month; figures of an open one without its reports by kind."""

    village_code: str
    name: str
    update: Any
    figures: Figures

    @property
    def closed(self) -> bool:
        return self.update is not None and self.update.state is MonthState.CLOSED


def progress(month: date) -> list[VillageMonth]:
    """Every kelurahan in which families live, by name, with how far its month has come."""
    u = MonthlyUpdate
    rows = db.session.execute(
        select(u.id, u.village_code, u.state, u.figures, u.closed_at, u.sent_to, u.sent_on).where(u.month == month)
    )
    months = {row.village_code: row for row in rows}
    open_ids = [row.id for row in months.values() if row.state is MonthState.OPEN]
    said, left = _said(open_ids, still_open=True), _left_by_village(month)
    found = [
        VillageMonth(code, name, months.get(code), _of_village(months.get(code), said, left.get(code, 0)))
        for code, name in catalogue().villages.items()
    ]
    return [each for each in found if each.update or each.figures.families]


def together(villages: Iterable[VillageMonth]) -> Figures:
    """The families of all kelurahan together."""
    total = Figures()
    for each in villages:
        more = each.figures
        total = Figures(
            total.confirmed + more.confirmed, total.reported + more.reported, total.unconfirmed + more.unconfirmed
        )
    return total


def _of_village(row: Any, said: Mapping[int, Mapping[LineState, int]], left: int) -> Figures:
    if row is None:
        return Figures(unconfirmed=left)
    if row.state is MonthState.CLOSED:
        return Figures.of_kept(row.figures)
    lines = said.get(row.id, {})
    return Figures(lines.get(LineState.CONFIRMED, 0), lines.get(LineState.REPORTED, 0), left)


def _left_by_village(month: date) -> dict[str, int]:
    """Families that a month says nothing of, for all kelurahan by one question."""
    said = exists().where(MonthlyLine.update_id == MonthlyUpdate.id, MonthlyLine.household_id == Household.id)
    counts = (
        select(Household.village_code, func.count())
        .outerjoin(
            MonthlyUpdate, (MonthlyUpdate.village_code == Household.village_code) & (MonthlyUpdate.month == month)
        )
        .where(Household.closed_on.is_(None), ~said, ~month_lines.said_in(month))
        .group_by(Household.village_code)
    )
    return {row[0]: row[1] for row in db.session.execute(counts)}
