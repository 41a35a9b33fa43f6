"""From facts to what can be printed: days and sums in words, and only characters the font has.

PDF/UA refuses a character without a glyph, so one odd character in a name would stop the paper of a family.
"""

import re
import unicodedata
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from portal import clock, money

# What all three styles of Atkinson Hyperlegible Next hold, of what a name or an address may need.
_RANGES = (
    (0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0xB4), (0xB6, 0x107), (0x10A, 0x113), (0x116, 0x11B), (0x11E, 0x123),
    (0x126, 0x127), (0x12A, 0x12B), (0x12E, 0x133), (0x136, 0x137), (0x139, 0x13E), (0x141, 0x148), (0x150, 0x155),
    (0x158, 0x15B), (0x15E, 0x165), (0x16A, 0x16B), (0x16E, 0x17E), (0x218, 0x21B), (0x2013, 0x2014),
    (0x2018, 0x201A), (0x201C, 0x201E), (0x2022, 0x2022), (0x2026, 0x2026), (0x2212, 0x2212), (0x2264, 0x2265),
)  # fmt: skip
PRINTABLE = frozenset(chr(point) for first, last in _RANGES for point in range(first, last + 1))


def printable(text: str) -> str:
    """The text in characters the font has.

    Letters lose a mark that cannot be printed, pictures are left out, and a letter of another script becomes "?":
    whoever hands over the paper must see that something is missing.
    """
    printed = "".join(_printed(character) for character in unicodedata.normalize("NFC", text))
    return re.sub(" +", " ", printed).strip(" ")


def _printed(character: str) -> str:
    if character in PRINTABLE:
        return character
    if character.isspace():
        return " "
    folded = "".join(part for part in unicodedata.normalize("NFKD", character) if part in PRINTABLE)
    if folded:
        return folded
    return "?" if unicodedata.category(character)[0] in "LNP" else ""


def plain(value: Any) -> Any:
    """A paper's facts as JSON, written out in Indonesian whatever language the reader's screen speaks.

    A whole number is a sum of money: papers hold no other.
    """
    match value:
        case str():
            return printable(value)
        case int():
            return {"figures": money.format_rupiah(value), "words": money.terbilang_rupiah(value)}
        case datetime():
            local = clock.local(value)
            return _day(local) | {"time": f"{local:%H.%M %Z}"}
        case date():
            return _day(value)
        case tuple():
            return [plain(one) for one in value]
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


def _day(on: date) -> dict[str, str]:
    return {"day": clock.format_day(on, "id"), "weekday": clock.format_day(on, "id", weekday=True)}
