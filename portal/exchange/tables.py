"""Finds where in a sheet the people begin: which format it is, where its head stands, what each column holds."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, groupby, islice
from typing import Final

from portal.exchange import books, heads
from portal.exchange.formats import Format, Kind, LeftOut
from portal.exchange.heads import Head
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
    above: list[Row] = field(default_factory=list)
    """The rows down to its head: a title block often names the kelurahan."""
    by_other_codes: bool = False
    """Whether `format` reads by its other list of codes, because the rows fit that one (code_lists.py)."""

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
        table.above = [row for row in first if row.number <= table.head_row]
        under: Iterator[Row] = chain(first[len(table.above) :], of_sheet)  # noqa: B031 - the rest of the sheet, taken once
        if table.format.kind is Kind.BOOK:
            under = books.under_families(table, table.above, under)
        table.rows = _people(table, under)
        yield table


def _found(sheet: str, first: list[Row], formats: list[Format]) -> Table | None:
    """The table that most columns are known of; of equals one line before two, and the upper before the lower."""
    best, most = None, (False, 0, False)
    is_book = books.holds_families(first)
    for last, found in _possible_heads(first):
        for format_ in formats:
            if format_.kind is Kind.BOOK and not is_book:
                continue
            columns = heads.columns(format_, found)
            # A sheet of people is one, though it also says what a sheet of families says.
            worth = (format_.kind is not Kind.FAMILIES, len(columns), bool(format_.recognised_by))
            if columns and worth > most:
                best, most = _table(format_, sheet, last, found, columns), worth
    return best


def _possible_heads(first: list[Row]) -> Iterator[tuple[int, Head]]:
    """Every line, then every two and three under one another, with the number of the last."""
    words = [heads.may_be_a_line(row) for row in first]
    for deep in range(1, heads.DEEPEST + 1):
        for at in range(len(first) - deep + 1):
            if all(words[at : at + deep]):
                yield first[at + deep - 1].number, heads.head(first[at : at + deep])


def _table(format_: Format, sheet: str, last: int, found: Head, columns: dict[str, int]) -> Table:
    table = Table(format_, sheet, last, list(found.titles), columns)
    for at, (title, texts) in enumerate(zip(found.titles, found.texts, strict=True)):
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
        if any(at < width and held[at] is not None for at in used) and not (is_numbering(row) or _is_head(table, row)):
            yield row


def is_numbering(row: Row) -> bool:
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
    telling = [name for name in ("name", "nik", "family", "kk_no") if name in table.columns]
    named = (telling or list(table.columns))[:2]
    return all(heads.title(table.cell(row, name)) == table.titles[table.columns[name]] for name in named)
