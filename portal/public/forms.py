"""What people without an account type: a complaint's number and code, a card's check code."""

from portal.language import lazy_gettext as _l
from portal.web.forms import Form, Length, Required, TextField


class TrackForm(Form):
    number = TextField(_l("Complaint number"), [Required(), Length(30)])
    code = TextField(_l("Code on the receipt"), [Required(), Length(20)])


class VerifyForm(Form):
    """Sent with GET: a check changes nothing and its answer has an address."""

    class Meta(Form.Meta):
        csrf = False

    code = TextField(_l("Check code"), [Required(), Length(60)])
