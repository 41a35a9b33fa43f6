"""A piece of work on somebody's first page: a row with one action, in a group with its figure and its list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from portal.complaints.promise import overdue_before
from portal.db import AnySelect, db
from portal.households.models import Household
from portal.language import gettext as _
from portal.units.formats import day, village

SHOWN = 6
ALL = 200
"""So many rows stand on the page where no other page lists them: the figure then leads to them."""


def of_families(record: Any, *columns: Any) -> AnySelect:
    """These columns of a kind of record that belongs to a household, with what names the family in a row."""
    family = (Household.head_name, Household.village_code, Household.rt, Household.rw)
    return select(*columns, *family).select_from(record).join(Household, Household.id == record.household_id)


def place(row: Any) -> str:
    """Where a family lives, as far as the neighbourhood."""
    neighbourhood = [f"RT\u00a0{row.rt}" if row.rt else "", f"RW\u00a0{row.rw}" if row.rw else ""]
    parts = [village(row.village_code), " / ".join(filter(None, neighbourhood))]
    return " · ".join(part for part in parts if part)


@dataclass(frozen=True)
class Work:
    """One row. `button` does it (lazy label, address); `mark` is (tone, word) beside it."""

    title: str
    url: str
    text: str
    button: tuple[Any, str] | None = None
    mark: tuple[str, str] | None = None
    phone: str = ""


@dataclass(frozen=True)
class Group:
    """What waits, by due date. `total` equals the number of rows behind `url`."""

    code: str
    title: Any
    figure: Any
    url: str
    rows: Sequence[Work]
    total: int
    empty: Any
    tone: str = ""
    # Left out of the page while there is nothing in it, where nothing is the rule.
    only_when_any: bool = False

    @property
    def number(self) -> tuple[int, Any, str, str]:
        """Its place in the number line: gold or red only when something waits."""
        return self.total, self.figure, self.url, self.tone if self.total else ""


def first(statement: AnySelect, row: Callable[[Any], Work], *, most: int = SHOWN) -> tuple[list[Work], int]:
    """The first rows of a list and the length of the whole list, in one query."""
    found = db.session.execute(statement.add_columns(func.count().over().label("total")).limit(most)).all()
    return [row(each) for each in found], found[0].total if found else 0


def due(on: date | None, *, late: str, today: date) -> tuple[str, str] | None:
    """A mark for a day: red when it is past, gold today."""
    if on is None or on > today:
        return None
    return ("late", late) if on < today else ("due", _("today"))


def due_promise(on: date | None, *, today: date) -> tuple[str, str] | None:
    """A mark for a promised day, by the one rule of promises: red once a working day has begun after it."""
    if on is None or on > today:
        return None
    if on < overdue_before(today):
        return "late", _("late")
    return "due", _("today") if on == today else _("no working day left")


def promised(on: date | None) -> str:
    """The promised day in a row's words."""
    return _("promised for %(day)s", day=day(on, weekday=True, short=True)) if on else _("no promised day")
