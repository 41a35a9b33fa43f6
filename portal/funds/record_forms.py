"""What a partner types about itself."""

from typing import Any

from wtforms import SelectField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from portal.files.fields import UploadField
from portal.language import lazy_gettext as _l
from portal.partners import gifts, records
from portal.partners import words as gift_words
from portal.partners.models import Partner
from portal.partners.record_models import PaperKind, PartnerProfile
from portal.web.forms import (
    NOTE_LIMIT,
    DayField,
    Form,
    Length,
    LongTextField,
    Named,
    Phone,
    Required,
    TextField,
    optional,
)


class ProfileForm(Form):
    contact_person = TextField(_l("Whom the unit calls"), [optional, Length(120), Named()])
    phone = TextField(_l("Telephone"), [optional, Length(40), Phone()])
    email = TextField(_l("E-mail"), [optional, Length(120)])
    address = LongTextField(_l("Address"), [optional, Length(400)], render_kw={"rows": 2})
    gives_for = SelectMultipleField(
        _l("Gives for"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=False
    )

    def offer(self, partner: Partner) -> None:
        """The fields that the catalogue names for this partner."""
        fields = gifts.fields_of(partner)
        self.gives_for.choices = [SelectChoice(code, gift_words.field_name(code)) for code in fields]
        if not self.is_submitted():
            self.gives_for.data = records.fields_given_for(partner)

    def stored(self, record: PartnerProfile) -> dict[str, Any]:
        return super().stored(record) | {"gives_for": record.gives_for or [one.value for one in self._choices()]}

    def _choices(self) -> list[Any]:
        return list(self.gives_for.choices or ())


class PaperForm(Form):
    kind = SelectField(
        _l("What it is"), choices=[SelectChoice(kind.value, label) for kind, label in gift_words.PAPERS.items()]
    )
    number = TextField(_l("Number"), [Required(), Length(120)])
    issuer = TextField(_l("Signed or given by"), [optional, Length(200)])
    dated_on = DayField(_l("Dated"), [Required()])
    until = DayField(_l("Valid until"), [optional])
    note = LongTextField(_l("Note"), [optional, Length(NOTE_LIMIT)], render_kw={"rows": 2})
    scan = UploadField(_l("Scan of it"), [optional])

    def chosen_kind(self) -> PaperKind:
        return PaperKind(self.kind.data)
