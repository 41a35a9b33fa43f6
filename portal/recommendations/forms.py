"""What people type about emergencies and delegations."""

from typing import Any

from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from portal import clock
from portal.files.fields import UploadField
from portal.language import gettext
from portal.language import lazy_gettext as _l
from portal.recommendations.models import Delegation, EmergencyEvent, EventKind, Exit
from portal.recommendations.words import EVENTS, EXITS
from portal.units.formats import day
from portal.web.forms import DayField, Form, Length, LongTextField, Required, RupiahField, TextField, optional
from portal.web.seen import SeenForm, mark_of

NEW_EVENT = "new"
DESCRIPTION_LENGTH = 400
REASON_LENGTH = 150


class _NewEventOnly:
    """Asked only when the event is not on record yet."""

    def __call__(self, form: Any, field: Any) -> None:
        if form.event.data not in (None, NEW_EVENT):
            field.errors = []
            raise StopValidation
        Required()(form, field)


class RequestForm(Form):
    """A request to the mayor. `choices` must be called before use."""

    event = RadioField(_l("Which event"), default=NEW_EVENT)
    kind = RadioField(
        _l("What happened"), [_NewEventOnly()], choices=[SelectChoice(kind.value, EVENTS[kind]) for kind in EventKind],
    )  # fmt: skip
    happened_on = DayField(_l("Day it happened"), [_NewEventOnly()])
    description = LongTextField(_l("What happened, in a few sentences"), [_NewEventOnly(), Length(DESCRIPTION_LENGTH)])
    resident = SelectField(_l("For whom"))
    service_code = SelectField(_l("Service needed"), [Required(_l("Please choose the one service that is needed."))])
    amount = RupiahField(_l("Amount asked for"), [optional])
    reason = LongTextField(_l("Why it cannot wait"), [Required(), Length(REASON_LENGTH)], render_kw={"rows": 3})
    urgent = BooleanField(_l("Urgent: the mayor should decide today"))
    proof = UploadField(_l("Proof"), [optional])

    def offer(self, *, events: list[EmergencyEvent], residents: list[str], services: list[tuple[str, str]]) -> None:
        """Fill the lists to choose from."""
        known = [(str(event.id), event_label(event)) for event in events]
        self.event.choices = [*known, (NEW_EVENT, gettext("A new event"))]
        self.resident.choices = [(name, name) for name in residents]
        self.service_code.choices = [("", gettext("Please choose")), *services]


def event_label(event: EmergencyEvent) -> str:
    return f"{EVENTS[event.kind]}, {day(event.happened_on)}"


class DecisionForm(Form):
    """Yes or no, with a reason: a common one, one's own words, or both."""

    common = TextField()
    own = LongTextField(_l("In your own words"), [Length(1000)])

    @property
    def reason(self) -> str:
        return " ".join(part for part in (self.common.data, self.own.data) if part)


class ExitForm(Form):
    """How the emergency ends."""

    way = RadioField(
        _l("How does it go on"), [Required(_l("Please choose how it goes on."))],
        choices=[SelectChoice(way.value, EXITS[way]) for way in Exit], validate_choice=True,
    )  # fmt: skip
    reason = LongTextField(_l("Reason"), [Length(1000)], render_kw={"rows": 2})


class DelegationForm(Form):
    """Who decides for the mayor, from when to when, and why."""

    to_user = SelectField(_l("Deputy"), [Required(_l("Please choose the deputy."))])
    starts_on = DayField(_l("First day"), [Required()])
    ends_on = DayField(_l("Last day"), [Required()])
    reason = TextField(_l("Reason"), [Required(), Length(200)], description=_l("Stands on every letter of the deputy."))


class DelegationEndForm(SeenForm):
    """From now on the deputy decides nothing more."""

    def mark(self, record: Delegation) -> str:
        return mark_of(record.ends_on, record.ended_on)

    def told(self, record: Delegation) -> dict[str, tuple[str, str]]:
        return {
            "last": (gettext("Last day"), day(record.ends_on)),
            "ended": (gettext("Ended early on"), day(record.ended_on)),
        }

    def over(self, record: Delegation) -> bool:
        return record.ended_on is not None or record.ends_on < clock.today()
