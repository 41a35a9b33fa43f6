"""What one slip of the finger makes of a number or a date: whom an index is asked for, instead of everybody."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from portal.matching.people import swapped

SERIAL: Final = frozenset({12, 13, 14, 15})
KECAMATAN_AND_SERIAL: Final = SERIAL | {4, 5}
"""Places of a family card number and of a NIK in which one other digit is somebody else: nobody is looked for there."""


def numbers(number: str, but: Collection[int] = ()) -> set[str]:
    """Every number one wrong digit (`but` at these places) or one swap of neighbours away: 159 of 16 digits at most."""
    wrong = {
        number[:at] + digit + number[at + 1 :] for at in range(len(number)) if at not in but for digit in "0123456789"
    }
    swaps = {number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in range(len(number) - 1)}
    return (wrong | swaps) - {number}


def days(born: str, unknown_days: frozenset[str]) -> set[str]:
    """The day itself, and every day that is one slip away: day and month or two digits swapped, one digit wrong.

    Also the days of that year on which people stand whose birthday nobody knows. All as YYYY-MM-DD.
    """
    told = {born, swapped(born) or "", *(f"{born[:4]}-{day}" for day in unknown_days), *_slips(born)}
    return {text for text in told if _is_day(text)}


def _slips(born: str) -> Iterator[str]:
    digits = born.replace("-", "")
    for number in numbers(digits):
        if number[:2] in {"19", "20"}:
            yield f"{number[:4]}-{number[4:6]}-{number[6:]}"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
