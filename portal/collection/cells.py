"""What a cell of a giver's row or a bank's line says; what cannot be told is a code of reasons.py."""

import re
from datetime import date
from typing import Final

from portal import money
from portal.exchange import values
from portal.exchange.formats import fold
from portal.exchange.sheets import Cell
from portal.exchange.values import BadValue

NIP_LENGTH: Final = 18
"""Digits of a civil servant's number (domain.md section 14)."""
YES: Final = frozenset({"ya", "y", "yes", "x", "v", "1", "true", "benar", "anonim", "hambaallah", "tanpanama"})
UNNAMED: Final = frozenset({"hambaallah", "hambaalloh", "nn", "anonim", "tanpanama"})
"""What people write in the place of a name that is not to be told, folded."""
IN: Final = frozenset({"k", "kr", "kredit", "c", "cr", "credit", "masuk", "uangmasuk", "in"})
OUT: Final = frozenset({"d", "db", "dr", "debet", "debit", "keluar", "uangkeluar", "out"})

_SEN: Final = re.compile(r"(.*\d)[.,](\d{2})")
_MARK_BEHIND: Final = re.compile(r"(.*?)\s*(CR|DB|K|D|C)\.?", re.IGNORECASE)
_TIME: Final = re.compile(r"[ T]\d{1,2}[:.]\d{2}([:.]\d{2})?.*$")


def amount(cell: Cell) -> int | None:
    """Whole rupiah of what people type; None where nothing stands. Raises BadValue("amount_…")."""
    if cell is None or (isinstance(cell, str) and values.says_nothing(cell) and cell.strip() != "0"):
        return None
    if isinstance(cell, date):
        raise BadValue("amount_not_a_number")
    if isinstance(cell, float):
        if cell != int(cell):
            raise BadValue("amount_fraction")
        cell = int(cell)
    try:
        return money.parse_rupiah(str(cell))
    except money.BadAmount as bad:
        raise BadValue(f"amount_{bad.code}") from None


def moved(cell: Cell) -> int | None:
    """The same in a bank's own writing: always with two digits of sen, a minus or a mark D/K where money went out.

    Negative for money out. Raises BadValue.
    """
    if not isinstance(cell, str):
        return None if cell is None else _signed(cell)
    bare, sign = values.text(cell).replace("IDR", "").strip(), 1
    if (marked := _MARK_BEHIND.fullmatch(bare)) and marked[1]:
        bare, sign = marked[1], 1 if marked[2].casefold() in IN else -1
    if bare.startswith(("-", "(")):
        bare, sign = bare.strip("-() "), -1
    bare = bare.strip("+ ")
    if sen := _SEN.fullmatch(bare):
        if sen[2] != "00":
            raise BadValue("amount_fraction")
        bare = sen[1]
    found = amount(bare)
    return None if found is None else sign * found


def tells_direction(cell: Cell) -> bool:
    """Whether an amount says by itself that it came in or went out: a sign, brackets, or a mark behind it."""
    if not isinstance(cell, str):
        return isinstance(cell, int | float) and cell < 0
    bare = values.text(cell).replace("IDR", "").strip()
    return bare.startswith(("-", "+", "(")) or (
        (marked := _MARK_BEHIND.fullmatch(bare)) is not None and bool(marked[1])
    )


def _signed(cell: Cell) -> int | None:
    if isinstance(cell, int | float) and cell < 0:
        found = amount(-cell)
        return None if found is None else -found
    return amount(cell)


def day(cell: Cell, today: date) -> date:
    """The day of a line, whatever time stands behind it. Raises BadValue."""
    bare: Cell = _TIME.sub("", values.text(cell)) if isinstance(cell, str) else cell
    try:
        found = values.birth_date(bare, today)
    except BadValue as bad:
        raise BadValue("day_ahead" if bad.code == "birth_date_ahead" else "day_unreadable") from None
    if found is None:
        raise BadValue("day_unreadable")
    return found


def nip(cell: Cell) -> str:
    """The 18 digits; "" where there is none. Raises BadValue for what Excel broke: it keeps 15 digits of a number."""
    if values.is_missing(cell):
        return ""
    digits = re.sub(r"\D", "", values.text(cell))
    if not isinstance(cell, str) or len(digits) != NIP_LENGTH:
        raise BadValue("nip_broken")
    return digits


def says_yes(cell: Cell) -> bool:
    return fold(values.text(cell)) in YES


def direction(cell: Cell) -> int | None:
    """1 for money in, -1 for money out, None where nothing stands. Raises BadValue for a word that tells neither."""
    word = fold(values.plain(cell))
    if word and word not in IN | OUT:
        raise BadValue("direction_unreadable")
    return 1 if word in IN else -1 if word else None


def balance(cell: Cell) -> str:
    """A balance as it is compared, in sen: the same from a workbook's number and from the bank's own writing."""
    if isinstance(cell, int | float):
        return f"{cell:.2f}".replace(".", "")
    written = values.plain(cell)
    if not written:
        return ""
    sen = _SEN.fullmatch(re.sub(r"[^\d.,]", "", written))
    bare, behind = (sen[1], sen[2]) if sen else (written, "00")
    minus = "-" if written.startswith(("-", "(")) else ""
    return minus + re.sub(r"\D", "", bare) + behind
