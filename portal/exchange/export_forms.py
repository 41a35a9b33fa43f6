"""What is asked before a list leaves the portal."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice as Choice

from portal.language import lazy_gettext as _l
from portal.web.forms import Form, Length, Required, TextField

REASON_LIMIT = 300
MASKED, FULL = "masked", "full"


class ExportForm(Form):
    """Why a list is needed; of lists with NIK and KK, whether they are needed whole."""

    numbers = RadioField(_l("NIK and KK numbers"), default=MASKED)
    reason = TextField(_l("What the file is for"), validators=[Required(), Length(REASON_LIMIT)])

    def offer(self, *, has_numbers: bool, may_have_them: bool) -> None:
        """Leave out the question that this list, or this person, does not have."""
        if not has_numbers:
            del self.numbers
            return
        whole = [Choice(FULL, _l("All 16 digits"))] if may_have_them else []
        self.numbers.choices = [Choice(MASKED, _l("The last four digits")), *whole]

    @property
    def whole_numbers(self) -> bool:
        return "numbers" in self and self.numbers.data == FULL
