"""Rows as families: one head each, nobody twice, and what only many rows together can tell."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from portal.exchange.people import Person
from portal.households.identity import nik_facts
from portal.households.models import Relation
from portal.households.names import fold_name

SUSPECT_FROM: Final = 10
"""Numbers of one kind from which their last digits are looked at together: one in ten ends in 0."""

YOUNGER_BY: Final = 12
"""Years by which a child is younger than the head at least."""

_AWAY: Final = {"row_twice", "not_living_here"}
"""Refused rows that are no part of the family any more: a new head may stand beside the one who died."""


@dataclass(slots=True)
class Family:
    """What belongs together; `head` is None where there is none, or more than one."""

    people: list[Person]
    head: Person | None

    @property
    def stands(self) -> bool:
        """Whether it could enter the register: it has a head whose row is not refused."""
        return self.head is not None and not self.head.reasons


def families(people: Sequence[Person], today: date) -> list[Family]:
    """Every person in a family, in the order of the file; refusals and doubts are added to the people."""
    for number in ("nik", "kk_no"):
        _lost_digits(people, number)
    _twice(people)
    found = [_family(members, today) for members in _together(people)]
    for family in found:
        _settle(family)
    return found


def _lost_digits(people: Iterable[Person], number: str) -> None:
    """A .csv that Excel wrote keeps 16 digits and still ends them all in 0: one row alone cannot tell."""
    all_numbers = {getattr(person, number) for person in people}
    all_numbers.discard(None)
    ending = {digits for digits in all_numbers if digits.endswith("0")}
    if len(all_numbers) >= SUSPECT_FROM and len(ending) * 2 > len(all_numbers):
        for person in people:
            if getattr(person, number) in ending:
                person.refuse("digits_lost")


def _twice(people: Iterable[Person]) -> None:
    """The same person again is refused from the second row on; one NIK for two people refuses both."""
    first: dict[str, Person] = {}
    again: dict[str, list[Person]] = {}
    for person in people:
        if not person.nik or {"digits_lost", "not_living_here"}.intersection(person.reasons):
            continue
        if (known := first.setdefault(person.nik, person)) is not person:
            again.setdefault(person.nik, [known]).append(person)
    for same in again.values():
        if len({(fold_name(person.name), person.family) for person in same}) > 1:
            for person in same:
                person.refuse("nik_twice")
        else:
            for person in same[1:]:
                person.refuse("row_twice")


def _together(people: Iterable[Person]) -> list[list[Person]]:
    """By family number; a head without one is a family alone, because "none yet" is not shared by anybody."""
    groups: dict[object, list[Person]] = defaultdict(list)
    for person in people:
        groups[person.family or id(person)].append(person)
    return list(groups.values())


def _family(people: list[Person], today: date) -> Family:
    heads = [person for person in people if person.relation == Relation.HEAD and not _AWAY.intersection(person.reasons)]
    head = heads[0] if len(heads) == 1 else None
    for person in people:
        if _AWAY.intersection(person.reasons):
            continue
        if not person.family:
            person.doubt("no_kk") if person.relation == Relation.HEAD else person.refuse("family_unknown")
        elif len(heads) > 1:
            person.refuse("two_heads")
        elif not heads:
            person.refuse("no_head")
        elif head is not None:
            _beside_head(person, head, today)
    return Family(people, head)


def _beside_head(person: Person, head: Person, today: date) -> None:
    if person.relation in {Relation.CHILD, Relation.GRANDCHILD}:
        own, of_head = _born(person, today), _born(head, today)
        if own and of_head and own.year - of_head.year < YOUNGER_BY:
            person.doubt("child_as_old_as_head")
    if person.village_code and head.village_code and person.village_code != head.village_code:
        person.doubt("several_villages")


def _born(person: Person, today: date) -> date | None:
    return person.birth_date or (nik_facts(person.nik, today).birth_date if person.nik else None)


def _settle(family: Family) -> None:
    """Without its head a family cannot enter, and its rows go back together."""
    if family.head is not None and family.head.reasons:
        for person in family.people:
            if person is not family.head and not person.reasons:
                person.refuse("head_refused")
