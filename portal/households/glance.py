"""Whom people of a city's file may be: a quick look by index, before anybody of the register is compared in full.

Of a hundred people who were born on one day or have one name, some five are left: only those are loaded as they are.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, String, cast, func, or_, select

from portal.db import rows
from portal.households.among import among
from portal.households.models import Member
from portal.matching.model import model
from portal.matching.people import Person

_BORN: Final = cast(Member.birth_date, String)
_SEEN: Final = (Member.id, Member.name_key, _BORN, Member.nik)
"""What is looked at; a date as text, as the model compares it."""

_PARTS: Final = ((1, 4), (6, 5))
"""Where the year stands in YYYY-MM-DD, and month and day: the first character, and how many."""

Pair = tuple[Person, int]
"""A person of the file, and the number of somebody of the register."""


def pairs(people: Sequence[Person], who: ColumnElement[bool]) -> Iterator[Pair]:
    """Whom an index brings together and a glance does not tell apart, some more than once. `who` of the register."""
    may_be = model().may_be
    for person, number, name, born, nik in (*_by_day(people, who), *_by_name(people, who)):
        if may_be(person, name, born, nik):
            yield person, number


_Seen = tuple[Person, int, str, str | None, str | None]


def _by_day(people: Sequence[Person], who: ColumnElement[bool]) -> Iterator[_Seen]:
    """Everybody born that day; on days that only say the year, whose name begins with the same letter."""
    born_on: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        if person.born:
            born_on[person.born].append(person)
    told, vague = among(born_on, date), model().unknown_days
    for number, name, born, nik in rows(select(*_SEEN).join(told, Member.birth_date == told.c[0]).where(who)):
        for person in born_on[born]:
            if born[5:] not in vague or person.name[:1] == name[:1]:
                yield person, number, name, born, nik


def _by_name(people: Sequence[Person], who: ColumnElement[bool]) -> Iterator[_Seen]:
    """The same name, with the year or the day and month of the birth date the same, or none on either side.

    One slip leaves either the year or the day as it was; naming every slip of a city's people takes too long.
    """
    dated: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for person in people:
        dated[person.name, person.born or ""].append(person)
    # Written down once: as a part of the question SQLite would read the value anew for each namesake.
    told = select(among(dated, str, str)).cte("told").prefix_with("MATERIALIZED")
    same_part = or_(*(func.substr(_BORN, *part) == func.substr(told.c[1], *part) for part in _PARTS))
    near = or_(Member.birth_date.is_(None), told.c[1] == "", same_part)
    asked = select(*_SEEN, told.c[1]).join(told, Member.name_key == told.c[0]).where(who, near)
    for number, name, born, nik, of_told in rows(asked):
        for person in dated[name, of_told]:
            yield person, number, name, born, nik
