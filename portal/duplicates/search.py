"""The search through the whole register: whom the engine finds, looked at family by family, without what is decided."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from math import log2
from typing import Any, Final, NamedTuple

from sqlalchemy import func, or_, select

from portal.db import db, only_reading, rows
from portal.duplicates.engine import Embedded, Engine
from portal.households import compared, likeness
from portal.households.among import among
from portal.households.models import Departure, Member
from portal.matching.model import Likeness, model
from portal.matching.people import Person, columns

AT_ONCE: Final = 20_000
"""People whom the engine is given at a time."""
READ, COMPARED, LOOKED_AT = 1, 2, 3
STEPS: Final = LOOKED_AT
Tell = Callable[[int], None]
"""Told which step is done, of STEPS."""

COUNTS: Final = or_(Member.active, Member.left_because == Departure.MOVED_AWAY)
"""Who lives in a family now, and who moved away and may have come back under another number."""


class Found(NamedTuple):
    """Two people who are likely one, the lower number first."""

    lower_id: int
    higher_id: int
    likeness: Likeness


class Result(NamedTuple):
    """Every pair that was found, out of so many people."""

    found: list[Found]
    people: int


def whole_register(tell: Tell, opened: Callable[[], Engine] = Embedded) -> Result:
    """Every pair of people who are likely one. Raises Refused where the engine is not installed.

    The register is read in two short looks; while the engine compares, nothing of the database is held.
    """
    with closing(opened()) as engine:
        with only_reading():
            frequencies, people = _frequencies(), 0
            for part in _everybody():
                engine.add(part)
                people += len(part)
            db.session.rollback()
        tell(READ)
        least = log2(model().threshold / (1 - model().threshold))
        weighed = engine.likely(frequencies, from_weight=least)
    tell(COMPARED)
    with only_reading():
        found = _at_most(list(_looked_at({(one, other) for one, other, _weight in weighed}, frequencies)))
        db.session.rollback()
    tell(LOOKED_AT)
    return Result(found, people)


def _at_most(found: Sequence[Found]) -> list[Found]:
    """No more candidates of one person than are shown, the likeliest."""
    seen, kept = Counter[int](), []
    for one in sorted(found, key=lambda each: (-each.likeness.weight, each[:2])):
        if max(seen[one.lower_id], seen[one.higher_id]) < model().candidates:
            seen.update(one[:2])
            kept.append(one)
    return kept


def _frequencies() -> dict[str, float]:
    counted = rows(select(Member.name_key, func.count()).where(COUNTS).group_by(Member.name_key))
    people = rows(select(func.max(Member.id)))[0][0] or 0
    return {name: model().frequency(count - 1, people) for name, count in counted}


def _everybody() -> Iterator[list[dict[str, Any]]]:
    """The people of the register as the engine's rows, household by household."""
    asked = compared.PEOPLE.where(COUNTS).order_by(Member.household_id, Member.id)
    told = db.session.execute(asked.execution_options(yield_per=AT_ONCE))
    part: list[dict[str, Any]] = []
    for _number, home in groupby(told, key=lambda row: row.household_id):
        part += [columns(person, model().unknown_days) for person in compared.with_others(list(home))]
        if len(part) >= AT_ONCE:
            yield part
            part = []
    yield part


def _looked_at(pairs: set[tuple[int, int]], frequencies: dict[str, float]) -> Iterator[Found]:
    """The pairs of each two families, person by person, as at entry: vetoes, and nobody twice in one family."""
    whose = _households({number for pair in pairs for number in pair})
    together = {tuple(sorted((whose[one], whose[other]))) for one, other in pairs}
    homes = compared.homes_of({number for two in together for number in two}, COUNTS, frequencies)
    decided = likeness.called_different({one.key for home in homes.values() for one in home})
    for one, other in sorted(together):
        for candidate in likeness.one_to_one(_two_by_two(homes[one], homes[other]), other):
            pair = (min(candidate.of, candidate.member_id), max(candidate.of, candidate.member_id))
            if pair not in decided:
                yield Found(*pair, candidate.likeness)


def _two_by_two(home: Sequence[Person], other: Sequence[Person]) -> list[tuple[Person, Person]]:
    """Everybody of one family with everybody of the other; within one family each two once."""
    return [(a, b) for a in home for b in other if home is not other or a.key < b.key]


def _households(member_ids: set[int]) -> dict[int, int]:
    told = among(member_ids, int)
    asked = select(Member.id, Member.household_id).join(told, Member.id == told.c[0])
    return {row.id: row.household_id for row in rows(asked)}
