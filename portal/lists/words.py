"""Lists, what comparing them finds, and proposals in words."""

from typing import Any, Final

from portal.exchange.wording import LISTS as LISTS
from portal.language import gettext
from portal.language import lazy_gettext as _l
from portal.lists.changes import Change
from portal.lists.models import LineAnswer, ProposalKind, ProposalState
from portal.lists.reality import Finding

CHANGES: Final[dict[Change, Any]] = {
    Change.NEW: _l("New in the list"),
    Change.GONE: _l("Gone from the list"),
    Change.INTO: _l("Listed now: moved down across the line"),
    Change.OUT: _l("Listed no more: moved up across the line"),
    Change.DECILE: _l("Another decile, on the same side"),
    Change.SAME: _l("Unchanged"),
    Change.UNKNOWN: _l("In one list, the other not known"),
}

FINDINGS: Final[dict[Finding, Any]] = {
    Finding.INCLUSION: _l("Listed, not poor (inclusion error)"),
    Finding.EXCLUSION: _l("Poor, not listed (exclusion error)"),
    Finding.RIGHT: _l("Listed and poor"),
    Finding.SECOND_LOOK: _l("Listed, needs a second look"),
    Finding.NOT_VISITED: _l("Listed, not visited yet"),
    Finding.CARD: _l("Poor, not listed, holds a card"),
    Finding.UNKNOWN: _l("Poor, not looked up in this list"),
}

KINDS: Final[dict[ProposalKind, Any]] = {
    ProposalKind.ADD: _l("Add: poor, not listed"),
    ProposalKind.DROP: _l("Drop: listed, not poor"),
}

TICKS: Final[dict[str, Any]] = {
    "fresh": _l("Those never proposed before"),
    "all": _l("All"),
    "none": _l("Nobody"),
}
"""Who is ticked at first on the page that gathers a proposal."""

STATES: Final[dict[ProposalState, tuple[Any, str]]] = {
    ProposalState.MADE: (_l("not sent yet"), "due"),
    ProposalState.SENT: (_l("waits for the office"), "info"),
    ProposalState.ANSWERED: (_l("answered"), "good"),
    ProposalState.WITHDRAWN: (_l("withdrawn"), "neutral"),
}
"""Word and tone."""

ANSWERS: Final[dict[LineAnswer, tuple[Any, str]]] = {
    LineAnswer.ACCEPTED: (_l("accepted"), "good"),
    LineAnswer.REJECTED: (_l("rejected"), "late"),
    LineAnswer.DELIBERATION: (_l("to the kelurahan deliberation"), "due"),
    LineAnswer.WITHDRAWN: (_l("withdrawn"), "neutral"),
}


def said(value: int | None) -> str:
    """What an entry of a list says of a family (held.said_by)."""
    if value is None:
        return gettext("no entry")
    if not value % 2:
        return gettext("not in it")
    return gettext("decile %(decile)s", decile=value // 2) if value // 2 else gettext("in it")


def entry(row: Any) -> str:
    """The same of an entry as it is stored (held.said_by_newest)."""
    return said((row.decile or 0) * 2 + int(row.present))
