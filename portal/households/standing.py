"""What later rooms know of a family (cards, aid given), told through here: the register itself knows neither.

A later room calls `contribute` when it is imported (portal/cards/standing.py, portal/funds/standing.py).
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    CompoundSelect,
    Date,
    Integer,
    String,
    bindparam,
    cast,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from portal.db import AnyRow, AnySelect, rows


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


Marks = Mapping[int, Sequence[Mark]]
"""The marks of families by their ids."""


def asked(
    household_id: Any, code: Any, entry: Any, *, first: Any = None, last: Any = None, number: Any = None,
    flag: Any = None,
) -> AnySelect:  # fmt: skip
    """What one room asks of the families `households`, in the columns that all rooms share: a word (`code`), the id of
    the row (`entry`), up to two days (`first`, `last`), a number and a flag. Every list of families asks all of it.
    """
    kinds: tuple[tuple[str, Any, Any], ...] = (
        ("first", first, Date), ("last", last, Date), ("number", number, Integer), ("flag", flag, Boolean),
    )  # fmt: skip
    return select(
        household_id.label("household_id"), type_coerce(code, String).label("code"), entry.label("entry"),
        *((cast(null(), kind) if column is None else column).label(name) for name, column, kind in kinds),
    ).where(household_id.in_(bindparam("households", expanding=True)))  # fmt: skip


def together(*statements: AnySelect) -> CompoundSelect[*tuple[Any, ...]]:
    """All of it by one statement; `teller` says by its place whose row it is. Oldest first."""
    told = (statement.add_columns(literal(place).label("teller")) for place, statement in enumerate(statements))
    return union_all(*told).order_by("teller", "first", "code", "entry")


class Marking(NamedTuple):
    """How a room marks families: what it `asked`, the values of its parameters, and the marks its rows give."""

    statement: AnySelect
    told: Callable[[Sequence[AnyRow]], Marks]
    given: Callable[[], Mapping[str, Any]] = dict


FactsOf = Callable[[int], list[Fact]]
HouseholdOf = Callable[[str], int | None]


@dataclass
class _Told:
    marks: list[Marking] = field(default_factory=list)
    facts: list[FactsOf] = field(default_factory=list)
    numbers: list[tuple[Any, HouseholdOf]] = field(default_factory=list)


_told = _Told()


def contribute(
    *,
    marks: Marking | None = None,
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
    if not found:
        return found
    told, given = defaultdict[int, list[AnyRow]](list), {"households": household_ids}
    for marking in _told.marks:
        given |= marking.given()
    for row in rows(_everything(tuple(marking.statement for marking in _told.marks)), **given):
        told[row.teller].append(row)
    for place, lines in told.items():
        for household_id, some in _told.marks[place].told(lines).items():
            found[household_id] += some
    return found


@cache
def _everything(statements: tuple[AnySelect, ...]) -> CompoundSelect[*tuple[Any, ...]]:
    """Built once all rooms are open."""
    return together(*statements)


def facts(household_id: int) -> list[Fact]:
    """What is active and what was given before."""
    return [fact for tell in _told.facts for fact in tell(household_id)]


def household_of(number: str) -> Found | None:
    """The family behind a number that stands on a receipt, a card or another paper."""
    asked = ((paper, ask(number)) for paper, ask in _told.numbers)
    return next((Found(found, paper) for paper, found in asked if found is not None), None)
