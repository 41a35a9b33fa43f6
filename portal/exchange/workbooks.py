"""A list as .xlsx that leaves while it grows: the first bytes at once, and no more memory for a larger list.

openpyxl makes the frame: styles, names, properties, head and widths. Only the rows between are written here, into the
zip as it is sent: openpyxl keeps a workbook until its end, and writes a fraction of the rows (docs/performance.md).
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from portal.exchange.listed import Batch, Column, Value, as_text

LEVEL: Final = 3
"""Of compression: a tenth larger than the usual 6, in a third of the time."""

_ROWS, _ABOUT = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
_END: Final = "</sheetData>"
_LONGEST: Final = 32_767
"""Characters that Excel takes in a cell."""
# What XML gives a meaning, and what no XML may hold; openpyxl refuses the latter.
_MARKS: Final[dict[int, str | None]] = {
    **dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)]),
    ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", 13: "&#13;",
}  # fmt: skip
# Excel counts days from here, and invented 29-02-1900: what lies before 1 March of that year is written as text.
_EXCEL_BEGINS, _SURE_FROM = date(1899, 12, 30), date(1900, 3, 1)

About = Callable[[], Sequence[tuple[str, str]]]
"""Asked when all rows are written: who, when, what and how many, as pairs of words."""


class _Outgoing:
    """Where the zip is written; what has gathered is taken and sent. Nothing is sought in it (zipfile sees to that)."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


@dataclass(frozen=True)
class _Frame:
    """All that stands around the rows; styles by number, as the workbook counts them."""

    parts: list[tuple[str, bytes]]
    rows: tuple[str, str]
    about: tuple[str, str]
    text: int
    day: int


def workbook(columns: Sequence[Column], batches: Iterable[Batch], *, title: str, author: str, about: About,
             about_title: str, footer: str) -> Iterator[bytes]:  # fmt: skip
    """The parts of the file, in order. Texts are text cells, days are days, whole numbers are numbers."""
    frame = _framed(columns, title=title, author=author, about_title=about_title, footer=footer)
    write = _Lines(len(columns), frame)
    out = _Outgoing()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:  # type: ignore[call-overload]
        for name, content in frame.parts:
            archive.writestr(name, content)
        yield out.take()
        with archive.open(_part(_ROWS), "w") as sheet:
            sheet.write(frame.rows[0].encode())
            for batch in batches:
                sheet.write(write.lines(batch).encode())
                if sent := out.take():
                    yield sent
            sheet.write(frame.rows[1].encode())
        lines = _Lines(2, frame).lines(about())
        archive.writestr(_part(_ABOUT), frame.about[0] + lines + frame.about[1])
    yield out.take()


def _part(name: str) -> zipfile.ZipInfo:
    part = zipfile.ZipInfo(name)
    part.compress_type = zipfile.ZIP_DEFLATED
    return part


class _Lines:
    """Writes rows under a head in row 1."""

    def __init__(self, width: int, frame: _Frame) -> None:
        self._letters = [get_column_letter(at) for at in range(1, width + 1)]
        self._frame, self._row = frame, 1

    def lines(self, batch: Iterable[Sequence[Value]]) -> str:
        found: list[str] = []
        for values in batch:
            self._row += 1
            row = self._row
            found.append(f'<row r="{row}">')
            for letter, value in zip(self._letters, values, strict=True):
                if value is not None and value != "":
                    found.append(self._cell(f"{letter}{row}", value))
            found.append("</row>")
        return "".join(found)

    def _cell(self, place: str, value: Value) -> str:
        if isinstance(value, str):
            return self._text_cell(place, value)
        if isinstance(value, date):
            if value < _SURE_FROM:
                return self._text_cell(place, as_text(value))
            return f'<c r="{place}" s="{self._frame.day}"><v>{(value - _EXCEL_BEGINS).days}</v></c>'
        return f'<c r="{place}"><v>{value}</v></c>'

    def _text_cell(self, place: str, text: str) -> str:
        space = ""
        if not text.isalnum():
            space = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
            text = text[:_LONGEST].translate(_MARKS)
        return f'<c r="{place}" s="{self._frame.text}" t="inlineStr"><is><t{space}>{text}</t></is></c>'


def _framed(columns: Sequence[Column], *, title: str, author: str, about_title: str, footer: str) -> _Frame:
    book = Workbook(write_only=True)
    book.properties.creator, book.properties.title = author, title
    rows, about = book.create_sheet(title[:31]), book.create_sheet(about_title[:31])
    rows.freeze_panes = "A2"
    rows.print_title_rows = "1:1"
    rows.page_setup.orientation = "landscape"
    rows.oddFooter.left.text, rows.oddFooter.right.text = footer.replace("&", "&&"), "&P / &N"
    for at, column in enumerate(columns, start=1):
        rows.column_dimensions[get_column_letter(at)].width = column.width
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 28, 80
    rows.append([_head(rows, column.title) for column in columns])
    about.append([_head(about, about_title)])
    text, day = (_style(rows, number_format) for number_format in ("@", "dd-mm-yyyy"))
    return _taken_apart(book, text, day)


def _head(sheet: Any, title: str) -> Any:
    cell = WriteOnlyCell(sheet, title)
    cell.font, cell.number_format, cell.data_type = Font(bold=True), "@", "s"
    return cell


def _style(sheet: Any, number_format: str) -> int:
    """The number that the workbook gives to this way of showing a cell."""
    cell = WriteOnlyCell(sheet)
    cell.number_format = number_format
    return int(cell.style_id)


def _taken_apart(book: Workbook, text: int, day: int) -> _Frame:
    whole = BytesIO()
    book.save(whole)
    with zipfile.ZipFile(whole) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    rows, about = (_before_and_behind(parts.pop(name).decode()) for name in (_ROWS, _ABOUT))
    return _Frame(list(parts.items()), rows, about, text, day)


def _before_and_behind(sheet: str) -> tuple[str, str]:
    before, end, behind = sheet.partition(_END)
    return before, end + behind
