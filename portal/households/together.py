"""Whom an index brings together with somebody: in parts that stay small in a register of any size.

The birth date, the name with a birth date one slip away, a NIK or family card number one slip away.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Subquery, func, select

from portal.db import rows
from portal.households import glance
from portal.households.among import among
from portal.households.compared import COLUMNS, in_turn, who_counts
from portal.households.models import Household, Member
from portal.matching.model import model
from portal.matching.nearby import KECAMATAN_AND_SERIAL, SERIAL, days, numbers
from portal.matching.people import Person


def brought_together(people: Sequence[Person], *, bulk: bool) -> Iterator[tuple[Person, Person]]:
    """These people with those of the register, some pairs more than once; `bulk` for a city's file (likeness)."""
    if bulk:
        yield from _at_a_glance(people)
        people = [person for person in people if not person.born]
    else:
        yield from _by_day(people)
        yield from _by_name(people)
    yield from _by_number([(person.nik, person) for person in people], Member.nik, "nik", but=KECAMATAN_AND_SERIAL)
    yield from _by_number([(person.kk, person) for person in people], Household.kk_no, "kk", but=SERIAL)


def _at_a_glance(people: Sequence[Person]) -> Iterator[tuple[Person, Person]]:
    seen = {(person.key, number) for person, number in glance.pairs(people, who_counts())}
    asked, by_key = among({number for _key, number in seen}, int), {person.key: person for person in people}
    others = {other.key: other for other in _found(asked, Member.id == asked.c[0])}
    yield from ((by_key[key], others[number]) for key, number in sorted(seen))


def _by_day(people: Sequence[Person]) -> Iterator[tuple[Person, Person]]:
    """Everybody born that day; on days that only say the year, whose name begins with the same letter."""
    telling: dict[str, list[Person]] = defaultdict(list)
    vague: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for person in people:
        if person.born and person.born[5:] in model().unknown_days:
            vague[person.born, person.name[:1]].append(person)
        elif person.born:
            telling[person.born].append(person)
    days_told = among(telling, date)
    for other in _found(days_told, Member.birth_date == days_told.c[0]):
        yield from ((person, other) for person in telling[str(other.born)])
    vague_told = among({day for day, _start in vague}, date)
    start = func.substr(Member.name_key, 1, 1).in_({start for _day, start in vague})
    for other in _found(vague_told, (Member.birth_date == vague_told.c[0]) & start):
        yield from ((person, other) for person in vague.get((str(other.born), other.name[:1]), ()))


def _by_name(people: Sequence[Person]) -> Iterator[tuple[Person, Person]]:
    """The same name, with a birth date one slip away or none on either side."""
    near: dict[tuple[str, str], list[Person]] = defaultdict(list)
    named: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        named[person.name].append(person)
        for day in days(person.born, model().unknown_days) if person.born else ():
            near[day, person.name].append(person)
    pair = among(near, date, str)
    for other in _found(pair, (Member.birth_date == pair.c[0]) & (Member.name_key == pair.c[1])):
        yield from ((person, other) for person in near[str(other.born), other.name])
    name = among(named, str)
    for other in _found(name, Member.birth_date.is_(None) & (Member.name_key == name.c[0])):
        yield from ((person, other) for person in named[other.name])
    # Whose own day only says the year may be anybody of that name and year.
    vague = {person.key for person in people if not person.born or person.born[5:] in model().unknown_days}
    told = among({person.name for person in people if person.key in vague}, str)
    for other in _found(told, Member.name_key == told.c[0]):
        for person in named[other.name]:
            if person.key in vague and (not person.born or str(other.born)[:4] == person.born[:4]):
                yield person, other


def _by_number(
    told: Sequence[tuple[str | None, Person]], column: Any, name: str, but: Collection[int] = ()
) -> Iterator[tuple[Person, Person]]:
    """A NIK or family card number that one slip makes of the other."""
    whose: dict[str, list[Person]] = defaultdict(list)
    for number, person in told:
        if number:
            whose[number].append(person)
    near: dict[str, list[str]] = defaultdict(list)
    for number in whose:
        for other_number in numbers(number, but):
            near[other_number].append(number)
    asked = among(near, str)
    for other in _found(asked, column == asked.c[0]):
        for number in near[getattr(other, name)]:
            yield from ((person, other) for person in whose[number])


def _found(asked: Subquery, condition: ColumnElement[bool]) -> Iterator[Person]:
    """People of the register whom an index gives for these values."""
    of_condition = select(*COLUMNS).select_from(Member).join(Household, Household.id == Member.household_id)
    for row in rows(of_condition.join(asked, condition).where(who_counts())):
        yield in_turn(row)
