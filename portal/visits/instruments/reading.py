"""Reading an instrument's tables: what is missing or of the wrong kind is said in a sentence."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

Table = Mapping[str, Any]
T = TypeVar("T")


class BadInstrument(ValueError):
    """An instrument that cannot be used; the message says where and why, for whoever edits the file."""


def need(table: Table, key: str, kind: type[T], where: str) -> T:
    """The value under a key, of the kind it must have."""
    value = table.get(key)
    if value is None:
        raise BadInstrument(f"{where}: '{key}' is missing")
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        raise BadInstrument(f"{where}: '{key}' cannot be {value!r}")
    return value


def tables(table: Table, key: str, where: str) -> list[Table]:
    """A list of tables that has at least one."""
    found = need(table, key, list, where)
    if not found or not all(isinstance(item, Mapping) for item in found):
        raise BadInstrument(f"{where}: '{key}' must be a list of tables with at least one")
    return found


def number(value: object, where: str) -> Decimal:
    """A threshold as an exact number: 0.05 in the file is 0.05 here."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise BadInstrument(f"{where}: {value!r} is not a number")
    return Decimal(str(value))


def unique(names: Sequence[object], what: str) -> None:
    """Refuse a name given twice."""
    twice = sorted({str(name) for name in names if names.count(name) > 1})
    if twice:
        raise BadInstrument(f"{what} given twice: {', '.join(twice)}")
