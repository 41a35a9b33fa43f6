"""What the unit head says when a month is closed, opened again or sent."""

from portal.households.month_models import MonthState
from portal.households.month_queries import Standing
from portal.households.month_words import MONTHS
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.units.formats import number
from portal.web.forms import DayField, Length, LongTextField, Required, TextField, optional
from portal.web.seen import SeenForm, mark_of

REASON_LIMIT = 1000


class MonthForm(SeenForm):
    """An act upon a month as its page showed it: its figures, and whether it is open."""

    def mark(self, record: Standing) -> str:
        version = record.update.version if record.update else 0
        return mark_of(version if record.closed else "open", record.figures.kept())

    def told(self, record: Standing) -> dict[str, tuple[str, str]]:
        figures = record.figures
        return {
            "state": (_("State"), str(MONTHS[MonthState.CLOSED if record.closed else MonthState.OPEN][0])),
            "confirmed": (_("Unchanged"), number(figures.confirmed)),
            "reported": (_("Change reported"), number(figures.reported)),
            "unconfirmed": (_("Not confirmed"), number(figures.unconfirmed)),
            "new_families": (_("Families not yet known"), number(figures.new_families)),
        }


class CloseForm(MonthForm):
    """Why it is closed although many are unconfirmed."""

    reason = LongTextField(_l("Why so many are unconfirmed"), [optional, Length(REASON_LIMIT)], render_kw={"rows": 3})


class ReopenForm(MonthForm):
    """Why a closed month is opened again."""

    reason = LongTextField(_l("Why it is opened again"), [Required(), Length(REASON_LIMIT)], render_kw={"rows": 3})


class SentForm(MonthForm):
    """Which office has the file, and since when."""

    to = TextField(_l("Sent to"), [Required(), Length(120)])
    on = DayField(_l("Sent on"), [Required()])
