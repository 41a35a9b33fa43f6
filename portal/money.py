"""Whole rupiah: reading what people type, showing it, and writing it in words."""

import re
from typing import Final

N_ = str  # marks a sentence for translation where it stands; the page translates it

LIMIT: Final = 999_000_000_000_000
"""999 trillion rupiah, more than any budget of the province: a larger figure is a slip of the finger."""

SENTENCES: Final[dict[str, str]] = {
    "empty": N_("Type an amount, for example 1.500.000."),
    "not_a_number": N_("This is not an amount. Type digits only, for example 1.500.000."),
    "fraction": N_("Amounts are whole rupiah, without sen. Leave out what follows the comma."),
    "negative": N_("An amount cannot be below zero."),
    "too_large": N_("This amount is larger than anything the unit can hold. Check the zeros."),
    "ambiguous": N_("This amount can be read in two ways. Type it in full, for example 1.500.000."),
}

_LONGEST: Final = 40
_WRITTEN = re.compile(
    r"(?P<minus>[-−–]?) ?(?:(?:rp\.?|idr) ?)?(?P<minus_after>[-−–]?) ?(?P<figure>.*?)(?: ?[.,] ?[-–—=]{1,2})?",
    re.IGNORECASE,
)
_SHAPE = re.compile(r"[0-9][0-9., ]*")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*")
_SEN = re.compile(r"(.*[0-9])([.,])([0-9]{1,2})")


class BadAmount(ValueError):
    """What was typed is no amount of whole rupiah; `code` is a key of SENTENCES."""

    def __init__(self, code: str) -> None:
        super().__init__(SENTENCES[code])
        self.code = code


def parse_rupiah(text: str) -> int:
    """Read an amount in whole rupiah; refuse with BadAmount whatever two readers could read differently.

    Forms by domain.md section 14: "Rp1.500.000", "Rp. 350.000,-" as the papers write it; commas between thousands
    are taken where every group has three digits, because sen never have three.
    """
    figure = _figure(text)
    if not _SHAPE.fullmatch(figure):
        raise BadAmount("not_a_number")
    amount = int(_whole_part(figure))
    if amount > LIMIT:
        raise BadAmount("too_large")
    return amount


def _figure(text: str) -> str:
    """The bare figure, without "Rp" before it and ",-" behind it; a figure with a minus is refused."""
    bare = " ".join(text.split())
    written = _WRITTEN.fullmatch(bare) if len(bare) <= _LONGEST else None
    if not written:
        raise BadAmount("too_large" if bare.isdigit() else "not_a_number")
    if not written["figure"]:
        raise BadAmount("empty")
    if (written["minus"] or written["minus_after"]) and _SHAPE.fullmatch(written["figure"]):
        raise BadAmount("negative")
    return written["figure"]


def _whole_part(bare: str) -> str:
    """The digits before the sen; refuses sen other than zero and groups that are not thousands."""
    if bare.isdigit():
        return bare.lstrip("0") or "0"
    if _GROUPED.fullmatch(bare):
        return re.sub(r"[.,]", "", bare)
    return _before_sen(bare)


def _before_sen(bare: str) -> str:
    sen = _SEN.fullmatch(bare)
    if not sen:
        raise BadAmount("ambiguous")
    whole, mark, digits = sen.groups()
    grouped = _GROUPED.fullmatch(whole)
    plain = whole.isdigit() and len(whole) > 3
    if not plain and not (grouped and grouped.group(1) != mark):
        raise BadAmount("ambiguous")
    if digits.strip("0"):
        raise BadAmount("fraction")
    return re.sub(r"[.,]", "", whole)


def format_rupiah(n: int) -> str:
    """Show an amount the official way: no space after Rp, dots between thousands (domain.md section 14)."""
    sign = "-" if n < 0 else ""
    return f"{sign}Rp{abs(n):,}".replace(",", ".")


_UNITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
_SCALES = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"))


def terbilang(n: int) -> str:
    """Write a number in Indonesian words; sepuluh, sebelas, seratus, seribu contract (domain.md section 14)."""
    if n < 0:
        return f"minus {terbilang(-n)}"
    if n < 12:
        return _UNITS[n]
    if n < 20:
        return f"{_UNITS[n - 10]} belas"
    if n < 100:
        return _joined(f"{_UNITS[n // 10]} puluh", n % 10)
    if n < 1000:
        return _joined("seratus" if n < 200 else f"{_UNITS[n // 100]} ratus", n % 100)
    if n < 10**6:
        return _joined("seribu" if n < 2000 else f"{terbilang(n // 1000)} ribu", n % 1000)
    size, name = next(scale for scale in _SCALES if n >= scale[0])
    return _joined(f"{terbilang(n // size)} {name}", n % size)


def _joined(head: str, rest: int) -> str:
    return f"{head} {terbilang(rest)}" if rest else head


def terbilang_rupiah(n: int) -> str:
    """The words on a receipt or letter."""
    return f"{terbilang(n)} rupiah"
