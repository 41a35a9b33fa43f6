"""Why two people may be one, in the reader's language: a short phrase for each answer of the model."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from portal.language import gettext

N_ = str  # marks a phrase for translation where it stands; `phrase` translates it

PHRASES: Final[dict[tuple[str, str], str]] = {
    ("name", "same"): N_("the same name, however it is spelled"),
    ("name", "order"): N_("the same names in another order"),
    ("name", "near"): N_("nearly the same name"),
    ("name", "near_single"): N_("nearly the same name"),
    ("name", "near_two"): N_("names that differ in two letters"),
    ("name", "near_short"): N_("a name alike"),
    ("name", "part"): N_("one name is a part of the other"),
    ("name", "other"): N_("another name"),
    ("birth_date", "same"): N_("the same birth date"),
    ("birth_date", "vague"): N_("the same birth date, which only says the year"),
    ("birth_date", "swapped"): N_("day and month of birth changed places"),
    ("birth_date", "slip"): N_("birth dates one digit apart"),
    ("birth_date", "year"): N_("the same year of birth, and one day that only says the year"),
    ("birth_date", "other"): N_("another birth date"),
    ("nik", "same"): N_("the same NIK"),
    ("nik", "slip"): N_("NIKs one slip of the finger apart, of which one cannot be right"),
    ("nik", "two"): N_("NIKs two digits apart, of which one cannot be right"),
    ("nik", "region"): N_("NIKs that differ in one digit of the region"),
    ("nik", "swap"): N_("NIKs of the same day, two digits of kecamatan or serial swapped"),
    ("nik", "neighbour"): N_("NIKs of the same day, one digit of kecamatan or serial apart"),
    ("nik", "other"): N_("another NIK"),
    ("sex", "same"): N_("the same sex"),
    ("sex", "other"): N_("another sex"),
    ("family", "two"): N_("two or more others of the family are the same"),
    ("family", "one"): N_("one other of the family is the same"),
    ("family", "alike"): N_("one other of the family has the same name or the same birth date"),
    ("family", "none"): N_("nobody else of the families is the same"),
    ("kk", "same"): N_("the same family card"),
    ("kk", "slip"): N_("family card numbers one slip of the finger apart"),
    ("kk", "other"): N_("another family card"),
    ("phone", "same"): N_("the same telephone"),
    ("phone", "other"): N_("another telephone"),
    ("village", "same"): N_("the same kelurahan"),
    ("village", "other"): N_("another kelurahan"),
}


def phrase(field: str, code: str) -> str:
    """One reason; of a model that has changed since, its own words."""
    return gettext(PHRASES.get((field, code), f"{field}: {code}"))


def for_and_against(reasons: Iterable[Sequence[Any]]) -> tuple[list[str], list[str]]:
    """Phrases of what speaks for one person and what against, the heaviest first; (field, answer, bits) of each."""
    told = list(reasons)
    return (
        [phrase(field, code) for field, code, weight in told if weight > 0],
        [phrase(field, code) for field, code, weight in told if weight <= 0],
    )


def percent(probability: float) -> int:
    """Whole per cent, and never a certainty: only a person is sure."""
    return max(1, min(99, int(probability * 100)))
