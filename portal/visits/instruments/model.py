"""An assessment instrument, read from its file and checked whole before anyone is asked a question."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from portal.visits.instruments import checks
from portal.visits.instruments.fields import Choice, Field, parse_field
from portal.visits.instruments.reading import BadInstrument, Table, need, tables, unique
from portal.visits.instruments.rules import Rule, conditions_of, parse_rule

N_ = str  # marks a label for translation where it stands; the page translates it

COUNT_MET: Final = "count_met"
SUM_SCORE: Final = "sum_score"
HIGHER_IS_POORER: Final = "higher_is_poorer"
LOWER_IS_POORER: Final = "lower_is_poorer"

GROUPS: Final[dict[str, str]] = {
    "outside": N_("Outside"),
    "floor_and_walls": N_("Floor and walls"),
    "kitchen": N_("Kitchen"),
    "toilet": N_("Toilet"),
    "water_and_light": N_("Water and light"),
    "work": N_("Work"),
    "school": N_("School"),
    "money": N_("Money"),
    "food": N_("Food"),
    "clothes": N_("Clothes"),
    "health": N_("Health"),
    "other": N_("Other questions"),
}
"""The order in which one walks through a house and then sits down (design.md section 3)."""

_WALK: Final[dict[str, str]] = {
    question: group
    for group, questions in {
        "outside": "members household_size families_in_house floor_area_m2 building_area tenure roof transport",
        "floor_and_walls": "floor_type floor wall_type wall furniture",
        "kitchen": "fuel",
        "toilet": "toilet",
        "water_and_light": "water lighting",
        "work": "head_job head_land_ha working_members",
        "school": "head_education school_children",
        "money": "head_income_idr_month family_income savings_and_assets_idr quick_assets",
        "food": "meals_per_day protein_per_week",
        "clothes": "clothes_per_year",
        "health": "can_pay_clinic chronic_illness",
    }.items()
    for question in questions.split()
}


@dataclass(frozen=True, slots=True)
class Band:
    """A range of results, both ends included, and what it is called."""

    code: str
    label_id: str
    label_en: str
    min: int
    max: int


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a scored criterion and its points."""

    code: str
    score: int
    label_id: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One item of an instrument: a rule that is met or not, or options with points."""

    no: int
    code: str
    label_id: str
    label_en: str
    group: str | None
    weight: int
    rule: Rule | None
    options: tuple[Option, ...]
    reading: str | None

    @property
    def lowest(self) -> int:
        """The least it can add to the result."""
        return min((option.score for option in self.options), default=0) * self.weight

    @property
    def highest(self) -> int:
        """The most it can add to the result."""
        return max((option.score for option in self.options), default=1) * self.weight


@dataclass(frozen=True)
class Instrument:
    """A version of an instrument; results are stored with `code` and `version` (seeds/README.md "Instruments")."""

    code: str
    version: str
    name_id: str
    name_en: str
    method: str
    direction: str
    valid_from: date
    needs_human_confirmation: bool
    criteria: tuple[Criterion, ...]
    bands: tuple[Band, ...]
    fields: Mapping[str, Field]

    @property
    def lowest(self) -> int:
        """The smallest possible result."""
        return sum(criterion.lowest for criterion in self.criteria)

    @property
    def highest(self) -> int:
        """The largest possible result."""
        return sum(criterion.highest for criterion in self.criteria)

    def band_of(self, value: int) -> Band:
        """The band a result falls in; the bands cover every possible one."""
        return next(band for band in self.bands if band.min <= value <= band.max)

    @classmethod
    def from_dict(cls, body: Table, fields_body: Table | None = None) -> "Instrument":
        """Read instruments_*.toml with assessment_fields.toml; raises BadInstrument with a sentence on any fault."""
        where = f"instrument '{need(body, 'code', str, 'instrument')}'"
        method = _one_of(body, "method", (COUNT_MET, SUM_SCORE), where)
        _one_of(body, "missing_answer", ("incomplete",), where)
        decision = need(body, "decision", dict, where)
        criteria = tuple(_criterion(table, method, where) for table in tables(body, "criterion", where))
        instrument = cls(
            code=need(body, "code", str, where),
            version=need(body, "version", str, where),
            name_id=need(body, "name_id", str, where),
            name_en=body.get("name_en", body["name_id"]),
            method=method,
            direction=_one_of(body, "direction", (HIGHER_IS_POORER, LOWER_IS_POORER), where),
            valid_from=_day(body, where),
            needs_human_confirmation=need(decision, "needs_human_confirmation", bool, where),
            criteria=criteria,
            bands=tuple(_band(table, where) for table in tables(decision, "bands", where)),
            fields=_raw_fields(fields_body) if method == COUNT_MET else _scored_fields(criteria),
        )
        checks.check(instrument, where)
        return instrument


def fields_for(instrument: Instrument) -> list[Field]:
    """The questions to ask, in the order of the walk; derived fields are not asked."""
    wanted = {name for criterion in instrument.criteria for name in asked_by(instrument, criterion)}
    order = list(_WALK)
    groups = list(GROUPS)
    asked = [field for name, field in instrument.fields.items() if name in wanted]
    return sorted(
        asked,
        key=lambda field: (groups.index(field.group), order.index(field.name) if field.name in order else len(order)),
    )


def asked_by(instrument: Instrument, criterion: Criterion) -> list[str]:
    """The names of the questions a criterion rests on, conditions of other questions included."""
    if criterion.rule is None:
        return [criterion.code]
    return _raw_names(instrument.fields, (condition.field for condition in conditions_of(criterion.rule)))


def _raw_names(fields: Mapping[str, Field], names: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for name in names:
        field = fields[name]
        if field.expr:
            found |= dict.fromkeys(_raw_names(fields, (field.expr.left, field.expr.right)))
            continue
        if field.required_if:
            found |= dict.fromkeys(condition.field for condition in conditions_of(field.required_if))
        found[name] = None
    return list(found)


def _one_of(body: Table, key: str, known: tuple[str, ...], where: str) -> str:
    value = need(body, key, str, where)
    if value not in known:
        raise BadInstrument(f"{where}: '{key}' is '{value}', known are {', '.join(known)}")
    return value


def _day(body: Table, where: str) -> date:
    written = body.get("valid_from")
    try:
        return written if isinstance(written, date) else date.fromisoformat(str(written))
    except ValueError:
        raise BadInstrument(f"{where}: 'valid_from' is no day") from None


def _band(table: Table, where: str) -> Band:
    code, label = need(table, "code", str, where), need(table, "label_id", str, where)
    here = f"{where}, band '{code}'"
    return Band(code, label, table.get("label_en", label), need(table, "min", int, here), need(table, "max", int, here))


def _criterion(table: Table, method: str, where: str) -> Criterion:
    no = need(table, "no", int, where)
    here = f"{where}, criterion {no}"
    label = need(table, "label_id", str, here)
    counted = method == COUNT_MET
    return Criterion(
        no=no,
        code=need(table, "code", str, here),
        label_id=label,
        label_en=table.get("label_en", label),
        group=table.get("group"),
        weight=1 if counted else need(table, "weight", int, here),
        rule=parse_rule(need(table, "rule", dict, here), here) if counted else None,
        options=() if counted else tuple(_option(option, here) for option in tables(table, "options", here)),
        reading=table.get("reading"),
    )


def _option(table: Table, where: str) -> Option:
    label = need(table, "label_id", str, where)
    return Option(
        need(table, "code", str, where), need(table, "score", int, where), label, table.get("label_en", label)
    )


def _raw_fields(fields_body: Table | None) -> dict[str, Field]:
    listed = tables(fields_body or {}, "field", "fields")
    fields = [parse_field(table, _WALK.get(str(table.get("name")), "other")) for table in listed]
    unique([field.name for field in fields], "fields")
    return {field.name: field for field in fields}


def _scored_fields(criteria: tuple[Criterion, ...]) -> dict[str, Field]:
    """A scored criterion is its own question: its options are the choices."""
    return {
        criterion.code: Field(
            name=criterion.code,
            type="choice",
            label_id=criterion.label_id,
            label_en=criterion.label_en,
            group=_WALK.get(criterion.code, "other"),
            values=tuple(Choice(option.code, option.label_id, option.label_en) for option in criterion.options),
        )
        for criterion in criteria
    }
