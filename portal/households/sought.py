"""What somebody looks for, read in one way wherever people are looked for: a number, or else a name.

A number is a NIK or KK with all its digits, or one that stands on a paper of the portal (receipt, card, letter, aid).
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    String,
    bindparam,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from portal.db import AnyRow, db, rows
from portal.households import search, standing
from portal.households.identity import LENGTH
from portal.households.merged import family_of_person
from portal.households.models import Household, Member
from portal.references import typed_number

LONG: Final = LENGTH - 3
"""Digits of a number that somebody mistyped or did not type to its end."""

_AT_HOME = or_(bindparam("village", type_=String) == "", Household.village_code == bindparam("village"))
_COLUMNS = (
    Household.id, Household.head_name, Household.village_code, Household.rt, Household.rw, Household.kk_no,
    Household.closed_on,
)  # fmt: skip
_person, _stands_for = family_of_person()
_family: Any = aliased(Household)
_family_stands = func.coalesce(_family.merged_into_id, _family.id)
# By the NIK of somebody in the family, told who it is, or by the family's KK. Numbers of what was merged lead on.
_OF_DIGITS: CompoundSelect[*tuple[Any, ...]] = union_all(
    select(*_COLUMNS, _person.name.label("person"), _person.relation.label("relation"))
    .select_from(Member)
    .join(_person, _stands_for)
    .join(Household, Household.id == _person.household_id)
    .where(Member.nik == bindparam("digits"), _AT_HOME),
    select(*_COLUMNS, null().label("person"), null().label("relation"))
    .select_from(_family)
    .join(Household, Household.id == _family_stands)
    .where(_family.kk_no == bindparam("digits"), _AT_HOME),
)


def typed_digits(text: str) -> str:
    """What was typed, if it is a number as people write one: digits with spaces, dots or dashes."""
    digits = "".join(character for character in text if character not in " .-")
    return digits if digits.isascii() and digits.isdigit() else ""


def is_long_number(text: str) -> bool:
    """Whether digits were typed that are a NIK or KK, or meant to be one: no paper of the portal has so many."""
    return len(typed_digits(text)) >= LONG


def of_digits(digits: str, village_code: str = "") -> Sequence[AnyRow]:
    """The families (of one kelurahan) behind a whole NIK or KK: columns of a line, and whose NIK it is."""
    return rows(_OF_DIGITS, digits=digits, village=village_code) if len(digits) == LENGTH else ()


def of_paper(text: str) -> standing.Found | None:
    """The family whose paper has this number, and which paper; however the number was typed."""
    if not any(character.isdigit() for character in text):
        return None
    return standing.household_of(typed_number(text)) or standing.household_of(text.strip().upper())


def papers(text: str, number: Any, household_id: Any, *, heads: bool = False) -> list[ColumnElement[bool]]:
    """Narrow a list of papers by what was typed: the number of one of them, else of whose family it is.

    `number` (None where they have none) and `household_id` are columns of that list; no condition when nothing was
    typed. What is typed here stands in an address, so a NIK or KK finds nothing: it is for the search box above every
    page. With `heads` families are found by the head's name alone, for a reader who is to know of nobody else.
    """
    text = text.strip()
    if not text:
        return []
    if typed_digits(text):
        return [false()]
    if any(character.isdigit() for character in text) and not heads:
        own = number == typed_number(text)
        if number is not None and db.session.scalar(select(literal(1)).where(own).limit(1)):
            return [own]
        if found := of_paper(text):
            return [household_id == found.household_id]
    return [search.named(text, heads=heads).condition(household_id)]
