"""Sign in, own password, language; users."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, SelectField, SelectMultipleField
from wtforms.validators import EqualTo

from portal.accounts.passwords import LEAST_LENGTH
from portal.web.forms import Form, Length, Required, TextField


class SignInForm(Form):
    name = TextField(
        _l("Name"), [Required(), Length(80)], render_kw={"autocomplete": "username", "autocapitalize": "none"}
    )
    password = PasswordField(_l("Password"), [Required(), Length(200)], render_kw={"autocomplete": "current-password"})
    next = HiddenField()


class PasswordForm(Form):
    current = PasswordField(
        _l("Present password"), [Required(), Length(200)], render_kw={"autocomplete": "current-password"}
    )
    new = PasswordField(
        _l("New password"), [Required(), Length(200, LEAST_LENGTH)], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(
        _l("New password once more"),
        [Required(), EqualTo("new", _l("The two new passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )


class UserForm(Form):
    name = TextField(_l("Name to sign in with"), [Required(), Length(40, 3)], render_kw={"autocomplete": "off"})
    full_name = TextField(_l("Full name"), [Required(), Length(120)])
    title = TextField(_l("Title under the signature"), [Length(120)])
    roles = SelectMultipleField(_l("Roles"), [Required(_l("Please choose at least one role."))])
    partner_code = SelectField(_l("Partner"), validate_choice=True)
    village_code = SelectField(_l("Kelurahan"), validate_choice=True)
    office = SelectField(_l("Office"), validate_choice=True)


class NothingForm(Form):
    """A button: nothing to type, only CSRF and version."""
