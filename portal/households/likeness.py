"""Who in the register is likely the same person as somebody who is typed, imported or looked at.

Whom to compare is asked of indexes, in parts that stay small in a register of any size: the birth date, the name with
a birth date one slip away, a NIK or family card number one slip away. What the model (`portal/matching`) then says of
each is refined by who else is in the families; a family in which one was found is compared person by person.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, String, Subquery, cast, func, or_, select

from portal import clock
from portal.accounts.models import User
from portal.db import AnyRow, rows
from portal.households.among import among
from portal.households.identity import nik_facts
from portal.households.models import Departure, Household, Member
from portal.matching.model import Likeness, model
from portal.matching.nearby import KECAMATAN_AND_SERIAL, SERIAL, days, numbers
from portal.matching.people import Person, in_a_family, phone_key
from portal.units.catalogue import catalogue

_COLUMNS = (
    Member.id, Member.household_id, Member.name_key, Member.birth_date, Member.nik, Member.sex, Household.kk_no,
    Household.phone, Household.village_code,
)  # fmt: skip
PEOPLE = select(*_COLUMNS).join(Household, Household.id == Member.household_id)


NO_FREQUENCIES: Final[Mapping[str, float]] = MappingProxyType({})


class Candidate(NamedTuple):
    """Somebody of the register who is likely the person `of`, and why."""

    of: int
    member_id: int
    household_id: int
    likeness: Likeness


Different = Callable[[Collection[int]], Collection[tuple[int, int]]]
_different: list[Different] = []


Confirmed = Callable[[Sequence[tuple[int, Candidate]], int, User], None]
_confirmed: list[Confirmed] = []


def know_different(tell: Different) -> None:
    """Let a later room tell which pairs of these members a person has called different, for ever; the lower first."""
    _different.append(tell)


def when_confirmed(tell: Confirmed) -> None:
    """Let a later room hear of whom somebody went on to register although asked: (member, candidate), household, by."""
    _confirmed.append(tell)


def tell_confirmed(found: Sequence[tuple[int, Candidate]], household_id: int, by: User) -> None:
    """In the transaction that registers them."""
    for tell in _confirmed if found else ():
        tell(found, household_id, by)


def prepared(
    key: int, household_id: int | None, *, name_key: str, born: date | None, nik: str | None, sex: str | None,
    kk: str | None, phone: str | None, village: str | None, others: Iterable[tuple[str, date | None]] = (),
    frequency: float | None = None,
) -> Person:  # fmt: skip
    """A person as the model compares; a birth date that is not written down is read from the NIK.

    `others`: folded name and birth date of everybody else in the family.
    """
    born = born or (nik_facts(nik, clock.today()).birth_date if nik else None)
    return Person(
        key, household_id, name_key, str(born) if born else None, nik, str(sex) if sex else None, kk,
        phone_key(phone), village, frozenset(_tokens(others)), frequency, nowhere=bool(nik) and _nowhere(str(nik)),
    )  # fmt: skip


def _tokens(others: Iterable[tuple[str, date | None]]) -> Iterator[str]:
    for name, born in others:
        yield from in_a_family(name, born, model().unknown_days)


def _nowhere(nik: str) -> bool:
    """Whether it is of the unit's own regency, of a kecamatan that is not there."""
    kecamatan = [code.replace(".", "") for code in catalogue().districts]
    return any(nik.startswith(code[:4]) for code in kecamatan) and nik[:6] not in kecamatan


def in_turn(row: AnyRow, others: Iterable[tuple[str, date | None]] = (), frequency: float | None = None) -> Person:
    """A row of the register as the model compares it."""
    return prepared(
        row.id, row.household_id, name_key=row.name_key, born=row.birth_date, nik=row.nik, sex=row.sex,
        kk=row.kk_no, phone=row.phone, village=row.village_code, others=others,
        frequency=frequency,
    )  # fmt: skip


def who_counts() -> ColumnElement[bool]:
    """Everybody but who was written down by mistake: who died or moved away may be typed anew by an error."""
    return or_(Member.active, Member.left_because != Departure.MISTAKEN)


def candidates(
    families: Sequence[Sequence[Person]], *, earlier: bool = False, but_nik: bool = False, bulk: bool = False
) -> dict[int, list[Candidate]]:
    """By the key of each person of these families: at most five of the register, best first.

    Nobody of the person's own household, nobody whom a person has called different. With `earlier` only people with a
    smaller number than the person's own: what entering everybody one after the other would have found.
    With `but_nik` nobody who has the very NIK: whose that is, is asked by itself. With `bulk`, for a city's file,
    numbers one slip away are looked for only of people without a birth date; the others are met by their birth date.
    """
    families = _with_frequency(families)
    met = _met([person for family in families for person in family], earlier=earlier, bulk=bulk)
    homes = homes_of({other.household for pairs in met.values() for other in pairs.values() if other.household})
    homes = dict(zip(homes, _with_frequency(homes.values()), strict=True)) if homes else homes
    found: list[Candidate] = []
    for family in families:
        found += _of_family(family, met, homes, earlier=earlier)
    if but_nik:
        found = [one for one in found if one.likeness.codes.get("nik") != "same"]
    return _best(found)


def _met(people: Sequence[Person], *, earlier: bool, bulk: bool) -> dict[int, dict[int, Person]]:
    """Whom an index brings together and the model does not forbid, by the person's key and the other's number."""
    met: dict[int, dict[int, Person]] = defaultdict(dict)
    for person, other in _brought_together(people, bulk=bulk):
        if other.household == person.household or (earlier and other.key >= person.key):
            continue
        if other.key in met[person.key] or model().forbids(person, other):
            continue
        if model().compare(person, other).weight + _FAMILY >= 0:
            met[person.key][other.key] = other
    return met


def _with_frequency(families: Iterable[Sequence[Person]]) -> list[list[Person]]:
    """The same people, each with how frequent the name is in the register."""
    families = list(families)
    told = among({person.name for family in families for person in family}, str)
    of_names = select(Member.name_key, func.count()).join(told, Member.name_key == told.c[0]).group_by(Member.name_key)
    namesakes: dict[str, int] = {row[0]: row[1] for row in rows(of_names)}
    # The last number stands for how many there are: counting them would read the whole table.
    people = rows(select(func.max(Member.id)))[0][0] or 0

    def frequency(one: Person) -> float:
        return model().frequency(namesakes.get(one.name, 0) - (one.household is not None), people)

    return [[replace(one, frequency=frequency(one)) for one in family] for family in families]


_FAMILY: Final = 20.0
"""More bits than the others of a family may add: who is further away needs no look at the family."""


def _of_family(
    family: Sequence[Person], met: Mapping[int, Mapping[int, Person]], homes: Mapping[int, Sequence[Person]],
    *, earlier: bool,
) -> Iterator[Candidate]:  # fmt: skip
    """What the model says once it knows the families; where one is found, the others are looked at as well."""
    near = {other.household for person in family for other in met.get(person.key, {}).values()}
    for household_id in sorted(number for number in near if number is not None):
        home = homes[household_id]
        known = {one.key: one for one in home}
        first = [
            (person, known[key]) for person in family for key in met.get(person.key, {}) if key in known
        ]  # fmt: skip
        flagged = [(person, one) for person, one in first if model().flags(model().compare(person, one))]
        if flagged:
            every = [(person, one) for person in family for one in home]
            yield from one_to_one([(a, b) for a, b in every if not (earlier and b.key >= a.key)], household_id)


def one_to_one(pairs: Iterable[tuple[Person, Person]], household_id: int) -> list[Candidate]:
    """The likeliest pairs of two families: a person is at most once in another family, so twins are not mixed up."""
    said = [(model().compare(person, one), person, one) for person, one in pairs]
    likely = sorted((one for one in said if model().flags(one[0])), key=lambda one: -one[0].weight)
    seen: set[tuple[str, int]] = set()
    found = []
    for likeness, person, one in likely:
        if seen.isdisjoint({("a", person.key), ("b", one.key)}):
            seen |= {("a", person.key), ("b", one.key)}
            found.append(Candidate(person.key, one.key, household_id, likeness))
    return found


def _best(found: Sequence[Candidate]) -> dict[int, list[Candidate]]:
    """At most so many of each person as are shown, without those that a person has called different."""
    decided = called_different({one.of for one in found} | {one.member_id for one in found})
    by_person: dict[int, list[Candidate]] = defaultdict(list)
    for one in sorted(found, key=lambda each: (-each.likeness.weight, each.member_id)):
        pair = (min(one.of, one.member_id), max(one.of, one.member_id))
        if pair not in decided and len(by_person[one.of]) < model().candidates:
            by_person[one.of].append(one)
    return dict(by_person)


def called_different(members: Collection[int]) -> Collection[tuple[int, int]]:
    return {pair for tell in _different for pair in tell(members)} if members else set()


def homes_of(
    household_ids: Collection[int],
    who: ColumnElement[bool] | None = None,
    frequencies: Mapping[str, float] = NO_FREQUENCIES,
) -> dict[int, list[Person]]:  # fmt: skip
    """The people of these households, each with who else is there. `who` narrows them, `frequencies` are of names."""
    homes: dict[int, list[AnyRow]] = defaultdict(list)
    told = among(household_ids, int)
    of_homes = select(*_COLUMNS).select_from(told).join(Household, Household.id == told.c[0])
    counts = who_counts() if who is None else who
    for row in rows(of_homes.join(Member, Member.household_id == Household.id).where(counts).order_by(Member.id)):
        homes[row.household_id].append(row)
    return {number: with_others(home, frequencies) for number, home in homes.items()}


def with_others(home: Sequence[AnyRow], frequencies: Mapping[str, float] = NO_FREQUENCIES) -> list[Person]:
    """The rows of one household as people who know each other."""
    return [
        in_turn(
            row, ((one.name_key, one.birth_date) for one in home if one.id != row.id), frequencies.get(row.name_key)
        )
        for row in home
    ]


def _brought_together(people: Sequence[Person], *, bulk: bool) -> Iterator[tuple[Person, Person]]:
    yield from _by_day(people)
    yield from _by_name_in_bulk(people) if bulk else _by_name(people)
    people = [person for person in people if not (bulk and person.born)]
    yield from _by_number([(person.nik, person) for person in people], Member.nik, "nik", but=KECAMATAN_AND_SERIAL)
    yield from _by_number([(person.kk, person) for person in people], Household.kk_no, "kk", but=SERIAL)


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
    without = among({person.name for person in people if not person.born}, str)
    for other in _found(without, Member.name_key == without.c[0]):
        yield from ((person, other) for person in named[other.name] if not person.born)


def _by_name_in_bulk(people: Sequence[Person]) -> Iterator[tuple[Person, Person]]:
    """The same name, with the year or the day and month of the birth date the same, or none on either side.

    One slip leaves either the year or the day as it was; naming every slip of a city's people takes too long.
    """
    named: dict[str, list[Person]] = defaultdict(list)
    dated: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for person in people:
        named[person.name].append(person)
        dated[person.name, person.born or ""].append(person)
    told = among(dated, str, str)
    born = cast(Member.birth_date, String)
    same_part = or_(*(func.substr(born, *part) == func.substr(told.c[1], *part) for part in ((1, 4), (6, 5))))
    near = or_(Member.birth_date.is_(None), told.c[1] == "", same_part)
    for other in _found(told, (Member.name_key == told.c[0]) & near):
        yield from ((person, other) for person in named[other.name])


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
    of_condition = select(*_COLUMNS).select_from(Member).join(Household, Household.id == Member.household_id)
    for row in rows(of_condition.join(asked, condition).where(who_counts())):
        yield in_turn(row)
