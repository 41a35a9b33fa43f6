"""The register of the invented city: its families, what the national list says of them, and the cards they hold."""

import csv
from datetime import date, time, timedelta

from portal.config import SEEDS
from portal.demo.city import City, House
from portal.demo.days import moment
from portal.demo.people import Families, Numbers, Person
from portal.demo.sheet import Progress, Row
from portal.households.identity import fold_name
from portal.households.models import Household, Listing, Member, MembershipCard, Relation, Sex

FIRST_NUMBER = 31  # Jalan Contoh No. 1-30 are the households of seeds/demo_households.csv


def golden_rows(unit: str) -> list[dict[str, str]]:
    """The unit's rows of seeds/demo_households.csv, whose results are known."""
    with (SEEDS / "demo_households.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["unit"] == unit]


def found_city(city: City, households: int, progress: Progress) -> None:
    """Invent so many families, in every kelurahan."""
    families, numbers = Families(city.rng, city.days.today), Numbers()
    for row in golden_rows(city.catalogue.code):
        numbers.taken |= {row["head_nik"], row["kk_no"]}
        house = _golden_house(city, families, numbers, row)
        city.golden[row["id"]] = house
    for number, village in enumerate(_villages(city, households - len(city.houses)), start=FIRST_NUMBER):
        _invented_house(city, families, numbers, village, number)
        if number % 250 == 0:
            progress("households", len(city.houses), households)
    progress("households", households, households)
    city.free = city.houses[len(city.golden) :]
    city.rng.shuffle(city.free)


def _villages(city: City, how_many: int) -> list[str]:
    """A kelurahan for each family: every one has some, large ones more."""
    codes = sorted(city.catalogue.villages)
    weights = [city.rng.uniform(0.5, 1.6) for _ in codes]
    chosen = [*codes, *city.rng.choices(codes, weights, k=max(0, how_many - len(codes)))]
    return chosen[:how_many]


def _golden_house(city: City, families: Families, numbers: Numbers, row: dict[str, str]) -> House:
    head = Person(
        row["head_name"], Sex(row["head_sex"]), date.fromisoformat(row["head_birth_date"]), Relation.HEAD,
        nik=row["head_nik"],
    )  # fmt: skip
    people = families.around(head, int(row["members"]))
    stored = _store(city, people, row["region_code"], row["rw"], row["rt"], row["address"], row["kk_no"])
    house = House(stored["id"], stored, people, golden=row)
    house.listed_decile = city.rng.randint(1, 3) if row["in_integrated_data"] == "yes" else None
    house.holds_kks = row["has_membership_card"] == "yes"
    _number_people(city, numbers, house)
    city.houses.append(house)
    return house


def _invented_house(city: City, families: Families, numbers: Numbers, village: str, number: int) -> None:
    people = families.family()
    recorded = city.days.today - timedelta(days=city.rng.randint(400, 5000))
    kk_no = numbers.kk(city.rng, _district(city, village), recorded) if city.rng.random() < 0.985 else None
    rw, rt = f"{city.rng.randint(1, 6):03d}", f"{city.rng.randint(1, 4):03d}"
    stored = _store(city, people, village, rw, rt, f"Jalan Contoh No. {number}", kk_no)
    house = House(stored["id"], stored, people)
    _number_people(city, numbers, house)
    city.houses.append(house)


def _district(city: City, village: str) -> str:
    return city.catalogue.village_district[village].replace(".", "")


def _store(city: City, people: list[Person], village: str, rw: str, rt: str, address: str, kk_no: str | None) -> Row:
    rng = city.rng
    phone = f"0800-{rng.randint(1000, 9999)}-{rng.randint(100, 999)}" if rng.random() < 0.72 else ""
    return city.sheet.add(
        Household, kk_no=kk_no, head_name=people[0].name, village_code=village, rw=rw, rt=rt, address=address,
        phone=phone,
    )  # fmt: skip


def _number_people(city: City, numbers: Numbers, house: House) -> None:
    """Write the members down; a few newborn and old people have no NIK yet."""
    district = _district(city, house.row["village_code"])
    for position, person in enumerate(house.people, start=1):
        if not person.nik and city.rng.random() < 0.985:
            person.nik = numbers.nik(city.rng, district, person)
        city.sheet.add(
            Member, household_id=house.id, position=position, nik=person.nik or None, name=person.name,
            name_key=fold_name(person.name), sex=person.sex, birth_date=person.born, relation=person.relation,
            in_school=person.in_school,
        )  # fmt: skip


def check_list(city: City, house: House, on: date, by: Row) -> None:
    """Look a family up in the national list, as every case does; DTSEN is published by quarters."""
    quarter = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    city.sheet.add(
        Listing, household_id=house.id, list_code="dtsen", as_of=quarter, present=house.listed_decile is not None,
        decile=house.listed_decile, checked_on=on, checked_by_id=by["id"],
    )  # fmt: skip
    if house.holds_kks and not house.list_checked:
        city.sheet.add(
            MembershipCard, household_id=house.id, kind="kks", number=f"6032989{house.id:09d}", seen_on=on,
            seen_by_id=by["id"],
        )  # fmt: skip
    house.list_checked = True
    house.first_seen = min(house.first_seen or on, on)


def settle_the_rest(city: City) -> None:
    """Families without a case: about half have been looked up, and each was registered some day."""
    rng, days = city.rng, city.days
    for house in city.houses:
        clerk = city.users[rng.choice(("rani", "budi"))]
        registered = days.day(-rng.randint(2, days.history))
        if not house.list_checked and (house.golden or rng.random() < 0.42):
            if not house.golden:
                house.listed_decile = rng.choices((None, *range(1, 11)), (18, 10, 12, 13, 12, 10, 8, 6, 5, 3, 3))[0]
                house.holds_kks = house.listed and rng.random() < 0.55
            check_list(city, house, days.after(registered, rng.randint(0, 20)), clerk)
        registered = min(registered, house.first_seen or registered)
        at = moment(registered, time(7, rng.randint(31, 59)))
        house.row |= {"created_by_id": clerk["id"], "created_at": at}
        city.trail.act(at, clerk, "household.registered", "household", house.row, house.id)
