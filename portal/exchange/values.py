"""What a cell says: numbers that Excel broke are caught, "none yet" is None, everything else has its reason."""

import math
import re
import unicodedata
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from portal import clock
from portal.exchange.formats import Format, fold, words
from portal.exchange.sheets import Cell
from portal.households.identity import LENGTH, BadNumber, parse_nik
from portal.web.forms import tidy

NAME_LIMIT: Final = 120
LONGEST: Final = 1000
"""Characters of a cell that are read; nothing that a family is known by is longer."""

_EXACT: Final = 2**53
"""Above it a spreadsheet's number skips whole numbers, so that no last digit is sure."""

_EXCEL_KEEPS: Final = 15
"""Digits."""

_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
_TRAILING_ZEROS = re.compile(r"(\d{1,20})[.,]0+")
# Serial 60 is 29-02-1900, a day Excel invented; later ones count from this day.
_EXCEL_BEGINS: Final = date(1899, 12, 30)


class BadValue(ValueError):
    """A cell that cannot be used; `code` is a key of reasons.REASONS, without the field where both numbers share it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Number(NamedTuple):
    """A NIK or KK; None where there is none yet. `sure` is False where the file kept it as a number."""

    digits: str | None
    sure: bool = True


def text(cell: Cell) -> str:
    """As a reader sees it: no marks without a shape, no doubled spaces, no apostrophe that only told Excel "text"."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.strftime("%d-%m-%Y")
    typed = str(cell)
    if len(typed) > LONGEST:  # marks upon marks, whose order takes a time that grows with its square
        return typed[:LONGEST]
    if not (typed.isascii() and typed.isprintable()):  # nearly all are, and then there is nothing to tidy
        typed = tidy(unicodedata.normalize("NFC", typed))
    return " ".join(typed.split()).lstrip("'`’‘")


def is_missing(cell: Cell) -> bool:
    """Nothing, or a word that says so: -, 0, tidak ada."""
    return cell is None or says_nothing(text(cell))


def says_nothing(typed: str) -> bool:
    """The same of what `text` gave."""
    return not (bare := typed.casefold().strip(" .")) or bare in words().missing


def number(cell: Cell) -> Number:
    """A NIK or KK number; raises BadValue."""
    if isinstance(cell, date):
        raise BadValue("number_is_day")
    if isinstance(cell, str) and len(cell) == LENGTH and cell.isascii() and cell.isdigit():
        return Number(_digits(cell))  # nearly all are
    typed = text(cell)
    if says_nothing(typed):
        return Number(None)
    if isinstance(cell, int | float):
        return _kept_as_number(cell)
    if _SCIENTIFIC.fullmatch(typed.replace(" ", "")):
        raise BadValue("scientific")
    if kept := _TRAILING_ZEROS.fullmatch(typed):
        return _kept_as_number(int(kept[1]))
    return Number(_digits(typed))


def _kept_as_number(value: int | float) -> Number:
    """Excel keeps 15 digits and makes the sixteenth 0; one that is not 0 was written by another program."""
    if not math.isfinite(value) or value != int(value):
        raise BadValue("not_digits")
    digits = _digits(str(int(value)))
    if digits and (digits.endswith("0") or int(digits) >= _EXACT):
        raise BadValue("digits_lost")
    return Number(digits, sure=digits is None)


def _digits(typed: str) -> str | None:
    """The 16 digits; None for a placeholder."""
    try:
        digits = parse_nik(typed)
    except BadNumber as bad:
        if bad.code in {"placeholder", "empty"}:
            return None
        if _repeats(re.sub(r"\D", "", typed)):
            return None
        raise BadValue(bad.code) from None
    return None if _stands_for_nothing(digits) else digits


def _repeats(digits: str) -> bool:
    return len(digits) >= 4 and digits == digits[0] * len(digits)


def _stands_for_nothing(digits: str) -> bool:
    """No province begins with 0 (OpenSID's temporary numbers do); the area filled up with one digit is nobody's.

    At the desk such a number stands on a card that somebody shows, and is warned about; in a file nobody shows it.
    """
    return digits.startswith("0") or _repeats(digits[6:])


def key(cell: Cell) -> str | None:
    """A list's own number of a household; None where there is none. BadValue where two may have become one."""
    typed = text(cell)
    if says_nothing(typed):
        return None
    if _SCIENTIFIC.fullmatch(typed.replace(" ", "")):
        raise BadValue("scientific")
    kept = _TRAILING_ZEROS.fullmatch(typed)
    digits = kept[1] if kept else typed
    if (kept or not isinstance(cell, str)) and len(digits) > _EXCEL_KEEPS:
        raise BadValue("digits_lost")
    return digits


def plain(cell: Cell) -> str:
    """Text as it stands, "" for what says that there is none."""
    typed = text(cell)
    return "" if says_nothing(typed) else typed


def phone(cell: Cell) -> str:
    """With the 0 in front that a spreadsheet drops from a number."""
    typed = plain(cell)
    return f"0{typed}" if isinstance(cell, int) and typed.startswith("8") else typed


def name(cell: Cell) -> str:
    """Raises BadValue; what people write in its place is no name."""
    typed = text(cell)
    if says_nothing(typed):
        raise BadValue("name_empty")
    if not isinstance(cell, str) or not any(character.isalpha() for character in typed):
        raise BadValue("name_unreadable")
    if len(typed) > NAME_LIMIT:
        raise BadValue("name_long")
    return typed


_YEAR_FIRST = re.compile(r"(\d{4})[/. ](\d{1,2})[/. ](\d{1,2})")
_SHORT_YEAR = re.compile(r"(\d{1,2})[-/. ](\d{1,2}|[a-z]+)[-/. ](\d{2})")
_SPACED = re.compile(r"(\d{1,2})[- /.]([a-z]+|\d{1,2})[- /.](\d{4})")
_BARE = re.compile(r"\d{8}")
_TIME_BEHIND = re.compile(r"[t ]0?0[:.]00([:.]00(\.0+)?)?z?$")


def birth_date(cell: Cell, today: date) -> date | None:
    """None where there is none; raises BadValue. Day first, unless a year of four digits leads."""
    if isinstance(cell, date):
        return _lived(cell, today)
    typed = text(cell)
    if says_nothing(typed):
        return None
    typed = _TIME_BEHIND.sub("", typed.casefold())
    if not re.sub(r"[0\-/. ]", "", typed):
        return None  # 0000-00-00
    if re.fullmatch(r"\d{1,5}([.,]0+)?", typed):
        return _lived(_serial(int(re.split(r"[.,]", typed)[0])), today)
    try:
        return _lived(clock.parse_day(_day_first(typed, today)), today)
    except clock.BadDay:
        raise BadValue("birth_date_unreadable") from None


def _serial(days: int) -> date:
    """Excel's count of days; 61 is 1 March 1900. A bare year is no count: those days lie before 1906."""
    if days < 2200:
        raise BadValue("birth_date_unreadable")
    return _EXCEL_BEGINS + timedelta(days=days)


def _day_first(typed: str, today: date) -> str:
    """Other orders as the one the portal's clock reads."""
    if found := _YEAR_FIRST.fullmatch(typed):
        return "-".join(found.groups())
    if _BARE.fullmatch(typed):
        # 19740312 and 12031974: where both could be days, a year of four digits in front is the likelier.
        year = int(typed[:4])
        if 1900 <= year <= today.year and typed[4:6] <= "12":
            return f"{typed[:4]}-{typed[4:6]}-{typed[6:]}"
        return f"{typed[:2]}-{typed[2:4]}-{typed[4:]}"
    if found := _SHORT_YEAR.fullmatch(typed):
        year = 2000 + int(found[3])
        return _joined(found[1], found[2], str(year if year <= today.year else year - 100))
    if found := _SPACED.fullmatch(typed):
        return _joined(*found.groups())
    return typed


def _joined(day: str, month: str, year: str) -> str:
    return f"{day}-{month}-{year}" if month.isdigit() else f"{day} {month} {year}"


def _lived(day: date, today: date) -> date:
    if day > today:
        raise BadValue("birth_date_ahead")
    if day.year < 1900:
        raise BadValue("birth_date_unreadable")
    return day


def coded(cell: Cell, field: str, format_: Format) -> Any:
    """Our value for a code of the format, its word, or what people write; raises BadValue.

    Where nothing stands it is what the format says of that, else None.
    """
    typed = re.sub(r"^(\d+)[.,]0+$", r"\1", text(cell))
    codes = {typed, typed.lstrip("0") or "0"} if typed.isdigit() else {typed}
    for one in codes:
        if (value := format_.meaning(field, one)) is not None:
            return value
    if (value := words().meanings.get(field, {}).get(fold(typed))) is not None:
        return value
    if is_missing(cell):
        return format_.meaning(field, "")
    raise BadValue(f"{field}_unreadable")


_RT_RW = re.compile(r"(?:rt)?[.: ]*(\d{1,3})\s*(?:/|-|,|rw|\s)+[.: ]*(?:rw)?[.: ]*(\d{1,3})")


def rt_rw(cell: Cell) -> tuple[str, str]:
    """Both numbers of "RT 002 RW 002" or 002/002; raises BadValue."""
    if is_missing(cell):
        return "", ""
    found = _RT_RW.search(text(cell).casefold())
    if not found:
        raise BadValue("rt_rw_unreadable")
    return found[1].zfill(3), found[2].zfill(3)


def neighbourhood(cell: Cell) -> str:
    """RT or RW with three digits, "" where there is none; raises BadValue."""
    bare = re.sub(r"^(rt|rw)[.: ]*|[.,]0+$", "", text(cell).casefold())
    if is_missing(cell) or not bare.strip("0-"):
        return ""
    if not (bare.isascii() and bare.isdigit() and len(bare.lstrip("0")) <= 3):
        raise BadValue("rt_rw_unreadable")
    return bare.lstrip("0").zfill(3)


def region(*parts: Cell) -> str | None:
    """Kemendagri's code of a kelurahan from its four numbers (13, 76, 1, 1021); None where one is no number."""
    typed = [re.sub(r"[.,]0+$", "", text(part)) for part in parts]
    if not all(part.isascii() and part.isdigit() for part in typed):
        return None
    return ".".join(part.zfill(width) for part, width in zip(typed, (2, 2, 2, 4), strict=True))


def rank(cell: Cell, most: int, code: str) -> int | None:
    """1 to `most`, also as "Desil 1"; None where there is none; raises BadValue(code)."""
    return whole(re.sub(r"^(desil|persentil|percentile)\b[ :.]*", "", text(cell), flags=re.IGNORECASE), 1, most, code)


def whole(cell: Cell, least: int, most: int, code: str) -> int | None:
    """A whole number within bounds, None where there is none; raises BadValue(code)."""
    typed = re.sub(r"[.,]0+$", "", text(cell))
    if cell is None or typed in {"", "-"}:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 6 and least <= int(typed) <= most):
        raise BadValue(code)
    return int(typed)
