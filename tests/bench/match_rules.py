"""Three plain rules that registers use, on the same city: what the portal's model must be better than."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import combinations
from typing import Any

from rapidfuzz.distance import JaroWinkler

Row = dict[str, Any]
Pairs = set[tuple[int, int]]
LIKELY, MAYBE = 0.92, 0.85
"""The two thresholds of the weighted rule: taken for one person, and shown to somebody."""


def _together(people: Iterable[Row], key: Callable[[Row], Hashable | None]) -> Iterator[tuple[Row, Row]]:
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    for person in people:
        if (value := key(person)) is not None:
            groups[value].append(person)
    for group in groups.values():
        yield from combinations(group, 2)


def _pairs(found: Iterable[tuple[Row, Row]]) -> Pairs:
    return {(min(a["id"], b["id"]), max(a["id"], b["id"])) for a, b in found if a["household_id"] != b["household_id"]}


def exact_number_or_phone(people: list[Row], phones: dict[int, str]) -> Pairs:
    """One NIK, or heads of families with one telephone number."""
    heads = [person for person in people if person["relation"] == "head"]
    by_nik = _pairs(_together(people, lambda one: one["nik"]))
    return by_nik | _pairs(_together(heads, lambda one: phones[one["household_id"]] or None))


def two_of_three(people: list[Row]) -> Pairs:
    """Two of name (letter by letter), birth date and NIK are the same."""

    def both(one: str, other: str) -> Callable[[Row], Hashable | None]:
        return lambda person: (
            (str(person[one]).casefold(), str(person[other]).casefold()) if person[one] and person[other] else None
        )

    return _pairs(
        pair
        for one, other in (("name", "birth_date"), ("name", "nik"), ("birth_date", "nik"))
        for pair in _together(people, both(one, other))
    )


def weighted(people: list[Row]) -> tuple[Pairs, Pairs]:
    """Likeness of name 0.5, birth date 0.3 and NIK 0.2 (of what both have): pairs above each threshold."""
    blocks = (
        lambda one: one["birth_date"],
        lambda one: (one["name_key"], one["birth_date"] and one["birth_date"].year),
        lambda one: one["nik"] and one["nik"][8:],
    )
    likely, maybe = [], []
    for block in blocks:
        for a, b in _together(people, block):
            if (score := _score(a, b)) >= MAYBE:
                maybe.append((a, b))
                likely += [(a, b)] if score >= LIKELY else []
    return _pairs(likely), _pairs(maybe)


def _score(a: Row, b: Row) -> float:
    parts = [(0.5, JaroWinkler.similarity(a["name_key"], b["name_key"]))]
    if a["birth_date"] and b["birth_date"]:
        parts.append((0.3, _alike(f"{a['birth_date']}", f"{b['birth_date']}")))
    if a["nik"] and b["nik"]:
        parts.append((0.2, _alike(a["nik"], b["nik"])))
    return sum(weight * value for weight, value in parts) / sum(weight for weight, _value in parts)


def _alike(one: str, other: str) -> float:
    return sum(x == y for x, y in zip(one, other, strict=False)) / max(len(one), len(other))
