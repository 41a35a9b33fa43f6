"""A partner's statement as a workbook: funds, what was helped, and every gift."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from portal.funds import days_paper
from portal.language import gettext
from portal.paper.ink import printable
from portal.reports import statement_gifts
from portal.reports.statement import Statement
from portal.reports.statement_paper import (
    gift_figures,
    gift_heads,
    helped_rows,
    of_gifts_said,
    partly_said,
    place_row,
    reached,
    small_numbers_said,
)
from portal.units.formats import day


def workbook(told: Statement) -> bytes:
    """Three sheets: funds, what was helped, every gift. Texts are texts, rupiah are numbers, no cell is a formula."""
    book = Workbook(write_only=True)
    title = f"{told.partner.name}, {day(told.since)} – {day(told.until)}"
    whole = told.whole
    above = [title, days_paper.in_a_sentence(whole), small_numbers_said()]
    _sheet(book, gettext("Funds"), above, [gettext("Fund"), *days_paper.heads()], [
        *([told.titles.get(one.code, one.code), *days_paper.rupiah(one)] for one in told.funds),
        [gettext("Together"), *days_paper.rupiah(whole)],
    ])  # fmt: skip
    helped = told.helped
    if helped.since is not None and helped.until is not None:
        days = gettext("Whole quarters, from %(since)s to %(until)s.", since=day(helped.since), until=day(helped.until))
        heads = [gettext("Service, kecamatan"), gettext("Families"), gettext("Given")]
        rows: list[Sequence[Any]] = [*helped_rows(told)]
        if helped.districts:
            rows += [[], [gettext("In which kecamatan")], *(place_row(one) for one in helped.districts)]
        _sheet(book, gettext("Helped with"), [title, days, partly_said()], heads, rows)
    gifts = statement_gifts.all_gifts(told.partner, told.since, told.until)
    _sheet(book, gettext("Gift by gift"), [title, of_gifts_said()], [gettext("Given on"), *gift_heads()], (
        [one.given_on, one.number, f"{one.kind}, {one.purpose}", *gift_figures(one),
         reached(one), one.services]
        for one in gifts
    ))  # fmt: skip
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(
    book: Workbook, title: str, above: Sequence[str], heads: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    sheet = book.create_sheet(title[:31])
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 36, 30
    for column in "CDEFGHIJK":
        sheet.column_dimensions[column].width = 18
    for line in above:
        sheet.append([_cell(sheet, line)])
    sheet.append([])
    sheet.append([_cell(sheet, head, bold=True) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> WriteOnlyCell:
    """A text is never a formula; rupiah are shown as Rp1.500.000 and stay numbers."""
    cell = WriteOnlyCell(sheet, printable(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, int):
        cell.number_format = '"Rp"#,##0'
    elif isinstance(value, date):
        cell.number_format = "DD-MM-YYYY"
    cell.font = Font(bold=bold)
    return cell
