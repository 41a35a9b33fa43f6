"""Questions and answers of an instrument as the reader's language says them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from portal import money
from portal.language import gettext, lazy_gettext, spoken
from portal.visits.instruments import BadAnswer, Field, Instrument, answer_text, read_answer
from portal.visits.instruments import fields as sentences
from portal.visits.instruments.fields import Answer
from portal.visits.instruments.rules import Condition, conditions_of
from portal.visits.models import KnownBy, VisitStatus

KNOWN_BY = {
    KnownBy.SEEN: lazy_gettext("Seen"),
    KnownBy.TOLD: lazy_gettext("Told"),
    KnownBy.DOCUMENT: lazy_gettext("On paper"),
    KnownBy.PHOTO: lazy_gettext("On a photo"),
}
"""How an answer is known, in the order in which the page offers it (design.md section 3)."""


@dataclass(frozen=True)
class State:
    """How a visit's status is shown."""

    word: Any
    tone: str
    icon: str


STATES = {
    VisitStatus.BOOKED: State(lazy_gettext("Booked"), "info", "calendar"),
    VisitStatus.DONE: State(lazy_gettext("Done"), "good", "ok"),
    VisitStatus.MISSED: State(lazy_gettext("Did not take place"), "due", "home"),
    VisitStatus.CANCELLED: State(lazy_gettext("Moved to another day"), "neutral", "undo"),
}

NUMBERS = ("integer", "decimal", "money", "derived")
_UNIT_AT_END = re.compile(r"(?P<label>.+?) \((?P<unit>[^()]+)\)")
_CENTIMETRES = Decimal("0.01")


def english() -> bool:
    return spoken() == "en"


def label(thing: Any) -> str:
    """The name of a field, criterion, choice or band."""
    name = thing.label_en if english() else thing.label_id
    return question_parts(thing)[0] if isinstance(thing, Field) else str(name)


def instrument_name(form: Instrument) -> str:
    return form.name_en if english() else form.name_id


def question_parts(field: Field) -> tuple[str, str]:
    """A question and its unit. A number's label may end in its unit: "Makan (kali per hari)"."""
    whole = field.label_en if english() else field.label_id
    if field.type == "money":
        return whole, "Rp"
    found = _UNIT_AT_END.fullmatch(whole) if field.type in NUMBERS and not field.unit else None
    return (found["label"], found["unit"]) if found else (whole, field.unit or "")


def shown(field: Field, answer: Answer, *, unit: str = "") -> str:
    """An answer in words: "Rp450.000", "24,5 m²", "Semen", "Ya"."""
    if isinstance(answer, bool):
        return gettext("Yes") if answer else gettext("No")
    if field.type == "money":
        return money.format_rupiah(int(answer))
    if field.type == "choice":
        return next((label(choice) for choice in field.values if choice.code == answer), str(answer))
    return f"{figure(answer)} {unit or question_parts(field)[1]}".strip()


def of_text(field: Field, stored: str) -> str:
    """A stored answer in words."""
    answer = read_answer(field, stored)
    return "" if answer is None else shown(field, answer)


def figure(number: Any) -> str:
    """A number with at most two decimals. The rest is cut, so that 7.996 never looks like the limit of 8."""
    if isinstance(number, int):
        return str(number)
    cut = Decimal(number).quantize(_CENTIMETRES, rounding=ROUND_DOWN).normalize()
    return f"{cut:f}" if english() else f"{cut:f}".replace(".", ",")


def typed(field: Field, stored: str) -> str:
    """A stored answer as it stands in its box; money with dots between thousands."""
    answer = read_answer(field, stored)
    if answer is None:
        return ""
    return money.format_rupiah(int(answer)).removeprefix("Rp") if field.type == "money" else stored_text(answer)


def stored_text(answer: Answer) -> str:
    """An answer as it is kept: 24, 24.0 and 24,0 are one."""
    return answer_text(answer.normalize() if isinstance(answer, Decimal) else answer)


def sentence(bad: BadAnswer) -> str:
    """What is wrong with an answer."""
    return gettext(sentences.SENTENCES[bad.code], **bad.params)


def condition(field: Field, fields: Mapping[str, Field]) -> str:
    """When a conditional question is asked: "Pekerjaan kepala rumah tangga: Petani"."""
    rule = field.required_if
    return "; ".join(_condition(part, fields[part.field]) for part in conditions_of(rule)) if rule else ""


def _condition(part: Condition, field: Field) -> str:
    values: list[Any] = part.value if isinstance(part.value, list) else [part.value]
    signs = {"lt": "< ", "lte": "≤ "}
    return f"{label(field)}: {signs.get(part.op, '')}{', '.join(shown(field, value) for value in values)}"
