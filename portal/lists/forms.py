"""What people type about proposals to the owner of a list."""

from typing import Final

from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice as Choice

from portal.language import lazy_gettext as _l
from portal.lists.models import LineAnswer
from portal.web.forms import DayField, Form, Length, LongTextField, Required, TextField, optional

REASON_LIMIT: Final = 500
ANSWER_CHOICES: Final = [
    Choice(LineAnswer.ACCEPTED.value, _l("accepted")),
    Choice(LineAnswer.REJECTED.value, _l("rejected")),
    Choice(LineAnswer.DELIBERATION.value, _l("to the kelurahan deliberation")),
]
"""What an office may answer; withdrawing is the unit's own act."""


class RecordForm(Form):
    """Recording what was found: nothing is typed."""


class MakeForm(Form):
    """The families are ticked in the list itself."""


class SentForm(Form):
    sent_on = DayField(_l("Sent on"), [Required()])
    letter = TextField(_l("Number of the letter"), [Length(80)])


class AnswerForm(Form):
    """One answer for the lines that are ticked, or for all that wait."""

    given = RadioField(
        _l("What the office answered"), [Required(_l("Please choose what it answered."))], choices=ANSWER_CHOICES
    )
    reason = LongTextField(_l("Its reason"), [Length(REASON_LIMIT)], render_kw={"rows": 2})
    answered_on = DayField(_l("Answered on"), [Required()])
    which = SelectField(
        _l("For which families"),
        choices=[Choice("ticked", _l("Those ticked above")), Choice("all", _l("All that still wait"))],
    )


class AnswerFileForm(Form):
    """The file that came back."""

    file = FileField(
        _l("The file that came back"), [Required(_l("Please choose the file."))],
        render_kw={"accept": ".xlsx,.xls,.ods,.csv"},
    )  # fmt: skip
    skip_unfit = BooleanField(_l("Leave out the rows that do not fit, and note the others"), [optional])


class WithdrawForm(Form):
    withdrawal_reason = LongTextField(
        _l("Why is it withdrawn?"), [Required(), Length(REASON_LIMIT)], render_kw={"rows": 2}
    )


class FileForm(Form):
    """Why the file is fetched; it stands in the trail."""

    reason = TextField(_l("What the file is for"), [Required(), Length(300)])
