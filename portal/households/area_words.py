"""The words of cadres' reports."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from portal.households.area_models import ReportKind, ReportStatus

KINDS: Final[dict[ReportKind, Any]] = {
    ReportKind.NEW_FAMILY: _l("A family not yet known"),
    ReportKind.MOVED: _l("The family has moved"),
    ReportKind.DIED: _l("Somebody has died"),
    ReportKind.BORN: _l("A child was born"),
    ReportKind.OTHER: _l("Another change"),
}
STATUSES: Final[dict[ReportStatus, tuple[Any, str]]] = {
    ReportStatus.OPEN: (_l("not dealt with yet"), "due"),
    ReportStatus.SETTLED: (_l("dealt with"), "good"),
}
"""Word and tone."""
