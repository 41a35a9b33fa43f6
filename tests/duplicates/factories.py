"""Pairs for tests; every person here is invented."""

from dataclasses import replace
from datetime import date
from typing import Any

from portal import clock
from portal.duplicates.models import DuplicatePair, PairSource
from portal.households.models import Household
from portal.matching.model import model
from portal.matching.people import Person, in_a_family
from tests.factories import Make

BORN = date(1980, 5, 12)
REASONS = [["birth_date", "same", 14.09], ["name", "same", 13.93], ["village", "other", -1.28]]


def pair(make: Make, one: Household | None = None, other: Household | None = None, **details: Any) -> DuplicatePair:
    """The heads of two families, who wait for a decision."""
    one = one or make.household("Rosma Yunita", birth_date=BORN)
    other = other or make.household("Rosmah Yunita", birth_date=BORN)
    lower, higher = sorted((one.members[0].id, other.members[0].id))
    values = {
        "lower_id": lower, "higher_id": higher, "score": 1040, "reasons": REASONS, "source": PairSource.RUN,
        "found_at": clock.now(),
    }  # fmt: skip
    return make._store(DuplicatePair(**(values | details)))


BUDI, ANI = (
    in_a_family(name, born, model().unknown_days)
    for name, born in (("budi koto", "2001-02-03"), ("ani koto", "2004-05-06"))
)
CHILDREN = frozenset(BUDI + ANI)
ROSMA = Person(
    1, 10, "rosma iunita", "1980-05-12", nik="1376015205800002", sex="P", kk="1376012010140004", phone="812345678",
    village="a", others=CHILDREN,
)  # fmt: skip
SAMPLES = [
    ROSMA,
    replace(ROSMA, household=20, nik=None, kk="1376012010410004", others=frozenset()),
    replace(ROSMA, household=20, nik="1376015208500002", village="b", phone=None),
    replace(ROSMA, household=30, name="iunita rosma", nik="1376015205800003", others=CHILDREN | {"x 1999"}),
    replace(ROSMA, household=40, name="rosma iunitha", born="1980-12-05", nik="1371015205800002"),
    replace(ROSMA, household=50, name="rosma", born="1980-05-13", nik=None, kk=None),
    replace(ROSMA, household=60, name="rosma", born="1980-01-01", nik=None, others=frozenset(BUDI)),
    replace(ROSMA, household=61, name="rosmi", born="1980-01-01", nik="1376015205890012", others=frozenset(BUDI[:1])),
    replace(ROSMA, household=70, born=None, nik=None, sex="L"),
    replace(ROSMA, household=80, born="1972-09-30", nik="1376017009720001", phone="899999999"),
    replace(ROSMA, household=10, name="rosmi iunita", nik="1376015205800020"),
    replace(ROSMA, household=81, name="rismi iunita", kk="1376012010140009", others=frozenset({"dewi 1950"})),
    replace(ROSMA, household=90, name="eri", sex="L"),
    replace(ROSMA, household=91, name="erni", nik="9176015205800009"),
    replace(ROSMA, household=93, nik="1371015205800002", phone="899999999"),
    replace(ROSMA, household=92, name="erni", nik="1376105205800002", nowhere=True),
]


def people_of_every_answer() -> tuple[list[Person], dict[str, float]]:
    """People who are compared with every answer that the model knows, and how frequent their names are."""
    people = [replace(one, key=number) for number, one in enumerate(SAMPLES, start=1)]
    frequencies = {one.name: 0.00005 * (number + 1) for number, one in enumerate(people)}
    return [replace(one, frequency=frequencies[one.name]) for one in people], frequencies
