"""An invented city for the match bench, with a label on everybody who is in it twice; one seed, one city.

It is hard where registers are: a quarter of the people have one name only, spelling pairs, NIK typos and swapped
digits, days and months swapped, birthdays of which only the year is known, twins with nearly the same name, sons named
after their fathers, cousins born on one day, families that share a telephone or a family card, families that moved and
were registered anew with other numbers. Nothing here knows the model.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from portal.demo.people import names

TWICE: Final = 0.008
"""Share of the people who are in the register twice: under the 1 % that the queue may hold."""
NO_NIK, NO_KK, NO_PHONE = 0.10, 0.10, 0.35
SINGLE_NAME, UNKNOWN_DAY, TWINS, SHARED_KK = 0.25, 0.05, 0.02, 0.02

_STEMS: Final = """
As Da De Dar El Er Fi Gus Har Id In Jas Jus Kas Lis Mar Mas Mul Mus Na Nas Nur Ras Ros Sya Sul Taf Wir Yan Yul Yus Zai
Zal Zul Rif Sof Hes Pri Adri Ham
"""
_MALE_ENDS: Final = "man di rizal fendi wan nal mar har fi jon syah nur rial min zon"
_FEMALE_ENDS: Final = "nita niar wati neli mawati yanti dawati lina maini neti tini fitri niati ria zarni"
FREQUENT: Final = {"L": ("Muhammad", "Ahmad", "Abdul"), "P": ("Siti", "Nur", "Dewi", "Sri")}
DISTRICTS: Final = ("137601", "137602", "137603", "137604", "137605")
ELSEWHERE: Final = ("130701", "130706", "137102", "140103", "137501", "130612", "327301", "317404")
FIRST: Final = date(1936, 1, 1)
TODAY: Final = date(2026, 10, 5)

OTHER_SPELLINGS: Final = (
    ("u", "oe"), ("y", "j"), ("j", "dj"), ("z", "s"), ("f", "v"), ("f", "p"), ("sy", "sh"), ("i", "y"), ("k", "kh"),
    ("ai", "ae"), ("d", "t"), ("nn", "n"), ("l", "ll"), ("rr", "r"),
)  # fmt: skip


@dataclass
class Human:
    """Somebody of the invented city; `of` is the person behind the entry."""

    of: int
    name: str
    sex: str
    born: date | None
    relation: str
    nik: str | None = None


@dataclass
class Home:
    """A family card's people at one address."""

    village: str
    people: list[Human]
    kk: str | None = None
    phone: str = ""


@dataclass
class City:
    """Families in the order in which they came into the register; whoever came twice is `of` one person."""

    homes: list[Home] = field(default_factory=list)

    def entries(self) -> Iterator[tuple[int, Home, int, Human]]:
        """(number of the home, home, number of the entry, human), both numbers from 1."""
        number = 0
        for at, home in enumerate(self.homes, start=1):
            for human in home.people:
                number += 1
                yield at, home, number, human

    def truth(self) -> set[tuple[int, int]]:
        """Pairs of entries that are one person, the earlier first."""
        seen: dict[int, list[int]] = {}
        for _at, _home, number, human in self.entries():
            seen.setdefault(human.of, []).append(number)
        return {(one, other) for same in seen.values() for one in same for other in same if one < other}


class Maker:
    """Invents the city."""

    def __init__(self, seed: int, villages: list[str]) -> None:
        self.rng = Random(seed)
        # Kelurahan are of unlike size.
        self.villages, self.sizes = villages, [self.rng.uniform(1, 5) for _village in villages]
        self.taken: set[str] = set()
        self.humans = 0
        self.pool = {
            sex: self._pool(ends, [*names(f"minang_{long}"), *names(f"indonesian_{long}"), *names(f"javanese_{long}")])
            for sex, ends, long in (("L", _MALE_ENDS, "male"), ("P", _FEMALE_ENDS, "female"))
        }

    def _pool(self, ends: str, known: list[str]) -> tuple[list[str], list[float]]:
        made = [stem + end for stem in _STEMS.split() for end in ends.split()]
        self.rng.shuffle(made)
        every = [*known, *made]
        # As in real cities: a few names are everywhere, most are rare.
        return every, [1 / (place + 10) ** 0.9 for place in range(len(every))]

    def city(self, households: int) -> City:
        """So many families, and the second entries of those who have one."""
        city = City([self.home() for _number in range(households)])
        self._share_phones(city)
        people = sum(len(home.people) for home in city.homes)
        seconds, count = [], 0
        while count < people * TWICE:
            made = self._second(self.rng.choice(city.homes[:households]))
            if made is not None:
                seconds.append(made)
                count += sum(human.relation != "new" for human in made.people)
        for home in seconds:
            city.homes.insert(self.rng.randint(households // 3, len(city.homes)), home)
            for human in home.people:
                human.relation = human.relation if human.relation != "new" else "spouse"
        return city

    def word(self, sex: str) -> str:
        pool, weights = self.pool[sex]
        return self.rng.choices(pool, weights)[0]

    def name(self, sex: str, father: str = "") -> str:
        """One name for a quarter; two or three words for the others, Muhammad and Siti often before them."""
        rng = self.rng
        if rng.random() < SINGLE_NAME:
            return self.word(sex)
        first = rng.choice(FREQUENT[sex]) if rng.random() < 0.22 else self.word(sex)
        last = self.word(sex)
        if father and rng.random() < 0.25:
            last = father.split()[-1]
        elif rng.random() < 0.15:
            last = f"{self.word(sex)} {rng.choice(names('minang_suku'))}"
        elif rng.random() < 0.12:
            last = rng.choice(names("minang_suku"))
        return f"{first} {last}"

    def human(self, sex: str, born: date, relation: str, name: str) -> Human:
        rng = self.rng
        self.humans += 1
        if rng.random() < UNKNOWN_DAY:
            born = rng.choice((born.replace(month=1, day=1), born.replace(month=12, day=31)))
        human = Human(self.humans, name, sex, born, relation)
        human.nik = None if rng.random() < NO_NIK else self.nik(human)
        return human

    def nik(self, human: Human) -> str:
        """Region, day (a woman's + 40), month, year, serial counted from 1 for everybody of that day."""
        born = human.born or FIRST
        region = self.rng.choice(DISTRICTS if self.rng.random() < 0.8 else ELSEWHERE)
        start = f"{region}{born.day + (40 if human.sex == 'P' else 0):02d}{born:%m%y}"
        serial = self.rng.choice((1, 1, 1, 2, 2, 3, 4))
        while f"{start}{serial:04d}" in self.taken:
            serial += 1
        self.taken.add(f"{start}{serial:04d}")
        return f"{start}{serial:04d}"

    def day(self, youngest: int, oldest: int) -> date:
        return TODAY - timedelta(days=self.rng.randint(youngest * 365, oldest * 365))

    def home(self) -> Home:
        """One family: mostly a couple with children, sometimes somebody alone, twins now and then."""
        rng = self.rng
        sex = "L" if rng.random() < 0.82 else "P"
        head = self.human(sex, self.day(24, 88), "head", self.name(sex))
        people = [head]
        assert head.born
        if sex == "L" and rng.random() < 0.85:
            age = (TODAY - head.born).days // 365
            people.append(self.human("P", self.day(max(18, age - 12), age + 4), "spouse", self.name("P")))
        if len(people) > 1 or rng.random() < 0.5:
            for _child in range(rng.choice((0, 1, 2, 2, 3, 4))):
                people += self._born(head)
        return Home(self._village(), people, self._kk(), self._phone())

    def _born(self, head: Human) -> list[Human]:
        rng, of_head = self.rng, head.born or FIRST
        youngest = min(TODAY - timedelta(days=30), of_head + timedelta(days=42 * 365))
        born = of_head + timedelta(days=rng.randint(20 * 365, max(20 * 365 + 1, (youngest - of_head).days)))
        born = min(born, TODAY - timedelta(days=30))
        sex = rng.choice("LP")
        name = head.name if sex == "L" == head.sex and rng.random() < 0.01 else self.name(sex, head.name)
        child = self.human(sex, born, "child", name)
        if rng.random() >= TWINS:
            return [child]
        twin_sex = sex if rng.random() < 0.65 else "LP"[sex == "L"]
        twin_name = self._twin(child.name) if twin_sex == sex and rng.random() < 0.6 else self.name(twin_sex)
        twin = self.human(twin_sex, born, "child", twin_name)
        twin.born = child.born
        twin.nik = twin.nik and self.nik(twin)
        return [child, twin]

    def _twin(self, name: str) -> str:
        """Hasan and Hasin, Rina and Rini: one vowel."""
        at = [place for place, letter in enumerate(name) if place and letter in "aiueo"]
        place = self.rng.choice(at)
        return name[:place] + self.rng.choice([letter for letter in "aiu" if letter != name[place]]) + name[place + 1 :]

    def _village(self) -> str:
        return self.rng.choices(self.villages, self.sizes)[0]

    def _kk(self) -> str | None:
        if self.rng.random() < NO_KK:
            return None
        recorded = TODAY - timedelta(days=self.rng.randint(30, 6000))
        start, serial = f"{self.rng.choice(DISTRICTS)}{recorded:%d%m%y}", self.rng.randint(1, 9)
        while f"{start}{serial:04d}" in self.taken:
            serial += 1
        self.taken.add(f"{start}{serial:04d}")
        return f"{start}{serial:04d}"

    def _phone(self) -> str:
        return "" if self.rng.random() < NO_PHONE else f"08{self.rng.randint(10**9, 10**10 - 1)}"

    def _share_phones(self, city: City) -> None:
        """A cadre's telephone stands beside many families, and grown-up children share their parents'."""
        for cadre in (self._phone() or "081266001122" for _village in self.villages[:12]):
            for home in self.rng.sample(city.homes, min(15, len(city.homes))):
                home.phone = cadre
        for home in self.rng.sample(city.homes, len(city.homes) // 40):
            home.phone = self.rng.choice(city.homes).phone

    # Second entries

    def _second(self, home: Home) -> Home | None:
        """The same people once more: a family that moved, one that was registered twice, or one of them elsewhere."""
        rng, kind = self.rng, self.rng.random()
        if kind < 0.4:  # a whole family, which moved or came to the desk again
            moved = rng.random() < 0.6
            people = [self._again(human) for human in home.people if rng.random() < 0.95]
            village = self._village() if moved else home.village
            kk = self._kk_again(home.kk, moved)
            phone = home.phone if rng.random() < 0.5 else self._phone()
        elif kind < 0.75:  # one of them founded an own family, and was never taken out of the parents'
            grown = [one for one in home.people if one.born and 19 * 365 < (TODAY - one.born).days < 45 * 365]
            if not grown:
                return None
            person = self._again(rng.choice(grown))
            partner = "P" if person.sex == "L" else "L"
            other = self.human(partner, self.day(19, 45), "new", self.name(partner))
            people = [person, other] if rng.random() < 0.7 else [person]
            village = home.village if rng.random() < 0.45 else self._village()
            kk, phone = self._kk(), home.phone if rng.random() < 0.3 else self._phone()
        else:  # somebody alone, or who stays with other people
            people = [self._again(rng.choice(home.people))]
            village = home.village if rng.random() < 0.6 else self._village()
            kk, phone = self._kk(), home.phone if rng.random() < 0.4 else self._phone()
        if not people:
            return None
        people[0].relation = "head"
        return Home(village, people, kk, phone)

    def _kk_again(self, kk: str | None, moved: bool) -> str | None:
        """Another card after a move; else the register knows the number, so it was mistyped or left empty."""
        if moved:
            return self._kk()
        typed = self._mistyped(kk) if kk and self.rng.random() < 0.5 else None
        return typed if typed is None or typed not in self.taken else None

    def _again(self, human: Human) -> Human:
        """As somebody else wrote the person down, at another desk, from another paper or from hearing."""
        rng = self.rng
        relation = human.relation if human.relation != "head" else "child"
        second = replace(human, name=self._written(human.name), relation=relation)
        second.born = self._day_again(human.born)
        if rng.random() < 0.006:
            second.sex = "P" if human.sex == "L" else "L"
        # The register refuses a number that it knows: the second one is mistyped, or not given.
        second.nik = None
        if human.nik and rng.random() < 0.6:
            typed = self._mistyped(human.nik)
            second.nik = typed if typed not in self.taken else None
        elif human.nik is None and rng.random() < 0.6:
            second.nik = self.nik(human)
        if second.nik:
            self.taken.add(second.nik)
        return second

    def _mistyped(self, number: str) -> str:
        """One wrong digit, two swapped ones, seldom two wrong ones."""
        digits, rng = list(number), self.rng
        kind = rng.random()
        if kind < 0.5:
            places = [at for at in range(15) if digits[at] != digits[at + 1]]
            at = rng.choice(places)
            digits[at], digits[at + 1] = digits[at + 1], digits[at]
        else:
            for at in rng.sample(range(16), 1 if kind < 0.95 else 2):
                digits[at] = rng.choice([digit for digit in "0123456789" if digit != digits[at]])
        return "".join(digits)

    def _day_again(self, born: date | None) -> date | None:
        kind = self.rng.random()
        if born is None or kind < 0.84:
            return born
        if kind < 0.88:
            return _day(born.year, born.day, born.month) or born
        if kind < 0.95:
            return self._mistyped_day(born)
        if kind < 0.98:
            return born.replace(month=1, day=1)
        return None

    def _mistyped_day(self, born: date) -> date:
        while True:
            digits = list(f"{born:%d%m%Y}")
            at = self.rng.choice((0, 1, 2, 3, 6, 7, 7))
            digits[at] = self.rng.choice("0123456789")
            typed = "".join(digits)
            found = _day(int(typed[4:]), int(typed[2:4]), int(typed[:2]))
            if found and found != born and FIRST <= found <= TODAY:
                return found

    def _written(self, name: str) -> str:
        kind, rng, words = self.rng.random(), self.rng, name.split()
        if kind < 0.55:
            return name
        if kind < 0.75:
            return self._spelled(name)
        if kind < 0.83:
            return self._slip(name)
        if kind < 0.90 and len(words) > 1:  # the last word is left out
            return " ".join(words[:-1]) if words[0] not in ("Muhammad", "Siti", "Nur") else " ".join(words[1:])
        if kind < 0.94 and words[0] == "Muhammad":
            return " ".join([rng.choice(("M.", "Moh.", "Muh.")), *words[1:]])
        if kind < 0.96 and len(words) > 1:
            return " ".join([*words[1:], words[0]])
        if kind < 0.985:
            return f"{rng.choice(('H.', 'Hj.', 'Dt.', 'Ibu'))} {name}"
        return name.upper()

    def _spelled(self, name: str) -> str:
        fits = [pair for pair in OTHER_SPELLINGS if pair[0] in name.lower()[1:]]
        if not fits:
            return name
        old, new = self.rng.choice(fits)
        return name[0] + name[1:].replace(old, new, 1)

    def _slip(self, name: str) -> str:
        at = self.rng.randrange(1, len(name) - 1)
        if name[at] == " " or name[at + 1] == " ":
            return name[:-1] if self.rng.random() < 0.3 else name
        return self.rng.choice((
            name[:at] + name[at + 1 :], name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            name[:at] + name[at] + name[at:],
            name[:at] + self.rng.choice("aiueorns") + name[at + 1 :],
        ))  # fmt: skip


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def invented(seed: int, households: int, villages: list[str]) -> City:
    """The city of this seed."""
    return Maker(seed, villages).city(households)


def as_rows(city: City) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Households and members as the register's tables hold them, their numbers as in `City.entries`."""
    from portal import clock
    from portal.households.names import fold_name

    homes = [
        {
            "id": at, "kk_no": home.kk, "head_name": home.people[0].name, "village_code": home.village, "rw": "001",
            "rt": "001", "address": "", "phone": home.phone, "note": "", "created_at": clock.now(), "version": 1,
        }
        for at, home in enumerate(city.homes, start=1)
    ]  # fmt: skip
    people: list[dict[str, Any]] = []
    for at, home, number, human in city.entries():
        first = human is home.people[0]
        relation = "head" if first else human.relation if human.relation != "head" else "other"
        people.append({
            "id": number, "household_id": at, "position": number, "nik": human.nik, "name": human.name,
            "name_key": fold_name(human.name), "sex": human.sex, "birth_date": human.born, "relation": relation,
            "in_school": False, "note": "", "version": 1,
        })  # fmt: skip
    return homes, people
