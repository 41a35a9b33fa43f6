"""What an officer types about a visit; answers are read one by one (answering.py)."""

from typing import Any

from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from portal.accounts import queries as users
from portal.accounts.roles import Role
from portal.language import lazy_gettext as _l
from portal.visits.models import HomeVisit
from portal.web.forms import NOTE_LIMIT, Form, Length, LongTextField, Required

REASONS = {
    "nobody": _l("Nobody at home"),
    "not_found": _l("House not found"),
    "moved": _l("The family has moved"),
    "asked": _l("The family asked for another day"),
    "officer": _l("We could not come"),
    "other": _l("Another reason"),
}
"""Why a visit did not take place."""


class NoteForm(Form):
    note = LongTextField(_l("Note"), [Optional(), Length(NOTE_LIMIT)])


class MissedForm(Form):
    reason = RadioField(
        _l("Why?"), [Required(_l("Please choose why."))], choices=[SelectChoice(*each) for each in REASONS.items()]
    )
    detail = LongTextField(_l("More about it"), [Optional(), Length(500)])

    @property
    def sentence(self) -> str:
        """The reason as it is kept: the one chosen, and what was added."""
        chosen = str(REASONS[self.reason.data])
        return f"{chosen}: {self.detail.data}" if self.detail.data else chosen


class FinishForm(Form):
    note = LongTextField(_l("What you found at the house"), [Required(), Length(NOTE_LIMIT)])


class FinalForm(Form):
    note = LongTextField(_l("Note"), [Optional(), Length(NOTE_LIMIT)])
    # The value on the page that was confirmed.
    shown = HiddenField()


class AssignForm(Form):
    visitor_id = SelectField(_l("Officer"), coerce=int)

    def __init__(self, *args: Any, visit: HomeVisit, **kwargs: Any) -> None:
        super().__init__(*args, obj=visit, **kwargs)
        self.visitor_id.choices = [
            SelectChoice(user.id, user.full_name) for user in users.with_role(Role.SOCIAL_WORKER)
        ]
