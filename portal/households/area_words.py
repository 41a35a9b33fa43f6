"""The words of cadres' reports."""

from typing import Any, Final

from portal.households.area_models import ReportKind, ReportOutcome, ReportStatus
from portal.households.event_models import EventKind
from portal.language import lazy_gettext as _l

KINDS: Final[dict[ReportKind, Any]] = {
    ReportKind.NEW_FAMILY: _l("A family not yet known"),
    ReportKind.MOVED_WITHIN: _l("Moved within the city"),
    ReportKind.MOVED_AWAY: _l("Moved out of the city"),
    ReportKind.MOVED: _l("The family has moved"),
    ReportKind.DIED: _l("Somebody has died"),
    ReportKind.BORN: _l("A child was born"),
    ReportKind.BETTER_OFF: _l("The family is better off now"),
    ReportKind.NEWLY_POOR: _l("The family has become poor"),
    ReportKind.OTHER: _l("Another change"),
}
STATUSES: Final[dict[ReportStatus, tuple[Any, str]]] = {
    ReportStatus.OPEN: (_l("not dealt with yet"), "due"),
    ReportStatus.SETTLED: (_l("dealt with"), "good"),
    ReportStatus.SET_ASIDE: (_l("set aside"), "neutral"),
}
"""Word and tone."""
OUTCOMES: Final[dict[ReportOutcome, Any]] = {
    ReportOutcome.EVENT: _l("The unit has noted it in the register."),
    ReportOutcome.REGISTERED: _l("The unit has registered the family."),
    ReportOutcome.COMPLAINT: _l("A social worker looks after the family."),
}
"""What a cadre reads; nothing of a case."""
EVENTS: Final[dict[ReportKind, tuple[EventKind, ...]]] = {
    ReportKind.MOVED_WITHIN: (EventKind.MOVED_WITHIN,),
    ReportKind.MOVED_AWAY: (EventKind.MOVED_AWAY,),
    ReportKind.MOVED: (EventKind.MOVED_WITHIN, EventKind.MOVED_AWAY),
    ReportKind.DIED: (EventKind.DIED,),
    ReportKind.BORN: (EventKind.BORN,),
}
"""The events of a family by which a report may be taken up."""
