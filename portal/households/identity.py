"""Who someone is on paper: NIK and KK numbers read, checked and masked (domain.md section 14), and search keys."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from portal.households.names import fold_name as fold_name

N_ = str  # marks a sentence for translation where it stands; the page translates it

LENGTH: Final = 16
MALE: Final = "L"
FEMALE: Final = "P"

SENTENCES: Final[dict[str, str]] = {
    "empty": N_("Type the 16 digits, or say that there is no number."),
    "not_digits": N_("The number has digits only."),
    "length": N_("The number must have 16 digits; %(given)s were typed."),
    "placeholder": N_("This is a placeholder, not a number. Leave it empty when the number is not known."),
}

WARNINGS: Final[dict[str, str]] = {
    "birth_date_impossible": N_("The NIK holds a birth date that does not exist."),
    "birth_date_differs": N_("The birth date differs from the one in the NIK."),
    "sex_differs": N_("The sex differs from the one in the NIK."),
    "region_unknown": N_("The NIK was first given in a region that is not in the list."),
}

_SEPARATORS = str.maketrans("", "", ".-–—")
_COUNTED = "123456789012345678901234567890"
_PLACEHOLDERS = frozenset(_COUNTED[start : start + LENGTH] for start in range(10)) | {
    "0123456789012345",
    "9876543210987654",
}


class BadNumber(ValueError):
    """A NIK or KK that cannot be one; `code` is a key of SENTENCES, `given` how many digits were typed."""

    def __init__(self, code: str, given: int = 0) -> None:
        super().__init__(SENTENCES[code] % {"given": given})
        self.code = code
        self.given = given


@dataclass(frozen=True, slots=True)
class NikFacts:
    """What a NIK says: region of first registration, sex (L or P), birth date; None where the digits say nothing."""

    region6: str
    sex: str | None
    birth_date: date | None


def parse_nik(text: str) -> str:
    """The 16 digits of a NIK, without spaces, dots and dashes; raises BadNumber, for placeholders too."""
    return _sixteen_digits(text)


def parse_kk(text: str) -> str:
    """The 16 digits of a family card, read like a NIK; its day of recording has no + 40."""
    return _sixteen_digits(text)


def _sixteen_digits(text: str) -> str:
    plain = len(text) == LENGTH and text.isascii() and text.isdigit()  # nearly all are
    digits = text if plain else "".join(text.split()).translate(_SEPARATORS)
    if not digits:
        raise BadNumber("empty")
    if not (digits.isascii() and digits.isdigit()):
        raise BadNumber("not_digits", sum(character.isdigit() for character in digits))
    if set(digits) == {"0"}:
        raise BadNumber("placeholder", len(digits))
    if len(digits) != LENGTH:
        raise BadNumber("length", len(digits))
    if len(set(digits)) == 1 or digits.startswith("0000") or digits in _PLACEHOLDERS:
        raise BadNumber("placeholder", LENGTH)
    return digits


def nik_facts(nik: str, today: date) -> NikFacts:
    """Read region (6), birth ddmmyy with 40 added to a woman's day, serial (4); the century is the latest not ahead."""
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    sex = MALE if 1 <= day <= 31 else FEMALE if 41 <= day <= 71 else None
    born = (_day(century + year, month, day - 40 if day > 40 else day) for century in (2000, 1900))
    return NikFacts(nik[:6], sex, next((on for on in born if on and on <= today), None))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def nik_warnings(
    nik: str, birth_date: date | None, sex: str | None, known_regions: Collection[str], today: date
) -> list[str]:
    """What in a NIK does not fit the person: to be confirmed, never refused, because NIKs are not corrected.

    The century is left out of the comparison: a NIK cannot tell a hundred years from a newborn. `known_regions` are
    kecamatan codes, with dots or without; an empty one checks no region.
    """
    if not known_regions and birth_date and birth_date <= today and sex and nik[6:12] == _written(birth_date, sex):
        return []  # nearly all fit
    facts = nik_facts(nik, today)
    warnings = []
    if facts.birth_date is None:
        warnings.append("birth_date_impossible")
    elif birth_date and _ddmmyy(birth_date) != _ddmmyy(facts.birth_date):
        warnings.append("birth_date_differs")
    if sex and facts.sex and sex != facts.sex:
        warnings.append("sex_differs")
    if known_regions and facts.region6 not in {region.replace(".", "") for region in known_regions}:
        warnings.append("region_unknown")
    return warnings


def _written(born: date, sex: str) -> str:
    """The six digits that a NIK of this person holds."""
    return f"{born.day + (40 if sex == FEMALE else 0):02d}{born.month:02d}{born.year % 100:02d}"


def _ddmmyy(on: date) -> tuple[int, int, int]:
    return on.day, on.month, on.year % 100


def mask(number: str | None) -> str:
    """A NIK or KK as shown outside work on that household: its last four digits; nothing of one that is too short."""
    last = number[-4:] if number and len(number) >= LENGTH else "••••"
    return f"•••• •••• •••• {last}"
