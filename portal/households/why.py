"""Why a family was found: a short word beside each, and who in it was meant when it is not the head."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from portal.db import rows
from portal.households import search, sought, vocabulary
from portal.households.models import Member, Relation
from portal.households.names import fold_name, plain
from portal.households.search import EXACT, NEARLY, PART, WHOLE_WORDS, Words
from portal.language import gettext as _

_OF_FAMILIES = (
    select(Member.household_id, Member.name, Member.name_key, Member.relation)
    .where(Member.household_id.in_(bindparam("households", expanding=True)), Member.active)
    .order_by(Member.position, Member.id)
)


@dataclass
class Why:
    """`word` says how what was typed fits; `people` are those besides the head whom it fits."""

    word: str
    people: list[str] = field(default_factory=list)


class _Typed(NamedTuple):
    words: Words
    key: str
    letters: list[str]


class _Person(NamedTuple):
    name: str
    key: str
    is_head: bool


def of(text: str, found: Sequence[Any]) -> dict[int, Why]:
    """By the ids of these families, as the register gave them for what was typed: why each was found."""
    if not text.strip() or not found:
        return {}
    if sought.typed_digits(text):
        return {row.id: _by_digits(row) for row in found}
    if (paper := sought.of_paper(text)) is not None:
        return {row.id: Why(str(paper.word)) for row in found}
    words = search.words_of(text)
    typed = _Typed(words, fold_name(text), plain(text).split())
    families = _people([row.id for row in found])
    return {row.id: why for row in found if (why := _of_name(typed, families[row.id], nearly=row.rank >= NEARLY))}


def beside(text: str, household_ids: Sequence[int], *, heads: bool = False) -> dict[int, Why]:
    """The same for rows of another list that `sought.papers` narrowed, by the ids of their families; of `heads` alone
    for a reader who is to know of nobody else.
    """
    if not text.strip() or not household_ids or sought.typed_digits(text):
        return {}
    if (paper := sought.of_paper(text)) is not None:
        return {paper.household_id: Why(str(paper.word))}
    typed = _Typed(search.words_of(text), fold_name(text), plain(text).split())
    families = {
        number: [one for one in people if one.is_head or not heads] for number, people in _people(household_ids).items()
    }
    fits = {number: _of_name(typed, people, nearly=False) for number, people in families.items()}
    fits |= {number: _of_name(typed, families[number], nearly=True) for number, why in fits.items() if why is None}
    return {number: why for number, why in fits.items() if why}


def _by_digits(row: Any) -> Why:
    if row.person is None:
        return Why(_("KK number"))
    return Why(_("NIK"), [] if row.relation == Relation.HEAD else [row.person])


def _people(household_ids: Sequence[int]) -> dict[int, list[_Person]]:
    families: dict[int, list[_Person]] = defaultdict(list)
    for number, name, key, relation in rows(_OF_FAMILIES, households=household_ids):
        families[number].append(_Person(name, key, relation == Relation.HEAD))
    return families


def _of_name(typed: _Typed, people: Sequence[_Person], *, nearly: bool) -> Why | None:
    fits = defaultdict[int, list[_Person]](list)
    for person in people:
        if (goodness := _goodness(typed, person.key)) is not None:
            fits[goodness].append(person)
        elif nearly and _nearly(typed.words, person.key.split()):
            fits[NEARLY].append(person)
    if not fits:
        return None
    meant = [each for goodness in sorted(fits) for each in fits[goodness]]
    best = min(fits)
    return Why(_word(best, typed.letters, fits[best]), [each.name for each in meant if not each.is_head])


def _goodness(typed: _Typed, key: str) -> int | None:
    """As `search` ranks in the database, of one person."""
    if key == typed.key:
        return EXACT
    parts = key.split()
    if all(any(way in parts for way in ways) for ways in typed.words):
        return WHOLE_WORDS
    return PART if all(any(_holds(way, key) for way in ways) for ways in typed.words) else None


def _nearly(words: Words, parts: Sequence[str]) -> bool:
    key = " ".join(parts)
    near = sum(any(_holds(way, key) or _is_near(way, parts) for way in ways) for ways in words)
    left_out = len(words) > 1 and words[0][-1] in search.OFTEN_LEFT_OUT
    return near >= len(words) - left_out


def _holds(way: str, key: str) -> bool:
    return way in key if len(way) >= search.TRIGRAM else f" {way}" in f" {key}"


def _is_near(way: str, parts: Sequence[str]) -> bool:
    together = [one + other for one, other in pairwise(parts)]
    return any(vocabulary.is_near(way, part) for part in [*parts, *together])


def _word(goodness: int, typed: Sequence[str], people: Sequence[_Person]) -> str:
    if goodness == NEARLY:
        return _("nearly the same spelling")
    if not any(all(word in letters for word in typed) for letters in (plain(person.name) for person in people)):
        return _("spelled alike")
    return _("exact name") if goodness == EXACT else _("a part of the name")
