"""Rows put away on disk while a file is judged: what is kept of them in memory does not grow with their cells."""

import json
import tempfile
from datetime import date
from typing import Any

from portal.exchange.sheets import Cell, Row


class Shelf:
    """The rows of one table, in a file without a name that goes when nobody holds a row of it any more."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with its last row
        self._end = 0

    def put(self, row: Row) -> "ShelvedRow":
        line = row.told or json.dumps(["row", row.number, row.cells], default=_day) + "\n"
        at, self._end = self._end, self._end + self._file.write(line.encode())
        return ShelvedRow(self, row.number, at)

    def take(self, at: int) -> list[Cell]:
        self._file.seek(at)
        cells = [_cell(value) for value in json.loads(self._file.readline())[2]]
        self._file.seek(self._end)
        return cells


class ShelvedRow:
    """A row like sheets.Row, whose cells are fetched when they are asked for."""

    __slots__ = ("_at", "_shelf", "number")
    hidden = False

    def __init__(self, shelf: Shelf, number: int, at: int) -> None:
        self._shelf, self.number, self._at = shelf, number, at

    @property
    def sheet(self) -> str:
        return self._shelf.sheet

    @property
    def cells(self) -> list[Cell]:
        """As they stood in the file; read anew each time."""
        return self._shelf.take(self._at)


def _day(value: date) -> dict[str, str]:
    return {"day": value.isoformat()}


def _cell(value: Any) -> Cell:
    return date.fromisoformat(value["day"]) if isinstance(value, dict) else value
