"""Families and people as they are typed."""

from dataclasses import dataclass
from datetime import date

from portal.households.identity import fold_name
from portal.households.models import Member, Relation, Sex


@dataclass(frozen=True, kw_only=True)
class MemberDetails:
    """A person as typed; `id` names the member that this changes. NIK: 16 digits or None."""

    name: str
    sex: Sex
    relation: Relation = Relation.HEAD
    nik: str | None = None
    birth_date: date | None = None
    in_school: bool = False
    id: int | None = None


@dataclass(frozen=True, kw_only=True)
class HouseholdDetails:
    """A family as typed, with its members in their order. KK: 16 digits or None."""

    village_code: str
    members: tuple[MemberDetails, ...]
    kk_no: str | None = None
    rw: str = ""
    rt: str = ""
    address: str = ""
    phone: str = ""
    note: str = ""


def describe(member: Member, typed: MemberDetails) -> Member:
    """Write what was typed of a person down; the place in the family is written by who moves people."""
    for name in ("name", "sex", "nik", "birth_date", "in_school"):
        setattr(member, name, getattr(typed, name))
    member.name_key = fold_name(typed.name)
    return member
