"""Finds where in a sheet the people begin: which format it is, where its head stands, what each column holds."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, groupby, islice
from typing import Final

from portal.exchange.formats import Format, LeftOut, fold
from portal.exchange.sheets import Cell, Row

SEARCHED: Final = 40
"""Rows with something in them that are searched for a head: title blocks of register books take about ten."""


@dataclass
class Table:
    """People of one sheet: `columns` says where each of our fields stands, `rows` gives what is under the head."""

    format: Format
    sheet: str
    head_row: int
    titles: list[str]
    columns: Mapping[str, int]
    left_out: list[tuple[str, LeftOut]] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    rows: Iterator[Row] = field(default_factory=lambda: iter(()))

    def cell(self, row: Row, name: str) -> Cell:
        """What this row holds of one of our fields; None when there is no such column."""
        at = self.columns.get(name)
        return row.cells[at] if at is not None and at < len(row.cells) else None


@dataclass(frozen=True)
class Passed:
    """A sheet in which no people were found."""

    sheet: str


def tables(rows: Iterable[Row], formats: Iterable[Format]) -> Iterator[Table | Passed]:
    """One sheet after another; the rows of a table are to be taken before the next is asked for."""
    known = list(formats)
    for (sheet, hidden), of_sheet in groupby(rows, key=lambda row: (row.sheet, row.hidden)):
        first = list(islice(of_sheet, SEARCHED))
        # A hidden sheet is an older copy or a list of codes; what nobody sees is not brought in.
        table = None if hidden else _found(sheet, first, known)
        if table is None:
            yield Passed(sheet)
            continue
        behind = (row for row in first if row.number > table.head_row)
        table.rows = _people(table, chain(behind, of_sheet))  # noqa: B031 - the rest of the sheet, taken once
        yield table


Heads = list[tuple[str, set[str]]]
"""Of each column its title, and the folded texts it may be recognised by."""


def _found(sheet: str, first: list[Row], formats: list[Format]) -> Table | None:
    best, most = None, 0
    for at, row in enumerate(first):
        two = [(_two_lines(row, first[at + 1]), first[at + 1].number)] if at + 1 < len(first) else []
        for heads, last in ((_one_line(row), row.number), *two):
            for format_ in formats:
                columns = _columns(format_, heads)
                # The first of equals stays: one line before two, and the upper before the lower.
                if columns and len(columns) > most:
                    best, most = _table(format_, sheet, last, heads, columns), len(columns)
    return best


def _one_line(row: Row) -> Heads:
    titles = [_text(cell) for cell in row.cells]
    return [(title, {fold(title)}) for title in titles]


def _two_lines(upper: Row, lower: Row) -> Heads:
    """A head over two lines: the upper one may span several columns, of which only the first holds its text."""
    heads: Heads = []
    above = ""
    for at in range(max(len(upper.cells), len(lower.cells))):
        over = _text(upper.cells[at]) if at < len(upper.cells) else ""
        under = _text(lower.cells[at]) if at < len(lower.cells) else ""
        above = over or (above if under else "")
        heads.append((f"{above} {under}".strip(), {fold(under or over), fold(over), fold(f"{above} {under}")}))
    return heads


def _text(cell: Cell) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""


def _columns(format_: Format, heads: Heads) -> dict[str, int]:
    """Where each field stands; empty unless all that the format needs is there. The first of two equal heads counts."""
    every = set[str]().union(*(texts for _title, texts in heads))
    if not format_.recognised_by <= every:
        return {}
    columns: dict[str, int] = {}
    for name, synonyms in format_.heads.items():
        at = next((at for one in synonyms for at, (_title, texts) in enumerate(heads) if one in texts), None)
        if at is not None and at not in columns.values():
            columns[name] = at
    return columns if format_.required <= columns.keys() else {}


def _table(format_: Format, sheet: str, last: int, heads: Heads, columns: dict[str, int]) -> Table:
    table = Table(format_, sheet, last, [title for title, _texts in heads], columns)
    for at, (title, texts) in enumerate(heads):
        if at in columns.values() or not title:
            continue
        why = next((part for part in format_.left_out if part.heads & texts), None)
        if why:
            table.left_out.append((title, why))
        else:
            table.unused.append(title)
    return table


_COLUMN_NUMBER = re.compile(r"\(?(\d{1,3})\)?")


def _people(table: Table, rows: Iterable[Row]) -> Iterator[Row]:
    """Without the line of column numbers, heads repeated on each printed page, and lines beside the table."""
    used = sorted(table.columns.values())
    for row in rows:
        held, width = row.cells, len(row.cells)
        if any(at < width and held[at] is not None for at in used) and not (_is_numbering(row) or _is_head(table, row)):
            yield row


def _is_numbering(row: Row) -> bool:
    """1, 2, 3 … under the head, also as (1), with a word in at most one cell (the national list writes KOLOM)."""
    numbers: list[int] = []
    words = 0
    for cell in row.cells:
        if cell is None:
            continue
        number = _COLUMN_NUMBER.fullmatch(str(cell).strip())
        if number is None:
            words += 1
        elif numbers and int(number[1]) <= numbers[-1]:
            return False
        else:
            numbers.append(int(number[1]))
        if words > 1:
            return False
    return len(numbers) >= 3


def _is_head(table: Table, row: Row) -> bool:
    named = [name for name in ("name", "nik", "family") if name in table.columns]
    return all(_text(table.cell(row, name)) == table.titles[table.columns[name]] for name in named)
