"""What a transaction changes, collected as it happens, so that no change can leave without its place in the trail."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import ColumnProperty, Session, UOWTransaction, object_session

from portal.db import Base

KEY = "audit_changes"


UNTOLD = frozenset({"id", "version"})
"""Columns that say nothing of what was done."""
PLAIN = frozenset({str, int, bool, float, type(None)})


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if type(value) in PLAIN:  # most are, and an import asks of a hundred thousands
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return value if isinstance(value, str | int | float | bool | list | dict | type(None)) else str(value)


def shown(column: Any, value: Any) -> Any:
    """Identity numbers keep their last four digits in the trail, secrets nothing: the trail cannot be erased."""
    if value in (None, ""):
        return value
    if column.info.get("secret"):
        return "***"
    if column.info.get("masked"):
        return "*" * 12 + str(value)[-4:]
    return plain(value)


def _columns(record: Any) -> Any:
    return [(attribute.key, attribute.columns[0]) for attribute in inspect(type(record)).column_attrs]


def _changed(record: Any, *, new: bool) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for key, column in _columns(record):
        if key == "version":
            continue
        history = inspect(record).attrs[key].history
        if new:
            value = getattr(record, key)
            if value is not None:
                found[key] = [None, shown(column, value)]
        elif history.deleted:  # `flag_modified` marks a record as touched and leaves no old value: not a change
            before = history.deleted[0]
            after = history.added[0] if history.added else None
            if before != after:
                found[key] = [shown(column, before), shown(column, after)]
    return found


def collect(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    """Before each flush: remember what was added and changed."""
    for record in [*session.new, *session.dirty]:
        if record.__audited__:
            _remember(session, record, _changed(record, new=record in session.new))


def collect_deleted(_mapper: Any, _connection: Any, record: Any) -> None:
    """Before a row is deleted, also as the orphan of another: remember all that it held, for nothing else does then."""
    session = object_session(record)
    if session is not None and record.__audited__:
        held = {key: (column, getattr(record, key)) for key, column in _columns(record) if key != "version"}
        found = {key: [shown(column, value), None] for key, (column, value) in held.items() if value is not None}
        _remember(session, record, found | {"deleted": [True, None]})


def _remember(session: Session, record: Any, found: dict[str, list[Any]]) -> None:
    if found:
        earlier = session.info.setdefault(KEY, {}).setdefault(id(record), (record, {}))[1]
        for key, (before, after) in found.items():
            earlier[key] = [earlier[key][0] if key in earlier else before, after]


@lru_cache
def _hiding(table: type[Base]) -> Mapping[str, Any]:
    """The columns whose values the trail does not hold as they are."""
    return {
        column.name: column for column in table.__table__.c if column.info.get("secret") or column.info.get("masked")
    }


def of_new(table: type[Base], values: Mapping[str, Any]) -> dict[str, Any]:
    """What is told, beside the subject of an act, of a record that is stored in bulk."""
    found = {name: [None, value] for name, value in values.items() if value is not None and name not in UNTOLD}
    for name, column in _hiding(table).items():
        if name in found:
            found[name] = [None, shown(column, values[name])]
    return {"type": table.__tablename__, "id": str(values["id"]), "changes": found}


def of_changed(table: type[Base], before: Any, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What is told of a record that is changed in bulk; `before` holds what it was, by the names of columns."""
    found, hiding = {}, _hiding(table)
    for name, after in values.items():
        was = getattr(before, name)
        if name not in UNTOLD and was != after:
            column = hiding.get(name)
            found[name] = [was, after] if column is None else [shown(column, was), shown(column, after)]
    return found


def note(session: Session, table: type[Base], identity: Any, found: dict[str, list[Any]]) -> None:
    """A record was changed in bulk: that goes with the next act that is told, or with the last."""
    if found:
        record = (table.__tablename__, identity)
        session.info.setdefault(KEY, {})[id(record)] = (record, found)


def so_far(session: Session) -> frozenset[int]:
    """Which records have been added or changed in this transaction until now, flushed or not, by their `id`."""
    return frozenset({id(record) for record in (*session.new, *session.dirty)} | set(session.info.get(KEY, ())))


def forget(session: Session) -> None:
    """After a rollback nothing was changed."""
    session.info.pop(KEY, None)


def remember_old_values(_class: type, _key: str, attribute: Any) -> None:
    """Load the old value before a new one is set, also when it was not in memory: the trail wants both."""
    if isinstance(attribute.property, ColumnProperty):
        attribute.impl.active_history = True


def watch(session_class: Any) -> None:
    event.listen(Base, "attribute_instrument", remember_old_values, propagate=True)
    event.listen(session_class, "before_flush", collect)
    event.listen(Base, "before_delete", collect_deleted, propagate=True)
    event.listen(session_class, "after_soft_rollback", lambda session, _previous: forget(session))
