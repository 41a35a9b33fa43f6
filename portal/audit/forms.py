"""What a reader of the trail looks for."""

from wtforms import IntegerField, SelectField
from wtforms.validators import NumberRange

from portal.language import lazy_gettext as _l
from portal.web.addresses import MOST
from portal.web.forms import DayField, Form, Length, TextField, optional


class TrailForm(Form):
    """Filters, sent with GET so that a view of the trail has an address."""

    class Meta(Form.Meta):
        csrf = False

    actor = TextField(_l("Who (name to sign in with)"), [optional, Length(80)])
    # An address may also name the beginning of an act, or an old word that nobody uses any more.
    action = SelectField(_l("Act"), [optional, Length(60)], validate_choice=False)
    subject_type = SelectField(_l("Kind of record"), [optional])
    household_id = IntegerField(
        _l("Family's number"), [optional, NumberRange(0, MOST, _l("Please type a whole number."))]
    )
    first_on = DayField(_l("From day"), [optional])
    last_on = DayField(_l("To day"), [optional])
