"""One setting, as it is typed."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from portal.web.forms import Form, Length, TextField


class SettingForm(Form):
    value = TextField(_l("Value"), [Length(300)])


class LongSettingForm(Form):
    value = TextAreaField(_l("Value"), [Length(300)])
