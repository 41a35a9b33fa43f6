"""A person as two are compared: every value prepared once, so that each engine asks the same simple questions."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from portal.matching.nik import right

PHONE_DIGITS: Final = 9
"""Digits at the end by which two telephone numbers are one: 0812…, +62 812… and 62812… begin differently."""


@dataclass(frozen=True, slots=True)
class Person:
    """One entry of a person.

    `key` tells entries apart; `household` is the family's number, None for one that is not stored yet. `name` is the
    folded name (households/names.py), `born` YYYY-MM-DD, `others` who else is in the family (in_a_family), `frequency`
    the share of the register that has this name (Model.frequency), `nowhere` whether the NIK is of the unit's own
    regency, of a kecamatan that it has not.
    """

    key: int
    household: int | None
    name: str
    born: str | None = None
    nik: str | None = None
    sex: str | None = None
    kk: str | None = None
    phone: str | None = None
    village: str | None = None
    others: frozenset[str] = frozenset()
    frequency: float | None = None
    nowhere: bool = False


def in_a_family(name: str, born: date | str | None, unknown_days: frozenset[str]) -> tuple[str, ...]:
    """Somebody as the others of the family are compared: by name and year of birth, and by birth date and first letter.

    So a brother is known whose name or whose birth date was written otherwise. A day that only says the year tells
    nobody: who has it is compared by the name alone.
    """
    by_name = f"{name} {str(born)[:4] if born else ''}"
    return (by_name, f"{born} {name[:1]}") if born and str(born)[5:] not in unknown_days else (by_name,)


def phone_key(text: str | None) -> str | None:
    """The end of a telephone number; None when there are too few digits to tell anybody."""
    if not text:
        return None
    digits = re.sub(r"\D", "", text)
    return digits[-PHONE_DIGITS:] if len(digits) >= PHONE_DIGITS else None


def columns(person: Person, unknown_days: frozenset[str]) -> dict[str, Any]:
    """The person as a row for an engine that compares in SQL.

    `born_block` brings together who was born on one day; on a day that only says the year, who is also named alike.
    """
    vague = person.born is not None and person.born[5:] in unknown_days
    return {
        "unique_id": person.key, "household": person.household, "name": person.name or None,
        "name_sorted": " ".join(sorted(person.name.split())), "born": person.born, "born_swapped": swapped(person.born),
        "born_digits": digits_of(person.born), "nik": person.nik, "nik_digits": digits_of(person.nik),
        "born_block": f"{person.born} {person.name[:1]}" if vague else person.born, "sex": person.sex,
        "kk": person.kk, "kk_digits": digits_of(person.kk), "phone": person.phone, "village": person.village,
        "others": sorted(person.others) or None, "name_letters": "".join(sorted(person.name)),
        "nik_doubtful": doubtful(person, unknown_days), "born_vague": vague,
    }  # fmt: skip


def doubtful(person: Person, unknown_days: frozenset[str]) -> bool:
    """Whether the NIK cannot be right: mistyped, or somebody else's."""
    return bool(person.nik) and (person.nowhere or not right(str(person.nik), person.born, person.sex, unknown_days))


def swapped(born: str | None) -> str | None:
    """The same date with day and month in each other's place."""
    return f"{born[:4]}-{born[8:]}-{born[5:7]}" if born else None


def digits_of(text: str | None) -> str | None:
    """The digits in their order of size: two numbers with the same have only changed places."""
    return "".join(sorted(text)) if text else None
