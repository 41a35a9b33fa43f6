"""A row as a person of the register: every cell read, every reason and doubt kept, nothing stops at the first one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from portal.exchange import values
from portal.exchange.places import Places
from portal.exchange.sheets import Row
from portal.exchange.tables import Table
from portal.exchange.values import BadValue
from portal.households.identity import nik_facts, nik_warnings

Read = TypeVar("Read")


@dataclass(slots=True)
class Person:
    """What one row says. `family` is what its rows have in common: the KK number, or the list's own household number.

    `percentile` is the rank in the national list (1 the poorest). `reasons` refuse the row, `doubts` ask for a look.
    """

    row: Row
    family: str | None = None
    kk_no: str | None = None
    nik: str | None = None
    name: str = ""
    sex: str | None = None
    birth_date: date | None = None
    age: int | None = None
    relation: str | None = None
    in_school: bool = False
    village_code: str = ""
    rw: str = ""
    rt: str = ""
    address: str = ""
    phone: str = ""
    percentile: int | None = None
    reasons: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def refuse(self, code: str) -> None:
        if code not in self.reasons:
            self.reasons.append(code)

    def doubt(self, code: str) -> None:
        if code not in self.doubts:
            self.doubts.append(code)


def _nothing(_code: str) -> None:
    """For a cell that only helps where it can be read."""


class Reader:
    """Reads the rows of one table."""

    def __init__(self, table: Table, places: Places, today: date) -> None:
        self.table, self.places, self.today = table, places, today

    def person(self, row: Row) -> Person:
        person = Person(row)
        self._identity(person)
        self._place_in_family(person)
        self._address(person)
        self._presence(person)
        self._compare(person)
        return person

    def _try(
        self, tell: Callable[[str], None], read: Callable[..., Read], *cells: Any, prefix: str = ""
    ) -> Read | None:
        try:
            return read(*cells)
        except BadValue as bad:
            shared = bad.code in {"length", "not_digits"}
            tell(f"{prefix}_{bad.code}" if shared else bad.code)
            return None

    def _cell(self, person: Person, name: str) -> Any:
        return self.table.cell(person.row, name)

    def _identity(self, person: Person) -> None:
        person.nik = self._number(person, "nik", "nik")
        person.kk_no = self._number(person, "kk_no", "kk")
        person.name = self._try(person.refuse, values.name, self._cell(person, "name")) or ""
        born = self._cell(person, "birth_date")
        person.birth_date = self._try(person.refuse, values.birth_date, born, self.today)
        person.age = self._try(person.doubt, values.whole, self._cell(person, "age"), 0, 130, "age_unreadable")
        person.sex = self._coded(person, "sex", person.refuse)
        if person.sex is None and "sex_unreadable" not in person.reasons:
            person.sex = nik_facts(person.nik, self.today).sex if person.nik else None
            person.doubt("sex_from_nik") if person.sex else person.refuse("sex_empty")

    def _number(self, person: Person, name: str, prefix: str) -> str | None:
        read = self._try(person.refuse, values.number, self._cell(person, name), prefix=prefix)
        if read and read.digits and not read.sure:
            person.doubt(f"{prefix}_stored_as_number")
        return read.digits if read else None

    def _coded(self, person: Person, name: str, tell: Callable[[str], None]) -> Any:
        return self._try(tell, values.coded, self._cell(person, name), name, self.table.format)

    def _place_in_family(self, person: Person) -> None:
        person.relation = self._coded(person, "relation", person.refuse)
        if person.relation is None and "relation_unreadable" not in person.reasons:
            person.refuse("relation_empty")
        person.in_school = bool(self._coded(person, "in_school", person.doubt))
        household = self._cell(person, "family")
        person.family = self._try(person.refuse, values.key, household) or person.kk_no
        number = self._try(_nothing, values.whole, self._cell(person, "second_family"), 0, 99, "several_families")
        if (number or 1) > 1:
            person.doubt("several_families")

    def _address(self, person: Person) -> None:
        place = [self._cell(person, name) for name in ("village_code", "village", "district")]
        person.village_code = self._try(person.refuse, self.places.find, *place) or ""
        if "rt_rw" in self.table.columns:
            both = self._try(person.doubt, values.rt_rw, self._cell(person, "rt_rw"))
            person.rt, person.rw = both or ("", "")
        for name in ("rt", "rw"):
            if name in self.table.columns:
                read = self._try(person.doubt, values.neighbourhood, self._cell(person, name))
                setattr(person, name, read or "")
        address = self._cell(person, "address")
        person.address = "" if values.is_missing(address) else values.text(address)
        person.phone = values.phone(self._cell(person, "phone"))
        rank = self._cell(person, "percentile")
        person.percentile = self._try(person.doubt, values.whole, rank, 1, 100, "percentile_unreadable")

    def _presence(self, person: Person) -> None:
        if self._coded(person, "presence", person.doubt) not in {None, "here"}:
            person.refuse("not_living_here")

    def _compare(self, person: Person) -> None:
        """With the NIK; not its region: a city's people come from everywhere and keep their first number."""
        if not person.nik:
            return
        for code in nik_warnings(person.nik, person.birth_date, person.sex, (), self.today):
            person.doubt(code)
        born = person.birth_date or nik_facts(person.nik, self.today).birth_date
        counted_on = self.table.format.ages_on
        if person.age is not None and born and counted_on and abs(counted_on.year - born.year - person.age) > 1:
            person.doubt("age_differs")
