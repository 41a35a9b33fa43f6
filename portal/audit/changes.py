"""What a transaction changes, collected as it happens, so that no change can leave without its place in the trail."""

from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import ColumnProperty, Session, UOWTransaction

from portal.db import Base

KEY = "audit_changes"


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
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
        elif history.has_changes():
            before = history.deleted[0] if history.deleted else None
            after = history.added[0] if history.added else None
            if before != after:
                found[key] = [shown(column, before), shown(column, after)]
    return found


def collect(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    """Before each flush: remember what was added, changed and deleted."""
    changes = session.info.setdefault(KEY, {})
    for record in [*session.new, *session.dirty, *session.deleted]:
        if not record.__audited__:
            continue
        deleted = record in session.deleted
        found = {"deleted": [True, None]} if deleted else _changed(record, new=record in session.new)
        if found:
            earlier = changes.setdefault(id(record), (record, {}))[1]
            for key, (before, after) in found.items():
                earlier[key] = [earlier[key][0] if key in earlier else before, after]


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
    event.listen(session_class, "after_soft_rollback", lambda session, _previous: forget(session))
