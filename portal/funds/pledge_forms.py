"""What a partner types when it promises a gift."""

from collections.abc import Sequence

from wtforms import RadioField, SelectField
from wtforms.fields import SelectChoice

from portal.funds.forms import purposes
from portal.language import lazy_gettext as _l
from portal.partners import gifts, words
from portal.partners.models import DonationKind, Partner, Purpose
from portal.web.forms import NOTE_LIMIT, DayField, Form, Length, LongTextField, Required, RupiahField, optional


class PledgeForm(Form):
    amount = RupiahField(_l("Amount"), [Required()])
    due_on = DayField(_l("To be given by"), [Required()])
    kind_code = RadioField(_l("Kind of gift"), [Required(_l("Please choose the kind of gift."))])
    bound_to = SelectField(_l("For what"))
    note = LongTextField(_l("Note"), [optional, Length(NOTE_LIMIT)], render_kw={"rows": 3})

    def offer(self, partner: Partner, kinds: Sequence[DonationKind]) -> None:
        """The kinds and purposes of this partner."""
        given = gifts.kinds_of(partner, kinds)
        self.kind_code.choices = [SelectChoice(kind.code, words.kind_name(kind)) for kind in given]
        self.bound_to.choices = purposes(partner)
        if len(given) == 1 and not self.is_submitted():
            self.kind_code.data = given[0].code

    def purpose(self) -> tuple[Purpose, str | None]:
        kind, _, code = str(self.bound_to.data).partition(":")
        return Purpose(kind), code or None
