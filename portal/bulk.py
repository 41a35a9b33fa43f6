"""Many rows by few statements, for files of a whole city.

SQLAlchemy looks at each value of each row, which costs as much as storing it. And one statement of many rows spares
what a database does once a statement: FTS5 writes to disk what it has learnt each time a statement with a trigger
begins (half of what storing a person cost), and PostgreSQL's trigger looks for new words.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import JSON, Dialect, func, inspect, select, text
from sqlalchemy.orm.exc import StaleDataError

from portal.db import Base, Versioned, db

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


def next_ids(table: type[Base], count: int) -> list[int]:
    """Numbers for records that are stored in bulk and refer to each other; taken for good."""
    if db.session.get_bind().dialect.name == "postgresql":
        draw = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return list(db.session.scalars(draw, {"name": table.__tablename__, "count": count}))
    # The write transaction is this connection's alone, so nobody else takes these.
    last = db.session.scalar(select(func.max(table.__table__.c.id))) or 0
    return list(range(last + 1, last + 1 + count))


def update(table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Change these records, which name their `id` first and then the same columns.

    Where records are counted in versions, `version` names the one that was seen. Raises StaleDataError when a record is
    not there any more, or not in that version. What the session holds of them is read anew when it is needed.
    """
    if not rows:
        return
    db.session.flush()
    connection, names = db.session.connection(), tuple(rows[0])
    seen = ("version",) if issubclass(table, Versioned) else ()
    changed = tuple(name for name in names if name not in {"id", *seen})
    values_of = _values(table, (*changed, "id", *seen), connection.dialect)
    statement = _change(table, changed, seen, connection.dialect)
    done = connection.exec_driver_sql(statement, [tuple(values_of(row)) for row in rows])
    if done.rowcount != len(rows):
        raise StaleDataError(f"{table.__tablename__}: {done.rowcount} of {len(rows)} changed")
    _read_anew(table, rows)


def _read_anew(table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    mapper, held = inspect(table), db.session().identity_map
    for row in rows:
        record = held.get(mapper.identity_key_from_primary_key((row["id"],)))
        if record is not None:
            db.session.expire(record)


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
    found = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    processors = [
        _kept(process) if process and not isinstance(column.type, JSON) else process
        for column, process in zip(columns, found, strict=True)
    ]
    taken = itemgetter(*names, names[0])  # one more, so that it gives a tuple of one column, too

    def values_of(row: Mapping[str, Any]) -> Sequence[Any]:
        return [value if process is None else process(value) for process, value in zip(processors, taken(row))]  # noqa: B905 - the one more

    return values_of


def _kept(process: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same for the same value once more: rows that are stored together share their moment, day and state."""
    last: tuple[Any, Any] = (None, process(None))

    def processed(value: Any) -> Any:
        nonlocal last
        before, made = last  # one assignment: threads may meet here
        if value is not before:
            made = process(value)
            last = (value, made)
        return made

    return processed


@lru_cache(maxsize=64)
def _statement(table: type[Base], names: tuple[str, ...], count: int, dialect: Dialect) -> str:
    quote, mark = dialect.identifier_preparer.quote, "?" if dialect.name == "sqlite" else "%s"
    one = f"({', '.join([mark] * len(names))})"
    columns = ", ".join(map(quote, names))
    return f"INSERT INTO {quote(table.__tablename__)} ({columns}) VALUES {', '.join([one] * count)}"  # noqa: S608 - our own names


@lru_cache(maxsize=64)
def _change(table: type[Base], names: tuple[str, ...], seen: tuple[str, ...], dialect: Dialect) -> str:
    quote, mark = dialect.identifier_preparer.quote, "?" if dialect.name == "sqlite" else "%s"
    sets = [f"{quote(name)} = {mark}" for name in names] + [f"{name} = {name} + 1" for name in seen]
    where = " AND ".join(f"{name} = {mark}" for name in ("id", *seen))
    return f"UPDATE {quote(table.__tablename__)} SET {', '.join(sets)} WHERE {where}"  # noqa: S608 - our own names
