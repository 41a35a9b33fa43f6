"""A row as a person of the register: every cell read, every reason and doubt kept, nothing stops at the first one."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeVar

from portal.exchange import values
from portal.exchange.places import Places
from portal.exchange.sheets import Cell, Row
from portal.exchange.shelf import Shelf, ShelvedRow
from portal.exchange.tables import Table
from portal.exchange.values import BadValue
from portal.households.identity import nik_facts, nik_warnings

Read = TypeVar("Read")
Tell = Callable[[str], None]

PROGRAMME: Final = "programme_"
"""Begins the name of a column that says whether a family receives something."""

RANKS: Final = {"percentile": 100, "decile": 10}
"""How many ranks a list has."""

REMEMBERED: Final = 20_000
"""Different values of codes, places and days that one table's reader keeps, each read once."""

SHORT: Final = 100
"""Characters; nothing longer is a code or a day, and a file of long cells shall not fill the memory."""


_NO_CODES: Final[list[str]] = []
"""Of everybody of whom nothing is said: one list, never added to (360,000 people: 40 MB less)."""


@dataclass(slots=True)
class Person:
    """What one row says. `family` is what its rows have in common: the KK number, or the list's own household number.

    `percentile` is the rank in the national list (1 the poorest, 100), `decile` the tenth (1 to 10), `programmes` what
    the list says that the family receives. `reasons` refuse the row, `doubts` ask for a look.
    """

    row: Row | ShelvedRow
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
    reasons: list[str] = field(default_factory=lambda: _NO_CODES)
    doubts: list[str] = field(default_factory=lambda: _NO_CODES)
    decile: int | None = None
    programmes: tuple[str, ...] = ()

    def refuse(self, code: str) -> None:
        if code not in self.reasons:
            self.reasons = [*self.reasons, code]

    def doubt(self, code: str) -> None:
        if code not in self.doubts:
            self.doubts = [*self.doubts, code]


def _nothing(_code: str) -> None:
    """For a cell that only helps where it can be read."""


class Reader:
    """Reads the rows of one table; `village` is the kelurahan of rows that name none."""

    def __init__(self, table: Table, places: Places, today: date, village: str = "") -> None:
        self.table, self.places, self.today, self.village = table, places, today, village
        self._columns = list(table.columns.items())
        self._programmes = [name for name in table.columns if name.startswith(PROGRAMME)]
        self._shelf = Shelf(table.sheet)
        self._read: dict[tuple[Any, ...], tuple[Any, str]] = {}

    def person(self, row: Row) -> Person:
        person, cells = Person(self._shelf.put(row)), self._cells(row)
        self._identity(person, cells)
        self._place_in_family(person, cells)
        self._address(person, cells)
        self._rank(person, cells)
        self._presence(person, cells)
        self._compare(person)
        return person

    def _cells(self, row: Row) -> dict[str, Cell]:
        held, width = row.cells, len(row.cells)
        return {name: held[at] for name, at in self._columns if at < width and held[at] is not None}

    def _try(self, tell: Tell, read: Callable[..., Read], *cells: Any, prefix: str = "") -> Read | None:
        try:
            return read(*cells)
        except BadValue as bad:
            shared = bad.code in {"length", "not_digits"}
            tell(f"{prefix}_{bad.code}" if shared else bad.code)
            return None

    def _once(self, tell: Tell, read: Callable[..., Read], *cells: Any) -> Read | None:
        """Like `_try`, for what few values stand in: each is read once in a table."""
        key = (read, *cells)
        known = self._read.get(key)
        if known is None:
            codes: list[str] = []
            known = self._try(codes.append, read, *cells), "".join(codes)
            if len(self._read) < REMEMBERED and not any(isinstance(cell, str) and len(cell) > SHORT for cell in cells):
                self._read[key] = known
        if known[1]:
            tell(known[1])
        return known[0]

    def _identity(self, person: Person, cells: dict[str, Cell]) -> None:
        person.nik = self._number(person, cells.get("nik"), "nik")
        kk_no = self._number(person, cells.get("kk_no"), "kk")
        person.kk_no = kk_no and sys.intern(kk_no)  # a family's rows keep one between them
        person.name = sys.intern(self._try(person.refuse, values.name, cells.get("name")) or "")
        if "birth_date" in cells:
            person.birth_date = self._once(person.refuse, values.birth_date, cells["birth_date"], self.today)
        if "age" in cells:
            person.age = self._once(person.doubt, values.whole, cells["age"], 0, 130, "age_unreadable")
        person.sex = self._coded(cells, "sex", person.refuse)
        if person.sex is None and "sex_unreadable" not in person.reasons:
            person.sex = nik_facts(person.nik, self.today).sex if person.nik else None
            person.doubt("sex_from_nik") if person.sex else person.refuse("sex_empty")

    def _number(self, person: Person, cell: Cell, prefix: str) -> str | None:
        if cell is None:
            return None
        read = self._try(person.refuse, values.number, cell, prefix=prefix)
        if read and read.digits and not read.sure:
            person.doubt(f"{prefix}_stored_as_number")
        return read.digits if read else None

    def _coded(self, cells: dict[str, Cell], name: str, tell: Tell) -> Any:
        return self._once(tell, self._meaning, cells.get(name), name)

    def _meaning(self, cell: Cell, name: str) -> Any:
        return values.coded(cell, name, self.table.format)

    def _place_in_family(self, person: Person, cells: dict[str, Cell]) -> None:
        person.relation = self._coded(cells, "relation", person.refuse)
        if person.relation is None and "relation_unreadable" not in person.reasons:
            person.refuse("relation_empty")
        person.in_school = bool(self._coded(cells, "in_school", person.doubt))
        household = cells.get("family")
        person.family = (household is not None and self._try(person.refuse, values.key, household)) or person.kk_no
        number = self._once(_nothing, values.whole, cells.get("second_family"), 0, 99, "several_families")
        if (number or 1) > 1:
            person.doubt("several_families")

    def _address(self, person: Person, cells: dict[str, Cell]) -> None:
        self._village(person, cells)
        if "rt_rw" in cells:
            person.rt, person.rw = self._once(person.doubt, values.rt_rw, cells["rt_rw"]) or ("", "")
        for name in ("rt", "rw"):
            if name in cells:
                setattr(person, name, self._once(person.doubt, values.neighbourhood, cells[name]) or "")
        person.address = sys.intern(values.plain(cells.get("address")))
        person.phone = values.phone(cells.get("phone"))

    def _village(self, person: Person, cells: dict[str, Cell]) -> None:
        place = [cells.get(name) for name in ("village_code", "village", "district", "hamlet")]
        if "no_kel" in cells:
            place[0] = values.region(*(cells.get(name) for name in ("no_prop", "no_kab", "no_kec", "no_kel")))
        person.village_code = self._once(person.refuse, self.places.find, *place, self.village) or ""
        if self.village and person.village_code not in {"", self.village} and place[0] is None and place[1] is None:
            person.doubt("other_village")

    def _rank(self, person: Person, cells: dict[str, Cell]) -> None:
        for name, most in RANKS.items():
            if name in cells:
                rank = self._once(person.doubt, values.rank, cells[name], most, f"{name}_unreadable")
                setattr(person, name, rank)
        if self._programmes:
            receives = (
                name for name in self._programmes if self._once(_nothing, self._meaning, cells.get(name), "programme")
            )
            person.programmes = tuple(name.removeprefix(PROGRAMME) for name in receives)

    def _presence(self, person: Person, cells: dict[str, Cell]) -> None:
        if "presence" in cells and self._coded(cells, "presence", person.doubt) not in {None, "here"}:
            person.refuse("not_living_here")

    def _compare(self, person: Person) -> None:
        """With the NIK; not its region: a city's people come from everywhere and keep their first number."""
        if not person.nik:
            return
        for code in nik_warnings(person.nik, person.birth_date, person.sex, (), self.today):
            person.doubt(code)
        counted_on = self.table.format.ages_on
        if person.age is None or not counted_on:
            return
        born = person.birth_date or nik_facts(person.nik, self.today).birth_date
        if born and abs(counted_on.year - born.year - person.age) > 1:
            person.doubt("age_differs")
