"""Register books (Buku Induk Penduduk): a line names a family, its people stand under it.

Three layouts are in use; OpenSID reads the same (its Bip2012, Bip2016 and Bip_ektp models): "NO.KK" over a number and
an address, "No. KK : …" with "Alamat : …", and a bare number with "DESA … RT/RW : … DUSUN : …".
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from portal.exchange.formats import fold
from portal.exchange.sheets import Cell, Row
from portal.exchange.values import is_missing, text

if TYPE_CHECKING:
    from portal.exchange.tables import Table


class FamilyLine(NamedTuple):
    """What the line over a family says; named as our fields are."""

    kk_no: Cell
    rt_rw: str | None
    address: str | None
    hamlet: str | None
    village: str | None


TITLES: Final = FamilyLine("No KK", "RT/RW", "Alamat", "Dusun", "Desa/Kelurahan")
"""What their columns are called where the rows go back to the office as a table."""

MOST_CELLS: Final = 6
"""A line over a family is nearly empty; a person's is not."""

_NUMBER = re.compile(r"(no\.?\s*kk\s*:?\s*)?(\d{16})", re.IGNORECASE)
_PLACE = re.compile(r"\b(dusun|dsn|kodepos|desa|kel|kelurahan|nagari|jorong|alamat)\b", re.IGNORECASE)
_RT_RW = re.compile(r"\bRT\s*/\s*RW\s*:?\s*(\w*)\s*/\s*(\w*)|\bRT[:. ]*(\d+)\W+RW[:. ]*(\d+)", re.IGNORECASE)
_HAMLET = re.compile(r"\b(?:nama )?(?:dusun|dsn)\s*:?\s*(.+?)\s*(?=,|\bRT\b|$)", re.IGNORECASE)
_VILLAGE = re.compile(r"\b(?:desa|kelurahan|kel\.|nagari)\s*:?\s*(.+?)\s*(?=,|\bRT\b|\bdusun\b|$)", re.IGNORECASE)
_ADDRESS = re.compile(r"\balamat\s*:\s*(.*?)\s*(?=,|\bnama dusun\b|\bRT\b|$)", re.IGNORECASE)
_POSTCODE = re.compile(r"\bkodepos\s*:?\s*\w*", re.IGNORECASE)


def holds_families(rows: Iterable[Row]) -> bool:
    return any(family_line(row) for row in rows)


def family_line(row: Row) -> FamilyLine | None:
    """What a line over a family says; None for any other row."""
    cells = [text(cell) for cell in row.cells if cell is not None]
    numbers = [found for cell in cells if (found := _NUMBER.fullmatch(cell))]
    if len(numbers) != 1 or len(cells) > MOST_CELLS:
        return None
    words = " ".join(cell for cell in cells if _RT_RW.search(cell) or _PLACE.search(cell))
    if not (numbers[0][1] or (_RT_RW.search(words) and _PLACE.search(words))):
        return None
    return FamilyLine(numbers[0][2], _rt_rw(words), *_place(words))


def _rt_rw(words: str) -> str | None:
    found = _RT_RW.search(words)
    both = [part for part in found.groups() if part and part.isdigit()] if found else []
    return "/".join(both) if len(both) == 2 else None


def _place(words: str) -> tuple[str | None, str | None, str | None]:
    """Address, hamlet and kelurahan; the address is what is left where none is named so."""
    named, hamlet, village = (pattern.search(words) for pattern in (_ADDRESS, _HAMLET, _VILLAGE))
    rest = words
    for pattern in (_RT_RW, _HAMLET, _VILLAGE, _POSTCODE):
        rest = pattern.sub("", rest)
    found = (named[1] if named else rest, hamlet and hamlet[1], village and village[1])
    address, of_hamlet, of_village = (
        None if part is None or is_missing(part.strip(" ,-")) else part.strip(" ,-") for part in found
    )
    return address, of_hamlet, of_village


def under_families(table: "Table", above: Iterable[Row], rows: Iterable[Row]) -> Iterator[Row]:
    """The people, each with what the line over the family says in columns behind the others."""
    width, known = len(table.titles), None
    table.columns = {**dict(zip(FamilyLine._fields, range(width, width + len(TITLES)), strict=True)), **table.columns}
    table.titles.extend(str(title) for title in TITLES)
    for row in above:
        known = family_line(row) or known
    return _with_family(table, width, known, rows)


def _with_family(table: "Table", width: int, known: FamilyLine | None, rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        if line := family_line(row):
            known = line
        elif _is_person(table, row):
            padding = [None] * (width - len(row.cells))
            yield row._replace(cells=[*row.cells[:width], *padding, *(known or ())], told="")


def _is_person(table: "Table", row: Row) -> bool:
    """A NIK, or a name behind a running number; not the words over the next family, and no note at the foot."""
    nik, name = (table.cell(row, column) for column in ("nik", "name"))
    if sum(character.isdigit() for character in text(nik)) >= 8:
        return True
    first = next((text(cell) for cell in row.cells if cell is not None), "")
    return is_missing(nik) and not is_missing(name) and first.isdigit() and fold(first) != "nokk"
