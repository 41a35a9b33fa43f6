"""What national lists and the cards of others say of families: their marks, and the facts that the paths ask for."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from portal.db import rows
from portal.households import standing
from portal.households.models import Household, Listing, MembershipCard
from portal.households.standing import Mark, Marking
from portal.language import gettext as _
from portal.units.catalogue import catalogue

RANKED_LISTS = frozenset({"dtsen"})
"""Lists that hold every resident with a decile (domain.md section 14); to be in them says nothing by itself."""

# Which list is asked in Python: told of its code as well, SQLite reads the whole list and not some entries of it.
_LISTED = standing.asked(
    Listing.household_id, Listing.list_code, Listing.id,
    first=Listing.as_of, last=Listing.checked_on, number=Listing.decile, flag=Listing.present,
)  # fmt: skip
_HELD = standing.asked(MembershipCard.household_id, MembershipCard.kind, MembershipCard.id).where(
    MembershipCard.ended_on.is_(None)
)
_KNOWN = standing.together(_LISTED, _HELD)


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


class _Entry(NamedTuple):
    """What a list of one day says of a family."""

    list_code: str
    present: bool
    decile: int | None


def _newest(told: Sequence[Any]) -> dict[int, Any]:
    """By family, the newest entry of the unit's national list; the rows come oldest first."""
    national = catalogue().setting("national_list")
    return {row.household_id: row for row in told if row.code == national}


def _of_lists(told: Sequence[Any]) -> dict[int, list[Mark]]:
    """Of each family's newest entry; families of one decile share a mark."""
    latest = {number: _Entry(row.code, row.flag, row.number) for number, row in _newest(told).items()}
    marks = {entry: _list_marks(entry) for entry in set(latest.values())}
    return {household_id: marks[entry] for household_id, entry in latest.items()}


def _of_cards(told: Sequence[Any]) -> dict[int, list[Mark]]:
    held = _kinds(told)
    return {
        household_id: [Mark("info", kind.upper(), "card") for kind in kinds] for household_id, kinds in held.items()
    }


def _kinds(told: Sequence[Any]) -> dict[int, list[str]]:
    """The recognised cards that each family holds, each kind once."""
    recognised, found = catalogue().setting("recognised_cards"), defaultdict[int, list[str]](list)
    for row in told:
        if row.code in recognised and row.code not in found[row.household_id]:
            found[row.household_id].append(row.code)
    return found


LISTED = Marking(_LISTED, _of_lists)
HELD = Marking(_HELD, _of_cards)


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


def list_facts(household: Household) -> ListFacts:
    """What paths (a) and (b) ask of the lists, by the unit's settings."""
    told = rows(_KNOWN, households=[household.id])
    latest = _newest([row for row in told if row.teller == 0]).get(household.id)
    kinds = _kinds([row for row in told if row.teller == 1])[household.id]
    return ListFacts(
        listed=is_listed(_Entry(latest.code, latest.flag, latest.number)) if latest else None,
        list_code=latest.code if latest else None,
        as_of=latest.first if latest else None,
        decile=latest.number if latest else None,
        list_checked_on=latest.last if latest else None,
        membership_card=bool(kinds),
        card_kinds=kinds,
    )
