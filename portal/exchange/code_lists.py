"""Which of two lists of codes a file was filled with: its ages and sexes tell, because a wrong list makes nonsense."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from portal.exchange import values
from portal.exchange.families import YOUNGER_BY
from portal.exchange.formats import Format
from portal.exchange.sheets import Row
from portal.exchange.tables import Table
from portal.exchange.values import BadValue
from portal.households.identity import nik_facts
from portal.households.models import Relation

LOOKED_AT: Final = 500
"""Rows of a table that are asked; a hundred households of them."""

OLD_ENOUGH_FOR_A_SPOUSE: Final = 15
"""Years; nobody younger is a head's husband or wife in a list."""


@dataclass(frozen=True)
class _Asked:
    """What of a row says whether its code makes sense; `age` in years, on the day of the list."""

    family: str
    relation: Any
    sex: str | None
    age: int | None


def fitting(table: Table, rows: Sequence[Row], today: date) -> Format:
    """The table's format, with its other list of codes where that one makes less nonsense of the rows."""
    format_ = table.format
    if format_.other_codes is None or "relation" not in table.columns:
        return format_
    other = replace(format_, codes={**format_.codes, **format_.other_codes.meanings})
    asked = [_asked(table, row, today) for row in rows]
    return other if nonsense(other, asked) < nonsense(format_, asked) else format_


def _asked(table: Table, row: Row, today: date) -> _Asked:
    nik = _read(values.number, table.cell(row, "nik"))
    facts = nik_facts(nik.digits, today) if nik and nik.digits else None
    age = _read(values.whole, table.cell(row, "age"), 0, 130, "age_unreadable")
    born = _read(values.birth_date, table.cell(row, "birth_date"), today) or (facts and facts.birth_date)
    counted_on = (table.format.ages_on or today).year
    family = values.text(table.cell(row, "family") or table.cell(row, "kk_no"))
    sex = _read(values.coded, table.cell(row, "sex"), "sex", table.format) or (facts.sex if facts else None)
    if age is None and born:
        age = counted_on - born.year
    return _Asked(family, table.cell(row, "relation"), sex, age)


def _read(read: Callable[..., Any], *cells: Any) -> Any:
    try:
        return read(*cells)
    except BadValue:
        return None


def nonsense(format_: Format, asked: Sequence[_Asked]) -> int:
    """How many people cannot be what this format's codes make of them."""
    families: Mapping[str, list[tuple[str | None, _Asked]]] = defaultdict(list)
    count = 0
    for one in asked:
        relation = _read(values.coded, one.relation, "relation", format_)
        count += relation is None
        families[one.family].append((relation, one))
    return count + sum(_in_family(people) for people in families.values())


def _in_family(people: Sequence[tuple[str | None, _Asked]]) -> int:
    head = next((one for relation, one in people if relation == Relation.HEAD), None)
    if head is None:
        return 0
    married = [one for relation, one in people if relation == Relation.SPOUSE]
    young = [one for relation, one in people if relation in {Relation.CHILD, Relation.GRANDCHILD}]
    return (
        max(0, len(married) - 1)
        + sum(not _may_be_married(one, head) for one in married)
        + sum(_older_than(one, head, -YOUNGER_BY) for one in young)
    )


def _may_be_married(one: _Asked, head: _Asked) -> bool:
    old_enough = one.age is None or one.age >= OLD_ENOUGH_FOR_A_SPOUSE
    return old_enough and (one.sex is None or one.sex != head.sex)


def _older_than(one: _Asked, head: _Asked, years: int) -> bool:
    """Whether somebody is surely older than the head by more than these years; nobody knows without both ages."""
    return one.age is not None and head.age is not None and one.age - head.age > years
