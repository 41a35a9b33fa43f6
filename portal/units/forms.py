"""One setting, as it is typed."""

from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from portal.language import lazy_gettext as _l
from portal.web.forms import Form, Length, LongTextField, TextField


class SettingForm(Form):
    value = TextField(_l("Value"), [Length(300)])


class ChoiceSettingForm(Form):
    """One of fixed words."""

    value = RadioField(_l("Value"))

    def offer(self, choices: list[tuple[str, str]]) -> None:
        self.value.choices = [SelectChoice(code, word) for code, word in choices]


class ChoicesSettingForm(Form):
    """Any of fixed words."""

    value = SelectMultipleField(_l("Value"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput())

    def offer(self, choices: list[tuple[str, str]]) -> None:
        self.value.choices = [SelectChoice(code, word) for code, word in choices]


class LongSettingForm(Form):
    value = LongTextField(_l("Value"), [Length(300)])
