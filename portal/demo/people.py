"""Invented people: names of Minangkabau with their suku, plausible ages, NIKs of the right form with serials from 9."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random

from portal.config import SEEDS
from portal.households.models import Relation, Sex

YEAR = 365


@cache
def names(kind: str) -> tuple[str, ...]:
    """A list of seeds/names."""
    return tuple((SEEDS / "names" / f"{kind}.txt").read_text(encoding="utf-8").split("\n")[:-1])


@dataclass
class Person:
    """A member of a family that is being invented."""

    name: str
    sex: Sex
    born: date
    relation: Relation
    nik: str = ""
    in_school: bool = False


@dataclass
class Numbers:
    """NIK and KK numbers given so far: none is given twice. Serials from 9100 up mark them as invented."""

    taken: set[str] = field(default_factory=set)

    def nik(self, rng: Random, district: str, person: Person) -> str:
        """Region of first registration, birth date (a woman's day with 40 added), serial."""
        day = person.born.day + (40 if person.sex is Sex.FEMALE else 0)
        return self._unique(rng, f"{district}{day:02d}{person.born:%m%y}")

    def kk(self, rng: Random, district: str, recorded: date) -> str:
        return self._unique(rng, f"{district}{recorded:%d%m%y}")

    def _unique(self, rng: Random, start: str) -> str:
        number = f"{start}{rng.randint(9100, 9999)}"
        while number in self.taken:
            number = f"{start}{rng.randint(9100, 9999)}"
        self.taken.add(number)
        return number


def given_name(rng: Random, sex: Sex, *, young: bool) -> str:
    origin = "indonesian" if rng.random() < (0.45 if young else 0.12) else "minang"
    return rng.choice(names(f"{origin}_{'male' if sex is Sex.MALE else 'female'}"))


def suku(rng: Random) -> str:
    return rng.choice(names("minang_suku"))


def _born(rng: Random, today: date, least: int, most: int) -> date:
    return today - timedelta(days=rng.randint(least * YEAR, most * YEAR + 364))


class Families:
    """Invents whole families; in Minangkabau a child has its mother's suku."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng, self.today = rng, today

    def family(self) -> list[Person]:
        """A couple with children most often; mothers alone, old couples and old people living alone too."""
        kind = self.rng.choices(("couple", "mother", "old_couple", "alone"), (70, 15, 8, 7))[0]
        if kind == "couple":
            return self._couple(self.rng.randint(26, 56), self.rng.choices((1, 2, 3, 4, 5), (20, 36, 27, 12, 5))[0])
        if kind == "mother":
            head = self._person(Sex.FEMALE, 28, 62, Relation.HEAD)
            return [head, *self._children(head, self.rng.choices((1, 2, 3, 4), (30, 38, 22, 10))[0])]
        if kind == "old_couple":
            couple = self._couple(self.rng.randint(60, 78), 0)
            return [*couple, *self._grandchildren(couple[1])]
        sex = self.rng.choices((Sex.FEMALE, Sex.MALE), (75, 25))[0]
        return [self._person(sex, 62, 86, Relation.HEAD)]

    def around(self, head: Person, members: int) -> list[Person]:
        """A family of this size around a head who is known already."""
        family, age = [head], (self.today - head.born).days // YEAR
        mother = head
        if head.sex is Sex.MALE and members > 1:
            mother = self._person(Sex.FEMALE, max(19, age - 6), max(20, age), Relation.SPOUSE)
            family.append(mother)
        return [*family, *self._children(mother, members - len(family))]

    def _couple(self, age: int, children: int) -> list[Person]:
        man = self._person(Sex.MALE, age, age + 4, Relation.HEAD)
        woman = self._person(Sex.FEMALE, max(20, age - 6), age, Relation.SPOUSE)
        family = [man, woman, *self._children(woman, children)]
        if self.rng.random() < 0.22:
            parent = self._person(Sex.FEMALE, age + 20, age + 27, Relation.PARENT)
            parent.name = f"{parent.name.split()[0]} {woman.name.split()[-1]}"
            family.append(parent)
        return family

    def _grandchildren(self, woman: Person) -> list[Person]:
        if self.rng.random() < 0.6:
            return []
        return [self._child(woman, _born(self.rng, self.today, 5, 16), Relation.GRANDCHILD)]

    def _children(self, mother: Person, how_many: int) -> list[Person]:
        children = [self._child(mother, born, Relation.CHILD) for born in self._births(mother, how_many)]
        return sorted(children, key=lambda child: child.born)

    def _births(self, mother: Person, how_many: int) -> list[date]:
        """Days at least a year apart; twins, on one day, where a young mother has no other years."""
        years = max(min((self.today - mother.born).days // YEAR - 19, 24), 1) + 1
        ages = sorted(self.rng.sample(range(years), min(how_many, years)))
        # Of two children the elder is also further into the year of its age, so a whole year lies between them.
        into = sorted(self.rng.randint(0, YEAR - 1) for _ in ages)
        born = [self.today - timedelta(days=age * YEAR + days) for age, days in zip(ages, into, strict=True)]
        return (born * how_many)[:how_many]

    def _child(self, mother: Person, born: date, relation: Relation) -> Person:
        sex = self.rng.choice((Sex.MALE, Sex.FEMALE))
        name = given_name(self.rng, sex, young=True)
        if self.rng.random() < 0.9:
            name = f"{name} {mother.name.split()[-1]}"
        age = (self.today - born).days // YEAR
        return Person(name, sex, born, relation, in_school=7 <= age <= 18 and self.rng.random() < 0.93)

    def _person(self, sex: Sex, least: int, most: int, relation: Relation) -> Person:
        name = f"{given_name(self.rng, sex, young=False)} {suku(self.rng)}"
        return Person(name, sex, _born(self.rng, self.today, least, most), relation)
