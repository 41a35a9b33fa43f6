"""Many rows by few statements, for files of a whole city.

SQLAlchemy looks at each value of each row, which costs as much as storing it. And one statement of many rows spares
what a database does once a statement: FTS5 writes to disk what it has learnt each time a statement with a trigger
begins (half of what storing a person cost), and PostgreSQL's trigger looks for new words.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Dialect

from portal.db import Base, db

AT_ONCE: Final = (100, 10, 1)
"""Rows of one statement: few different ones, because the driver keeps each ready, and a large one takes 300 KB."""

Values = Callable[[Mapping[str, Any]], Sequence[Any]]


def insert(table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add these rows, which name the same columns; no default is filled in but the database's own."""
    if not rows:
        return
    db.session.flush()
    connection, names = db.session.connection(), tuple(rows[0])
    values_of = _values(table, names, connection.dialect)
    for some in _parts(rows):
        values = [value for row in some for value in values_of(row)]
        connection.exec_driver_sql(_statement(table, names, len(some), connection.dialect), tuple(values))


def _parts(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    start = 0
    for size in AT_ONCE:
        while start + size <= len(rows):
            yield rows[start : start + size]
            start += size


@lru_cache(maxsize=64)
def _values(table: type[Base], names: tuple[str, ...], dialect: Dialect) -> Values:
    """What gives the values of a row as the driver takes them, in this order."""
    columns = [table.__table__.c[name] for name in names]
    processors = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    taken = itemgetter(*names, names[0])  # one more, so that it gives a tuple of one column, too

    def values_of(row: Mapping[str, Any]) -> Sequence[Any]:
        return [value if process is None else process(value) for process, value in zip(processors, taken(row))]  # noqa: B905 - the one more

    return values_of


@lru_cache(maxsize=64)
def _statement(table: type[Base], names: tuple[str, ...], count: int, dialect: Dialect) -> str:
    quote, mark = dialect.identifier_preparer.quote, "?" if dialect.name == "sqlite" else "%s"
    one = f"({', '.join([mark] * len(names))})"
    columns = ", ".join(map(quote, names))
    return f"INSERT INTO {quote(table.__tablename__)} ({columns}) VALUES {', '.join([one] * count)}"  # noqa: S608 - our own names
