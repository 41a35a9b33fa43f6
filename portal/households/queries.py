"""Reading the register. Lists read columns, not records, so that they stay quick with a hundred thousand families."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, false, func, or_, select, tuple_

from portal.db import db
from portal.errors import NotFound
from portal.households import search, standing
from portal.households.identity import LENGTH, mask
from portal.households.models import Household, Listing, Member, MembershipCard
from portal.households.standing import Mark
from portal.units.catalogue import catalogue
from portal.web.paging import COUNT_LIMIT, PAGE_SIZE

RANKED_LISTS = frozenset({"dtsen"})
"""Lists that hold every resident with a decile (domain.md section 14); to be in them says nothing by itself."""

LINE = (
    Household.id, Household.head_name, Household.village_code, Household.rt, Household.rw, Household.kk_no,
)  # fmt: skip


@dataclass(frozen=True)
class HouseholdLine:
    """What identifies a family anywhere (`ui.household`)."""

    id: int
    head_name: str
    village: str
    rt: str
    rw: str
    kk_masked: str
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True)
class ListFacts:
    """What the national list and the membership cards say; None is not known yet. A decile is 1 (poorest) to 10."""

    listed: bool | None
    list_code: str | None
    as_of: date | None
    decile: int | None
    list_checked_on: date | None
    membership_card: bool
    card_kinds: list[str]


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
    """Rows of the LINE columns with the village's name, the masked number and all marks."""
    villages, marks = catalogue().villages, marks_of([row[0] for row in rows])
    return [
        HouseholdLine(number, head, villages.get(village, ""), rt, rw, mask(kk_no) if kk_no else "", marks[number])
        for number, head, village, rt, rw, kk_no in rows
    ]


def marks_of(household_ids: Sequence[int]) -> dict[int, list[Mark]]:
    """What every desk wants to see at a glance: listed or not, cards of others, and what later rooms tell."""
    found: dict[int, list[Mark]] = {household_id: [] for household_id in household_ids}
    for household_id, latest in _latest_listings(household_ids).items():
        found[household_id] += _list_marks(latest)
    for household_id, kinds in _kinds_held(household_ids).items():
        found[household_id] += [Mark("info", kind.upper(), "card") for kind in kinds]
    for household_id, told in standing.marks(household_ids).items():
        found[household_id] += told
    return found


def _list_marks(latest: Any) -> list[Mark]:
    if not latest.present:
        return []
    name = latest.list_code.upper()
    label = _("%(list)s decile %(decile)s", list=name, decile=latest.decile) if latest.decile else name
    return [Mark("info" if is_listed(latest) else "neutral", label, "list")]


def is_listed(latest: Any) -> bool | None:
    """Whether an entry of a list makes a family a listed one: by its decile where everybody is ranked (domain.md 5)."""
    if not latest.present:
        return False
    if latest.decile is not None:
        return bool(latest.decile <= catalogue().setting("listed_up_to_decile"))
    return None if latest.list_code in RANKED_LISTS else True


def _latest_listings(household_ids: Sequence[int]) -> dict[int, Any]:
    """The newest entry of the unit's national list, by household."""
    rows = db.session.execute(
        select(
            Listing.household_id, Listing.list_code, Listing.as_of, Listing.present, Listing.decile, Listing.checked_on
        )
        .where(Listing.household_id.in_(household_ids), Listing.list_code == catalogue().setting("national_list"))
        .order_by(Listing.as_of, Listing.id)
    )
    return {row.household_id: row for row in rows}


def _kinds_held(household_ids: Sequence[int]) -> dict[int, list[str]]:
    """The recognised cards these families hold, each kind once."""
    rows = db.session.execute(
        select(MembershipCard.household_id, MembershipCard.kind)
        .where(
            MembershipCard.household_id.in_(household_ids),
            MembershipCard.ended_on.is_(None),
            MembershipCard.kind.in_(catalogue().setting("recognised_cards")),
        )
        .distinct()
        .order_by(MembershipCard.household_id, MembershipCard.kind)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.household_id, []).append(row.kind)
    return found


def list_facts(household: Household) -> ListFacts:
    """What paths (a) and (b) ask of the lists, by the unit's settings."""
    latest = _latest_listings([household.id]).get(household.id)
    kinds = _kinds_held([household.id]).get(household.id, [])
    return ListFacts(
        listed=is_listed(latest) if latest else None,
        list_code=latest.list_code if latest else None,
        as_of=latest.as_of if latest else None,
        decile=latest.decile if latest else None,
        list_checked_on=latest.checked_on if latest else None,
        membership_card=bool(kinds),
        card_kinds=kinds,
    )


def typed_digits(text: str) -> str:
    """What was typed, if it is a number as people write one: digits with spaces, dots or dashes."""
    digits = "".join(character for character in text if character not in " .-")
    return digits if digits.isascii() and digits.isdigit() else ""


def _by_number(text: str) -> ColumnElement[bool] | None:
    """A condition for a whole NIK or KK, or the number of a receipt or card; None when no number was typed."""
    if digits := typed_digits(text):
        if len(digits) != LENGTH:
            return false()
        members = select(Member.household_id).where(Member.nik == digits)
        return or_(Household.kk_no == digits, Household.id.in_(members))
    if any(character.isdigit() for character in text) and (found := standing.household_of(text.strip().upper())):
        return Household.id == found
    return None


def counted(conditions: Sequence[ColumnElement[bool]]) -> int:
    """How many families meet these conditions; one more than the limit when there are more than are counted."""
    counted = select(Household.id).where(*conditions).limit(COUNT_LIMIT + 1).subquery()
    return db.session.execute(select(func.count()).select_from(counted)).scalar_one()


def _narrowed(narrowed: Filter) -> tuple[list[ColumnElement[bool]], int]:
    """Conditions, and how many families meet them (capped)."""
    conditions = [Household.village_code == narrowed.village_code] if narrowed.village_code else []
    if not narrowed.q.strip():
        return conditions, counted(conditions)
    number = _by_number(narrowed.q)
    if number is not None:
        conditions.append(number)
        return conditions, counted(conditions)
    hits = search.named(narrowed.q, village_code=narrowed.village_code)
    return [*conditions, hits.condition(Household.id)], hits.total


def beyond(after: Sequence[Any] | None) -> list[ColumnElement[bool]]:
    """The condition of the families after a place in a list by the head's name; none at its start."""
    if after and len(after) == 2 and isinstance(after[1], int):
        return [tuple_(Household.head_name, Household.id) > (str(after[0]), after[1])]
    return []


def register(narrowed: Filter, after: Sequence[Any] | None = None, *, size: int = PAGE_SIZE) -> tuple[list[Any], int]:
    """Rows of LINE by the head's name, one more than a page if there are more, and how many there are (capped)."""
    conditions, total = _narrowed(narrowed)
    rows = select(*LINE).where(*conditions, *beyond(after)).order_by(Household.head_name, Household.id).limit(size + 1)
    return list(db.session.execute(rows)), total


def likely(text: str, *, most: int) -> list[HouseholdLine]:
    """The first families that fit what is typed at the desk; those whose head is called so come first."""
    if not text.strip():
        return []
    first = select(*LINE).order_by(Household.head_name, Household.id).limit(most)
    number = _by_number(text)
    if number is not None:
        return lines_of(db.session.execute(first.where(number)).all())
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
