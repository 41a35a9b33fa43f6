"""The national lists that the unit holds: each by its name and its day, as the register's entries tell of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Integer, Subquery, and_, case, cast, exists, func, select, tuple_

from portal.db import db
from portal.errors import NotFound
from portal.exchange.models import WRITTEN, ImportBatch
from portal.exchange.wording import LISTS
from portal.households.lists import RANKED_LISTS
from portal.households.models import Household, Listing, Member
from portal.units.catalogue import catalogue
from portal.units.formats import day
from portal.units.models import Region

SHOWN: Final = 6
"""Lists on one page: each is counted anew, a tenth of a second for a hundred thousand families."""


@dataclass(frozen=True)
class HeldList:
    """One list of one day; `key` is how addresses name it."""

    code: str
    as_of: date

    @property
    def key(self) -> str:
        return f"{self.code}-{self.as_of.isoformat()}"

    @property
    def title(self) -> str:
        """DTSEN, 1 Okt 2026."""
        return f"{LISTS.get(self.code, self.code.upper())}, {day(self.as_of, short=True)}"


def named(key: str) -> HeldList:
    """The list that an address names. Raises NotFound for one that no entry of the register tells of."""
    code, _, iso = key.partition("-")
    try:
        held = HeldList(code, date.fromisoformat(iso))
    except ValueError:
        raise NotFound from None
    if not db.session.scalar(select(Listing.id).where(*_entries(held)).limit(1)):
        raise NotFound
    return held


def newest_first(*, after: HeldList | None = None, limit: int | None = None) -> list[HeldList]:
    """Names and days of all lists, the newest day first."""
    order = (Listing.as_of, Listing.list_code)
    statement = select(*order).distinct().order_by(*(column.desc() for column in order)).limit(limit)
    if after:
        statement = statement.where(tuple_(*order) < tuple_(after.as_of, after.code))
    return [HeldList(code, as_of) for as_of, code in db.session.execute(statement)]


def batches_of(lists: Sequence[HeldList]) -> dict[HeldList, list[ImportBatch]]:
    """The files that brought them, the oldest first."""
    found: dict[HeldList, list[ImportBatch]] = {held: [] for held in lists}
    codes, days = {held.code for held in lists}, {held.as_of for held in lists}
    statement = select(ImportBatch).where(
        ImportBatch.list_code.in_(codes), ImportBatch.list_as_of.in_(days), ImportBatch.state.in_(WRITTEN)
    )
    for batch in db.session.scalars(statement.order_by(ImportBatch.id)):
        if batch.list_code and batch.list_as_of:
            found.get(HeldList(batch.list_code, batch.list_as_of), []).append(batch)
    return found


def brought(lists: Sequence[HeldList]) -> list[HeldList]:
    """Those of them that came as a file, in their order."""
    batches = batches_of(lists)
    return [held for held in lists if batches[held]]


def _entries(held: HeldList) -> tuple[ColumnElement[bool], ...]:
    return Listing.list_code == held.code, Listing.as_of == held.as_of


# What an entry says, in one number, so that one pass along the index finds what the newest entry of each family says:
# its place in time (the id) above the decile (0: none) above whether the family is in the list.
_SAID_BITS: Final = 32
_ENTRY = (
    cast(Listing.id, BigInteger) * _SAID_BITS + func.coalesce(Listing.decile, 0) * 2 + cast(Listing.present, Integer)
)


def said_by(held: HeldList, name: str, place: str = "") -> Subquery:
    """Of each family with an entry: `said`, its decile (0: none) times two, and one if it is in the list."""
    return (
        select(Listing.household_id, (func.max(_ENTRY) % _SAID_BITS).label("said"))
        .where(*_entries(held), *lives_in(place, Listing.household_id))
        .group_by(Listing.household_id)
        .subquery(name)
    )


def villages_of(place: str) -> list[str]:
    """The kelurahan that a code means: those of a kecamatan, that one, or all."""
    unit = catalogue()
    if place in unit.districts:
        return [code for code, district in unit.village_district.items() if district == place]
    return [place] if place else list(unit.villages)


def lives_in(place: str, household_id: Any) -> list[ColumnElement[bool]]:
    """Families of this kecamatan or kelurahan alone, where one is chosen."""
    here = select(Household.id).where(Household.village_code.in_(villages_of(place)))
    return [household_id.in_(here)] if place else []


NO_ENTRY, ABSENT, ABOVE, LISTED, UNSURE = "none", "absent", "above", "listed", "unsure"
"""Where a list puts a family: nothing known; not in it; in it above the line; listed; in it, its decile not known."""


def standing(held: HeldList, said: Any) -> ColumnElement[str]:
    """Where this list puts a family, by what its entry says: the rule of households/lists.is_listed, in SQL."""
    decile, most = said // 2, int(catalogue().setting("listed_up_to_decile"))
    return case(
        (said.is_(None), NO_ENTRY),
        (said % 2 == 0, ABSENT),
        (and_(decile > 0, decile <= most), LISTED),
        (decile > 0, ABOVE),
        else_=UNSURE if held.code in RANKED_LISTS else LISTED,
    )


def whole_in(held: HeldList, place: str = "", *, among: Collection[str] = ()) -> list[str]:
    """Kelurahan (of this place, or `among` these) for which a file brought this list: without an entry is not in it.

    Elsewhere somebody looked up single families, and nothing is known of the others.
    """
    # Each kelurahan is left at its first such family: nearly all have one.
    brought = exists().where(
        Household.village_code == Region.code, Listing.household_id == Household.id, *_entries(held),
        Listing.batch_id.is_not(None),
    )  # fmt: skip
    chosen = sorted(among) or villages_of(place)
    return list(db.session.scalars(select(Region.code).where(Region.code.in_(chosen), brought)))


@dataclass(frozen=True)
class Figures:
    """Families of today that a list names: in it, listed by the unit's line, in each decile (0: no decile)."""

    families: int
    listed: int
    deciles: dict[int, int]


# Few, and found by an index of their own: a family that is closed is not looked up among the others one by one.
_CLOSED = select(Household.id).where(Household.closed_on.is_not(None))


def figures(held: HeldList) -> Figures:
    said = said_by(held, "said")
    rows = db.session.execute(
        select(said.c.said, standing(held, said.c.said), func.count())
        .where(said.c.said % 2 == 1, said.c.household_id.not_in(_CLOSED))
        .group_by(said.c.said)
    )
    return _summed(rows)


def figures_by_village(held: HeldList) -> dict[str, Figures]:
    said = said_by(held, "said")
    rows = db.session.execute(
        select(Household.village_code, said.c.said, standing(held, said.c.said), func.count())
        .select_from(said)
        .join(Household, Household.id == said.c.household_id)
        .where(said.c.said % 2 == 1, Household.closed_on.is_(None))
        .group_by(Household.village_code, said.c.said)
        .order_by(Household.village_code)
    )
    return {code: _summed(row[1:] for row in of_place) for code, of_place in groupby(rows, key=lambda row: row[0])}


def _summed(rows: Iterable[Any]) -> Figures:
    families, listed, deciles = 0, 0, Counter[int]()
    for said, stands, count in rows:
        families += count
        listed += count if stands == LISTED else 0
        deciles[said // 2] += count
    return Figures(families, listed, dict(deciles))


def people(held: HeldList) -> int:
    """People who live in the families that the list names."""
    said = said_by(held, "said")
    return int(
        db.session.scalar(
            select(func.count())
            .select_from(said)
            .join(Member, Member.household_id == said.c.household_id)
            .where(said.c.said % 2 == 1, Member.active)
        )
        or 0
    )


class Said(NamedTuple):
    """What a list of a day says of a family; not in it also where the list came in whole and does not name it."""

    list_code: str
    as_of: date
    present: bool
    decile: int | None


def said_by_newest(list_code: str, household_ids: Sequence[int]) -> dict[int, Said]:
    """Of these families what the newest list says: their newest entry, or "not in it" where a newer list is whole."""
    found = {row.household_id: Said(*row[1:]) for row in _newest_entries(list_code, household_ids)}
    places = select(Household.id, Household.village_code).where(Household.id.in_(household_ids))
    lives = {row.id: row.village_code for row in db.session.execute(places)}
    whole = _newest_whole(list_code, set(lives.values()))
    for household_id, village_code in lives.items():
        as_of = whole.get(village_code)
        if as_of and (household_id not in found or found[household_id].as_of < as_of):
            found[household_id] = Said(list_code, as_of, present=False, decile=None)
    return found


def _newest_whole(list_code: str, villages: Collection[str]) -> dict[str, date]:
    """By kelurahan the day of the newest list, of the last SHOWN that came as a file, that is whole there."""
    days = select(ImportBatch.list_as_of).where(ImportBatch.list_code == list_code, ImportBatch.state.in_(WRITTEN))
    days = days.distinct().order_by(ImportBatch.list_as_of.desc()).limit(SHOWN)
    found: dict[str, date] = {}
    for as_of in db.session.scalars(days):
        if as_of is not None and (left := set(villages) - found.keys()):
            found |= dict.fromkeys(whole_in(HeldList(list_code, as_of), among=left), as_of)
    return found


def _newest_entries(list_code: str, household_ids: Sequence[int]) -> list[Any]:
    """The entries of these families in this list, the newest of each last."""
    statement = (
        select(Listing.household_id, Listing.list_code, Listing.as_of, Listing.present, Listing.decile)
        .where(Listing.household_id.in_(household_ids))
        .order_by(Listing.as_of, Listing.id)
    )
    # Which list is asked here: told of its code as well, SQLite reads the whole list.
    return [row for row in db.session.execute(statement) if row.list_code == list_code]
