"""A list as .csv that leaves while it grows."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Final

from portal.exchange.listed import Batch, Column, Value, as_text

SEPARATOR: Final = ";"
"""What Excel expects where the comma stands in amounts, as in Indonesia (docs/decisions/exports.md)."""

_FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet program takes for a formula (OWASP, CSV Injection), also in its wide form."""


def separated(columns: Sequence[Column], batches: Iterable[Batch]) -> Iterator[bytes]:
    """The parts of the file: UTF-8 with its mark, lines ended by CR LF, no cell that begins a formula."""
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=SEPARATOR)
    writer.writerow([column.title for column in columns])
    yield text.getvalue().encode("utf-8-sig")
    for batch in batches:
        text.seek(0)
        text.truncate()
        writer.writerows([_plain(value) for value in row] for row in batch)
        if sent := text.getvalue().encode("utf-8", "replace"):
            yield sent


def _plain(value: Value) -> str:
    """An apostrophe before what would be a formula; a whole number may be below zero."""
    text = as_text(value)
    return f"'{text}" if text.startswith(_FORMULA) and not isinstance(value, int) else text
