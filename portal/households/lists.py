"""What national lists and the cards of others say of families: their marks, and the facts that the paths ask for."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    Boolean,
    CompoundSelect,
    Date,
    Integer,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)

from portal.db import rows
from portal.households import standing
from portal.households.models import Household, Listing, MembershipCard
from portal.households.standing import Mark
from portal.language import gettext as _
from portal.units.catalogue import catalogue

RANKED_LISTS = frozenset({"dtsen"})
"""Lists that hold every resident with a decile (domain.md section 14); to be in them says nothing by itself."""

_HOUSEHOLDS: BindParameter[Any] = bindparam("households", expanding=True)
# Entries of the national list and cards of others, by one statement: every list of families asks for both.
_KNOWN: CompoundSelect[*tuple[Any, ...]] = union_all(
    select(
        Listing.household_id, Listing.list_code, Listing.id.label("entry"), Listing.as_of,
        Listing.present, Listing.decile, Listing.checked_on, literal(False, Boolean).label("is_card"),
    ).where(Listing.household_id.in_(_HOUSEHOLDS), Listing.list_code == bindparam("list_code")),
    select(
        MembershipCard.household_id, MembershipCard.kind, MembershipCard.id, cast(null(), Date),
        cast(null(), Boolean), cast(null(), Integer), cast(null(), Date), literal(True, Boolean),
    ).where(MembershipCard.household_id.in_(_HOUSEHOLDS), MembershipCard.ended_on.is_(None)),
).order_by("as_of", "list_code", "entry")  # fmt: skip


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


def marks_of(household_ids: Sequence[int]) -> dict[int, list[Mark]]:
    """What every desk wants to see at a glance: listed or not, cards of others, and what later rooms tell."""
    found: dict[int, list[Mark]] = {household_id: [] for household_id in household_ids}
    marks: dict[tuple[Any, ...], list[Mark]] = {}
    for household_id, known in _known(household_ids).items():
        if latest := known.listing:
            said = (latest.list_code, latest.present, latest.decile)
            found[household_id] += marks[said] if said in marks else marks.setdefault(said, _list_marks(latest))
        found[household_id] += [Mark("info", kind.upper(), "card") for kind in known.kinds]
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


@dataclass
class _Known:
    """Of one family: the newest entry of the national list, and the recognised cards it holds, each kind once."""

    listing: Any = None
    kinds: list[str] = field(default_factory=list)


def _known(household_ids: Sequence[int]) -> dict[int, _Known]:
    """What lists and cards of others say of these families, by household."""
    setting, found = catalogue().setting, defaultdict[int, _Known](_Known)
    recognised = setting("recognised_cards")
    for row in rows(_KNOWN, households=household_ids, list_code=setting("national_list")):
        known = found[row.household_id]
        if not row.is_card:
            known.listing = row
        elif row.list_code in recognised and row.list_code not in known.kinds:
            known.kinds.append(row.list_code)
    return found


def list_facts(household: Household) -> ListFacts:
    """What paths (a) and (b) ask of the lists, by the unit's settings."""
    known = _known([household.id])[household.id]
    latest, kinds = known.listing, known.kinds
    return ListFacts(
        listed=is_listed(latest) if latest else None,
        list_code=latest.list_code if latest else None,
        as_of=latest.as_of if latest else None,
        decile=latest.decile if latest else None,
        list_checked_on=latest.checked_on if latest else None,
        membership_card=bool(kinds),
        card_kinds=kinds,
    )
