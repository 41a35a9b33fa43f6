"""Raw answers of a home visit that give the result a case needs; the portal's own instrument weighs them."""

from random import Random

from portal.demo.city import City, House
from portal.visits.instruments import fields_for
from portal.visits.instruments.fields import answer_text, read_answer
from portal.visits.models import KnownBy

CRITERIA = (
    "floor_area_m2", "floor_type", "wall_type", "toilet", "lighting", "protein_per_week", "clothes_per_year",
    "meals_per_day", "can_pay_clinic", "head_job", "head_education", "savings_and_assets_idr",
)  # fmt: skip

HOW_MANY = {"poor": (8, 11), "review": (6, 7), "not_poor": (1, 5)}
"""Criteria met of 12 (instruments_payakumbuh_12.toml, decision.bands)."""

MET = {
    "floor_type": ("soil", "bamboo", "cheap_wood"),
    "wall_type": ("poor_wood", "bamboo", "unplastered", "unplastered"),
    "toilet": ("none", "shared", "shared"),
    "lighting": ("non_electric",),
    "protein_per_week": ("0", "1", "1"),
    "clothes_per_year": ("0", "1", "1"),
    "meals_per_day": ("1", "2", "2"),
    "can_pay_clinic": ("false",),
    "head_job": ("farm_labourer", "construction_labourer", "plantation_labourer", "farm_labourer"),
    "head_education": ("none", "sd_incomplete", "sd", "sd"),
    "savings_and_assets_idr": ("0", "50000", "150000", "300000"),
}
NOT_MET = {
    "floor_type": ("cement", "cement", "tile"),
    "wall_type": ("plastered", "plastered", "good_wood"),
    "toilet": ("own",),
    "lighting": ("electric_own", "electric_own", "electric_shared"),
    "protein_per_week": ("2", "3", "4"),
    "clothes_per_year": ("2", "3", "4"),
    "meals_per_day": ("3",),
    "can_pay_clinic": ("true",),
    "head_job": ("other",),
    "head_education": ("smp", "sma", "sma"),
    "savings_and_assets_idr": ("500000", "1500000", "3500000"),
}
# Hardly any house is without electric light today; walls and floors tell more.
RARELY_MET = "lighting"


def invent(rng: Random, house: House, band: str) -> dict[str, str]:
    """Answers of a family whose result falls in this band."""
    least, most = HOW_MANY[band]
    often = [name for name in CRITERIA if name != RARELY_MET]
    met = set(rng.sample(often, rng.randint(least, most)))
    answers = {name: rng.choice((MET if name in met else NOT_MET)[name]) for name in MET}
    members = len(house.people)
    answers["members"] = str(members)
    answers["floor_area_m2"] = str(members * (rng.randint(4, 7) if "floor_area_m2" in met else rng.randint(8, 14)))
    income = (
        rng.randrange(350_000, 1_100_000, 50_000) if "head_job" in met else rng.randrange(1_200_000, 2_800_000, 100_000)
    )
    answers["head_income_idr_month"] = str(income)
    return answers


def of_golden(house: House) -> dict[str, str]:
    """The answers of seeds/demo_households.csv; an empty one was not given."""
    return {name: value for name, value in (house.golden or {}).items() if value}


def as_stored(city: City, raw: dict[str, str]) -> dict[str, str]:
    """The instrument's own questions in the order of the walk, each answer in its vocabulary."""
    stored = {}
    for field in fields_for(city.instrument):
        answer = read_answer(field, raw.get(field.name))
        if answer is not None:
            stored[field.name] = answer_text(answer)
    return stored


def known_by(rng: Random, name: str) -> KnownBy:
    """Houses are seen, habits and money are told."""
    if name in {"floor_area_m2", "floor_type", "wall_type", "toilet", "lighting"}:
        return rng.choices((KnownBy.SEEN, KnownBy.PHOTO), (85, 15))[0]
    if name == "members":
        return KnownBy.DOCUMENT
    return rng.choices((KnownBy.TOLD, KnownBy.SEEN, KnownBy.DOCUMENT), (85, 10, 5))[0]
