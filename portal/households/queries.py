"""Reading the register. Lists read columns, not records, so that they stay quick with a hundred thousand families."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, bindparam, func, or_, select, tuple_

from portal.db import AnySelect, db, rows
from portal.errors import NotFound
from portal.households import search, standing
from portal.households.identity import LENGTH, mask
from portal.households.lists import marks_of
from portal.households.models import Household, Member
from portal.households.standing import Mark
from portal.units.catalogue import catalogue
from portal.web.paging import COUNT_LIMIT, PAGE_SIZE

LINE = (
    Household.id, Household.head_name, Household.village_code, Household.rt, Household.rw, Household.kk_no,
)  # fmt: skip


class HouseholdLine(NamedTuple):
    """What identifies a family anywhere (`ui.household`); a list unpacks it, which is quicker than asking by name."""

    id: int
    head_name: str
    village: str
    rt: str
    rw: str
    kk_masked: str
    marks: Sequence[Mark] = ()


@dataclass(frozen=True)
class Filter:
    """How the register is narrowed: what was typed, and a kelurahan's code."""

    q: str = ""
    village_code: str = ""


def get_household(household_id: int) -> Household:
    """Raises NotFound."""
    household = db.session.get(Household, household_id)
    if household is None:
        raise NotFound
    return household


def line(household: Household) -> HouseholdLine:
    """The one line of this family."""
    return lines_of([_columns(household)])[0]


def lines(household_ids: Sequence[int]) -> dict[int, HouseholdLine]:
    """The lines of these families by their ids."""
    rows = db.session.execute(select(*LINE).where(Household.id.in_(household_ids))).all()
    return {found.id: found for found in lines_of(rows)}


def _columns(household: Household) -> tuple[Any, ...]:
    return tuple(getattr(household, attribute.key) for attribute in LINE)


def lines_of(rows: Sequence[Any]) -> list[HouseholdLine]:
    """Rows that begin with the LINE columns, with the village's name, the masked number and all marks."""
    villages, marks = catalogue().villages, marks_of([row[0] for row in rows])
    return [
        HouseholdLine(number, head, villages.get(village, ""), rt, rw, mask(kk_no) if kk_no else "", marks[number])
        for number, head, village, rt, rw, kk_no, *_more in rows
    ]


def typed_digits(text: str) -> str:
    """What was typed, if it is a number as people write one: digits with spaces, dots or dashes."""
    digits = "".join(character for character in text if character not in " .-")
    return digits if digits.isascii() and digits.isdigit() else ""


def _numbered(text: str, village_code: str = "") -> Sequence[Any] | None:
    """Rows of LINE: the families (of one kelurahan) behind a whole NIK or KK, a receipt or a card.

    None when no number was typed.
    """
    if digits := typed_digits(text):
        return rows(_OF_NUMBER, digits=digits, village=village_code) if len(digits) == LENGTH else ()
    if not any(character.isdigit() for character in text):
        return None
    number = standing.household_of(text.strip().upper())
    if number is None:
        return None
    found = rows(_FIRST_OF_FEW, households=[number])
    return [row for row in found if not village_code or row.village_code == village_code]


def counted(conditions: Sequence[ColumnElement[bool]]) -> int:
    """How many families meet these conditions; one more than the limit when there are more than are counted."""
    counted = select(Household.id).where(*conditions).limit(COUNT_LIMIT + 1).subquery()
    return db.session.execute(select(func.count()).select_from(counted)).scalar_one()


def beyond(after: Sequence[Any] | None) -> list[ColumnElement[bool]]:
    """The condition of the families after a place in a list by the head's name; none at its start."""
    if after and len(after) == 2 and isinstance(after[1], int):
        return [tuple_(Household.head_name, Household.id) > (str(after[0]), after[1])]
    return []


def _in_order(conditions: Sequence[ColumnElement[bool]], size: int) -> AnySelect:
    return select(*LINE).where(*conditions).order_by(Household.head_name, Household.id).limit(size + 1)


_OF_NUMBER = (
    select(*LINE)
    .where(
        or_(
            Household.kk_no == bindparam("digits"),
            Household.id.in_(select(Member.household_id).where(Member.nik == bindparam("digits"))),
        ),
        or_(bindparam("village", type_=String) == "", Household.village_code == bindparam("village")),
    )
    .order_by(Household.head_name, Household.id)
)
_OF_VILLAGE = Household.village_code == bindparam("village")
# The first pages that are asked for most, built once.
_FIRST_OF_VILLAGE = _in_order([_OF_VILLAGE], PAGE_SIZE)
_COUNT_OF_VILLAGE = select(func.count()).select_from(
    select(Household.id).where(_OF_VILLAGE).limit(COUNT_LIMIT + 1).subquery()
)
_FIRST_OF_FEW = _in_order([Household.id.in_(bindparam("households", expanding=True))], PAGE_SIZE)


def register(
    narrowed: Filter, after: Sequence[Any] | None = None, *, size: int = PAGE_SIZE
) -> tuple[Sequence[Any], int]:
    """Rows of LINE by the head's name, one more than a page if there are more, and how many there are (capped)."""
    if not narrowed.q.strip():
        return _all_of(narrowed.village_code, after, size)
    numbered = _numbered(narrowed.q, narrowed.village_code)
    if numbered is not None:
        return numbered, len(numbered)
    village = [Household.village_code == narrowed.village_code] if narrowed.village_code else []
    if after:
        hits = search.named(narrowed.q, village_code=narrowed.village_code)
        return rows(_in_order([*village, hits.condition(Household.id), *beyond(after)], size)), hits.total
    found = _first_named(narrowed, size)
    total = found[0].total if found else 0
    if total > COUNT_LIMIT:
        found = rows(_in_order([*village, search.somebody_named(narrowed.q, Household.id)], size))
    return found, total


def _first_named(narrowed: Filter, size: int) -> Sequence[Any]:
    """The first families of a fragment, each with how many there are: counted, sorted and cut by one statement."""
    hits = search.families_named(narrowed.q, village_code=narrowed.village_code)
    if hits is None:
        return ()
    return rows(_in_order([Household.id.in_(hits)], size).add_columns(func.count().over().label("total")))


def _all_of(village_code: str, after: Sequence[Any] | None, size: int) -> tuple[Sequence[Any], int]:
    """The families of one kelurahan, or of all."""
    if village_code and not after and size == PAGE_SIZE:
        found = rows(_FIRST_OF_VILLAGE, village=village_code)
        return found, rows(_COUNT_OF_VILLAGE, village=village_code)[0][0] if len(found) > PAGE_SIZE else len(found)
    village = [Household.village_code == village_code] if village_code else []
    return rows(_in_order([*village, *beyond(after)], size)), counted(village)


def likely(text: str, *, most: int) -> list[HouseholdLine]:
    """The first families that fit what is typed at the desk; those whose head is called so come first."""
    if not text.strip():
        return []
    numbered = _numbered(text)
    if numbered is not None:
        return lines_of(numbered)
    first = select(*LINE).order_by(Household.head_name, Household.id).limit(most)
    heads = db.session.execute(first.where(search.named(text, heads=True).condition(Household.id))).all()
    if len(heads) == most:
        return lines_of(heads)
    others = first.where(
        search.named(text).condition(Household.id), Household.id.not_in([row.id for row in heads])
    ).limit(most - len(heads))
    return lines_of([*heads, *db.session.execute(others)])


def lists_known() -> list[str]:
    """Codes of the lists that may be looked up: the unit's national list first."""
    first = str(catalogue().setting("national_list"))
    return [first, *(code for code in ("dtsen", "ppls") if code != first)]
