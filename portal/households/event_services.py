"""What happens in families, each as one dated event: who is born, dies, marries, comes, goes, heads the family."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from portal import clock
from portal.db import db
from portal.errors import Doubt, Refused
from portal.households import newcomers
from portal.households.details import MemberDetails
from portal.households.event_models import EventKind, FamilyEvent
from portal.households.models import Departure, Household, Member, Relation
from portal.households.noting import (
    Moves,
    Noted,
    Stand,
    no_head_chosen,
    note,
    people_of,
    place_of,
    stand_of,
    take_up,
)
from portal.language import gettext as _
from portal.units.catalogue import catalogue


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where a family lives, as typed; for a household of its own also its KK number (16 digits or None) and head."""

    village_code: str
    rw: str = ""
    rt: str = ""
    address: str = ""
    kk_no: str | None = None
    head: Member | None = None


def born(household: Household, child: MemberDetails, noted: Noted) -> FamilyEvent:
    """A child comes into the family on the day of its birth. Raises Refused and Doubtful like every event."""
    take_up([household], noted)
    member, doubts = newcomers.one(replace(child, birth_date=noted.on), household)
    if member.id:
        raise Refused(_("This NIK belongs to a person who is in the register already."), field="nik")
    return note(EventKind.BORN, household, {member: Stand(household.id, child.relation)}, noted, doubts=doubts)


def died(household: Household, member: Member, noted: Noted, *, new_head: Member | None = None) -> FamilyEvent:
    """The death of a head asks for a new one at the same time."""
    return _gone(EventKind.DIED, household, [member], Departure.DIED, noted, new_head)


def moved_away(
    household: Household, leaving: Sequence[Member], noted: Noted, *, new_head: Member | None = None,
    kind: EventKind = EventKind.MOVED_AWAY,
) -> FamilyEvent:  # fmt: skip
    """Out of the city, some or all; `kind` tells a divorce."""
    return _gone(kind, household, leaving, Departure.MOVED_AWAY, noted, new_head)


def mistaken(
    household: Household, wrong: Sequence[Member], noted: Noted, *, new_head: Member | None = None
) -> FamilyEvent:
    """People who never belonged to the family: written down by mistake."""
    return _gone(EventKind.MISTAKEN, household, wrong, Departure.MISTAKEN, noted, new_head)


def _gone(
    kind: EventKind, household: Household, leaving: Sequence[Member], because: Departure, noted: Noted,
    new_head: Member | None,
) -> FamilyEvent:  # fmt: skip
    _begin(household, leaving, noted)
    moves = {member: replace(stand_of(member), left_on=noted.on, left_because=because) for member in leaving}
    return note(kind, household, _with_head(household, moves, new_head), noted)


def split(
    household: Household, leaving: Sequence[Member], home: Home, noted: Noted, *, new_head: Member | None = None,
    kind: EventKind = EventKind.SPLIT,
) -> FamilyEvent:  # fmt: skip
    """Some found a household of their own in the city; the card and the cases stay with the family they leave."""
    _begin(household, leaving, noted)
    if len(leaving) == len(people_of(household.id)):
        raise Refused(_("When the whole family moves, note its move within the city."), field="who")
    if home.head not in leaving:
        raise Refused(_("Please choose who heads the new family."), field="their_head")
    founded = _founded(home, noted)
    moves = {member: Stand(founded.id, _place_in_new_home(member, home)) for member in leaving}
    return note(kind, household, _with_head(household, moves, new_head), noted)


def _place_in_new_home(member: Member, home: Home) -> Relation:
    """Children stay children; what the others are to the new head the desk writes in the family's data."""
    if member is home.head:
        return Relation.HEAD
    return Relation.CHILD if member.relation in {Relation.CHILD, Relation.GRANDCHILD} else Relation.OTHER


def _founded(home: Home, noted: Noted) -> Household:
    _refuse_unknown_village(home)
    newcomers.refuse_taken_kk(home.kk_no, home.village_code)
    founded = Household(
        head_name=home.head.name if home.head else "", village_code=home.village_code, rw=home.rw, rt=home.rt,
        address=home.address, kk_no=home.kk_no, created_by_id=noted.by.id, created_at=clock.now(),
    )  # fmt: skip
    db.session.add(founded)
    db.session.flush()
    return founded


def _refuse_unknown_village(home: Home) -> None:
    if home.village_code not in catalogue().villages:
        raise Refused(_("Please choose a kelurahan."), field="village_code")


def joined(
    household: Household, leaving: Sequence[Member], other: Household, relation: Relation, noted: Noted, *,
    new_head: Member | None = None, kind: EventKind = EventKind.JOINED,
) -> FamilyEvent:  # fmt: skip
    """Some or all come into another family of the register, whose head stays; which family is confirmed."""
    if other.id == household.id:
        raise Refused(_("This is the family itself. Please give a number of the other one."), field="other")
    _begin(household, leaving, noted, other)
    if other.closed_on or relation is Relation.HEAD:
        raise Refused(_("Nobody belongs to that family any more. Please note first who came back."), field="other")
    village = catalogue().villages.get(other.village_code, "")
    sentence = _("They come into the family of %(head)s, %(village)s.", head=other.head_name, village=village)
    moves = {member: Stand(other.id, relation) for member in leaving}
    doubts = [Doubt(f"joins:{other.id}", sentence, other.id)]
    return note(kind, household, _with_head(household, moves, new_head), noted, doubts=doubts)


def married(
    household: Household, member: Member, spouse: MemberDetails, noted: Noted, *, home: Home | None = None,
    spouse_heads: bool = False, new_head: Member | None = None,
) -> FamilyEvent:  # fmt: skip
    """The couple lives in this family, or in a household of its own (`home`), headed by the member or the spouse."""
    _begin(household, [member], noted)
    partner, doubts = newcomers.one(spouse, household)
    doubts += [doubt for one in (member, partner) for doubt in _doubt_of_age(one, noted)]
    if home is None:
        place = Relation.SPOUSE if member.relation is Relation.HEAD else Relation.OTHER
        moves = {member: stand_of(member), partner: Stand(household.id, place)}
        return note(EventKind.MARRIED, household, moves, noted, doubts=doubts)
    head, other = (partner, member) if spouse_heads else (member, partner)
    if len(people_of(household.id)) == 1 and member.relation is Relation.HEAD:
        raise Refused(_("Nobody would stay here: the couple can live in this family."), field="where")
    founded = _founded(replace(home, head=head), noted)
    couple = {head: Stand(founded.id, Relation.HEAD), other: Stand(founded.id, Relation.SPOUSE)}
    return note(EventKind.MARRIED, household, _with_head(household, couple, new_head), noted, doubts=doubts)


MARRIED_FROM: Final = 19
"""Years of age (UU 16/2019, article 7); a court may allow less, so it is asked and not refused."""


def _doubt_of_age(person: Member, noted: Noted) -> list[Doubt]:
    born = person.birth_date
    if born is None or (noted.on.year - born.year, noted.on.month, noted.on.day) >= (
        MARRIED_FROM,
        born.month,
        born.day,
    ):
        return []
    sentence = _("%(name)s was younger than %(years)s on that day.", name=person.name, years=MARRIED_FROM)
    return [Doubt(f"young:{person.name}", sentence)]


def moved_within(household: Household, home: Home, noted: Noted) -> FamilyEvent:
    """The whole family to another address of the city."""
    _begin(household, [], noted)
    _refuse_unknown_village(home)
    place = [home.village_code, home.rw, home.rt, home.address]
    if place == place_of(household):
        raise Refused(_("The family lives at this address already."), field="address")
    return note(EventKind.MOVED_WITHIN, household, {}, noted, moved_to=place)


def new_head(household: Household, member: Member, relation: Relation, noted: Noted) -> FamilyEvent:
    """`member` heads the family from now on; who headed it before has the place `relation`."""
    _begin(household, [member], noted)
    if member.relation is Relation.HEAD or relation is Relation.HEAD:
        raise Refused(_("%(name)s heads the family already.", name=member.name), field="who")
    before = next(one for one in people_of(household.id) if one.relation is Relation.HEAD)
    moves = {before: Stand(household.id, relation), member: Stand(household.id, Relation.HEAD)}
    return note(EventKind.NEW_HEAD, household, moves, noted)


def returned(
    household: Household, people: Sequence[Member], noted: Noted, *, new_head: Member | None = None
) -> FamilyEvent:
    """People who had moved away are back in the family that they left; one that was closed is a family of today again.

    Who headed it does so again, unless somebody else does by now.
    """
    take_up([household], noted)
    for member in people:
        if member.household_id != household.id or member.left_because is not Departure.MOVED_AWAY:
            raise Refused(_("%(name)s has not moved away from this family.", name=member.name), field="who")
    headed = any(one.relation is Relation.HEAD for one in people_of(household.id))
    moves = {member: Stand(household.id, _place_again(member, headed)) for member in people}
    return note(EventKind.RETURNED, household, _with_head(household, moves, new_head), noted)


def _place_again(member: Member, headed: bool) -> Relation:
    return Relation.OTHER if headed and member.relation is Relation.HEAD else member.relation


def _begin(household: Household, people: Sequence[Member], noted: Noted, *others: Household) -> None:
    """Hold the families, and see that these people still belong to the first."""
    take_up([household, *others], noted)
    if household.closed_on:
        raise Refused(_("Nobody belongs to this family any more. Please note first who came back."))
    here = people_of(household.id)
    for member in people:
        if member not in here:
            raise Refused(_("%(name)s does not belong to this family any more.", name=member.name), field="who")


def _with_head(household: Household, moves: Moves, chosen: Member | None) -> Moves:
    """These moves, and a new head where the old one goes; the only one who stays needs no choosing."""
    after = {member: moves.get(member, stand_of(member)) for member in (*people_of(household.id), *moves)}
    staying = {
        member: stand for member, stand in after.items() if stand.household_id == household.id and stand.left_on is None
    }
    if not staying or any(stand.heads for stand in staying.values()):
        return moves
    heir = next(iter(staying)) if len(staying) == 1 else chosen
    if heir not in staying:
        raise no_head_chosen()
    return {**moves, heir: Stand(household.id, Relation.HEAD)}
