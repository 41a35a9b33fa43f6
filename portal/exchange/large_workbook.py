"""A workbook whose long sheets are cut into short ones, for a reader that holds a whole sheet in memory.

360,000 rows of 15 cells took calamine 573 MB, of which none is needed once a row was told. Only XML is copied, so each
cell is read by calamine from what stood in the file; whatever looks unusual is left to be read whole. Part of the
process of calamine_child.py, so that it imports nothing of the portal.
"""

import html
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

LONG: Final = 64 * 2**20
"""Bytes of a sheet's XML from which it is cut: some 70,000 rows of 15 cells; below it cutting takes longer."""
PART: Final = 32 * 2**20
"""A part is read as a sheet, whose rows above the first are passed: smaller ones save little and take longer."""
_STEP: Final = 2**20
LONGEST_ROW: Final = 2**17
"""Bytes; a sheet of longer rows is none of people, and the bounds of memory tell it sooner when it is read whole."""

_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SHEET, _RELATION = re.compile(r"<sheet\s[^>]*/>"), re.compile(r"<Relationship\s[^>]*/>")
_NUMBERED = re.compile(rb'\s*<row\s[^>]*?\br="\d+"')
_BEGIN, _ROW_ENDS, _END = b"<sheetData>", b"</row>", b"</sheetData>"
_UNUSUAL = b"<!"
"""Begins what may hold the words that are looked for without being a row: comments, CDATA, definitions."""


class Unusual(Exception):
    """Nothing that can be cut without reading it."""


@dataclass(frozen=True)
class Cut:
    """The workbook with short sheets; `names` gives the name in the file of each of them that is a part."""

    file: IO[bytes]
    names: dict[str, str]
    sheets: int
    """How many the file has."""


def cut(path: str) -> Cut | None:
    """None for what is no .xlsx, has no long sheet, or looks unusual."""
    try:
        with zipfile.ZipFile(path) as source:
            parts = {part.filename: part.file_size for part in source.infolist()}
            if {_BOOK, _RELATIONS} <= parts.keys() and max(parts.values()) > LONG:
                return _cut(source, {name for name, size in parts.items() if size > LONG})
    except (Unusual, zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        pass
    return None


def _cut(source: zipfile.ZipFile, long: set[str]) -> Cut | None:
    book, relations = source.read(_BOOK).decode(), source.read(_RELATIONS).decode()
    at = {_said(one, "Id"): "xl/" + _said(one, "Target").removeprefix("/xl/") for one in _RELATION.findall(relations)}
    elements = _SHEET.findall(book)
    long = long.intersection(at.get(_said(one, r"\w+:id"), "") for one in elements)
    if not long:
        return None
    names: dict[str, str] = {}
    target = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the workbook that is read from it
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        _copy(source, archive, but={_BOOK, _RELATIONS, *long})
        for number, element in enumerate(elements):
            if (name := at.get(_said(element, r"\w+:id"))) in long:
                with source.open(name) as sheet:
                    count = _write_parts(sheet, archive, number)
                for place in range(count):
                    names[_id(number, place)] = html.unescape(_said(element, "name"))
                book = book.replace(element, "".join(_renamed(element, _id(number, place)) for place in range(count)))
        new = "".join(f'<Relationship Id="{one}" Type="{_TYPE}" Target="worksheets/{one}.xml"/>' for one in names)
        archive.writestr(_BOOK, book)
        archive.writestr(_RELATIONS, relations.replace("</Relationships>", f"{new}</Relationships>"))
    target.seek(0)
    return Cut(target, names, len(elements))


_TYPE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"


def _said(element: str, attribute: str) -> str:
    """Raises Unusual where it is not said as everybody does."""
    found = re.search(rf'\s{attribute}="([^"]*)"', element)
    if found is None:
        raise Unusual
    return found[1]


def _id(number: int, place: int) -> str:
    return f"part-{number}-{place}"


def _renamed(element: str, name: str) -> str:
    named = re.sub(r'\sname="[^"]*"', f' name="{name}"', element)
    return re.sub(r'(\s\w+:id)="[^"]*"', rf'\1="{name}"', named)


def _copy(source: zipfile.ZipFile, target: zipfile.ZipFile, but: set[str]) -> None:
    """What else calamine may ask for: texts, styles, other sheets; no pictures."""
    for part in source.infolist():
        if part.filename not in but and part.filename.endswith((".xml", ".rels")):
            with source.open(part) as read, target.open(part.filename, "w") as written:
                shutil.copyfileobj(read, written, _STEP)


def _write_parts(sheet: IO[bytes], archive: zipfile.ZipFile, number: int) -> int:
    """How many; each is a sheet of its own with some of the rows."""
    before, rest = _before(sheet)
    pieces, count = _pieces(sheet, rest), 0
    piece = next(pieces)
    while piece.strip():
        if count and not _NUMBERED.match(piece):
            raise Unusual  # it would be taken for the first row of the sheet
        with archive.open(f"xl/worksheets/{_id(number, count)}.xml", "w") as part:
            part.write(before + _BEGIN)
            piece = _write_part(part, piece, pieces)
            part.write(_END + b"</worksheet>")
        count += 1
    return count


def _before(sheet: IO[bytes]) -> tuple[bytes, bytes]:
    start = sheet.read(_STEP)
    before, found, rest = start.partition(_BEGIN)
    if not found or _UNUSUAL in before or b"<worksheet" not in before:
        raise Unusual
    return before, rest


def _write_part(part: IO[bytes], piece: bytes, pieces: Iterator[bytes]) -> bytes:
    """Whole rows until it is large enough; gives what stands behind them."""
    written = 0
    while piece:
        last = piece.find(_ROW_ENDS) + len(_ROW_ENDS) if written >= PART else 0
        if last >= len(_ROW_ENDS):
            part.write(piece[:last])
            return piece[last:] + next(pieces, b"")
        part.write(piece)
        written += len(piece)
        piece = next(pieces, b"")
    return piece


def _pieces(sheet: IO[bytes], rest: bytes) -> Iterator[bytes]:
    """The XML of the rows, none of the words that are looked for torn in two; what stands behind them is left out."""
    while (end := rest.find(_END)) < 0:
        step = sheet.read(_STEP)
        if not step or _UNUSUAL in rest or rest.count(_ROW_ENDS) * LONGEST_ROW < len(rest) - LONGEST_ROW:
            raise Unusual
        kept = rest.rfind(b"<")  # a word that is torn begins with the last of these
        if kept > 0:
            yield rest[:kept]
        rest = rest[max(kept, 0) :] + step
    if _UNUSUAL in rest[:end]:
        raise Unusual
    yield rest[:end]
