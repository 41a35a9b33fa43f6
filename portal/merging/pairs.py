"""Who of one family is likely who of the other: a proposal, which a person confirms or changes."""

from collections.abc import Sequence
from datetime import date

from portal.duplicates import services as verdicts
from portal.households import compared, likeness
from portal.households.identity import mask
from portal.households.models import Member
from portal.units.formats import day

DECIDED, BY_THE_MODEL, SURE, LIKELY = 4, 3, 2, 1
DIGITS_SHOWN = 3
"""So many digits may differ and be shown: two numbers further apart would be read nearly whole."""


def proposed(kept: Sequence[Member], other: Sequence[Member]) -> dict[Member, Member]:
    """Of the other family's people, whom of the kept family each is: the surest pairs first, everybody once.

    Whom a person called the same comes first, then whom the model says (matching), then a name without a birth date.
    """
    said = verdicts.called_same({one.id for one in (*kept, *other)})
    weights = _by_the_model(kept, other)

    def alike(one: Member, each: Member) -> tuple[int, float]:
        if (min(one.id, each.id), max(one.id, each.id)) in said:
            return DECIDED, 0.0
        if (weight := weights.get((one.id, each.id))) is not None:
            return BY_THE_MODEL, weight
        return same_name(one, each), 0.0

    both = ((alike(one, each), one.id, each.id, one, each) for one in other for each in kept)
    found = sorted((pair for pair in both if pair[0][0]), key=lambda pair: (-pair[0][0], -pair[0][1], *pair[1:3]))
    pairs: dict[Member, Member] = {}
    for _alike, _one, _each, one, each in found:
        if one not in pairs and each not in pairs.values():
            pairs[one] = each
    return pairs


def _by_the_model(kept: Sequence[Member], other: Sequence[Member]) -> dict[tuple[int, int], float]:
    """How much speaks for each pair that the model flags, by both numbers: the other's person first."""
    if not (kept and other):
        return {}
    here, there = kept[0].household_id, other[0].household_id
    homes = compared.homes_of({here, there})
    pairs = [(one, each) for one in homes.get(there, ()) for each in homes.get(here, ())]
    return {(each.of, each.member_id): each.likeness.weight for each in likeness.one_to_one(pairs, here)}


def same_name(one: Member, other: Member) -> int:
    """The same folded name, and the same birth date or one that is not known yet."""
    if one.name_key != other.name_key:
        return 0
    if one.birth_date and other.birth_date:
        return SURE if one.birth_date == other.birth_date else 0
    return LIKELY


def beside(value: object, other: object) -> str:
    """A value as the form shows it beside the other; of a number only the digits that differ, and its end."""
    if isinstance(value, date):
        return day(value)
    text, against = str(value), str(other)
    if not (text.isdigit() and len(text) == len(against)):
        return text
    last = len(text) - 4
    if sum(mine != theirs for mine, theirs in zip(text, against, strict=True)) > DIGITS_SHOWN:
        return mask(text)
    shown = [
        mine if mine != theirs or place >= last else "•"
        for place, (mine, theirs) in enumerate(zip(text, against, strict=True))
    ]
    return " ".join("".join(shown[start : start + 4]) for start in range(0, len(shown), 4))
