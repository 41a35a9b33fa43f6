"""Opens a spreadsheet of any usual kind, within bounds, and gives its rows; what cannot be read is refused whole."""

import json
import signal
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from portal.errors import Refused
from portal.exchange import separated
from portal.language import gettext

N_ = str  # marks a sentence for translation where it stands; `refuse` translates it

Cell = str | int | float | date | None
"""As it stands in the file: a number stays a number, because a NIK read as one may have lost a digit."""

REFUSALS: Final[dict[str, str]] = {
    "bytes": N_("This file is larger than the portal reads at once. Split it by kelurahan, and send the parts."),
    "empty_file": N_("There is nothing in this file."),
    "not_a_spreadsheet": N_("This is no spreadsheet. Send .xlsx, .xlsm, .xls, .ods or .csv."),
    "web_page": N_("This is a web page named like a spreadsheet. Open it in Excel and save it as .xlsx."),
    "encrypted": N_("This file is locked with a password. Save it without one, and send it again."),
    "damaged": N_("This file is damaged or was cut off. Open it in Excel, save it as .xlsx, and send it again."),
    "too_large": N_(
        "This file unpacks to more than the portal reads at once. Delete empty rows and columns, or split it."
    ),
    "rows": N_("This file has more rows than the portal reads at once. Split it by kelurahan, and send the parts."),
    "cells": N_("This file has more cells than the portal reads at once. Delete what is not needed, or split it."),
    "sheets": N_("This file has more sheets than the portal reads at once. Split it."),
    "too_slow": N_("Reading this file takes too long. Save it as .csv, or split it."),
}


@dataclass(frozen=True)
class Bounds:
    """What one file may take. The defaults let in 36,000 people of the national list, with 101 columns, four times."""

    file_bytes: int = 64 * 2**20
    unzipped_bytes: int = 2**30
    parts: int = 5_000
    sheets: int = 100
    rows: int = 500_000
    columns: int = 16_384
    """As many as Excel has."""
    cells: int = 20_000_000
    told: int = 2**29
    """Characters that the cells have together, which wait on disk: one text may stand in a million cells."""
    memory: int = 3 * 2**29
    """Bytes the process that opens a workbook may take; 36,000 x 101 cells took 350 MB."""
    seconds: int = 120
    """Of work in that process; 36,000 x 101 cells took 6 s."""


_TIME_IS_UP: Final = {getattr(signal, "SIGXCPU", None)}


class Row(NamedTuple):
    """One row that is not empty, and where it stands."""

    sheet: str
    number: int
    cells: list[Cell]
    hidden: bool = False
    told: str = ""
    """The line of JSON that told it, where there is one."""


def refuse(code: str) -> Refused:
    return Refused(gettext(REFUSALS[code]))


def rows(path: Path, bounds: Bounds | None = None) -> Iterator[Row]:
    """Every row that is not empty, of every sheet, as it is read; raises Refused, also in the midst of the file."""
    bounds = bounds or Bounds()
    if path.stat().st_size > bounds.file_bytes:
        raise refuse("bytes")
    reader = _separated(path) if _kind(path, bounds) == "separated" else _workbook(path, bounds)
    count = cells = 0
    for row in reader:
        count, cells = count + 1, cells + len(row.cells)
        if len(row.cells) > bounds.columns:
            raise refuse("cells")
        if count > bounds.rows:
            raise refuse("rows")
        if cells > bounds.cells:
            raise refuse("cells")
        yield row


def _kind(path: Path, bounds: Bounds) -> str:
    """By its content: what a file is called says little."""
    with path.open("rb") as file:
        start = file.read(512)
    if not start:
        raise refuse("empty_file")
    if start.startswith(b"PK"):
        _look_into_zip(path, bounds)
        return "workbook"
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        # An .xlsx with a password is put into the container of the old .xls.
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            raise refuse("encrypted")
        return "workbook"
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise refuse("web_page")
    return "separated"


def _look_into_zip(path: Path, bounds: Bounds) -> None:
    """Its list of contents, before anything is unpacked; a list that lies meets the bounds of the other process."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            locked = any(part.flag_bits & 1 for part in parts) or _is_locked_ods(archive)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, zlib.error):
        raise refuse("damaged") from None
    if locked:
        raise refuse("encrypted")
    if len(parts) > bounds.parts or sum(part.file_size for part in parts) > bounds.unzipped_bytes:
        raise refuse("too_large")
    if not {"xl/workbook.xml", "content.xml"} & {part.filename for part in parts}:
        raise refuse("not_a_spreadsheet")


def _is_locked_ods(archive: zipfile.ZipFile) -> bool:
    """LibreOffice locks each part, and says so in the list of parts."""
    try:
        with archive.open("META-INF/manifest.xml") as manifest:
            return b"encryption-data" in manifest.read(2**20)
    except KeyError:
        return False


def _separated(path: Path) -> Iterator[Row]:
    try:
        for number, cells in separated.rows(path):
            yield Row("", number, [text if text.strip() else None for text in cells])
    except separated.NotText:
        raise refuse("not_a_spreadsheet") from None
    except separated.Broken:
        raise refuse("damaged") from None


def _workbook(path: Path, bounds: Bounds) -> Iterator[Row]:
    child = Path(__file__).with_name("calamine_child.py")
    limits = [str(number) for number in (bounds.memory, bounds.seconds, bounds.sheets)]
    command = [sys.executable, "-I", str(child), str(path.resolve()), *limits]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8")  # noqa: S603
        try:
            yield from _told(process, bounds.told)
        finally:
            process.kill()
            process.communicate()


def _told(process: "subprocess.Popen[str]", most: int) -> Iterator[Row]:
    sheet, hidden = "", False
    for line in _lines(process.stdout, most):
        try:
            what, *said = json.loads(line)
        except ValueError:
            break  # half a line: it was ended while it wrote
        if what == "refused":
            raise refuse(said[0])
        if what == "sheet":
            sheet, hidden = said
        elif what == "row":
            cells = said[1]
            yield Row(sheet, said[0], cells if _plain(cells) else [_cell(value) for value in cells], hidden, line)
        elif what == "end":
            return
    # It ended without saying so: by its own fault, by SIGXCPU after its time, or for want of memory.
    ended = process.wait()
    raise refuse("damaged" if ended >= 0 else "too_slow" if -ended in _TIME_IS_UP else "too_large")


def _lines(told: IO[str] | None, most: int) -> Iterator[str]:
    for line in told or ():
        most -= len(line)
        if most < 0:
            raise refuse("too_large")
        yield line


_NO_PLAIN = frozenset({dict, bool})


def _plain(cells: list[Any]) -> bool:
    return _NO_PLAIN.isdisjoint(map(type, cells))


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return date.fromisoformat(value["day"])
    if isinstance(value, bool):
        return "1" if value else "0"
    return value
