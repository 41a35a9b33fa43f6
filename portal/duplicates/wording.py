"""Words of pairs: where they come from, what was said of them, how far a search is."""

from typing import Any, Final

from portal.duplicates.models import PairSource, RunState, Verdict
from portal.language import lazy_gettext as _l

VERDICTS: Final[dict[Verdict, tuple[Any, str]]] = {
    Verdict.OPEN: (_l("to decide"), "due"),
    Verdict.UNSURE: (_l("not sure yet"), "info"),
    Verdict.SAME: (_l("the same person"), "good"),
    Verdict.DIFFERENT: (_l("two different people"), "neutral"),
}
"""The word and its tone, in the order in which they are offered."""

SOURCES: Final[dict[PairSource, Any]] = {
    PairSource.ENTRY: _l("noticed when somebody was registered"),
    PairSource.IMPORT: _l("noticed in an office's file"),
    PairSource.RUN: _l("found by a search through the register"),
}

STATES: Final[dict[RunState, Any]] = {
    RunState.WAITING: _l("A search through the whole register is about to begin."),
    RunState.WORKING: _l("A search through the whole register is at work."),
    RunState.DONE: _l("The last search ended."),
    RunState.FAILED: _l("The last search broke off. Tell whoever runs the portal, and try again."),
}
STEPS: Final = (
    _l("reads the register"), _l("compares everybody"), _l("looks at families"), _l("writes down what it found"),
)  # fmt: skip
