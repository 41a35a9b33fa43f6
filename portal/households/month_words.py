"""The words of the monthly update."""

from typing import Any, Final

from portal.households import month_rules as rules
from portal.households.month_models import LineState, MonthState
from portal.households.month_queries import Standing
from portal.language import lazy_gettext as _l
from portal.language import ngettext

STATES: Final[dict[LineState, tuple[Any, str]]] = {
    LineState.UNCONFIRMED: (_l("not confirmed"), "due"),
    LineState.CONFIRMED: (_l("unchanged"), "good"),
    LineState.REPORTED: (_l("change reported"), "info"),
}
LISTS: Final[dict[LineState, Any]] = {
    LineState.UNCONFIRMED: _l("Still to do"),
    LineState.CONFIRMED: _l("Confirmed already"),
    LineState.REPORTED: _l("Change reported already"),
}
"""What a cadre's lists are called: none by the word of the button beside them."""
MONTHS: Final[dict[MonthState, tuple[Any, str]]] = {
    MonthState.OPEN: (_l("open"), "due"),
    MonthState.CLOSED: (_l("closed"), "good"),
}
"""Word and tone."""


def time_left(days: int) -> tuple[str, str]:
    """How long a month is open still, and the tone of it."""
    if days < 0:
        return ngettext("%(num)d day late", "%(num)d days late", -days), "late"
    said = ngettext("%(num)d day left", "%(num)d days left", days) if days else str(_l("last day"))
    return said, "due" if days <= rules.notice_days() else "neutral"


def state_of(where: Standing) -> tuple[str, str]:
    """Closed, or how long it is open still."""
    if where.closed:
        word, tone = MONTHS[MonthState.CLOSED]
        return str(word), tone
    return time_left(rules.days_left(where.month))
