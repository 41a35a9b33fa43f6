"""What the parts of the demo share while the city is being invented."""

from dataclasses import dataclass, field
from datetime import date, time
from random import Random

from portal import references
from portal.decisions.paths import PathScheme
from portal.demo.days import Days
from portal.demo.people import Person
from portal.demo.sheet import Row, Sheet
from portal.demo.trail import Trail
from portal.units.catalogue import Catalogue
from portal.visits.instruments import Instrument

SEED = 2015  # the year the unit began to work

SLOTS = (time(8, 15), time(9, 30), time(10, 45), time(13, 30), time(14, 30), time(15, 30))
"""Six houses a day (settings.toml visits_per_day), with the midday rest left free."""
LATE_SLOTS = (time(9, 0), time(10, 15), time(11, 30), time(14, 0), time(15, 0), time(16, 0))


@dataclass
class House:
    """A family of the city. What a list says of it is settled when its case needs it."""

    id: int
    row: Row
    people: list[Person]
    golden: dict[str, str] | None = None
    listed_decile: int | None = None
    list_checked: bool = False
    holds_kks: bool = False
    first_seen: date | None = None

    @property
    def head(self) -> Person:
        return self.people[0]

    @property
    def listed(self) -> bool:
        """Within the deciles that count as listed (settings.toml listed_up_to_decile)."""
        return self.listed_decile is not None and self.listed_decile <= 4

    def children(self, today: date, least: int, most: int) -> list[Person]:
        """The family's pupils of these ages."""
        return [one for one in self.people if one.in_school and least <= (today - one.born).days // 365 <= most]


@dataclass
class City:
    """Days, people and the sheet everything is written on; the same `rng` all along, so the same city each time."""

    days: Days
    catalogue: Catalogue
    instrument: Instrument
    scheme: PathScheme
    rng: Random = field(default_factory=lambda: Random(SEED))
    sheet: Sheet = field(default_factory=Sheet)
    trail: Trail = field(default_factory=Trail)
    users: dict[str, Row] = field(default_factory=dict)
    houses: list[House] = field(default_factory=list)
    golden: dict[str, House] = field(default_factory=dict)
    free: list[House] = field(default_factory=list)
    _slots: dict[tuple[str, date], int] = field(default_factory=dict)

    def slot(self, visitor: str, on: date) -> time:
        """The visitor's next free hour of a day."""
        taken = self._slots.get((visitor, on), 0)
        self._slots[visitor, on] = taken + 1
        return (SLOTS + LATE_SLOTS)[taken % 12]

    def visits_on(self, visitor: str, on: date) -> int:
        return self._slots.get((visitor, on), 0)

    def code(self, length: int) -> str:
        """A code for tracking or verification: from the demo's own generator, so the same city has the same codes."""
        return "".join(self.rng.choices(references.ALPHABET, k=length))

    def hour(self, first: int = 8, last: int = 15) -> time:
        """Some moment of office hours."""
        return time(self.rng.randint(first, last), self.rng.randint(0, 59))

    def take(self, wanted: str = "any") -> House:
        """A family that has no case yet, of the kind wanted; in a small city some come a second time."""
        if not self.free:
            return self.rng.choice(self.houses[len(self.golden) :])
        for position in range(len(self.free) - 1, -1, -1):
            if fits(self.free[position], wanted, self.days.today):
                return self.free.pop(position)
        return self.free.pop()


def fits(house: House, wanted: str, today: date) -> bool:
    """Whether a family is one a service is for."""
    if wanted == "pupil":
        return bool(house.children(today, 7, 15))
    if wanted == "student":
        return bool(house.children(today, 16, 18))
    if wanted == "old":
        return (today - house.head.born).days // 365 >= 60
    return True
