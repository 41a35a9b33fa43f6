"""Finding families by a fragment of a member's name, quickly in a register of a whole province (trigrams).

Two looks: a plain one for what was typed, in any of the spellings that `names.py` makes one; and, only where that finds
few, a tolerant one for words of the register that are nearly what was typed (`vocabulary.py`). Both are one query.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Subquery,
    and_,
    bindparam,
    case,
    column,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
)  # fmt: skip

from portal.db import AnySelect, db
from portal.households import vocabulary
from portal.households.models import Household, Member, Relation
from portal.households.names import MUHAMMAD, fold_name, fold_typed, in_full
from portal.web.paging import COUNT_LIMIT

TRIGRAM = 3
FEW: Final = 8
"""Where fewer families are called so, those called nearly so are found as well."""

Ways = tuple[str, ...]
"""One typed word, folded, and what else it may stand for."""
Words = tuple[Ways, ...]

OFTEN_LEFT_OUT: Final = frozenset({MUHAMMAD, "siti"})
"""First names that many papers leave out or shorten to a letter."""

EXACT, WHOLE_WORDS, PART, NEARLY = 0, 2, 4, 6
"""How good a hit is, the best first; one more when it is a member and not the head."""

_index = table("member_search", column("rowid"))


def _on_sqlite() -> bool:
    return bool(db.session.get_bind().dialect.name == "sqlite")


def words_of(text: str) -> Words:
    """The words that were typed, each with the name it may be short for."""
    found = [(word, in_full(word)) for word in fold_typed(text).split()]
    return tuple((word,) if full.startswith(word) else (word, full) for word, full in found)


def _wider(words: Words) -> Words:
    """The same words with all that the register knows near them; Muhammad or Siti before other names may be absent."""
    kept = words[1:] if len(words) > 1 and in_full(words[0][-1]) in OFTEN_LEFT_OUT else words
    return tuple(tuple(dict.fromkeys((*ways, *vocabulary.near(ways[-1])))) for ways in kept)


def _contains(ways: Ways) -> ColumnElement[bool]:
    """One of these anywhere in the name, or at the beginning of one of its words when it is too short for that."""
    return or_(*(like for way in ways for like in _like(way)))


def _like(way: str) -> list[ColumnElement[bool]]:
    if len(way) >= TRIGRAM:
        return [Member.name_key.like(f"%{way}%")]
    return [Member.name_key.like(f"{way}%"), Member.name_key.like(f"% {way}%")]


def _beginning(word: str) -> ColumnElement[bool]:
    if _on_sqlite():  # a range uses the index; LIKE does not, because SQLite's ignores case
        return and_(Member.name_key >= word, Member.name_key < word + "\U0010ffff")
    return Member.name_key.like(f"{word}%")


def _is_long(ways: Ways) -> bool:
    return min(map(len, ways)) >= TRIGRAM


def _named(words: Words, columns: Sequence[Any]) -> AnySelect:
    """These columns of the members whose name has all these words, by the quickest way the database knows."""
    long, short = [ways for ways in words if _is_long(ways)], [ways for ways in words if not _is_long(ways)]
    if not long:
        return _living(*columns).where(_beginning(words[0][0]), *map(_contains, words[1:]))
    if not _on_sqlite():
        return _living(*columns).where(*map(_contains, words))
    match = literal_column("member_search").op("MATCH")(" AND ".join(map(_phrase, long)))
    return _living(*columns).join(_index, _index.c.rowid == Member.id).where(match, *map(_contains, short))


def _living(*columns: Any) -> AnySelect:
    """Who died or moved away is found by number and in the family's story, not by name."""
    return select(*columns).where(Member.active)


def _phrase(ways: Ways) -> str:
    quoted = " OR ".join(f'"{way}"' for way in ways)
    return f"({quoted})" if len(ways) > 1 else quoted


@dataclass(frozen=True)
class NameHits:
    """The families of a fragment: their ids while they can be counted, else only the words they are asked for."""

    household_ids: Sequence[int]
    words: Words
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
    who = [Member.relation == Relation.HEAD] if heads else []
    where = [Household.village_code == village_code] if village_code else []
    words = words_of(text)
    found = _families(words, where, who) if words else ()
    if words and len(found) < FEW and (wider := _wider(words)) != words:
        found = _families(wider, where, who)
    return NameHits(found, words, who)


def _families(
    words: Words, where: Sequence[ColumnElement[bool]], who: Sequence[ColumnElement[bool]] = ()
) -> Sequence[int]:
    hits = _narrowed(_named(words, [Member.household_id]).where(*who), where)
    return db.session.scalars(hits.distinct().limit(COUNT_LIMIT + 1)).all()


def _narrowed(members: AnySelect, where: Sequence[ColumnElement[bool]]) -> AnySelect:
    """Only members of families that meet these conditions."""
    return members.join(Household, Household.id == Member.household_id).where(*where) if where else members


def _asked(words: Words, household_id: Any, who: Sequence[ColumnElement[bool]] = ()) -> ColumnElement[bool]:
    first, *others = words
    asked = _contains(first) if _is_long(first) else Member.name_key.like(f"{first[0]}%")
    return exists().where(Member.household_id == household_id, Member.active, asked, *map(_contains, others), *who)


def _goodness(key: Any, whole: ColumnElement[bool], plainly: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    """How well a member's name fits (EXACT to NEARLY); `plainly` is said where near words are looked for as well."""
    fits = [(Member.name_key == key, EXACT), (whole, WHOLE_WORDS)]
    if plainly is not None:
        fits.append((plainly, PART))
    goodness = case(*fits, else_=PART if plainly is None else NEARLY)
    return goodness + case((Member.relation == Relation.HEAD, 0), else_=1)


def _in_whole_words(words: Words) -> ColumnElement[bool]:
    return and_(*(or_(*(_SPACED.like(f"% {way} %") for way in ways)) for ways in words))


_SPACED = " " + Member.name_key + " "


@dataclass(frozen=True)
class Ranked:
    """The families of what was typed, best first, as a subquery of `household_id`, `rank`, `total` and `people`.

    `total` counts the families and `people` those called so, on every row alike; of a fragment that fits `most` people
    they tell nothing but that. `given` fills the parameters.
    """

    families: Subquery
    most: int
    given: Mapping[str, Any]


def ranked(text: str, where: Sequence[ColumnElement[bool]] = ()) -> Ranked | None:
    """Families that meet these conditions in which somebody is called so; None when no name was typed."""
    words, most = words_of(text), 2 * (COUNT_LIMIT + 1)
    if not words:
        return None
    if not where and len(words) == len(words[0]) == 1 and _is_long(words[0]):
        word = words[0][0]
        given = {"key": fold_name(text), "whole": f"% {word} %", "part": f"%{word}%", "phrase": _phrase(words[0])}
        return Ranked(_of_one_word(most, on_sqlite=_on_sqlite()), most, given)
    rank = _goodness(fold_name(text), _in_whole_words(words))
    return Ranked(_best(_narrowed(_named(words, [Member.household_id, rank.label("rank")]), where), most), most, {})


def nearly(text: str, where: Sequence[ColumnElement[bool]] = ()) -> Ranked | None:
    """The same with those called nearly so, for when few are called so; None when the register knows no near word."""
    words, most = words_of(text), 2 * (COUNT_LIMIT + 1)
    wider = _wider(words)
    if wider == words:
        return None
    rank = _goodness(fold_name(text), _in_whole_words(words), and_(*map(_contains, words)))
    return Ranked(_best(_narrowed(_named(wider, [Member.household_id, rank.label("rank")]), where), most), most, {})


def _best(hits: AnySelect, most: int) -> Subquery:
    """Each family with its best hit, out of so many hits."""
    hit = hits.limit(most).subquery().c
    people = func.count()
    return (
        select(
            hit.household_id, func.min(hit.rank).label("rank"),
            func.count().over().label("total"), func.sum(people).over().label("people"),
        ).group_by(hit.household_id).subquery()
    )  # fmt: skip


@cache
def _of_one_word(most: int, *, on_sqlite: bool) -> Subquery:
    """What is asked for most, built once: the families of one word, wherever they live."""
    rank = _goodness(bindparam("key"), _SPACED.like(bindparam("whole")))
    hits = _living(Member.household_id, rank.label("rank"))
    if not on_sqlite:
        return _best(hits.where(Member.name_key.like(bindparam("part"))), most)
    match = literal_column("member_search").op("MATCH")(bindparam("phrase"))
    return _best(hits.join(_index, _index.c.rowid == Member.id).where(match), most)


def somebody_named(text: str, household_id: Any) -> ColumnElement[bool]:
    """A condition on a column of household ids, where more fit than are counted: each family is asked in its turn."""
    return _asked(words_of(text), household_id)


def called(text: str) -> AnySelect:
    """The ids of families in which somebody has this name and no other."""
    return _living(Member.household_id).where(Member.name_key == fold_name(text))


def count(text: str, where: Sequence[ColumnElement[bool]] = ()) -> int:
    """How many families `ranked` finds; one more than the limit when there are more than are counted."""
    return len(_families(words_of(text), where))
