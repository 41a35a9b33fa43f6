"""The head of a table: what its columns are called, in one line or in several that are merged above one another."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from portal.exchange.formats import Format, fold
from portal.exchange.sheets import Cell, Row

DEEPEST: Final = 3
"""Lines of a head: DTKS and Regsosek lists have two or three, with the upper ones merged over several columns."""

Heads = list[tuple[str, set[str]]]
"""Of each column its title, and the folded texts it may be recognised by."""

_LONG_NUMBER = re.compile(r"\d{8}")


def title(cell: Cell) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""


def may_be_a_line(row: Row) -> bool:
    """A line of a head holds words: no NIK, no day."""
    return not any(isinstance(cell, date) or _LONG_NUMBER.search(str(cell)) for cell in row.cells if cell is not None)


def heads(lines: Sequence[Row]) -> Heads:
    """Of lines that stand under one another; of merged cells only the first holds the text, so it counts for those
    to its right as long as there is something under them."""
    found: Heads = []
    above = [""] * len(lines)
    for at in range(max(len(line.cells) for line in lines)):
        own = [title(line.cells[at]) if at < len(line.cells) else "" for line in lines]
        # Down to the first line that begins something new here; nothing below it means nothing above it either.
        new = next((level for level, text in enumerate(own) if text), 0)
        above[new:] = own[new:]
        parts = [text for text in above if text]
        texts = {fold(text) for text in own} | {fold(" ".join(parts[start:])) for start in range(len(parts) - 1)}
        found.append((" ".join(parts), texts - {""}))
    return found


def columns(format_: Format, found: Heads) -> dict[str, int]:
    """Where each field of a format stands; empty unless all that the format needs is there.

    Of two columns the one that is spelled as the format spells it counts, then the first.
    """
    every = set[str]().union(*(texts for _title, texts in found))
    if format_.recognised_by and not any(some <= every for some in format_.recognised_by):
        return {}
    at_title = {text.casefold(): at for at, (text, _texts) in reversed(list(enumerate(found)))}
    at_text = {text: at for at, (_title, texts) in reversed(list(enumerate(found))) for text in texts}
    known: dict[str, int] = {}
    for name, spellings in format_.spellings.items():
        at = next((at_title[one.casefold()] for one in spellings if one.casefold() in at_title), None)
        if at is None:
            at = next((at_text[one] for one in format_.heads[name] if one in at_text), None)
        if at is not None and at not in known.values():
            known[name] = at
    return known if format_.required <= known.keys() else {}
