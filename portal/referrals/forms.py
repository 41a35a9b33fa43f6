"""What people type about referrals."""

from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from portal.language import lazy_gettext as _l
from portal.referrals.models import ReferralOutcome
from portal.web.forms import Form, Length, LongTextField, Required, optional

OUTCOME_CHOICES = [
    SelectChoice(ReferralOutcome.SERVED.value, _l("The family has been served")),
    SelectChoice(ReferralOutcome.ACCEPTED.value, _l("Accepted: work is in progress, the final answer follows")),
    SelectChoice(ReferralOutcome.REFUSED.value, _l("Not possible")),
]


class ReferralForm(Form):
    """To which office, and why."""

    office = SelectField(_l("Office"), [Required(_l("Please choose one of the offices."))])
    service_code = SelectField(_l("Service"), [optional])
    reason = LongTextField(_l("Reason"), [Required(), Length(1000)], render_kw={"rows": 4})


class AnswerForm(Form):
    """The office's answer."""

    outcome = RadioField(_l("What was done"), [Required(_l("Please choose what was done."))], choices=OUTCOME_CHOICES)
    answer = LongTextField(_l("Answer to the unit"), [Length(1000)], render_kw={"rows": 3})
