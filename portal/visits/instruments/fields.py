"""The questions asked in a house and the answers they take (seeds/assessment_fields.toml)."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from portal import money
from portal.visits.instruments.reading import BadInstrument, Table, need, number, tables, unique
from portal.visits.instruments.rules import Rule, parse_rule

N_ = str  # marks a sentence for translation where it stands; the page translates it

Answer = int | Decimal | bool | str
"""Whole rupiah and counts are int, measures Decimal, choices their code."""

Number = int | Decimal

NUMBERS: Final = ("integer", "decimal", "money", "derived")
TYPES: Final = (*NUMBERS, "choice", "boolean")

SENTENCES: Final[dict[str, str]] = {
    "empty": N_("This question is still without an answer."),
    "not_a_number": N_("This is not a number. Type digits, for example 24 or 24,5."),
    "not_whole": N_("This is counted in whole numbers."),
    "below_min": N_("The least this can be is %(min)s."),
    "above_max": N_("The most this can be is %(max)s."),
    "ambiguous": N_("This number can be read in two ways. Type it without a dot, for example 1500 or 1,5."),
    "fraction": money.SENTENCES["fraction"],
    "negative": money.SENTENCES["negative"],
    "too_large": money.SENTENCES["too_large"],
    "not_a_choice": N_("Choose one of the answers offered."),
    "not_yes_or_no": N_("Answer yes or no."),
    "no_division": N_("%(divisor)s cannot be zero."),
}

_YES_OR_NO = {"true": True, "ya": True, "yes": True, "1": True, "false": False, "tidak": False, "no": False, "0": False}
_NUMBER = re.compile(r"(-?[0-9]{1,9})(?:[.,]([0-9]{1,4}))?")
_EXPRESSION = re.compile(r"(\w+)\s*([-+*/])\s*(\w+)")


class BadAnswer(ValueError):
    """An answer that `field` does not take; `code` is a key of SENTENCES, `params` fill its gaps."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(SENTENCES[code] % params)
        self.code = code
        self.params = params
        self.field: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a question with choices."""

    code: str
    label_id: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Expression:
    """A derived field: two fields and one operator."""

    left: str
    op: str
    right: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question; a derived field is computed and never asked. `group` is a key of GROUPS."""

    name: str
    type: str
    label_id: str
    label_en: str
    group: str = "other"
    min: Decimal | None = None
    max: Decimal | None = None
    unit: str | None = None
    values: tuple[Choice, ...] = ()
    required_if: Rule | None = None
    expr: Expression | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its choices."""
        return tuple(choice.code for choice in self.values)


def parse_field(body: Table, group: str) -> Field:
    """Read one [[field]]; raises BadInstrument."""
    name = need(body, "name", str, "field")
    where = f"field '{name}'"
    kind = need(body, "type", str, where)
    if kind not in TYPES:
        raise BadInstrument(f"{where}: unknown type '{kind}'")
    label = need(body, "label_id", str, where)
    return Field(
        name=name,
        type=kind,
        label_id=label,
        label_en=body.get("label_en", label),
        group=group,
        min=number(body["min"], where) if "min" in body else None,
        max=number(body["max"], where) if "max" in body else None,
        unit=body.get("unit"),
        values=_choices(body, where) if kind == "choice" else (),
        required_if=parse_rule(body["required_if"], where) if "required_if" in body else None,
        expr=_expression(body, where) if kind == "derived" else None,
    )


def _choices(body: Table, where: str) -> tuple[Choice, ...]:
    choices = tuple(
        Choice(
            need(value, "code", str, where), label := need(value, "label_id", str, where), value.get("label_en", label)
        )
        for value in tables(body, "values", where)
    )
    unique([choice.code for choice in choices], f"{where}: choices")
    return choices


def _expression(body: Table, where: str) -> Expression:
    written = _EXPRESSION.fullmatch(need(body, "expr", str, where).strip())
    if not written:
        raise BadInstrument(f"{where}: 'expr' is two fields and one operator, such as 'area / members'")
    return Expression(written[1], written[2], written[3])


def parse_answer(field: Field, text: str) -> Answer:
    """Read what was typed or chosen: "24", "24,5", rupiah for money; raises BadAnswer."""
    bare = text.strip()
    if not bare:
        raise BadAnswer("empty")
    if field.type == "choice":
        return _chosen(field, bare)
    if field.type == "boolean":
        return _yes_or_no(bare)
    return _within(field, _rupiah(bare) if field.type == "money" else _measure(field, bare))


def read_answer(field: Field, value: object) -> Answer | None:
    """An answer as it was stored or typed; None and an empty text are no answer. Raises BadAnswer."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str):
        return parse_answer(field, value)
    if isinstance(value, bool) or field.type == "boolean":
        if isinstance(value, bool) and field.type == "boolean":
            return value
        raise BadAnswer("not_yes_or_no" if field.type == "boolean" else "not_a_number")
    if isinstance(value, int | float | Decimal) and field.type != "choice":
        return _counted(field, Decimal(str(value)))
    raise BadAnswer("not_a_choice" if field.type == "choice" else "not_a_number")


def answer_text(answer: Answer) -> str:
    """An answer as it stands in a form field; typed again it is the same answer."""
    if isinstance(answer, bool):
        return "true" if answer else "false"
    return f"{answer:f}".replace(".", ",") if isinstance(answer, Decimal) else str(answer)


def _chosen(field: Field, code: str) -> str:
    if code not in field.codes:
        raise BadAnswer("not_a_choice")
    return code


def _yes_or_no(text: str) -> bool:
    if text.lower() not in _YES_OR_NO:
        raise BadAnswer("not_yes_or_no")
    return _YES_OR_NO[text.lower()]


def _rupiah(text: str) -> int:
    try:
        return money.parse_rupiah(text)
    except money.BadAmount as refused:
        raise BadAnswer(refused.code) from None


def _measure(field: Field, text: str) -> int | Decimal:
    written = _NUMBER.fullmatch(text)
    if not written:
        raise BadAnswer("not_a_number")
    whole, decimals = written[1], written[2] or ""
    if len(decimals) == 3 and whole.lstrip("-0"):
        raise BadAnswer("ambiguous")
    return _counted(field, Decimal(f"{whole}.{decimals}" if decimals else whole))


def _counted(field: Field, value: Decimal) -> int | Decimal:
    """A count or an amount is whole, a measure is not; either lies within its bounds."""
    if not value.is_finite():
        raise BadAnswer("not_a_number")
    if field.type == "decimal":
        return _within(field, value)
    if value != value.to_integral_value():
        raise BadAnswer("fraction" if field.type == "money" else "not_whole")
    return _within(field, int(value))


def _within(field: Field, value: Number) -> Number:
    if field.min is not None and value < field.min:
        raise BadAnswer("below_min", min=f"{field.min:f}")
    if field.max is not None and value > field.max:
        raise BadAnswer("above_max", max=f"{field.max:f}")
    return value
