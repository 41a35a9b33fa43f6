"""Families of the invented city that were written down twice at the desk, and wait side by side for a decision."""

from dataclasses import dataclass, field
from datetime import time
from random import Random

from portal.demo.city import SEED, City, House
from portal.demo.days import moment
from portal.demo.sheet import Row
from portal.duplicates.models import DuplicatePair, PairSource, Verdict
from portal.households import compared
from portal.households.models import Household, Member, Relation
from portal.households.names import fold_name
from portal.matching.model import as_data, model
from portal.matching.people import Person

SPELLINGS = (("y", "i"), ("i", "y"), ("dj", "j"), ("j", "dj"), ("h", ""), ("s", "z"))
"""As a second clerk hears a name."""
TWICE, LATELY = 3, 30
"""Families; and days back in which they came again."""


@dataclass
class Twice:
    """Invented last and by its own generator, so that the rest of the city stays as it was."""

    city: City
    rng: Random = field(default_factory=lambda: Random(SEED + 4))

    def invent(self) -> None:
        known, long_ago = {row["household_id"]: row for row in self._heads()}, self.city.days.day(-LATELY)
        earlier = (house for house in reversed(self.city.free) if house.row["created_at"].date() < long_ago)
        for house in [house for house in earlier if house.id in known][:TWICE]:
            self._again(house, known[house.id])

    def _heads(self) -> list[Row]:
        rows = self.city.sheet.rows(Member)
        return [row for row in rows if row["relation"] is Relation.HEAD and row["left_on"] is None]

    def _again(self, house: House, head: Row) -> None:
        """The head came once more, without papers: another spelling, no NIK, no family card, a family of one."""
        clerk = self.city.users["rani"]
        at = moment(self.city.days.day(-self.rng.randint(2, 12)), time(10, self.rng.randint(0, 59)))
        name, place = _otherwise(head["name"]), {key: house.row[key] for key in ("village_code", "rw", "rt")}
        family = self.city.sheet.add(
            Household,
            kk_no=None,
            head_name=name,
            address=house.row["address"],
            phone="",
            created_by_id=clerk["id"],
            created_at=at,
            **place,
        )
        person = self.city.sheet.add(
            Member, household_id=family["id"], position=1, nik=None, name=name, name_key=fold_name(name),
            sex=head["sex"], birth_date=head["birth_date"], relation=Relation.HEAD,
        )  # fmt: skip
        self.city.trail.act(at, clerk, "household.registered", "household", family, family["id"])
        score, reasons = as_data(model().compare(_compared(head, house.row), _compared(person, family)))
        self.city.sheet.add(
            DuplicatePair, lower_id=head["id"], higher_id=person["id"], score=score, reasons=reasons,
            source=PairSource.ENTRY, found_at=at, verdict=Verdict.OPEN,
        )  # fmt: skip


def _compared(member: Row, family: Row) -> Person:
    return compared.prepared(
        member["id"], family["id"], name_key=member["name_key"], born=member["birth_date"], nik=member["nik"],
        sex=member["sex"], kk=family["kk_no"], phone=family["phone"], village=family["village_code"],
    )  # fmt: skip


def _otherwise(name: str) -> str:
    """The same name in another spelling; where there is none, without its last word."""
    for one, other in SPELLINGS:
        changed = name.replace(one, other, 1)
        if changed != name:
            return changed
    return name.rpartition(" ")[0] or name
