"""Reading the register. Lists read columns, not records, so that they stay quick with a hundred thousand families."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Subquery, bindparam, func, literal, select, tuple_

from portal.accounts.models import User
from portal.db import AnyRow, AnySelect, db, rows
from portal.errors import NotFound, Refused
from portal.households import lists, merged, search, sought, standing
from portal.households.identity import mask
from portal.households.models import Household, Member, Relation
from portal.households.standing import Mark
from portal.language import gettext as _
from portal.units.catalogue import catalogue
from portal.web.addresses import record_number
from portal.web.paging import COUNT_LIMIT, PAGE_SIZE, every

standing.contribute(marks=lists.LISTED)
standing.contribute(marks=lists.HELD)

IN_LIST_ORDER = 8
"""The rank of families that are too many to be ranked."""
LINE = (
    Household.id, Household.head_name, Household.village_code, Household.rt, Household.rw, Household.kk_no,
    Household.closed_on,
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
    """How the register is narrowed: what was typed, a kelurahan's code, and RT and RW of three digits."""

    q: str = ""
    village_code: str = ""
    rt: str = ""
    rw: str = ""
    closed: bool = False
    """Families that nobody belongs to any more, instead of those of today."""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Where a family lives, as conditions on Household."""
        places = (Household.village_code, self.village_code), (Household.rt, self.rt), (Household.rw, self.rw)
        return [place == wanted for place, wanted in places if wanted]


def narrowed_by(given: Mapping[str, str]) -> Filter:
    """The filter that an address or a form names."""
    places = (given.get(name, "").strip()[:3] for name in ("rt", "rw"))
    rt, rw = (place.zfill(3) if place else "" for place in places)
    return Filter(given.get("q", "").strip()[:120], given.get("village", ""), rt, rw, closed=given.get("closed") == "1")


def get_household(household_id: int) -> Household:
    """Raises NotFound, and Elsewhere for a family that was merged into another one."""
    household = db.session.get(Household, household_id)
    if household is None:
        raise NotFound
    merged.lead_on(household)
    return household


_PEOPLE = (
    select(Member.name, Member.relation, Member.nik, Member.sex, Member.birth_date, Member.in_school)
    .where(Member.household_id == bindparam("household"), Member.left_on.is_(None))
    .order_by(Member.relation != Relation.HEAD, Member.position, Member.id)
)


def people_of(household_id: int) -> Sequence[AnyRow]:
    """Who belongs to the family now, its head first, as a page shows them."""
    return rows(_PEOPLE, household=household_id)


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
    villages, marks = catalogue().villages, standing.marks([row[0] for row in rows])
    return [
        HouseholdLine(
            number, head, villages.get(village, ""), rt, rw, mask(kk_no) if kk_no else "",
            [_closed_mark(), *marks[number]] if closed_on else marks[number],
        )
        for number, head, village, rt, rw, kk_no, closed_on, *_more in rows
    ]  # fmt: skip


def _closed_mark() -> Mark:
    return Mark("neutral", _("closed family"), "refused")


def _numbered(narrowed: Filter) -> Sequence[Any] | None:
    """Rows of LINE: the families behind a whole NIK or KK, or a number on a paper. None when no number was typed."""
    if digits := sought.typed_digits(narrowed.q):
        return [row for row in sought.of_digits(digits, narrowed.village_code) if _lives_there(row, narrowed)]
    paper = sought.of_paper(narrowed.q)
    if paper is None:
        return None
    return [row for row in rows(_FIRST_OF_FEW, households=[paper.household_id]) if _lives_there(row, narrowed)]


def _lives_there(row: Any, narrowed: Filter) -> bool:
    wanted = ((narrowed.village_code, row.village_code), (narrowed.rt, row.rt), (narrowed.rw, row.rw))
    return all(not asked or asked == has for asked, has in wanted)


def counted(conditions: Sequence[ColumnElement[bool]]) -> int:
    """How many families of today meet these conditions; one more than the limit when more are than are counted."""
    counted = select(Household.id).where(Household.closed_on.is_(None), *conditions).limit(COUNT_LIMIT + 1).subquery()
    return db.session.execute(select(func.count()).select_from(counted)).scalar_one()


def beyond(after: Sequence[Any] | None) -> list[ColumnElement[bool]]:
    """The condition of the families after a place in a list by the head's name; none at its start."""
    if after and len(after) == 2 and isinstance(after[1], int):
        return [tuple_(Household.head_name, Household.id) > (str(after[0]), after[1])]
    return []


def _in_order(conditions: Sequence[ColumnElement[bool]], size: int) -> AnySelect:
    """Families of today; a closed one is found by number, and in the list of closed ones."""
    return _ordered([Household.closed_on.is_(None), *conditions], size)


def _ordered(conditions: Sequence[ColumnElement[bool]], size: int) -> AnySelect:
    return select(*LINE).where(*conditions).order_by(Household.head_name, Household.id).limit(size + 1)


_OF_VILLAGE = Household.village_code == bindparam("village")
# The first pages that are asked for most, built once.
_FIRST_OF_VILLAGE = _in_order([_OF_VILLAGE], PAGE_SIZE)
_COUNT_OF_VILLAGE = select(func.count()).select_from(
    select(Household.id).where(_OF_VILLAGE, Household.closed_on.is_(None)).limit(COUNT_LIMIT + 1).subquery()
)
_FIRST_OF_FEW = _ordered([Household.id.in_(bindparam("households", expanding=True))], PAGE_SIZE)


def register(
    narrowed: Filter, after: Sequence[Any] | None = None, *, size: int = PAGE_SIZE
) -> tuple[Sequence[Any], int]:
    """Rows of LINE, one more than a page if there are more, and how many there are (capped).

    By the head's name; where a name was typed the best hits come first, and each row has its `rank` (search.EXACT …).
    """
    if narrowed.closed:
        return _closed(narrowed, after, size)
    if not narrowed.q.strip():
        return _all_of(narrowed, after, size)
    numbered = _numbered(narrowed)
    if numbered is not None:
        return numbered, len(numbered)
    return _named(narrowed, after if after and len(after) == 3 else None, size)


def place_of(row: Any) -> tuple[Any, ...]:
    """Where a row stands in the order of `register`."""
    rank = getattr(row, "rank", None)
    return (row.head_name, row.id) if rank is None else (rank, row.head_name, row.id)


def _named(narrowed: Filter, after: Sequence[Any] | None, size: int) -> tuple[Sequence[Any], int]:
    """Families in which somebody is called so; the tolerant look is taken where there are few."""
    where = narrowed.conditions()
    hits = search.ranked(narrowed.q, where)
    if hits is None:
        return (), 0
    if after and after[0] == IN_LIST_ORDER:
        return _crowd(narrowed, where, after, size)
    found = _best_first(hits, after, size)
    total, people = (found[0].total, found[0].people) if found else (0, 0)
    if total > COUNT_LIMIT or people >= hits.most:
        return _crowd(narrowed, where, after, size)
    if total < search.FEW and (near := search.nearly(narrowed.q, where)) is not None:
        found = _best_first(near, after, size)
        total = found[0].total if found else total
    return found, total


def _closed(narrowed: Filter, after: Sequence[Any] | None, size: int) -> tuple[Sequence[Any], int]:
    """Families that nobody belongs to any more, by a part of their last head's name."""
    closed = [Household.closed_on.is_not(None), Household.merged_into_id.is_(None)]
    conditions = [*closed, *narrowed.conditions()]
    if narrowed.q.strip():
        conditions.append(func.lower(Household.head_name).contains(narrowed.q.strip().lower(), autoescape=True))
    counted = select(Household.id).where(*conditions).limit(COUNT_LIMIT + 1).subquery()
    total = db.session.execute(select(func.count()).select_from(counted)).scalar_one()
    return rows(_ordered([*conditions, *beyond(after)], size)), total


def whole_register(narrowed: Filter, *, size: int) -> Iterator[Sequence[Any]]:
    """Every family that the list shows, in its order: `size` rows of LINE at a time."""
    return every(lambda after: register(narrowed, after, size=size)[0], place_of, size=size)


def _best_first(hits: search.Ranked, after: Sequence[Any] | None, size: int) -> Sequence[Any]:
    """The first families of a name, each with how many there are: counted, sorted and cut by one statement."""
    statement = _ranked(hits.families, size)
    if after:
        statement = statement.where(tuple_(hits.families.c.rank, Household.head_name, Household.id) > tuple(after))
    return rows(statement, **hits.given)


@lru_cache(maxsize=8)
def _ranked(families: Subquery, size: int) -> AnySelect:
    found = families.c
    joined = select(*LINE, found.rank, found.total, found.people).join(families, found.household_id == Household.id)
    return joined.order_by(found.rank, Household.head_name, Household.id).limit(size + 1)


def _crowd(
    narrowed: Filter, where: Sequence[ColumnElement[bool]], after: Sequence[Any] | None, size: int
) -> tuple[Sequence[Any], int]:
    """More families than are counted: those with exactly this name, then the others as the list has them."""
    exact, place = Household.id.in_(search.called(narrowed.q)), beyond(after[1:] if after else None)
    found: list[Any] = []
    if not after or after[0] == search.EXACT:
        found = list(rows(_in_order([*where, exact, *place], size).add_columns(literal(search.EXACT).label("rank"))))
        place = []
    if len(found) <= size:
        others = [*where, search.somebody_named(narrowed.q, Household.id), ~exact, *place]
        rank = literal(IN_LIST_ORDER).label("rank")
        found += rows(_in_order(others, size - len(found)).add_columns(rank))
    return found, search.count(narrowed.q, where)


def _all_of(narrowed: Filter, after: Sequence[Any] | None, size: int) -> tuple[Sequence[Any], int]:
    """The families of one kelurahan, of an RT or RW, or of all."""
    where, village_code = narrowed.conditions(), narrowed.village_code
    if where and len(where) == bool(village_code) and not after and size == PAGE_SIZE:
        found = rows(_FIRST_OF_VILLAGE, village=village_code)
        return found, rows(_COUNT_OF_VILLAGE, village=village_code)[0][0] if len(found) > PAGE_SIZE else len(found)
    return rows(_in_order([*where, *beyond(after)], size)), counted(where)


def likely(text: str, *, most: int) -> list[Any]:
    """Rows of LINE: the first families that fit what is typed at the desk, the best hits first."""
    return list(register(Filter(text), size=most)[0][:most]) if text.strip() else []


def family_behind(text: str) -> Household:
    """The one family that is meant: by NIK, KK, a number of a paper, or the number of its page. Raises Refused."""
    found = _numbered(Filter(text))
    number = record_number(text)
    if not found and number is not None:
        found = rows(_FIRST_OF_FEW, households=[number])
    if not found or len(found) > 1:
        raise Refused(_("No one family has this number. Please look it up on the page Families."), field="other")
    return get_household(found[0].id)


def name_of(user_id: int) -> str:
    """The full name of somebody who works here."""
    return db.session.scalar(select(User.full_name).where(User.id == user_id)) or ""


def lists_known() -> list[str]:
    """Codes of the lists that may be looked up: the unit's national list first."""
    first = str(catalogue().setting("national_list"))
    return [first, *(code for code in ("dtsen", "ppls") if code != first)]
