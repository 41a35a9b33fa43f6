"""The life of a case in six words, and what comes next in words for the family (design.md section 2, ui.steps).

Pure functions of the status history, so that the case file at the desk and the public tracker say the same.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from portal.complaints.models import ComplaintStatus as S
from portal.language import lazy_gettext as _l

WORDS: Final = (_l("Received"), _l("Visited"), _l("Assessed"), _l("Decided"), _l("Helped"), _l("Finished"))
RECEIVED, VISITED, ASSESSED, DECIDED, HELPED, FINISHED, OVER = range(7)

_PROVES: Final[Mapping[S, int]] = {
    S.VISITED: VISITED,
    S.ASSESSED: ASSESSED,
    S.APPROVED: DECIDED,
    S.DECLINED: DECIDED,
    S.DELIVERED: HELPED,
    S.CLOSED: FINISHED,
    S.WITHDRAWN: FINISHED,
}
"""Which of the six words an entry of the history proves; the first entry, whatever it is, is the reception."""

_STANDS_AT: Final[Mapping[S, int]] = {
    S.RECEIVED: VISITED,
    S.INCOMPLETE: VISITED,
    S.SCHEDULED: VISITED,
    S.VISITED: ASSESSED,
    S.ASSESSED: DECIDED,
    S.APPROVED: HELPED,
    S.REFERRED: HELPED,
    S.DELIVERED: FINISHED,
    S.DECLINED: FINISHED,
    S.CLOSED: OVER,
    S.WITHDRAWN: OVER,
}
"""The word that a case in this state waits for."""

NEXT: Final[Mapping[S, Any]] = {
    S.RECEIVED: _l("We look through the papers and arrange a visit to your home."),
    S.INCOMPLETE: _l("Some papers are still missing. Please bring them to the desk."),
    S.SCHEDULED: _l("An officer comes to your home on the agreed day."),
    S.VISITED: _l("The officer completes the notes of the visit."),
    S.ASSESSED: _l("The head of the unit reads what was found and decides."),
    S.APPROVED: _l("What was decided is being prepared for you."),
    S.REFERRED: _l("Another office has your case now and gives us its answer."),
    S.DELIVERED: _l("What you asked for is done. If anything is still to be collected, it waits for you at the desk."),
    S.DECLINED: _l("Please come to the desk: we explain the decision and what you may do now."),
    S.CLOSED: _l("The case is finished. If something is not right, please come to the desk."),
    S.WITHDRAWN: _l("The complaint was withdrawn. You may come to the desk again at any time."),
}


def six_steps(history: Sequence[tuple[S, date]]) -> list[tuple[Any, date | None, str]]:
    """The six words, each with its day (or None) and its state, for `ui.steps`.

    `history` is the status history, oldest first, never empty. States: done; current, where the case stands; todo; and
    skipped, for what this case did without (an emergency letter needs no visit, a refusal brings no help).
    """
    here = _STANDS_AT[history[-1][0]]
    days = {RECEIVED: history[0][1]} | {_PROVES[status]: on for status, on in history if status in _PROVES}
    if ASSESSED in days:  # it is made at the house, so it proves the visit
        days.setdefault(VISITED, days[ASSESSED])
    return [_step(place, here, days.get(place)) for place in range(len(WORDS))]


def _step(place: int, here: int, on: date | None) -> tuple[Any, date | None, str]:
    if place >= here:
        return WORDS[place], None, "current" if place == here else "todo"
    return WORDS[place], on, "done" if on else "skipped"


def next_in_words(status: S) -> Any:
    """What comes next, said to the family (lazy text): never what was found, never how poor anybody is."""
    return NEXT[status]
