"""What a person sees of a file that nobody knows: its sheets with their probable heads, and what a column may be."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final

from portal.exchange import heads, sheets
from portal.exchange.formats import Kind, LeftOut, formats
from portal.exchange.sheets import Cell, Row
from portal.exchange.tables import SEARCHED, is_numbering
from portal.households.models import Relation, Sex
from portal.language import gettext
from portal.units.formats import reader_language

N_ = str  # marks a sentence for translation where it stands; `label` translates it

SAMPLED: Final = 40
"""Rows of each sheet that are shown and looked at."""

MOST_SHEETS: Final = 20
FIELDS: Final[dict[str, str]] = {
    "name": N_("Name"),
    "nik": N_("NIK"),
    "kk_no": N_("Family card number"),
    "family": N_("The list's own number of the household"),
    "relation": N_("Place in the family"),
    "sex": N_("Sex"),
    "birth_date": N_("Birth date"),
    "age": N_("Age in years"),
    "in_school": N_("Goes to school"),
    "presence": N_("Still lives here"),
    "village": N_("Kelurahan"),
    "village_code": N_("Code of the kelurahan"),
    "district": N_("Kecamatan"),
    "hamlet": N_("Hamlet"),
    "rt_rw": N_("RT and RW in one column"),
    "rt": N_("RT"),
    "rw": N_("RW"),
    "address": N_("Address"),
    "phone": N_("Telephone"),
    "percentile": N_("Rank in the national list (1 to 100)"),
    "decile": N_("Decile in the national list (1 to 10)"),
}
"""What a column may be mapped to, in the order of a form."""

MEANINGS: Final[dict[str, tuple[Any, ...]]] = {
    "sex": (Sex.MALE.value, Sex.FEMALE.value),
    "relation": tuple(relation.value for relation in Relation),
    "in_school": (True, False),
    "presence": ("here", "away"),
}
"""The fields that hold codes, and what a code may mean."""


def label(field: str) -> str:
    """A field's name in the reader's language."""
    return gettext(FIELDS[field])


@dataclass(frozen=True)
class Sheet:
    """What a person sees of a sheet before its columns are mapped; `head_row` is the number of the head's last line."""

    name: str
    head_row: int
    titles: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def column(self, at: int) -> list[Cell]:
        """What stands in a column in the sample's rows, without empty cells."""
        return [row[at] for row in self.rows if at < len(row) and row[at] is not None]


def sample(path: Path, known: Mapping[str, str] | None = None) -> list[Sheet]:
    """The visible sheets that look like tables, with their probable heads and first rows.

    `known` tells folded heads; the register's where it is not given. At most MOST_SHEETS of SAMPLED rows each.
    Raises Refused for a file that cannot be opened.
    """
    found: list[Sheet] = []
    for (name, hidden), rows in groupby(sheets.rows(path), key=lambda row: (row.sheet, row.hidden)):
        first = list(islice(rows, SEARCHED + SAMPLED))
        sheet = None if hidden else _sheet(name, first, known_heads() if known is None else known)
        if sheet is not None:
            found.append(sheet)
        if len(found) == MOST_SHEETS:
            break
    return found


def _sheet(name: str, first: list[Row], heads_known: Mapping[str, str]) -> Sheet | None:
    best, most = None, (0, 0)
    for deep in range(1, heads.DEEPEST + 1):
        for at in range(min(SEARCHED, len(first) - deep)):
            lines = first[at : at + deep]
            if all(map(heads.may_be_a_line, lines)) and not any(map(is_numbering, lines)):
                found = heads.head(lines)
                known = sum(not heads_known.keys().isdisjoint(texts) for texts in found.texts)
                # Where no head is known the fullest line is it; a line more counts by the columns it gives a title.
                worth = (known, sum(map(bool, found.titles)))
                if worth > most:
                    best, most = (lines[-1].number, found.titles), worth
    if best is None:
        return None
    under = [row.cells for row in first if row.number > best[0] and not is_numbering(row)]
    return Sheet(name, best[0], tuple(best[1]), tuple(tuple(row[: heads.WIDEST]) for row in under[:SAMPLED]))


@cache
def known_heads() -> Mapping[str, str]:
    """What the formats in use call each of the fields that can be mapped: folded head to field."""
    known: dict[str, Counter[str]] = {}
    for format_ in formats().values():
        for field, names in format_.heads.items():
            if field in FIELDS and format_.kind is not Kind.FAMILIES:
                for one in names:
                    known.setdefault(one, Counter())[field] += 1
    return {one: counts.most_common(1)[0][0] for one, counts in known.items()}


@cache
def left_out() -> tuple[LeftOut, ...]:
    """What no format may bring in, of all formats."""
    heads_of: dict[tuple[str, str], set[str]] = {}
    for part in (part for format_ in formats().values() for part in format_.left_out):
        heads_of.setdefault((part.reason_id, part.reason_en), set()).update(part.heads)
    return tuple(LeftOut(frozenset(of_reason), *reasons) for reasons, of_reason in heads_of.items())


def why_left_out(part: LeftOut) -> str:
    """In the reader's language."""
    return part.reason_en if reader_language() == "en" else part.reason_id
