"""Lists in two sheets: one row a family here, its people there; what the first says completes the second."""

from collections.abc import Iterable
from typing import Final

from portal.exchange.people import Person

COMPLETED: Final = ("village_code", "rw", "rt", "address", "phone", "percentile", "decile")


def complete(people: Iterable[Person], of_families: Iterable[Person]) -> None:
    """Fill what a person's row leaves open from the row of the family, by the list's number or the family card."""
    known: dict[str, Person] = {}
    for row in of_families:
        for number in (row.family, row.kk_no):
            if number:
                known.setdefault(number, row)
    for person in people:
        family = known.get(person.family or "") or known.get(person.kk_no or "")
        if family is not None:
            _fill(person, family)


def _fill(person: Person, family: Person) -> None:
    for name in COMPLETED:
        if getattr(person, name) in {None, ""}:
            setattr(person, name, getattr(family, name))
    person.programmes = tuple(dict.fromkeys((*person.programmes, *family.programmes)))
    if person.village_code:
        person.reasons = [code for code in person.reasons if code != "village_empty"]
