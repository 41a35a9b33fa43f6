"""What people say of a pair."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from portal.duplicates.models import Verdict
from portal.language import lazy_gettext as _l
from portal.web.forms import Form, Length, LongTextField, Required

VERDICTS = [
    SelectChoice(Verdict.SAME.value, _l("The same person: the two entries belong together")),
    SelectChoice(Verdict.DIFFERENT.value, _l("Two different people, for ever: nobody is asked again")),
    SelectChoice(Verdict.UNSURE.value, _l("Not sure yet: somebody has to ask the family")),
]


class VerdictForm(Form):
    """Same, different or unsure."""

    verdict = RadioField(_l("What are they?"), [Required(_l("Please choose one of the three."))], choices=VERDICTS)
    reason = LongTextField(_l("How do you know?"), [Length(1000)], render_kw={"rows": 3})
