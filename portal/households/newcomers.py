"""Who comes into a family: somebody new, somebody who had left the register, or somebody of another family."""

from collections.abc import Mapping

from sqlalchemy import select

from portal.db import db, hold
from portal.errors import Doubt, Refused
from portal.households import checks
from portal.households.details import HouseholdDetails, MemberDetails, describe
from portal.households.models import Departure, Household, Member
from portal.households.noting import people_of, stand_of
from portal.language import gettext as _


def who_left(details: HouseholdDetails) -> Mapping[str, Member]:
    """By NIK, people among the newly typed who had moved away or were written down by mistake: they come back."""
    niks = [typed.nik for typed in details.members if typed.nik and not typed.id]
    left = select(Member).where(
        Member.nik.in_(niks), ~Member.active, Member.left_because != Departure.DIED, Member.merged_into_id.is_(None)
    )
    found = db.session.scalars(left.order_by(Member.id)).all() if niks else ()
    for member in found:
        hold(member)
        if member.active:
            sentence = _("This NIK belongs to a person who is in the register already.")
            raise checks.NumberTaken(sentence, field="members", household_id=member.household_id)
    return {str(member.nik): member for member in found}


def one(typed: MemberDetails, household: Household) -> tuple[Member, list[Doubt]]:
    """The person that comes into this family (not stored yet), with what is to be confirmed. Raises Refused."""
    known = _known(typed)
    if known is not None and known.active:
        return known, _moves_over(known, household)
    details = HouseholdDetails(village_code=household.village_code, members=(typed,))
    try:
        checks.refuse_taken_numbers(details, None)
    except Refused as refusal:
        refusal.field = (refusal.field or "").rpartition("-")[2]
        raise
    checks.take_turns(details)
    doubts = checks.doubts(details, None)
    return describe(known or Member(household_id=household.id), typed), doubts


def _known(typed: MemberDetails) -> Member | None:
    """The person with this NIK, unless they have died or were written down twice: refused like any taken number."""
    member = db.session.scalar(select(Member).where(Member.nik == typed.nik)) if typed.nik else None
    if member is None:
        return None
    hold(member.household)
    hold(member)
    return None if member.left_because is Departure.DIED or member.merged_into_id else member


def _moves_over(member: Member, household: Household) -> list[Doubt]:
    if member.household_id == household.id:
        raise Refused(_("%(name)s belongs to this family already.", name=member.name), field="nik")
    if stand_of(member).heads and len(people_of(member.household_id)) > 1:
        sentence = _("%(name)s heads another family. Please note there first who heads it from now on.")
        raise checks.NumberTaken(sentence % {"name": member.name}, field="nik", household_id=member.household_id)
    sentence = _("%(name)s belongs to another family and moves over to this one.", name=member.name)
    return [Doubt(f"moves_over:{member.id}", sentence, member.household_id)]


def refuse_taken_kk(kk_no: str | None, village_code: str) -> None:
    """Raises NumberTaken when the family card of a new household belongs to a family already."""
    checks.refuse_taken_numbers(HouseholdDetails(village_code=village_code, members=(), kk_no=kk_no), None)
