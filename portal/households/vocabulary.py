"""Words of the register's names near a typed word: what a tolerant second look searches for.

The database itself keeps the words (migration 0014): a few ten thousand in the register of a city.
"""

from collections.abc import Collection, Iterator
from typing import Final

from sqlalchemy import text

from portal.db import rows
from portal.households.alike import ALLOWED, MOST_LETTERS, NEVER, SHORT_WORD, difference, first_letters

MOST_NEAR: Final = 20
"""So many words stand for a typed one, the nearest first."""
SHORTEST: Final = 3
"""Letters of the shortest typed word that is looked for among near ones."""

_TERMS = text(
    "SELECT DISTINCT term FROM member_search_terms "
    "WHERE term >= :first AND term < :beyond AND length(term) BETWEEN :least AND :most"
)


def near(word: str) -> list[str]:
    """Words of the register's names that a folded word may stand for besides itself, the nearest first.

    A word that begins nearly as it was typed counts, too, and two words that it was put together from ("nur hayati").
    """
    if len(word) < SHORTEST or not word.isalpha():
        return []
    known = _known(word)
    found = {other: cost for other in known if other != word and (cost := _cost(word, other)) < NEVER}
    return [*_parts(word, known), *sorted(found, key=lambda other: (found[other], other))][:MOST_NEAR]


def is_near(typed: str, known: str) -> bool:
    """Whether a word of a name may be what was typed, or begin so."""
    return _cost(typed, known) < NEVER


def _cost(typed: str, known: str) -> int:
    """Of the whole word, else of its beginning, which is less sure."""
    whole = difference(typed, known)
    if whole < NEVER or len(typed) < SHORT_WORD or len(known) <= len(typed):
        return whole
    beginning = difference(typed, known[: len(typed)])
    return beginning + ALLOWED if beginning <= ALLOWED - 1 else NEVER


def _parts(word: str, known: Collection[str]) -> list[str]:
    """The word as two that stand apart in some name: Nurhayati, Nur Hayati."""
    cuts = range(SHORTEST, len(word) - SHORTEST + 1)
    return [f"{word[:cut]} {word[cut:]}" for cut in cuts if word[:cut] in known]


def _known(word: str) -> Collection[str]:
    """Words of names, those that cannot be near left out as far as the database can tell."""
    return {term for letter in first_letters(word) for term in _beginning_with(letter, word)}


def _beginning_with(letter: str, word: str) -> Iterator[str]:
    least = SHORTEST if letter == word[0] else len(word) - MOST_LETTERS
    given = {"first": letter, "beyond": chr(ord(letter) + 1), "least": least, "most": 2 * len(word)}
    return (row[0] for row in rows(_TERMS, **given))
