"""Two lists compared: who is new in the later one, who is gone, whose decile changed, by kelurahan."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select

from portal.db import db
from portal.households import queries as households
from portal.households.models import Household
from portal.lists.held import ABOVE, LISTED, HeldList, said_by, standing, villages_of, whole_in


class Change(StrEnum):
    """What became of a family from one list to the other."""

    NEW = "new"
    GONE = "gone"
    INTO = "into"  # moved under the line: listed now
    OUT = "out"  # moved above the line
    DECILE = "decile"  # another decile on the same side of the line
    SAME = "same"
    UNKNOWN = "unknown"  # in one of them, and nobody knows of the other


@dataclass(frozen=True)
class Pair:
    """An earlier and a later list."""

    before: HeldList
    after: HeldList


class _Compared:
    """The columns of the question that counts and lists alike, so that a figure and its list cannot differ."""

    def __init__(self, pair: Pair, place: str = "") -> None:
        self.before, self.after = (
            said_by(pair.before, "before", place),
            said_by(pair.after, "after", place),
        )
        was, now = self.before.c.said, self.after.c.said
        was_in, now_in = was % 2 == 1, now % 2 == 1
        self.change = _change(
            was_in, now_in,
            was_out=or_(was % 2 == 0, self._not_named(pair.before, was, place)),
            now_out=or_(now % 2 == 0, self._not_named(pair.after, now, place)),
            stood=standing(pair.before, was), stands=standing(pair.after, now), same=was // 2 == now // 2,
        )  # fmt: skip

    @staticmethod
    def _not_named(held: HeldList, said: Any, place: str) -> ColumnElement[bool]:
        """No entry, where the list was brought in whole."""
        return and_(said.is_(None), Household.village_code.in_(whole_in(held, place)))

    def of(self, *columns: Any) -> Any:
        return (
            select(*columns)
            .select_from(Household)
            .outerjoin(self.before, self.before.c.household_id == Household.id)
            .outerjoin(self.after, self.after.c.household_id == Household.id)
            .where(Household.closed_on.is_(None))
        )


def _change(
    was_in: Any, now_in: Any, *, was_out: Any, now_out: Any, stood: Any, stands: Any, same: Any
) -> ColumnElement[str]:
    """The rule; NULL for a family of which neither list says that it is in it."""
    both = and_(was_in, now_in)
    return case(
        (and_(both, stood == ABOVE, stands == LISTED), literal(Change.INTO.value)),
        (and_(both, stood == LISTED, stands == ABOVE), literal(Change.OUT.value)),
        (and_(both, same), literal(Change.SAME.value)),
        (both, literal(Change.DECILE.value)),
        (and_(was_out, now_in), literal(Change.NEW.value)),
        (and_(was_in, now_out), literal(Change.GONE.value)),
        (or_(was_in, now_in), literal(Change.UNKNOWN.value)),
        else_=None,
    )


Counts = dict[str, Counter[Change]]


def counts(pair: Pair) -> Counts:
    """Families of each change, by kelurahan."""
    compared = _Compared(pair)
    change = compared.change.label("change")
    found: Counts = {}
    statement = compared.of(Household.village_code, change, func.count()).group_by(Household.village_code, change)
    for village_code, what, number in db.session.execute(statement):
        if what is not None:
            found.setdefault(village_code, Counter())[Change(what)] += number
    return found


def families(
    pair: Pair, change: Change, *, place: str = "", after: Sequence[Any] | None = None, limit: int
) -> Sequence[Any]:
    """The families behind a figure, by name: where they live, and what each list says (`was`, `now`; None: nothing)."""
    compared = _Compared(pair, place)
    order = (Household.head_name, Household.id)
    statement = compared.of(
        Household.id, Household.head_name, Household.village_code, Household.rt, Household.rw,
        compared.before.c.said.label("was"), compared.after.c.said.label("now"),
    ).where(compared.change == change.value).order_by(*order).limit(limit)  # fmt: skip
    if place:
        statement = statement.where(Household.village_code.in_(villages_of(place)))
    return db.session.execute(statement.where(*households.beyond(after))).all()
