"""`make bench-match SEED=1`: who of a labelled invented city is in it twice, and who finds them.

Precision: of the pairs that are shown, how many are one person. Recall: of the pairs that are one person, how many are
shown. The entry check is asked of everybody in the order of the register, each against those who came earlier. Ends
with 1 when the goal is missed.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import insert

from portal.db import db
from portal.households import compared, likeness
from portal.households.models import Household, Member
from portal.units.catalogue import catalogue
from tests.bench import match_rules
from tests.bench.match_city import City, as_rows, invented
from tests.conftest import seeded

PRECISION, RECALL, QUEUE = 0.99, 0.95, 0.01
AT_ONCE = 400
Pairs = set[tuple[int, int]]


class Line(NamedTuple):
    """One way of looking, what it found, and in how many seconds."""

    name: str
    found: Pairs
    seconds: float


def entered(city: City) -> tuple[list[dict[str, Any]], dict[int, str]]:
    """Put the city into the register; gives its people, and the telephone of each household."""
    homes, people = as_rows(city)
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(insert(Household.__table__), homes)
        connection.execute(insert(Member.__table__), people)
    return people, {home["id"]: home["phone"] for home in homes}


def by_entry() -> Pairs:
    """What the check at entry says of everybody, each family against those before it."""
    found: Pairs = set()
    for part in _parts(_families()):
        for key, candidates in likeness.candidates(part, earlier=True).items():
            found |= {(one.member_id, key) for one in candidates}
    return found


def _families() -> Iterator[list[Any]]:
    rows = db.session.execute(compared.PEOPLE.order_by(Member.household_id, Member.id)).all()
    for _household, home in groupby(rows, key=lambda row: row.household_id):
        yield compared.with_others(list(home))


def _parts(families: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    part: list[list[Any]] = []
    for family in families:
        part.append(family)
        if len(part) == AT_ONCE:
            yield part
            part = []
    yield part


def by_run() -> Pairs | None:
    """What the search through the whole register finds; None where its engine is not installed."""
    from portal.duplicates import engine, search

    if not engine.installed():
        return None
    return {(one.lower_id, one.higher_id) for one in search.whole_register(lambda _step: None).found}


def timed(name: str, look: Any) -> Line | None:
    began = time.perf_counter()
    found = look()
    return None if found is None else Line(name, found, time.perf_counter() - began)


def measured(seed: int, households: int) -> tuple[int, Pairs, list[Line]]:
    """People, the truth, and every way of looking."""
    with tempfile.TemporaryDirectory(prefix="portal-match-") as name:
        folder = Path(name)
        with seeded(folder, f"sqlite:///{folder / 'portal.db'}") as portal, portal.app_context():
            city = invented(seed, households, list(catalogue().villages))
            people, phones = entered(city)
            likely, maybe = [], []

            def fuzzy() -> Pairs:
                likely[:], maybe[:] = map(list, match_rules.weighted(people))
                return set(likely)

            looks = [
                timed("entry check", by_entry),
                timed("whole-register run", by_run),
                timed("exact NIK or phone", lambda: match_rules.exact_number_or_phone(people, phones)),
                timed("two of name, birth date, NIK", lambda: match_rules.two_of_three(people)),
                timed(f"weighted fuzzy, from {match_rules.LIKELY}", fuzzy),
                timed(f"weighted fuzzy, from {match_rules.MAYBE}", lambda: set(maybe)),
            ]
            db.session.remove()
            return len(people), city.truth(), [line for line in looks if line]


def figures(found: Pairs, truth: Pairs) -> tuple[float, float]:
    """Precision and recall."""
    right = len(found & truth)
    return right / max(len(found), 1), right / max(len(truth), 1)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.match", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--households", type=int, default=10_000)
    given = parser.parse_args()
    people, truth, lines = measured(given.seed, given.households)
    print(f"seed {given.seed}: {people} people, {len(truth)} of them twice ({len(truth) / people:.2%})")  # noqa: T201
    print(f"{'':32} precision   recall   queue    pairs  seconds")  # noqa: T201
    reached = True
    for line in lines:
        precision, recall = figures(line.found, truth)
        queue = len(line.found) / people
        mark = ""
        if line.name in {"entry check", "whole-register run"} and not (
            precision >= PRECISION and recall >= RECALL and queue < QUEUE
        ):
            reached, mark = False, "  goal missed"
        print(  # noqa: T201
            f"{line.name:32} {precision:9.4f} {recall:8.4f} {queue:7.2%} {len(line.found):8} {line.seconds:8.1f}{mark}"
        )
    if not any(line.name == "whole-register run" for line in lines):
        print("The whole-register run was left out: make setup EXTRA=duplicates installs its engine.")  # noqa: T201
    sys.exit(0 if reached else 1)


if __name__ == "__main__":
    main()
