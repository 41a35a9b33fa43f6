"""States and promises in words, with the tone and icon they have everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask_babel import get_locale

from portal.complaints import promise
from portal.complaints.models import ComplaintStatus as S
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.language import ngettext
from portal.units.catalogue import catalogue

STATUS: Final[dict[S, tuple[Any, str, str]]] = {
    S.RECEIVED: (_l("Received"), "info", "complaint"),
    S.INCOMPLETE: (_l("Papers missing"), "due", "file"),
    S.SCHEDULED: (_l("Visit booked"), "info", "calendar"),
    S.VISITED: (_l("Visited"), "info", "visit"),
    S.ASSESSED: (_l("Assessed"), "info", "list"),
    S.APPROVED: (_l("Approved"), "good", "decision"),
    S.DECLINED: (_l("Declined"), "neutral", "refused"),
    S.REFERRED: (_l("Referred"), "info", "referral"),
    S.DELIVERED: (_l("Helped"), "good", "ok"),
    S.CLOSED: (_l("Closed"), "neutral", "lock"),
    S.WITHDRAWN: (_l("Withdrawn"), "neutral", "undo"),
}
"""Label, tone and icon for `ui.status`."""


@dataclass(frozen=True)
class ComplaintLine:
    """A complaint as a list shows it."""

    number: str
    received_on: date
    head_name: str
    village: str
    service: str
    urgent: bool
    label: str
    tone: str
    icon: str
    promised_on: date | None
    promise: str
    promise_tone: str


def promise_in_words(stands: promise.PromiseState, *, over: bool) -> tuple[str, str]:
    """How a promise stands, in words, and the tone of it."""
    if stands.state == "none":
        return _("no day promised"), "neutral"
    if over:
        return (_("kept"), "good") if stands.state == "kept" else (_("not kept"), "neutral")
    days = abs(stands.days_left)
    if stands.state == "missed":
        return ngettext("%(num)d working day late", "%(num)d working days late", days), "late"
    if days == 0:
        return _("no working day left"), "due"
    return ngettext("%(num)d working day left", "%(num)d working days left", days), "neutral"


def lines(rows: Sequence[Any], today: date) -> list[ComplaintLine]:
    """Rows of `queries.ROW` in words."""
    return [_line(row, today) for row in rows]


def _line(row: Any, today: date) -> ComplaintLine:
    label, tone, icon = STATUS[row.status]
    words, promise_tone = promise_in_words(promise.state(row, today), over=row.answered_on is not None)
    service = catalogue().services.get(row.service_code)
    return ComplaintLine(
        number=row.number, received_on=row.received_on, head_name=row.head_name,
        village=catalogue().villages.get(row.village_code, ""),
        service=service.name(str(get_locale())) if service else row.service_code, urgent=row.urgent,
        label=str(label), tone=tone, icon=icon,
        promised_on=row.promised_on, promise=words, promise_tone=promise_tone,
    )  # fmt: skip
