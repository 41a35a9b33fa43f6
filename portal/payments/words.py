"""What states of lists and outcomes of lines are called."""

from typing import Any, Final

from portal.language import lazy_gettext as _l
from portal.payments.models import LineOutcome, ListState

STATES: Final[dict[ListState, tuple[Any, str, str]]] = {
    ListState.OPEN: (_l("To be settled"), "due", "clock"),
    ListState.SETTLED: (_l("Settled"), "good", "ok"),
    ListState.CALLED_OFF: (_l("Called off"), "neutral", "cross"),
}
OUTCOMES: Final[dict[LineOutcome, tuple[Any, str, str]]] = {
    LineOutcome.OPEN: (_l("Not settled yet"), "due", "clock"),
    LineOutcome.PAID: (_l("Paid"), "good", "ok"),
    LineOutcome.FAILED: (_l("Did not reach the family"), "late", "cross"),
    LineOutcome.RETURNED: (_l("Paid and returned"), "neutral", "undo"),
    LineOutcome.TAKEN_OUT: (_l("Taken out"), "neutral", "cross"),
}
"""Word, tone and icon of each."""
