"""The rule of a criterion: a condition on one field, or `all` or `any` of several (seeds/README.md "Instruments")."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from portal.visits.instruments.reading import BadInstrument, Table, need

OPERATORS: Final[dict[str, Callable[[object, object], bool]]] = {
    "lt": lambda answer, limit: answer < limit,  # type: ignore[operator]
    "lte": lambda answer, limit: answer <= limit,  # type: ignore[operator]
    "eq": lambda answer, value: answer == value,
    "in": lambda answer, values: answer in values,  # type: ignore[operator]
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One field against a value; equal to the limit is not below it (domain.md section 6)."""

    field: str
    op: str
    value: object

    def holds(self, answer: object) -> bool:
        """Whether an answer meets the condition."""
        return OPERATORS[self.op](answer, self.value)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Met when every part is."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Met as soon as one part is, whatever the others."""

    parts: tuple["Rule", ...]


Rule = Condition | AllOf | AnyOf


def parse_rule(body: Table, where: str) -> Rule:
    """Read a rule as written in the file; the fields and values it names are checked with the instrument."""
    for key, kind in (("all", AllOf), ("any", AnyOf)):
        if key in body:
            parts = need(body, key, list, where)
            if not parts or not all(isinstance(part, Mapping) for part in parts) or len(body) > 1:
                raise BadInstrument(f"{where}: '{key}' stands alone and holds at least one rule")
            return kind(tuple(parse_rule(part, where) for part in parts))
    op = need(body, "op", str, where)
    if op not in OPERATORS:
        raise BadInstrument(f"{where}: unknown comparison '{op}', known are {', '.join(OPERATORS)}")
    return Condition(need(body, "field", str, where), op, _exact(need(body, "value", object, where)))


def _exact(value: object) -> object:
    """A threshold of 0.05 is exactly that, so that an answer equal to it is not below it."""
    if isinstance(value, list):
        return [_exact(item) for item in value]
    return Decimal(str(value)) if isinstance(value, float) else value


def conditions_of(rule: Rule) -> list[Condition]:
    """Every condition in a rule, in the order written."""
    if isinstance(rule, Condition):
        return [rule]
    return [condition for part in rule.parts for condition in conditions_of(part)]
