"""What speaks against a family as it was typed: numbers that belong to another family, and doubts to confirm."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from sqlalchemy import select

from portal import clock
from portal.db import db, take_turns_about
from portal.errors import Doubt, Refused
from portal.households.identity import WARNINGS, fold_name, nik_warnings
from portal.households.models import Household, Member
from portal.units.catalogue import catalogue

if TYPE_CHECKING:
    from portal.households.services import HouseholdDetails, MemberDetails


class NumberTaken(Refused):
    """This NIK or KK belongs to a family that is in the register already."""

    def __init__(self, sentence: str, *, field: str, household_id: int) -> None:
        super().__init__(sentence, field=field)
        self.household_id = household_id


def refuse_taken_numbers(details: "HouseholdDetails", own_id: int | None) -> None:
    """A number identifies one family, one person. Raises NumberTaken, or Refused for a NIK typed twice."""
    if details.kk_no:
        family = db.session.scalar(select(Household.id).where(Household.kk_no == details.kk_no, Household.id != own_id))
        if family:
            sentence = _("This KK number belongs to a family that is in the register already.")
            raise NumberTaken(sentence, field="kk_no", household_id=family)
    niks = [member.nik for member in details.members if member.nik]
    if len(niks) != len(set(niks)):
        raise Refused(_("The same NIK stands beside two people."), field="members")
    person = db.session.execute(
        select(Member.household_id, Member.nik).where(Member.nik.in_(niks), Member.household_id != (own_id or 0))
    ).first()
    if person:
        sentence = _("This NIK belongs to a person who is in the register already.")
        place = next(at for at, member in enumerate(details.members) if member.nik == person.nik)
        raise NumberTaken(sentence, field=f"members-{place}-nik", household_id=person.household_id)


def take_turns(details: "HouseholdDetails") -> None:
    """Somebody else may type a person of the same name and birth date at this moment: whoever comes later is asked.

    In one order, so that no two wait for each other.
    """
    people = {(fold_name(member.name), member.birth_date) for member in details.members if member.birth_date}
    for name, born in sorted(people):
        take_turns_about(f"person:{name}:{born}")


def doubts(details: "HouseholdDetails", own_id: int | None) -> list[Doubt]:
    """What is unusual but may be right: a NIK that does not fit, somebody of the same name and birth date elsewhere."""
    today, found, known = clock.today(), [], _as_stored(own_id)
    for member in details.members:
        if (member.nik, member.birth_date, member.sex) not in known:
            found += _doubts_of_nik(member, today)
        if (fold_name(member.name), member.birth_date) not in known:
            found += _doubts_of_name(member, own_id)
    return found


def _as_stored(own_id: int | None) -> set[tuple[Any, ...]]:
    """What was looked at when it was stored is not asked about again while something else is changed."""
    columns = (Member.nik, Member.birth_date, Member.sex, Member.name_key)
    rows = db.session.execute(select(*columns).where(Member.household_id == (own_id or 0))).all()
    return {row[:3] for row in map(tuple, rows)} | {(row.name_key, row.birth_date) for row in rows}


def _doubts_of_nik(member: "MemberDetails", today: date) -> list[Doubt]:
    if not member.nik:
        return []
    codes = nik_warnings(member.nik, member.birth_date, member.sex, catalogue().districts, today)
    return [Doubt(f"{code}:{member.nik}", f"{member.name}: {_(WARNINGS[code])}") for code in codes]


def _doubts_of_name(member: "MemberDetails", own_id: int | None) -> list[Doubt]:
    if member.birth_date is None:
        return []
    return [
        Doubt(
            f"same_person:{household_id}",
            _("%(name)s: somebody with this name and birth date is in another family.", name=member.name),
            household_id,
        )
        for household_id in _same_people(member, own_id)
    ]


def _same_people(member: "MemberDetails", own_id: int | None) -> Sequence[int]:
    return db.session.scalars(
        select(Member.household_id)
        .where(
            Member.name_key == fold_name(member.name),
            Member.birth_date == member.birth_date,
            Member.household_id != (own_id or 0),
        )
        .distinct()
        .order_by(Member.household_id)
        .limit(3)
    ).all()
