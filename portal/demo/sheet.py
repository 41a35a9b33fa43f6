"""Rows of many tables, gathered first and inserted at once: the city stands in seconds, not minutes."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy import Table, func, insert, select, text

from portal.db import Base, db

Progress = Callable[[str, int, int], None]
Row = dict[str, Any]

MOST_AT_ONCE = 5_000


class Sheet:
    """What will be stored. A row may still be changed until `insert`; its id is known from the start."""

    def __init__(self) -> None:
        self._rows: dict[Table, list[Row]] = defaultdict(list)

    def add(self, model: type[Base], **values: Any) -> Row:
        """One more row, with every column filled: as given, by its default, or NULL."""
        table: Table = model.__table__  # type: ignore[assignment]
        row = {column.name: _default(column) for column in table.columns} | values
        if "id" in row and row["id"] is None:
            row["id"] = len(self._rows[table]) + 1
        self._rows[table].append(row)
        return row

    def rows(self, model: type[Base]) -> list[Row]:
        """What has been gathered for one table, in order."""
        return self._rows[model.__table__]  # type: ignore[index]

    def insert(self, progress: Progress) -> None:
        """Store everything, parents before children."""
        tables = [table for table in Base.metadata.sorted_tables if self._rows.get(table)]
        for position, table in enumerate(tables, start=1):
            rows = self._rows[table]
            for start in range(0, len(rows), MOST_AT_ONCE):
                db.session.execute(insert(table), rows[start : start + MOST_AT_ONCE])
            _count_on(table)
            if position % 6 == 0 or position == len(tables):
                progress("tables", position, len(tables))


def _default(column: Any) -> Any:
    return column.default.arg if column.default is not None and column.default.is_scalar else None


def _count_on(table: Table) -> None:
    """PostgreSQL's own counter goes on after the ids that were given here."""
    if db.session.get_bind().dialect.name != "postgresql" or "id" not in table.columns:
        return
    last = db.session.execute(select(func.max(table.c.id))).scalar_one()
    sequence = db.session.execute(
        text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": f'"{table.name}"'}
    ).scalar_one()
    if sequence:
        db.session.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})
