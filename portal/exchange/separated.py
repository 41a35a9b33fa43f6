"""Text with separators (.csv), whichever separator and encoding the office's program writes."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

SEPARATORS: Final = ";,\t|"

# What no text holds; tab, line feed, carriage return and form feed are text.
_NO_TEXT = frozenset(range(32)) - {9, 10, 12, 13}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class NotText(ValueError):
    """These bytes are no text."""


class Broken(ValueError):
    """A quotation mark that is never closed, or a cell of more than 131,072 characters."""


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows with something in them, with the number a spreadsheet program gives them."""
    encoding = encoding_of(path)
    separator = separator_of(_first_lines(path, encoding))
    with path.open(encoding=encoding, newline="") as file:
        try:
            for number, cells in enumerate(csv.reader(file, delimiter=separator), start=1):
                if any(cell.strip() for cell in cells) and not (number == 1 and cells[0].startswith("sep=")):
                    yield number, cells
        except csv.Error:
            raise Broken from None
        except UnicodeError:
            raise NotText from None


def encoding_of(path: Path) -> str:
    """UTF-8 or UTF-16 where the bytes are that, else the one of Windows in Indonesia (cp1252)."""
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    if start.count(0) > len(start) // 4:
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    return "utf-8" if _is_utf8(path) else "cp1252"


def _is_utf8(path: Path) -> bool:
    """Reads it all, in parts: one name with an accent may stand on the last line."""
    decoder, is_utf8 = codecs.getincrementaldecoder("utf-8")(), True
    with path.open("rb") as file:
        while part := file.read(2**20):
            if _NO_TEXT.intersection(part):
                raise NotText
            try:
                decoder.decode(part)
            except UnicodeDecodeError:
                is_utf8 = False
    return is_utf8


def _first_lines(path: Path, encoding: str) -> list[str]:
    with path.open(encoding=encoding, newline="", errors="replace") as file:
        return file.read(2**16).splitlines()[:40]


def separator_of(lines: list[str]) -> str:
    """The one Excel was told (sep=;), else the one that cuts most lines into the same number of cells."""
    if lines and lines[0].startswith("sep=") and len(lines[0].strip()) == 5:
        return lines[0][4]
    return max(SEPARATORS, key=lambda separator: _evenness(lines, separator))


def _evenness(lines: list[str], separator: str) -> tuple[int, int]:
    try:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=separator) if len(cells) > 1]
    except csv.Error:
        return 0, 0
    usual = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
    return widths.count(usual), usual
