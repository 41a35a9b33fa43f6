"""What a column of an unknown file probably is: by its name, and by what stands in it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from portal import clock
from portal.exchange import values
from portal.exchange.formats import LeftOut, fold, words
from portal.exchange.places import Places, unit_places
from portal.exchange.samples import Sheet, known_heads, left_out, why_left_out
from portal.exchange.sheets import Cell
from portal.exchange.values import BadValue
from portal.households.identity import nik_facts
from portal.language import gettext

N_ = str  # marks a word for translation where it stands

CONFIDENCE: Final = {"sure": N_("sure"), "likely": N_("likely"), "unsure": N_("unsure")}

ENOUGH: Final = 0.7
"""The share of a column's values that must look like something; the others are typing errors and gaps."""


@dataclass(frozen=True)
class Proposal:
    """What a column probably is. `field` is None where nothing of ours fits; `left_out` says why it may not be used."""

    column: int
    title: str
    field: str | None
    confidence: str
    why: str
    left_out: LeftOut | None = None


def proposals(sheet: Sheet) -> list[Proposal]:
    """One for each column that has a title, in their order; no field is proposed twice.

    `why` is a sentence in the reader's language, `confidence` a key of CONFIDENCE. Needs the unit's kelurahan.
    """
    looks = _looks(unit_places(), clock.today())
    judged = [_judged(sheet, at, looks) for at in range(len(sheet.titles)) if sheet.titles[at]]
    return _each_once(_cards_and_people(sheet, judged))


def _judged(sheet: Sheet, at: int, looks: dict[str, Callable[[Cell], bool]]) -> Proposal:
    title, cells = sheet.titles[at], sheet.column(at)
    if why := next((part for part in left_out() if fold(title) in part.heads), None):
        return Proposal(at, title, None, "sure", why_left_out(why), why)
    field = known_heads().get(fold(title))
    share = _share(cells, looks[field]) if field in looks else None
    if field and (share is None or not cells):
        return Proposal(at, title, field, "likely", gettext("Other offices call it so."))
    if field and share is not None and share >= ENOUGH:
        return Proposal(at, title, field, "sure", gettext("Other offices call it so, and its values fit."))
    for other, look in looks.items():
        if cells and (fits := _share(cells, look)) >= ENOUGH:
            said = gettext("%(percent)s %% of its values look like it.", percent=round(fits * 100))
            return Proposal(at, title, other, "likely" if other in _TELLING else "unsure", said)
    if field:
        return Proposal(at, title, field, "unsure", gettext("Other offices call it so, but few of its values fit."))
    return Proposal(at, title, None, "unsure", gettext("Neither its name nor its values say what it is."))


def _share(cells: list[Cell], look: Callable[[Cell], bool]) -> float:
    told = [cell for cell in cells if not values.is_missing(cell)]
    return sum(map(look, told)) / len(told) if told else 0.0


_TELLING: Final = {"nik", "village_code", "village", "district", "relation", "birth_date", "rt_rw", "phone"}
"""Fields whose values look like nothing else."""

_PHONE = re.compile(r"(\+?62|0)?8\d{8,11}")
_ADDRESS = re.compile(r"\b(jalan|jln|jl|jorong|lorong|gang|gg|komplek|perum(ahan)?|simpang|blok)\b", re.IGNORECASE)
_RT_RW = re.compile(r"(rt)?[.: ]*\d{1,3}\s*/\s*(rw)?[.: ]*\d{1,3}", re.IGNORECASE)
_WRITTEN_DAY = re.compile(r"\d{1,4}[-/. ](\d{1,2}|[a-z]+)[-/. ]\d{2,4}.*", re.IGNORECASE)
_PERSON = re.compile(r"[^\W\d_][^\d_]{2,}")


def _looks(places: Places, today: date) -> dict[str, Callable[[Cell], bool]]:
    """What tells a field by its values; the more telling first."""
    sex, relation = words().meanings["sex"], words().meanings["relation"]
    return {
        "nik": lambda cell: _reads(values.number, cell),
        "village_code": lambda cell: (
            len(re.sub(r"\D", "", values.text(cell))) == 10 and _reads(places.find, cell, None, None)
        ),
        "birth_date": lambda cell: _is_day(cell, today),
        "rt_rw": lambda cell: bool(_RT_RW.fullmatch(values.text(cell))),
        "phone": lambda cell: bool(_PHONE.fullmatch(re.sub(r"[ .-]", "", values.text(cell)))),
        "relation": lambda cell: fold(values.text(cell)) in relation,
        "sex": lambda cell: fold(values.text(cell)) in sex,
        "village": lambda cell: _is_name(cell) and _reads(places.find, None, cell, None),
        "district": lambda cell: places.is_district(cell),
        "address": lambda cell: bool(_ADDRESS.search(values.text(cell))),
        "name": lambda cell: _is_name(cell) and " " in values.text(cell),
    }


def _reads(read: Callable[..., object], *cells: Cell) -> bool:
    try:
        return bool(read(*cells))
    except BadValue as bad:
        return bad.code in {"digits_lost", "scientific", "village_ambiguous"}


def _is_day(cell: Cell, today: date) -> bool:
    if not isinstance(cell, date) and not _WRITTEN_DAY.fullmatch(values.text(cell)):
        return False
    return _reads(values.birth_date, cell, today)


def _is_name(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(_PERSON.fullmatch(values.text(cell)))


def _cards_and_people(sheet: Sheet, judged: list[Proposal]) -> list[Proposal]:
    """Of columns with 16 digits and no telling name: a NIK is one person's, and a woman's day has 40 added to it."""
    return [
        _with(one, field="kk_no")
        if one.field == "nik" and one.confidence == "likely" and _are_cards(sheet, one)
        else one
        for one in judged
    ]


def _are_cards(sheet: Sheet, proposal: Proposal) -> bool:
    numbers = [digits for cell in sheet.column(proposal.column) if (digits := _digits(cell))]
    of_women = sum(nik_facts(digits, clock.today()).sex == "P" for digits in numbers)
    return of_women == 0 and (len(set(numbers)) < len(numbers) or len(numbers) > 5)


def _digits(cell: Cell) -> str | None:
    try:
        return values.number(cell).digits
    except BadValue:
        return None


def _each_once(judged: Iterable[Proposal]) -> list[Proposal]:
    """Of two columns for one field the surer, then the first."""
    judged = list(judged)
    best: dict[str, Proposal] = {}
    for one in sorted(judged, key=lambda one: list(CONFIDENCE).index(one.confidence)):
        if one.field:
            best.setdefault(one.field, one)
    twice = gettext("Another column fits better.")
    return [
        one if one.field is None or best[one.field] is one else Proposal(one.column, one.title, None, "unsure", twice)
        for one in judged
    ]


def _with(proposal: Proposal, field: str) -> Proposal:
    return Proposal(proposal.column, proposal.title, field, proposal.confidence, proposal.why)
