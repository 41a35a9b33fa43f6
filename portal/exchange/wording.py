"""Batches and their rows in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from portal.exchange import samples
from portal.exchange.models import BatchState, ImportBatch, RowKind
from portal.households.identity import mask
from portal.households.words import RELATIONS, SEXES
from portal.language import gettext
from portal.language import lazy_gettext as _l
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

NOTHING: Final = (_l("nothing to write"), "neutral", "ok")


def state(batch: ImportBatch) -> tuple[Any, str, str]:
    """Word, tone and icon of a batch."""
    return NOTHING if batch.had_nothing else STATES[batch.state]


KINDS: Final[dict[RowKind, Any]] = {
    RowKind.NEW: _l("new"),
    RowKind.CHANGED: _l("changed"),
    RowKind.UNCHANGED: _l("unchanged"),
    RowKind.DOUBT: _l("in doubt"),
    RowKind.REFUSED: _l("refused"),
    RowKind.GONE: _l("gone from the list"),
}

TONES: Final = {RowKind.DOUBT: "due", RowKind.REFUSED: "late"}

LISTS: Final[dict[str, str]] = {"ppls": "PPLS", "bdt": "BDT", "dtks": "DTKS", "dtsen": "DTSEN"}
"""National lists by their code in the register (domain.md section 5): proper names, the same in every language."""


CODED: Final[Mapping[str, Mapping[Any, Any]]] = {"relation": RELATIONS, "sex": SEXES}
"""What the codes of a field are called."""


def label(field: str) -> str:
    """What a field is called, of a person or of the household; a kelurahan by its name, whatever a file holds of it."""
    return samples.label("village" if field == "village_code" else field)


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
    return str(CODED.get(field, {}).get(str(stored), stored))
