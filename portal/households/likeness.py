"""Who in the register is likely the same person as somebody who is typed, imported or looked at.

Whom to compare is asked of indexes (together.py). What the model (`portal/matching`) then says of
each is refined by who else is in the families; a family in which one was found is compared person by person.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.db import rows
from portal.households.among import among
from portal.households.compared import homes_of
from portal.households.models import Member
from portal.households.together import brought_together
from portal.matching.model import Likeness, model
from portal.matching.people import Person


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


def candidates(
    families: Sequence[Sequence[Person]], *, earlier: bool = False, but_nik: bool = False, bulk: bool = False
) -> dict[int, list[Candidate]]:
    """By the key of each person of these families: at most five of the register, best first.

    Nobody of the person's own household, nobody whom a person has called different. With `earlier` only people with a
    smaller number than the person's own: what entering everybody one after the other would have found.
    With `but_nik` nobody who has the very NIK: whose that is, is asked by itself. With `bulk`, for a city's file,
    numbers one slip away are looked for only of people without a birth date, and nobody of another name is met: the
    search through the whole register finds those.
    """
    pairs = list(brought_together([person for family in families for person in family], bulk=bulk))
    near = {person.key for person, _other in pairs}
    families = _with_frequency([family for family in families if any(one.key in near for one in family)])
    met = _met(families, pairs, earlier=earlier)
    homes = homes_of({other.household for pairs in met.values() for other in pairs.values() if other.household})
    homes = dict(zip(homes, _with_frequency(homes.values()), strict=True))
    found: list[Candidate] = []
    for family in families:
        found += _of_family(family, met, homes, earlier=earlier)
    if but_nik:
        found = [one for one in found if one.likeness.codes.get("nik") != "same"]
    return _best(found)


def _met(
    families: Iterable[Sequence[Person]], pairs: Iterable[tuple[Person, Person]], *, earlier: bool
) -> dict[int, dict[int, Person]]:
    """Of these pairs whom the model does not forbid, by the person's key and the other's number."""
    met: dict[int, dict[int, Person]] = defaultdict(dict)
    people = {person.key: person for family in families for person in family}
    for person, other in ((people[one.key], other) for one, other in pairs):
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
    if not families:
        return []
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
    said = [(model().compare(person, one), person, one) for person, one in pairs if not model().forbids(person, one)]
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
