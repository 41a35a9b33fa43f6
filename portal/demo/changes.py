"""What happened in some families of the invented city after they were registered: births, marriages, moves, deaths."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random

from portal import clock
from portal.demo.city import SEED, City, House
from portal.demo.days import moment
from portal.demo.people import Numbers, Person, given_name, suku
from portal.demo.sheet import Row
from portal.households.event_models import EventKind, FamilyEvent, FamilyStep
from portal.households.models import Departure, Household, Member, Relation, Sex
from portal.households.names import fold_name

ONE_IN = 250
"""Families a kind of event, at least one."""
LATELY = 180
"""Days back that events reach; they concern families that were registered before."""
OLD_ENOUGH = 17
"""Years of age from which somebody may head a family."""
GROWN = 21
"""Years of age from which a child of the invented city marries or leaves its parents."""


@dataclass
class Changes:
    """Events are invented last and by their own generator, so that the rest of the city stays as it was."""

    city: City
    rng: Random = field(default_factory=lambda: Random(SEED + 1))
    members: dict[int, list[Row]] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)

    def invent(self) -> None:
        for row in self.city.sheet.rows(Member):
            self.members.setdefault(row["household_id"], []).append(row)
        often = max(1, len(self.city.houses) // ONE_IN)
        free = {house.id for house in self.city.free}
        known = self.city.houses[len(self.city.golden) :]
        alone = [house for house in known if house.id in free]
        self._some(known, often, self._birth)
        self._some(known, often, self._death)
        self._some(known, 1, self._mistake)
        for act in (self._death_of_a_head, self._move_away, self._move_within, self._new_head, self._join):
            self._some(alone, often, act)
        for act in (self._marriage, self._divorce, self._split):
            self._some(alone, 1, act)

    def _some(self, houses: Iterable[House], wanted: int, act: Callable[[House, date], bool]) -> None:
        for house in houses:
            if wanted and house.id not in self.touched and self._long_known(house) and act(house, self._day()):
                self.touched.add(house.id)
                wanted -= 1

    def _long_known(self, house: House) -> bool:
        return clock.local(house.row["created_at"]).date() < self.city.days.today - timedelta(days=LATELY + 5)

    def _day(self) -> date:
        """A working day of the last months."""
        return self.city.days.day(-self.rng.randint(3, LATELY // 2))

    def _birth(self, house: House, _on: date) -> bool:
        """The youngest, if it was born after the family was registered."""
        child = self.members[house.id][-1]
        if child["relation"] is not Relation.CHILD or child["birth_date"] <= self._since():
            return False
        event = self._event(EventKind.BORN, house, child["birth_date"])
        self._step(event, child, None)
        return True

    def _since(self) -> date:
        return self.city.days.today - timedelta(days=2 * LATELY)

    def _death(self, house: House, on: date) -> bool:
        """A parent who lived with the family."""
        old = [row for row in self.members[house.id] if row["relation"] is Relation.PARENT]
        if not old:
            return False
        self._leaves(self._event(EventKind.DIED, house, on), old[0], Departure.DIED)
        return True

    def _mistake(self, house: House, on: date) -> bool:
        """Noted of the wrong person, and taken back the next working day."""
        person = self.members[house.id][-1]
        if person["relation"] is Relation.HEAD:
            return False
        wrong = self._event(EventKind.MOVED_AWAY, house, on)
        before = self._leaves(wrong, person, Departure.MOVED_AWAY)
        gone = _stand(person)
        person.update(before)
        back = self._event(EventKind.REVERSED, house, self.city.days.after(on, 1), reverses_id=wrong["id"])
        back["note"] = "Salah orang, yang pindah tetangganya."
        self._step(back, person, gone)
        return True

    def _death_of_a_head(self, house: House, on: date) -> bool:
        """The wife or husband heads the family from then on."""
        head, *others = self.members[house.id]
        heir = next((row for row in others if row["relation"] is Relation.SPOUSE), None)
        if heir is None or head["birth_date"].year > on.year - 60:
            return False
        event = self._event(EventKind.DIED, house, on)
        self._leaves(event, head, Departure.DIED)
        self._heads(event, house, heir)
        return True

    def _new_head(self, house: House, on: date) -> bool:
        """A grown child takes over from an old parent."""
        head, *others = self.members[house.id]
        grown = [row for row in others if row["birth_date"].year < on.year - OLD_ENOUGH]
        heir = next((row for row in grown if row["relation"] is Relation.CHILD), None)
        if heir is None or any(row["relation"] is Relation.SPOUSE for row in others):
            return False
        event = self._event(EventKind.NEW_HEAD, house, on)
        before = _stand(head)
        head["relation"] = Relation.PARENT
        self._step(event, head, before)
        self._heads(event, house, heir)
        return True

    def _move_away(self, house: House, on: date) -> bool:
        event = self._event(EventKind.MOVED_AWAY, house, on)
        event["note"] = "Pindah ke luar kota, mengikuti pekerjaan."
        for row in self.members[house.id]:
            self._leaves(event, row, Departure.MOVED_AWAY)
        house.row["closed_on"] = on
        return True

    def _move_within(self, house: House, on: date) -> bool:
        event, row = self._event(EventKind.MOVED_WITHIN, house, on), house.row
        there = [row["village_code"], "001", "002", f"Jalan Contoh No. {house.id + 20_000}"]
        event["moved_from"] = [row["village_code"], row["rw"], row["rt"], row["address"]]
        event["moved_to"] = there
        row["village_code"], row["rw"], row["rt"], row["address"] = there
        return True

    def _join(self, house: House, on: date) -> bool:
        """Somebody who lived alone comes to live with a family of the same kelurahan."""
        if len(self.members[house.id]) > 1:
            return False
        hosts = [one for one in self.city.houses if one.row["village_code"] == house.row["village_code"]]
        host = next((one for one in hosts if one.id not in {house.id, *self.touched}), None)
        if host is None or host.golden:
            return False
        person, event = self.members[house.id][0], self._event(EventKind.JOINED, house, on)
        before = _stand(person)
        person.update(household_id=host.id, relation=Relation.PARENT, position=len(self.members[host.id]) + 1)
        self._step(event, person, before)
        self.touched.add(host.id)
        house.row["closed_on"] = on
        return True

    def _grown_child(self, house: House, on: date) -> Row | None:
        """A child old enough to marry or to live alone, in a family that has others besides it and its head."""
        members = self.members[house.id]
        grown = (row for row in members if row["birth_date"].year < on.year - GROWN)
        return next((row for row in grown if row["relation"] is Relation.CHILD and len(members) > 2), None)

    def _marriage(self, house: House, on: date) -> bool:
        """The couple lives with the family; who marries into it comes from outside the register."""
        child = self._grown_child(house, on)
        if child is None:
            return False
        partner = self._partner(house, child)
        event = self._event(EventKind.MARRIED, house, on)
        self._step(event, child, _stand(child))
        self._step(event, partner, None)
        return True

    def _partner(self, house: House, child: Row) -> Row:
        sex = Sex.MALE if child["sex"] is Sex.FEMALE else Sex.FEMALE
        born = child["birth_date"] - timedelta(days=self.rng.randint(-200, 900))
        person = Person(f"{given_name(self.rng, sex, young=True)} {suku(self.rng)}", sex, born, Relation.OTHER)
        return self.city.sheet.add(
            Member, household_id=house.id, position=len(self.members[house.id]) + 1, name=person.name,
            name_key=fold_name(person.name), sex=sex, birth_date=born, relation=Relation.OTHER, in_school=False,
            nik=self._numbers().nik(self.rng, self._district(house), person), left_on=None, left_because=None,
        )  # fmt: skip

    def _divorce(self, house: House, on: date) -> bool:
        """The wife goes back to her parents, outside the city."""
        wife = next((row for row in self.members[house.id] if row["relation"] is Relation.SPOUSE), None)
        if wife is None:
            return False
        event = self._event(EventKind.DIVORCED, house, on)
        event["note"] = "Akta cerai sudah diperlihatkan."
        self._leaves(event, wife, Departure.MOVED_AWAY)
        return True

    def _split(self, house: House, on: date) -> bool:
        """A grown child lives alone, under a family card of its own."""
        child, row = self._grown_child(house, on), house.row
        if child is None:
            return False
        event, before = self._event(EventKind.SPLIT, house, on), _stand(child)
        founded = self.city.sheet.add(
            Household, kk_no=self._numbers().kk(self.rng, self._district(house), on), head_name=child["name"],
            village_code=row["village_code"], rw=row["rw"], rt=row["rt"], phone="",
            address=f"Jalan Contoh No. {house.id + 30_000}", created_by_id=event["noted_by_id"],
            created_at=event["noted_at"],
        )  # fmt: skip
        child.update(household_id=founded["id"], relation=Relation.HEAD, position=1)
        self._step(event, child, before)
        return True

    def _district(self, house: House) -> str:
        return self.city.catalogue.village_district[house.row["village_code"]].replace(".", "")

    def _numbers(self) -> Numbers:
        """None that is given now was given before."""
        niks = {row["nik"] for row in self.city.sheet.rows(Member)}
        return Numbers(taken=niks | {row["kk_no"] for row in self.city.sheet.rows(Household)})

    def _event(self, kind: EventKind, house: House, on: date, **more: int) -> Row:
        clerk = self.city.users[self.rng.choice(("rani", "budi"))]
        at = moment(self.city.days.after(on, 1), time(10, self.rng.randint(0, 59)))
        event = self.city.sheet.add(
            FamilyEvent, household_id=house.id, kind=kind, on=on, noted_by_id=clerk["id"], noted_at=at, **more
        )
        self.city.trail.act(at, clerk, "family_event.noted", "family_event", event, house.id)
        return event

    def _leaves(self, event: Row, person: Row, because: Departure) -> Row:
        """Where the person stood before."""
        before = _stand(person)
        person["left_on"], person["left_because"] = event["on"], because
        self._step(event, person, before)
        return before

    def _heads(self, event: Row, house: House, heir: Row) -> None:
        before = _stand(heir)
        heir["relation"], house.row["head_name"] = Relation.HEAD, heir["name"]
        self._step(event, heir, before)

    def _step(self, event: Row, person: Row, before: Row | None) -> None:
        stands = {f"to_{name}": value for name, value in _stand(person).items()}
        stands |= {f"from_{name}": value for name, value in (before or {}).items()}
        self.city.sheet.add(FamilyStep, event_id=event["id"], member_id=person["id"], **stands)


def _stand(person: Row) -> Row:
    return {name: person[name] for name in ("household_id", "relation", "left_on", "left_because")}
