"""What people type about referrals."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.referrals.models import ReferralOutcome
from portal.web.forms import Form, Length, Required, optional, tidy

OUTCOME_CHOICES = [
    SelectChoice(ReferralOutcome.SERVED.value, _l("The family has been served")),
    SelectChoice(ReferralOutcome.ACCEPTED.value, _l("Accepted: work is in progress, the final answer follows")),
    SelectChoice(ReferralOutcome.REFUSED.value, _l("Not possible")),
]


class ReferralForm(Form):
    """To which office, and why."""

    office = SelectField(_l("Office"), [Required(_l("Please choose one of the offices."))])
    service_code = SelectField(_l("Service"), [optional])
    reason = TextAreaField(_l("Reason"), [Required(), Length(1000)], filters=[tidy], render_kw={"rows": 4})


class AnswerForm(Form):
    """The office's answer."""

    outcome = RadioField(_l("What was done"), [Required(_l("Please choose what was done."))], choices=OUTCOME_CHOICES)
    answer = TextAreaField(_l("Answer to the unit"), [Length(1000)], filters=[tidy], render_kw={"rows": 3})
