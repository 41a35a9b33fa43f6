"""Revoking a card."""

from portal.language import lazy_gettext as _l
from portal.web.forms import Form, Length, LongTextField


class RevokeForm(Form):
    reason = LongTextField(_l("Reason"), [Length(1000)], render_kw={"rows": 3})
