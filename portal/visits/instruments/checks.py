"""Whether an instrument holds together: numbers, fields, thresholds and bands."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from portal.visits.instruments.fields import NUMBERS, Field
from portal.visits.instruments.reading import BadInstrument, number, unique
from portal.visits.instruments.rules import AllOf, AnyOf, Condition, Rule, conditions_of

if TYPE_CHECKING:
    from portal.visits.instruments.model import Criterion, Instrument


def check(instrument: "Instrument", where: str) -> None:
    """Raise BadInstrument unless every field, value and band of the instrument fits the others."""
    if [criterion.no for criterion in instrument.criteria] != list(range(1, len(instrument.criteria) + 1)):
        raise BadInstrument(f"{where}: criteria are numbered 1, 2, 3 and so on")
    unique([criterion.code for criterion in instrument.criteria], f"{where}: criteria")
    for field in instrument.fields.values():
        _check_field(instrument.fields, field)
    for criterion in instrument.criteria:
        _check_criterion(instrument.fields, criterion, f"{where}, criterion {criterion.no}")
    _check_bands(instrument, where)


def _check_field(fields: Mapping[str, Field], field: Field) -> None:
    where = f"field '{field.name}'"
    if field.required_if:
        _check_rule(fields, field.required_if, where)
        named = [fields[condition.field] for condition in conditions_of(field.required_if)]
        if any(other.expr or other.required_if for other in named):
            raise BadInstrument(f"{where}: 'required_if' may only look at questions that are always asked")
    for name in (field.expr.left, field.expr.right) if field.expr else ():
        if name not in fields or fields[name].expr or fields[name].type not in NUMBERS:
            raise BadInstrument(f"{where}: 'expr' needs two questions answered by a number, not '{name}'")


def _check_criterion(fields: Mapping[str, Field], criterion: "Criterion", where: str) -> None:
    unique([option.code for option in criterion.options], f"{where}: options")
    if criterion.weight < 1:
        raise BadInstrument(f"{where}: 'weight' is at least 1")
    if criterion.rule:
        _check_rule(fields, criterion.rule, where)


def _check_rule(fields: Mapping[str, Field], rule: Rule, where: str) -> None:
    if isinstance(rule, AllOf | AnyOf):
        for part in rule.parts:
            _check_rule(fields, part, where)
        return
    if rule.field not in fields:
        raise BadInstrument(f"{where}: unknown field '{rule.field}'")
    _check_value(fields[rule.field], rule, where)


def _check_value(field: Field, rule: Condition, where: str) -> None:
    """A threshold must be something the field can be compared with."""
    values = rule.value if rule.op == "in" else [rule.value]
    if not isinstance(values, list) or not values:
        raise BadInstrument(f"{where}: 'in' needs a list with at least one value")
    if rule.op in ("lt", "lte") and field.type not in NUMBERS:
        raise BadInstrument(f"{where}: '{field.name}' has no order, so '{rule.op}' cannot hold")
    for value in values:
        if field.type in NUMBERS:
            number(value, where)
        elif value not in field.codes if field.type == "choice" else not isinstance(value, bool):
            raise BadInstrument(f"{where}: '{field.name}' is never {value!r}")


def _check_bands(instrument: "Instrument", where: str) -> None:
    """Together the bands cover every result once (seeds/README.md "Instruments")."""
    unique([band.code for band in instrument.bands], f"{where}: bands")
    expected = instrument.lowest
    for band in sorted(instrument.bands, key=lambda band: band.min):
        if band.min != expected or band.max < band.min:
            raise BadInstrument(f"{where}: band '{band.code}' must begin at {expected} and end no lower")
        expected = band.max + 1
    if expected != instrument.highest + 1:
        raise BadInstrument(f"{where}: the bands must end at {instrument.highest}, not at {expected - 1}")
