"""Batches and their rows in words."""

from datetime import date
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.exchange.models import BatchState, RowKind
from portal.households.forms import RELATIONS, SEXES
from portal.households.identity import mask
from portal.units.formats import day, village

STATES: Final[dict[BatchState, tuple[Any, str, str]]] = {
    BatchState.WAITING: (_l("being read"), "info", "clock"),
    BatchState.READY: (_l("waits for a decision"), "due", "eye"),
    BatchState.CONFIRMED: (_l("being written"), "info", "clock"),
    BatchState.DONE: (_l("in the register"), "good", "ok"),
    BatchState.STOPPED: (_l("stopped"), "due", "warning"),
    BatchState.REFUSED: (_l("refused"), "late", "refused"),
    BatchState.UNMAPPED: (_l("columns not known yet"), "due", "list"),
    BatchState.UNDONE: (_l("taken back"), "neutral", "undo"),
}
"""Word, tone and icon."""

KINDS: Final[dict[RowKind, Any]] = {
    RowKind.NEW: _l("new"),
    RowKind.CHANGED: _l("changed"),
    RowKind.UNCHANGED: _l("unchanged"),
    RowKind.DOUBT: _l("in doubt"),
    RowKind.REFUSED: _l("refused"),
    RowKind.GONE: _l("gone from the list"),
}

TONES: Final = {RowKind.DOUBT: "due", RowKind.REFUSED: "late"}

FIELDS: Final[dict[str, Any]] = {
    "nik": _l("NIK"),
    "name": _l("Name"),
    "sex": _l("Sex"),
    "birth_date": _l("Birth date"),
    "relation": _l("Place in the family"),
    "in_school": _l("Goes to school"),
    "kk_no": _l("KK number"),
    "village_code": _l("Kelurahan"),
    "rw": _l("RW"),
    "rt": _l("RT"),
    "address": _l("Address"),
    "phone": _l("Telephone"),
}
"""What may change, in the order of a page; also what a column of an office's file may hold."""

COLUMNS: Final[dict[str, Any]] = FIELDS | {
    "family": _l("The list's own number of the household"),
    "second_family": _l("Which family of the household"),
    "age": _l("Age"),
    "presence": _l("Whether the person lives here"),
    "district": _l("Kecamatan"),
    "village": _l("Kelurahan"),
    "rt_rw": _l("RT and RW"),
    "percentile": _l("Rank in the national list"),
    "decile": _l("Decile of the national list"),
}

LISTS: Final[dict[str, str]] = {"ppls": "PPLS", "bdt": "BDT", "dtks": "DTKS", "dtsen": "DTSEN"}
"""National lists by their code in the register (domain.md section 5): proper names, the same in every language."""


def value(field: str, stored: Any) -> str:
    """A value of the register or of a row as a reader knows it; identity numbers masked."""
    if stored is None or stored == "":
        return "–"
    if field in {"nik", "kk_no"}:
        return mask(str(stored))
    if field == "birth_date":
        return day(date.fromisoformat(str(stored)), short=True)
    if field == "presence":
        return gettext("lives here") if stored == "here" else gettext("lives here no more")
    if field == "in_school":
        return gettext("yes") if stored else gettext("no")
    if field == "village_code":
        return village(str(stored)) or str(stored)
    words = {str(choice.value): str(choice.label) for choice in (*RELATIONS, *SEXES)}
    return words.get(str(stored), str(stored)) if field in {"relation", "sex"} else str(stored)
