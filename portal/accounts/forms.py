"""Sign in, own password, language; users."""

from wtforms import HiddenField, PasswordField, SelectField, SelectMultipleField
from wtforms.validators import EqualTo, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from portal.accounts.roles import Role, rights
from portal.language import lazy_gettext as _l
from portal.language import of_reader
from portal.web.forms import Form, Length, Required, TextField, optional

Choices = list[tuple[str, str]]


class SignInForm(Form):
    name = TextField(
        _l("Name"), [Required(), Length(80)], render_kw={"autocomplete": "username", "autocapitalize": "none"}
    )
    password = PasswordField(_l("Password"), [Required(), Length(200)], render_kw={"autocomplete": "current-password"})
    next = HiddenField()


class OwnPasswordForm(Form):
    """A password that its owner chooses; how long and how common it may be, the service says."""

    new = PasswordField(_l("New password"), [Required(), Length(200)], render_kw={"autocomplete": "new-password"})
    again = PasswordField(
        _l("New password once more"),
        [Required(), EqualTo("new", _l("The two new passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )


class PasswordForm(OwnPasswordForm):
    current = PasswordField(
        _l("Present password"), [Required(), Length(200)], render_kw={"autocomplete": "current-password"}
    )


class CodeForm(Form):
    """Six digits from the app, or a recovery code."""

    code = TextField(
        _l("Code"), [Required(), Length(40)],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"},
    )  # fmt: skip


class ProofForm(Form):
    """The present password once more, before something that weakens the account."""

    password = PasswordField(
        _l("Present password"), [Required(), Length(200)], render_kw={"autocomplete": "current-password"}
    )


class EnrolForm(ProofForm, CodeForm):
    """A second factor of one's own free will: an open desk must not be enough to take an account over."""


class PersonForm(Form):
    """A person's name and roles; a role of partner, cadre or office needs to know which one."""

    full_name = TextField(_l("Full name"), [Required(), Length(120)], render_kw={"autocomplete": "off"})
    title = TextField(_l("Title under the signature"), [optional, Length(120)], render_kw={"autocomplete": "off"})
    roles = SelectMultipleField(
        _l("Roles"),
        [Required(_l("Please choose at least one role."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    partner_code = SelectField(_l("Partner"), [optional])
    village_code = SelectField(_l("Kelurahan"), [optional])
    office = SelectField(_l("Office"), [optional])

    def offer(self, *, partners: Choices, villages: Choices, offices: Choices) -> None:
        """Fill in what may be chosen."""
        self.roles.choices = [(role.value, rights()[role].label(of_reader())) for role in Role]
        nothing = ("", "–")
        self.partner_code.choices = [nothing, *partners]
        self.village_code.choices = [nothing, *villages]
        self.office.choices = [nothing, *offices]

    @property
    def chosen_roles(self) -> frozenset[Role]:
        return frozenset(Role(role) for role in self.roles.data or [])

    @property
    def details(self) -> dict[str, str | None]:
        """Whose the account is, as far as the chosen roles ask for it."""
        asked = {"partner_code": Role.PARTNER, "village_code": Role.CADRE, "office": Role.OFFICE}
        return {name: self[name].data or None if role in self.chosen_roles else None for name, role in asked.items()}


class NewUserForm(PersonForm):
    name = TextField(
        _l("Name to sign in with"),
        [Required(), Length(40, 3), Regexp(r"[A-Za-z0-9._-]+$", message=_l("Letters, digits, dots and dashes only."))],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class NothingForm(Form):
    """A button: nothing to type, only CSRF and version."""
