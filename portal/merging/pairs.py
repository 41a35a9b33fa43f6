"""Who of one family is likely who of the other: a proposal, which a person confirms or changes."""

from collections.abc import Sequence
from datetime import date

from portal.households.identity import mask
from portal.households.models import Member
from portal.units.formats import day

SURE, LIKELY = 2, 1
DIGITS_SHOWN = 3
"""So many digits may differ and be shown: two numbers further apart would be read nearly whole."""


def proposed(kept: Sequence[Member], other: Sequence[Member]) -> dict[Member, Member]:
    """Of the other family's people, whom of the kept family each is: the surest pairs first, everybody once."""
    found = sorted(
        ((alike, one.id, each.id, one, each) for one in other for each in kept if (alike := likeness(one, each))),
        key=lambda pair: (-pair[0], *pair[1:3]),
    )
    pairs: dict[Member, Member] = {}
    for _alike, _one, _each, one, each in found:
        if one not in pairs and each not in pairs.values():
            pairs[one] = each
    return pairs


def likeness(one: Member, other: Member) -> int:
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
