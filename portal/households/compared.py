"""People as the model compares them (portal/matching): of the register, or typed and not stored yet."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from sqlalchemy import ColumnElement, or_, select

from portal import clock
from portal.db import AnyRow, rows
from portal.households.among import among
from portal.households.identity import nik_facts
from portal.households.models import Departure, Household, Member
from portal.matching.model import model
from portal.matching.people import Person, in_a_family, phone_key
from portal.units.catalogue import catalogue

COLUMNS = (
    Member.id, Member.household_id, Member.name_key, Member.birth_date, Member.nik, Member.sex, Household.kk_no,
    Household.phone, Household.village_code,
)  # fmt: skip
PEOPLE = select(*COLUMNS).join(Household, Household.id == Member.household_id)

NO_FREQUENCIES: Final[Mapping[str, float]] = MappingProxyType({})


def prepared(
    key: int, household_id: int | None, *, name_key: str, born: date | None, nik: str | None, sex: str | None,
    kk: str | None, phone: str | None, village: str | None, others: Iterable[tuple[str, date | None]] = (),
    frequency: float | None = None,
) -> Person:  # fmt: skip
    """A person as the model compares; a birth date that is not written down is read from the NIK.

    `others`: folded name and birth date of everybody else in the family.
    """
    born = born or (nik_facts(nik, clock.today()).birth_date if nik else None)
    return Person(
        key, household_id, name_key, str(born) if born else None, nik, str(sex) if sex else None, kk,
        phone_key(phone), village, frozenset(_tokens(others)), frequency, nowhere=bool(nik) and _nowhere(str(nik)),
    )  # fmt: skip


def _tokens(others: Iterable[tuple[str, date | None]]) -> Iterator[str]:
    for name, born in others:
        yield from in_a_family(name, born, model().unknown_days)


def _nowhere(nik: str) -> bool:
    """Whether it is of the unit's own regency, of a kecamatan that is not there."""
    kecamatan = [code.replace(".", "") for code in catalogue().districts]
    return any(nik.startswith(code[:4]) for code in kecamatan) and nik[:6] not in kecamatan


def in_turn(row: AnyRow, others: Iterable[tuple[str, date | None]] = (), frequency: float | None = None) -> Person:
    """A row of the register as the model compares it."""
    return prepared(
        row.id, row.household_id, name_key=row.name_key, born=row.birth_date, nik=row.nik, sex=row.sex,
        kk=row.kk_no, phone=row.phone, village=row.village_code, others=others,
        frequency=frequency,
    )  # fmt: skip


def who_counts() -> ColumnElement[bool]:
    """Everybody but who was written down by mistake: who died or moved away may be typed anew by an error."""
    return or_(Member.active, Member.left_because != Departure.MISTAKEN)


def homes_of(
    household_ids: Collection[int],
    who: ColumnElement[bool] | None = None,
    frequencies: Mapping[str, float] = NO_FREQUENCIES,
) -> dict[int, list[Person]]:  # fmt: skip
    """The people of these households, each with who else is there. `who` narrows them, `frequencies` are of names."""
    homes: dict[int, list[AnyRow]] = defaultdict(list)
    told = among(household_ids, int)
    of_homes = select(*COLUMNS).select_from(told).join(Household, Household.id == told.c[0])
    counts = who_counts() if who is None else who
    for row in rows(of_homes.join(Member, Member.household_id == Household.id).where(counts).order_by(Member.id)):
        homes[row.household_id].append(row)
    return {number: with_others(home, frequencies) for number, home in homes.items()}


def with_others(home: Sequence[AnyRow], frequencies: Mapping[str, float] = NO_FREQUENCIES) -> list[Person]:
    """The rows of one household as people who know each other."""
    return [
        in_turn(
            row, ((one.name_key, one.birth_date) for one in home if one.id != row.id), frequencies.get(row.name_key)
        )
        for row in home
    ]
