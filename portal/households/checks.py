"""What speaks against a family as it was typed: numbers that belong to another family, and doubts to confirm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from portal import clock
from portal.accounts.models import User
from portal.db import db, take_turns_about
from portal.errors import Doubt, Refused
from portal.households import compared, likeness, merged
from portal.households.details import HouseholdDetails, MemberDetails
from portal.households.identity import WARNINGS, fold_name, nik_warnings
from portal.households.models import Departure, Household, Member
from portal.language import gettext as _
from portal.matching.people import Person
from portal.matching.words import for_and_against, percent
from portal.units.catalogue import catalogue
from portal.units.formats import day


class NumberTaken(Refused):
    """This NIK or KK belongs to a family that is in the register already."""

    def __init__(self, sentence: str, *, field: str, household_id: int) -> None:
        super().__init__(sentence, field=field)
        self.household_id = household_id


def refuse_taken_numbers(details: HouseholdDetails, own_id: int | None) -> None:
    """A number identifies one family, one person. Raises NumberTaken, or Refused for a NIK typed twice."""
    if details.kk_no:
        taken = select(merged.standing_family).where(Household.kk_no == details.kk_no, Household.id != own_id)
        family = db.session.scalar(taken)
        if family:
            sentence = _("This KK number belongs to a family that is in the register already.")
            raise NumberTaken(sentence, field="kk_no", household_id=family)
    niks = [member.nik for member in details.members if member.nik]
    if len(niks) != len(set(niks)):
        raise Refused(_("The same NIK stands beside two people."), field="members")
    _refuse_taken_niks(details, niks, own_id)


def _refuse_taken_niks(details: HouseholdDetails, niks: Sequence[str], own_id: int | None) -> None:
    """Who moved away or was written down by mistake may come back under the own number; who died may not.

    The number of somebody who was written down twice stays taken: it leads to the row that stands.
    """
    stands, joined = merged.family_of_person()
    taken = (
        select(stands.household_id, Member.nik, Member.left_on, Member.left_because, Member.merged_into_id)
        .join(stands, joined)
        .where(Member.nik.in_(niks), or_(Member.household_id != (own_id or 0), ~Member.active))
    )
    for person in db.session.execute(taken.order_by(Member.id)).all() if niks else ():
        place, typed = next(pair for pair in enumerate(details.members) if pair[1].nik == person.nik)
        gone = person.left_on is not None and person.left_because is not Departure.DIED
        comes_back = gone and person.merged_into_id is None and not typed.id
        if not comes_back:
            sentence = _("This NIK belongs to a person who is in the register already.")
            if person.left_because is Departure.DIED:
                died_on = day(person.left_on)
                sentence = _("This NIK belongs to somebody who died on %(day)s by the register.", day=died_on)
            raise NumberTaken(sentence, field=f"members-{place}-nik", household_id=person.household_id)


def take_turns(details: HouseholdDetails) -> None:
    """Somebody else may type a person of the same name and birth date at this moment: whoever comes later is asked.

    In one order, so that no two wait for each other.
    """
    people = {(fold_name(member.name), member.birth_date) for member in details.members if member.birth_date}
    for name, born in sorted(people):
        take_turns_about(f"person:{name}:{born}")


def doubts(details: HouseholdDetails, own_id: int | None) -> list[Doubt]:
    """What is unusual but may be right: a NIK that does not fit, somebody who is likely in the register already."""
    today, known = clock.today(), _as_stored(own_id)
    found: list[Doubt] = []
    for member in details.members:
        if (member.nik, member.birth_date, member.sex) not in known:
            found += _doubts_of_nik(member, today)
        if member.nik and not member.id:
            found += _doubts_of_return(member.nik)
    return found + _doubts_of_likeness(details, own_id, known)


def tell_confirmed(doubts: Sequence[Doubt], members: Sequence[Member], household_id: int, *, by: User) -> None:
    """Pairs that somebody was asked about and went on; `members` are the typed people, stored, in their order."""
    asked = [one for one in doubts if isinstance(one, SamePerson) and one.candidate is not None]
    likeness.tell_confirmed([(members[one.place].id, one.candidate) for one in asked], household_id, by)  # type: ignore[misc]


def _doubts_of_return(nik: str) -> list[Doubt]:
    """A mistyped NIK would give one person the life of another."""
    left = select(Member).where(
        Member.nik == nik, ~Member.active, Member.left_because != Departure.DIED, Member.merged_into_id.is_(None)
    )
    return [_back_again(member) for member in db.session.scalars(left)]


def _back_again(member: Member) -> Doubt:
    name, on = member.name, day(member.left_on)
    if member.left_because is Departure.MOVED_AWAY:
        sentence = _("This NIK belongs to %(name)s, who moved away on %(day)s. Is this person back?", name=name, day=on)
    else:
        sentence = _("This NIK belongs to %(name)s, who was taken out of a family as written by mistake.", name=name)
    return Doubt(f"came_back:{member.id}", sentence, member.household_id)


def _as_stored(own_id: int | None) -> set[tuple[Any, ...]]:
    """What was looked at when it was stored is not asked about again while something else is changed."""
    columns = (Member.nik, Member.birth_date, Member.sex, Member.name_key)
    rows = db.session.execute(select(*columns).where(Member.household_id == (own_id or 0), Member.active)).all()
    return {row[:3] for row in map(tuple, rows)} | {(row.name_key, row.birth_date) for row in rows}


def _doubts_of_nik(member: MemberDetails, today: date) -> list[Doubt]:
    if not member.nik:
        return []
    codes = nik_warnings(member.nik, member.birth_date, member.sex, catalogue().districts, today)
    return [Doubt(f"{code}:{member.nik}", f"{member.name}: {_(WARNINGS[code])}") for code in codes]


@dataclass(frozen=True)
class SamePerson(Doubt):
    """Somebody of the register is likely the person typed in this place (from 0)."""

    place: int = 0
    candidate: likeness.Candidate | None = None


def _doubts_of_likeness(details: HouseholdDetails, own_id: int | None, known: set[tuple[Any, ...]]) -> list[Doubt]:
    """Who is likely in the register already: at most five for each person, the likeliest first."""
    family = [_typed(place, details, own_id) for place in range(len(details.members))]
    asked = [one for one, member in zip(family, details.members, strict=True) if not _looked_at(member, known)]
    found = likeness.candidates([asked], but_nik=True) if asked else {}
    return [_same_person(details, at, one) for at, person in enumerate(family) for one in found.get(person.key, ())]


def _looked_at(member: MemberDetails, known: set[tuple[Any, ...]]) -> bool:
    return (fold_name(member.name), member.birth_date) in known


def _typed(place: int, details: HouseholdDetails, own_id: int | None) -> Person:
    """A typed person as the model compares: keys below nothing belong to people who are not stored."""
    member = details.members[place]
    others = [(fold_name(one.name), one.birth_date) for one in details.members if one is not member]
    return compared.prepared(
        member.id or -1 - place, own_id, name_key=fold_name(member.name), born=member.birth_date, nik=member.nik,
        sex=member.sex, kk=details.kk_no, phone=details.phone, village=details.village_code, others=others,
    )  # fmt: skip


def _same_person(details: HouseholdDetails, place: int, found: likeness.Candidate) -> SamePerson:
    name = db.session.scalar(select(Member.name).where(Member.id == found.member_id))
    speaks_for, against = for_and_against(found.likeness.reasons)
    sentence = _(
        "%(name)s is likely in the register already, as %(other)s of another family (%(percent)s %%): %(reasons)s.",
        name=details.members[place].name, other=name, percent=percent(found.likeness.probability),
        reasons=", ".join(speaks_for),
    )  # fmt: skip
    if against:
        sentence += " " + _("Against it: %(reasons)s.", reasons=", ".join(against))
    answer = _("Register all the same: this is somebody else, or nobody knows yet")
    return SamePerson(f"same_person:{found.member_id}", sentence, found.household_id, answer, place, found)
