"""Numbers and codes that people read out, type and scan (interface.md section 4)."""

import re
import secrets
from datetime import date
from typing import Final

ALPHABET: Final = "ACDEFGHJKMNPQRTUVWXY34679"
"""Capitals and digits without look-alikes: no B or 8, I, L or 1, O or 0, S or 5, Z or 2."""

TRACKING_LENGTH: Final = 6
VERIFICATION_LENGTH: Final = 18
"""18 of 25 characters are 83 bits; interface.md asks for at least 80."""

_ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def complaint_number(year: int, n: int) -> str:
    """K-2026-000123."""
    return _running("K", year, n)


def card_number(year: int, n: int) -> str:
    """KAN-2026-000045."""
    return _running("KAN", year, n)


def disbursement_number(year: int, n: int) -> str:
    """S-2026-000310."""
    return _running("S", year, n)


def payment_list_number(year: int, n: int) -> str:
    """B-2026-000012: daftar bayar."""
    return _running("B", year, n)


def donation_number(year: int, n: int) -> str:
    """D-2026-000077."""
    return _running("D", year, n)


def pledge_number(year: int, n: int) -> str:
    """P-2026-000004."""
    return _running("P", year, n)


def recommendation_number(year: int, n: int) -> str:
    """R-2026-000012, the request's own number; the letter gets another when it is approved."""
    return _running("R", year, n)


def list_proposal_number(year: int, n: int) -> str:
    """U-2026-000004: usulan to the owner of a national list."""
    return _running("U", year, n)


def _running(prefix: str, year: int, n: int) -> str:
    if n < 1:
        raise ValueError("running numbers begin at 1")
    return f"{prefix}-{year}-{n:06d}"


def roman_month(month: int) -> str:
    """The month as letters number it, I to XII."""
    return _ROMAN_MONTHS[month - 1]


def letter_number(pattern: str, classification: str, seq: int, on: date) -> str:
    """A letter's number by the unit's pattern, such as 400.9.14/012/UPT-KAN/V/2026.

    Classification by Permendagri 83/2022; month and year are custom, so the pattern decides (domain.md section 14).
    """
    if seq < 1:
        raise ValueError("running numbers begin at 1")
    return pattern.format(
        classification=classification, seq=seq, roman_month=roman_month(on.month), month=on.month, year=on.year
    )


def tracking_code() -> str:
    """The code on a receipt that, with the complaint's number, shows its progress."""
    return _random_code(TRACKING_LENGTH)


def verification_code() -> str:
    """The code a card's QR holds: too long to guess, short enough to type."""
    return _random_code(VERIFICATION_LENGTH)


def _random_code(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def typed_number(text: str) -> str:
    """A running number as it was given out, however it was typed: K-2026-523 is K-2026-000523."""
    typed = "".join(text.split()).upper()
    parts = re.fullmatch(r"([A-Z]+)-?([0-9]{4})-?([0-9]{1,6})", typed)
    return f"{parts[1]}-{parts[2]}-{parts[3]:0>6}" if parts else typed


def typed_code(text: str) -> str:
    """A code as it was given out, however it was typed: small letters, spaces and dashes do not matter."""
    return "".join(text.split()).replace("-", "").upper()
