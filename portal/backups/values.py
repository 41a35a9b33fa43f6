"""A row of any table as JSON and back: the same text from SQLite and from PostgreSQL."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import JSON, ColumnElement, Table, null

EMPTY = " is null"
"""After the name of a JSON column: whether nothing stands there, because JSON has a null of its own."""


def selected(table: Table) -> list[ColumnElement[Any]]:
    """All columns, and beside each JSON column that may be empty, whether it is."""
    asked = [column for column in table.c if column.nullable and isinstance(column.type, JSON)]
    return [*table.c, *(column.is_(null()).label(f"{column.name}{EMPTY}") for column in asked)]


def as_text(row: Sequence[Any]) -> str:
    """One line of JSON, in ASCII. Moments are in UTC; a JSON column keeps its own shape."""
    return json.dumps([_plain(value) for value in row], separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date | time) else value


class Reader:
    """Turns lines of one table back into rows."""

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        self.columns = columns
        self._makers = [None if name.endswith(EMPTY) else _maker(table.c[name].type) for name in columns]
        self._asked = [name for name in columns if name.endswith(EMPTY)]

    def row(self, line: str) -> dict[str, Any]:
        values = json.loads(line)
        row = {
            name: make(value) if make and value is not None else value
            for name, make, value in zip(self.columns, self._makers, values, strict=True)
        }
        for name in self._asked:
            if row.pop(name):
                row[name.removesuffix(EMPTY)] = null()
        return row


def _maker(kind: Any) -> Any:
    """How a value of this type of column is made from its text; None where JSON says it all."""
    try:
        wanted = kind.python_type
    except NotImplementedError:
        return None
    return {datetime: datetime.fromisoformat, date: date.fromisoformat, time: time.fromisoformat, bool: bool}.get(
        wanted
    )
