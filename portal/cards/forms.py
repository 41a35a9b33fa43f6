"""Revoking a card."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from portal.web.forms import Form, Length


class RevokeForm(Form):
    reason = TextAreaField(_l("Reason"), [Length(1000)], render_kw={"rows": 3})
