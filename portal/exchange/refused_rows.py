"""Refused rows as a workbook for the office that sent them: their own columns, with the reason in front."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from portal.exchange.checking import Checked
from portal.exchange.new_file import new_file
from portal.exchange.queries import Part
from portal.exchange.reasons import sentence
from portal.exchange.sheets import Cell
from portal.language import gettext

N_ = str  # marks a sentence for translation where it stands

_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
"""What Excel takes in no name of a sheet; other programs do."""
OWN_TITLES = (N_("Why it was refused"), N_("Row in the file"))


def write(checked: Checked, path: Path) -> int:
    """How many rows were written. Only the owner of the file can read it, and nothing is overwritten."""
    parts = [
        Part(table.sheet, table.titles, [(one.row.number, one.row.cells, one.reasons) for one in people if one.reasons])
        for table, people in checked.tables
    ]
    made, count = workbook(parts)
    with new_file(path) as file:
        made.save(file)
    return count


def workbook(parts: Iterable[Part], told: Callable[[str], str] = sentence) -> tuple[Workbook, int]:
    """The workbook, and how many rows are in it. `told` says a reason by its code."""
    made, count = Workbook(write_only=True), 0
    own = [gettext(title) for title in OWN_TITLES]
    for part in parts:
        sheet = made.create_sheet(_NOT_IN_TITLES.sub(" ", part.sheet)[:31].strip() or gettext("Refused rows"))
        # A file that comes back once more brings the columns of last time.
        kept = [at for at, title in enumerate(part.titles) if title not in own]
        line = _Line(sheet, len(own) + len(kept))
        line.append([*own, *(part.titles[at] for at in kept)])
        for number, cells, reasons in part.rows:
            line.append([" ".join(map(told, reasons)), number, *_cells(cells, kept)])
            count += 1
    return made, count


def _cells(cells: list[Cell], kept: list[int]) -> list[Cell]:
    return [cells[at] if at < len(cells) else None for at in kept]


class _Line:
    """The cells of one line, used again for each: a cell made and styled anew doubles the time."""

    def __init__(self, sheet: Any, width: int) -> None:
        self._sheet = sheet
        self._cells = [WriteOnlyCell(sheet) for _at in range(width)]
        for cell in self._cells:
            cell.number_format = "@"

    def append(self, values: list[Cell]) -> None:
        """Everything as text: a number keeps its digits, and what begins with = is no formula."""
        for cell, value in zip(self._cells, values, strict=True):
            cell.value = _text(value)
            cell.data_type = "s"
        self._sheet.append(cell if cell.value else None for cell in self._cells)


def _text(value: Cell) -> str:
    if isinstance(value, date):
        return value.strftime("%d-%m-%Y")
    return ILLEGAL_CHARACTERS_RE.sub("", "" if value is None else str(value))
