"""Rows of the register changed together, in an order in which no rule of the database is broken on the way."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from portal.audit.changes import plain
from portal.db import db
from portal.households.models import Household, Member, Relation

Row = Household | Member
NUMBERS = {"nik", "kk_no"}
LEAVES = {"left_on", "left_because", "merged_into_id"}


class Change(NamedTuple):
    """One field of one row, before and after, as JSON can hold it."""

    record: str
    record_id: int
    field: str
    old: Any
    new: Any


class Changes:
    """What is to be changed; nothing happens before `write`."""

    def __init__(self) -> None:
        self.wanted: dict[Row, dict[str, Any]] = {}

    def set(self, row: Row, **values: Any) -> None:
        self.wanted.setdefault(row, {}).update(values)

    def of(self, row: Row, field: str) -> Any:
        """The field as it will be."""
        return self.wanted.get(row, {}).get(field, getattr(row, field))

    def write(self) -> list[Change]:
        """Change everything and say what was changed.

        A number is given free before somebody else bears it, and a family loses its head before it has a new one:
        the database allows each only once at any moment. Everybody leaves or steps back first, then who comes from
        another family takes the place there, then who stays.
        """
        done = list(self._differences())
        self._pass(self._first)
        self._pass(lambda row, values: values if "household_id" in values else {})
        self._pass(lambda _row, values: values)
        return done

    def _differences(self) -> Iterable[Change]:
        for row, values in self.wanted.items():
            for field, new in values.items():
                if (old := getattr(row, field)) != new:
                    yield Change(row.__tablename__, row.id, field, plain(old), plain(new))

    @staticmethod
    def _first(row: Row, values: dict[str, Any]) -> dict[str, Any]:
        freed = {name: None for name in NUMBERS & values.keys() if getattr(row, name) != values[name]}
        if not isinstance(row, Member):
            return freed
        leaves = {name: values[name] for name in LEAVES & values.keys()} if values.get("left_on") else {}
        steps_back = {"relation": values["relation"]} if values.get("relation", Relation.HEAD) != Relation.HEAD else {}
        return freed | leaves | steps_back

    def _pass(self, of: Callable[[Row, dict[str, Any]], dict[str, Any]]) -> None:
        for row, values in self.wanted.items():
            for field, value in of(row, values).items():
                if getattr(row, field) != value:
                    setattr(row, field, value)
        db.session.flush()
