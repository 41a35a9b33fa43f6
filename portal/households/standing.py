"""What later rooms know of a family (cards, aid given), told through here: the register itself knows neither.

A later room calls `contribute` when it is imported (portal/cards/standing.py, portal/funds/standing.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Mark(NamedTuple):
    """A short mark beside a family's name; tones and icons are those of `ui.status`."""

    tone: str
    label: str
    icon: str


class Fact(NamedTuple):
    """One line about a family: what it is, what there is to say, where to read more."""

    label: str
    text: str
    url: str | None = None


class Found(NamedTuple):
    """The family behind a paper's number; `word` says which paper it is, for the page to translate."""

    household_id: int
    word: str


MarksOf = Callable[[Sequence[int]], dict[int, list[Mark]]]
FactsOf = Callable[[int], list[Fact]]
HouseholdOf = Callable[[str], int | None]


@dataclass
class _Told:
    marks: list[MarksOf] = field(default_factory=list)
    facts: list[FactsOf] = field(default_factory=list)
    numbers: list[tuple[Any, HouseholdOf]] = field(default_factory=list)


_told = _Told()


def contribute(
    *,
    marks: MarksOf | None = None,
    facts: FactsOf | None = None,
    household_of: HouseholdOf | None = None,
    paper: Any = "",
) -> None:
    """Let a later room tell: marks of many families, facts of one, and whose family a paper's number belongs to.

    `paper` says what that number is, as a lazy text.
    """
    _told.marks += [marks] if marks else []
    _told.facts += [facts] if facts else []
    _told.numbers += [(paper, household_of)] if household_of else []


def marks(household_ids: Sequence[int]) -> dict[int, list[Mark]]:
    """Marks of these families by their ids, in the order the rooms were opened."""
    found: dict[int, list[Mark]] = {household_id: [] for household_id in household_ids}
    for tell in _told.marks if household_ids else ():
        for household_id, told in tell(household_ids).items():
            found[household_id] += told
    return found


def facts(household_id: int) -> list[Fact]:
    """What is active and what was given before."""
    return [fact for tell in _told.facts for fact in tell(household_id)]


def household_of(number: str) -> Found | None:
    """The family behind a number that stands on a receipt, a card or another paper."""
    asked = ((paper, ask(number)) for paper, ask in _told.numbers)
    return next((Found(found, paper) for paper, found in asked if found is not None), None)
