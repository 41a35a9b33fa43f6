"""Finding families by a fragment of a member's name, quickly in a register of a whole province (trigrams)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, column, exists, false, literal_column, or_, select, table

from portal.db import AnySelect, db
from portal.households.models import Household, Member, Relation
from portal.households.names import fold_name
from portal.web.paging import COUNT_LIMIT

TRIGRAM = 3
_index = table("member_search", column("rowid"))


def _on_sqlite() -> bool:
    return bool(db.session.get_bind().dialect.name == "sqlite")


def _contains(word: str) -> ColumnElement[bool]:
    """The word anywhere in the name, or at the beginning of one of its words when it is too short for that."""
    if len(word) >= TRIGRAM:
        return Member.name_key.like(f"%{word}%")
    return or_(Member.name_key.like(f"{word}%"), Member.name_key.like(f"% {word}%"))


def _beginning(word: str) -> ColumnElement[bool]:
    if _on_sqlite():  # a range uses the index; LIKE does not, because SQLite's ignores case
        return and_(Member.name_key >= word, Member.name_key < word + "\U0010ffff")
    return Member.name_key.like(f"{word}%")


def _members_named(words: Sequence[str]) -> AnySelect:
    """Household ids of the members whose name has all these words, by the quickest way the database knows."""
    long = [word for word in words if len(word) >= TRIGRAM]
    if not long:
        return select(Member.household_id).where(_beginning(words[0]), *map(_contains, words[1:]))
    if not _on_sqlite():
        return select(Member.household_id).where(*map(_contains, words))
    match = literal_column("member_search").op("MATCH")(" ".join(f'"{word}"' for word in long))
    short = [_contains(word) for word in words if len(word) < TRIGRAM]
    return select(Member.household_id).join(_index, _index.c.rowid == Member.id).where(match, *short)


@dataclass(frozen=True)
class NameHits:
    """The families of a fragment: their ids while they can be counted, else only the words they are asked for."""

    household_ids: Sequence[int]
    words: Sequence[str]
    who: Sequence[ColumnElement[bool]]

    @property
    def total(self) -> int:
        """How many; one more than the limit when there are more than are counted."""
        return len(self.household_ids)

    def condition(self, household_id: Any) -> ColumnElement[bool]:
        """A condition on a column of household ids.

        For a fragment that fits more than can be counted, the reader walks the list in its own order and asks each
        family, which is quicker than sorting them all.
        """
        if not self.words:
            return false()
        if self.total <= COUNT_LIMIT:
            return household_id.in_(self.household_ids)
        return _asked(self.words, household_id, self.who)


def named(text: str, *, village_code: str = "", heads: bool = False) -> NameHits:
    """Families (of one kelurahan) in which somebody, or the head, is called so, however it is spelled."""
    words = fold_name(text).split()
    who = [Member.relation == Relation.HEAD] if heads else []
    found = db.session.scalars(_families(words, village_code, who)).all() if words else ()
    return NameHits(found, words, who)


def somebody_named(text: str, household_id: Any) -> ColumnElement[bool]:
    """The same of a column of household ids, where more fit than are counted: each family is asked in its turn."""
    return _asked(fold_name(text).split(), household_id)


def _asked(words: Sequence[str], household_id: Any, who: Sequence[ColumnElement[bool]] = ()) -> ColumnElement[bool]:
    first = words[0]
    asked = _contains(first) if len(first) >= TRIGRAM else Member.name_key.like(f"{first}%")
    return exists().where(Member.household_id == household_id, asked, *map(_contains, words[1:]), *who)


def families_named(text: str, *, village_code: str = "") -> AnySelect | None:
    """The ids of `named` as a statement, for a list that counts and sorts them itself; None when nothing was typed."""
    words = fold_name(text).split()
    return _families(words, village_code) if words else None


def _families(words: Sequence[str], village_code: str, who: Sequence[ColumnElement[bool]] = ()) -> AnySelect:
    hits = _members_named(words).where(*who)
    if village_code:
        hits = hits.join(Household, Household.id == Member.household_id).where(Household.village_code == village_code)
    return hits.distinct().limit(COUNT_LIMIT + 1)


def people_named(text: str, household_ids: Sequence[int]) -> dict[int, list[str]]:
    """Who in these families is called so, besides the head: the reader sees why a family was found."""
    words = fold_name(text).split()
    if not words or not household_ids:
        return {}
    rows = db.session.execute(
        select(Member.household_id, Member.name)
        .where(Member.household_id.in_(household_ids), Member.relation != Relation.HEAD, *map(_contains, words))
        .order_by(Member.household_id, Member.position, Member.id)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.household_id, []).append(row.name)
    return found
