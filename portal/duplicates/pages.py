"""What the page of two people shows: line by line, where they differ, and what hangs on each."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from portal.duplicates.queries import Side
from portal.households import standing, words
from portal.households.identity import mask
from portal.households.standing import Fact
from portal.language import gettext as _
from portal.units.catalogue import catalogue
from portal.units.formats import day


class Line(NamedTuple):
    """One thing of both people; `differs` when both say something, and not the same."""

    label: str
    one: str
    other: str
    differs: bool


def compared(lower: Side, higher: Side) -> list[Line]:
    """NIK and KK masked: whether they are the same is told by the reasons."""
    pairs = zip(_said(lower), _said(higher), strict=True)
    return [
        Line(label, shown, other, bool(whole and whole_other and whole != whole_other))
        for (label, shown, whole), (_label, other, whole_other) in pairs
    ]


def _said(side: Side) -> Iterator[tuple[str, str, Any]]:
    """(label, what is shown, what is compared)"""
    member, household = side.member, side.household
    yield _("Name"), member.name, member.name.casefold()
    yield _("Birth date"), day(member.birth_date), member.birth_date
    yield _("Sex"), str(words.SEXES[member.sex]), member.sex
    yield "NIK", mask(member.nik) if member.nik else "", member.nik
    yield _("Place in the family"), str(words.RELATIONS[member.relation]), member.relation
    yield "KK", mask(household.kk_no) if household.kk_no else "", household.kk_no
    yield _("Kelurahan"), catalogue().villages.get(household.village_code, ""), household.village_code
    yield _("Address"), household.address, household.address.casefold()
    yield _("Telephone"), household.phone, household.phone
    yield _("Others of the family"), _others(side), ""


def _others(side: Side) -> str:
    others = [one for one in side.people if one.id != side.member.id]
    return ", ".join(f"{one.name} ({one.birth_date.year})" if one.birth_date else one.name for one in others)


def hangs_on(side: Side) -> list[Fact]:
    """Cards and aid of the family: what would have to be brought together."""
    return standing.facts(side.household.id)
