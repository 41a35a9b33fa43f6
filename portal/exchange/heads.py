"""The head of a table: what its columns are called, in one line or in several that are merged above one another."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain
from typing import Final

from portal.exchange.formats import Format, fold
from portal.exchange.sheets import Cell, Row

DEEPEST: Final = 3
"""Lines of a head: DTKS and Regsosek lists have two or three, with the upper ones merged over several columns."""

WIDEST: Final = 500
"""Columns that are looked at; the national list has 101, and forty lines of sixteen thousand words take minutes."""


class Head:
    """Of each column its title, and the folded texts it may be recognised by."""

    def __init__(self, columns: Sequence[tuple[str, set[str]]]) -> None:
        self.titles = [title for title, _texts in columns]
        self.texts = [texts for _title, texts in columns]
        numbered = list(enumerate(columns))[::-1]  # the first of equals counts
        self._at_title = {title.casefold(): at for at, (title, _texts) in numbered}
        self._at_text = {text: at for at, (_title, texts) in numbered for text in texts}

    def holds(self, texts: Iterable[str]) -> bool:
        return all(text in self._at_text for text in texts)

    def find(self, spellings: Iterable[str], folded: Iterable[str]) -> int | None:
        """The column that is spelled so, else the first that is recognised so."""
        exact = (self._at_title.get(one.casefold()) for one in spellings)
        alike = (self._at_text.get(one) for one in folded)
        return next((at for at in chain(exact, alike) if at is not None), None)


_LONG_NUMBER = re.compile(r"\d{8}")


def title(cell: Cell) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""


def may_be_a_line(row: Row) -> bool:
    """A line of a head holds words: no NIK, no day."""
    return not any(isinstance(cell, date) or _LONG_NUMBER.search(str(cell)) for cell in row.cells if cell is not None)


def head(lines: Sequence[Row]) -> Head:
    """Of lines that stand under one another; of merged cells only the first holds the text, so it counts for those
    to its right as long as there is something under them."""
    found: list[tuple[str, set[str]]] = []
    above = [""] * len(lines)
    for at in range(min(WIDEST, max(len(line.cells) for line in lines))):
        own = [title(line.cells[at]) if at < len(line.cells) else "" for line in lines]
        # Down to the first line that begins something new here; nothing below it means nothing above it either.
        new = next((level for level, text in enumerate(own) if text), 0)
        above[new:] = own[new:]
        parts = [text for text in above if text]
        texts = {fold(text) for text in own} | {fold(" ".join(parts[start:])) for start in range(len(parts) - 1)}
        found.append((" ".join(parts), texts - {""}))
    return Head(found)


def columns(format_: Format, found: Head) -> dict[str, int]:
    """Where each field of a format stands; empty unless all that the format needs is there.

    Of two columns the one that is spelled as the format spells it counts, then the first.
    """
    if format_.recognised_by and not any(map(found.holds, format_.recognised_by)):
        return {}
    known: dict[str, int] = {}
    for name, folded in format_.heads.items():
        at = found.find(format_.spellings.get(name, ()), folded)
        if at is not None and at not in known.values():
            known[name] = at
    return known if format_.required <= known.keys() else {}
