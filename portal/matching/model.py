"""The model of `seeds/matching.toml`, and what it says of two people."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import log2
from pathlib import Path
from typing import Any, Final, NamedTuple

from portal.config import SEEDS
from portal.matching.levels import (
    OTHER,
    Answer,
    answers,
    may_be_one_number,
    nothing_said,
    one_family,
    surely_another_day,
    surely_another_name,
    surely_other,
)
from portal.matching.people import Person

FILE: Final = SEEDS / "matching.toml"
ONE_NAME: Final = frozenset({"same", "order"})
NUMBER_OF_ONE: Final = frozenset({"same", "slip"})
ANOTHER_NAME, TWO_OF_A_FAMILY = "another_name", "two_of_a_family"
"""Besides a contradicting birth date, what forbids that two people are one, whatever else they have in common.

Twins are born on one day into one family: who has another name is somebody else, unless the NIK is one, or no twin
stands in either of two families that are otherwise the same. Within one family a name that is only nearly the same is
another name (Rina and Rini on one card are two), and two NIKs are two.
"""


@dataclass(frozen=True)
class Level:
    """One answer: how often it is found with one person (m) and with two (u)."""

    code: str
    m: float
    u: float
    veto: bool
    by_frequency: float
    """0, or what u is of a name as frequent as most: a rarer one says more, by as much as it is rarer."""
    answer: Answer

    def weight(self, frequency: float | None) -> float:
        """In bits; `frequency` is the share of the register that has the name, the more frequent of two."""
        rarer = log2(self.by_frequency / frequency) if self.by_frequency and frequency else 0.0
        return log2(self.m / self.u) + rarer


@dataclass(frozen=True)
class Comparison:
    """One thing that is compared; `evidence` tells whether it can flag two people besides their name."""

    field: str
    evidence: bool
    levels: Sequence[Level]
    surely_other: Callable[[Person, Person], bool] | None = None

    def of(self, a: Person, b: Person) -> Level | None:
        """The first answer that fits; None where an entry says nothing."""
        if nothing_said(self.field, a, b):
            return None
        if self.surely_other is not None and self.surely_other(a, b):
            return self.levels[-1]
        return next(level for level in self.levels if level.answer.holds(a, b))


def probability_of(weight: float) -> float:
    """The chance, of 1, that a weight in bits means one person."""
    return 1 / (1 + 2**-weight) if weight > -60 else 0.0


class Reason(NamedTuple):
    """Why: a field, the answer, and what it weighs in bits; below nothing it speaks against."""

    field: str
    code: str
    weight: float


@dataclass(frozen=True)
class Likeness:
    """What the model says of two people. `weight` is in bits; `veto` names what forbids that they are one, or "".

    `supported`: something besides the name, the sex and the place speaks for it.
    """

    weight: float
    reasons: Sequence[Reason]
    supported: bool
    veto: str

    @property
    def probability(self) -> float:
        return probability_of(self.weight)

    @property
    def codes(self) -> dict[str, str]:
        """The answer for each field that was compared."""
        return {reason.field: reason.code for reason in self.reasons}


def as_data(likeness: Likeness) -> tuple[int, list[list[Any]]]:
    """To be kept: hundredths of a bit, and (field, answer, bits) of each reason."""
    return round(likeness.weight * 100), [[one.field, one.code, round(one.weight, 2)] for one in likeness.reasons]


@dataclass(frozen=True)
class Model:
    """All that is compared, and from which probability on a person is asked."""

    prior: float
    threshold: float
    candidates: int
    unknown_days: frozenset[str]
    frequent: Mapping[str, float]
    comparisons: Sequence[Comparison]

    def frequency(self, namesakes: int, people: int) -> float:
        """The share of so many people who have one name: never under what a register can tell.

        `namesakes` are others: whether two are one is asked without counting the second of them.
        """
        return max(namesakes / max(people, self.frequent["people"]), self.frequent["least"])

    def may_be(self, person: Person, name: str, born: str | None, nik: str | None) -> bool:
        """Whether nothing forbids that the person is one of whom only so much is known; most are sorted out quickly."""
        days_tell = born and person.born not in (None, born) and self._by_field["birth_date"].levels[-1].veto
        if days_tell and surely_another_day(str(person.born), str(born), self.unknown_days):
            return False
        another = bool(person.name and name) and surely_another_name(person.name, name)
        if another and not may_be_one_number(person.nik, nik):
            return False
        return not self.forbids(person, Person(0, None, name, born, nik))

    def forbids(self, a: Person, b: Person) -> str:
        """What forbids that two people are one, asked first because it sorts out most of who was born on one day."""
        born = self._of("birth_date", a, b)
        if born is not None and born.veto:
            return "birth_date"
        name = self._of("name", a, b)
        within = one_family(a, b)
        if name is None or (name.code != "other" and not within):
            return ""
        nik = self._of("nik", a, b)
        if nik is not None and nik.code in NUMBER_OF_ONE:
            return ""
        if name.code == "other":
            return "" if nik is None and self._only_one_born_then(a, b) else ANOTHER_NAME
        return TWO_OF_A_FAMILY if nik is not None or name.code not in ONE_NAME else ""

    def _only_one_born_then(self, a: Person, b: Person) -> bool:
        """Two others of both families are the same, and nobody else of them was born on that day: there is no twin."""
        born, family = self._of("birth_date", a, b), self._of("family", a, b)
        if born is None or family is None or (born.code, family.code) != ("same", "two"):
            return False
        return not any(one.startswith(f"{a.born} ") for one in a.others | b.others)

    def _of(self, field: str, a: Person, b: Person) -> Level | None:
        return self._by_field[field].of(a, b)

    @cached_property
    def _by_field(self) -> dict[str, Comparison]:
        return {comparison.field: comparison for comparison in self.comparisons}

    def compare(self, a: Person, b: Person) -> Likeness:
        """What speaks for and against one person behind two entries, the heaviest first."""
        frequency = max(a.frequency or 0.0, b.frequency or 0.0) or None
        found = [(comparison, level) for comparison in self.comparisons if (level := comparison.of(a, b))]
        reasons = [Reason(comparison.field, level.code, level.weight(frequency)) for comparison, level in found]
        weight = log2(self.prior / (1 - self.prior)) + sum(reason.weight for reason in reasons)
        supported = any(one.evidence and reason.weight > 0 for (one, _), reason in zip(found, reasons, strict=True))
        heaviest = sorted(reasons, key=lambda reason: -abs(reason.weight))
        return Likeness(weight, heaviest, supported, self.forbids(a, b))

    def flags(self, likeness: Likeness) -> bool:
        """Whether a person should look: likely enough, not on the name alone, and nothing forbids it."""
        return likeness.supported and not likeness.veto and likeness.probability >= self.threshold


@cache
def model() -> Model:
    """The unit's model, read once."""
    return read(FILE)


def read(file: Path) -> Model:
    """Raises KeyError for an answer that the code does not know."""
    with file.open("rb") as stream:
        return built(tomllib.load(stream))


def built(told: Mapping[str, Any]) -> Model:
    """The model that a file tells."""
    unknown = frozenset(told["birth"]["unknown_days"])
    return Model(
        told["prior"], told["threshold"], told["candidates"], unknown, told["frequent"],
        [
            Comparison(
                one["field"], one["evidence"], list(_levels(one, answers(unknown))),
                surely_other(one["field"], unknown),
            )
            for one in told["comparison"]
        ],
    )  # fmt: skip


def _levels(told: Mapping[str, Any], known: Mapping[tuple[str, str], Answer]) -> Iterator[Level]:
    for level in told["levels"]:
        last = level is told["levels"][-1]
        answer = OTHER if last else known[told["field"], level["code"]]
        base = told["levels"][0]["u"] if level.get("by_frequency") else 0.0
        yield Level(level["code"], level["m"], level["u"], level.get("veto", False), base, answer)
