"""What a cadre types about a family, and the unit's note on it."""

from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice as Choice

from portal.households.area_models import ReportKind
from portal.households.area_words import KINDS
from portal.households.forms import NAME_LIMIT, NeighbourhoodField
from portal.language import lazy_gettext as _l
from portal.web.forms import Form, Length, LongTextField, Named, Phone, Required, TextField, optional

WORDS_LIMIT = 1000
OF_A_FAMILY = [kind for kind in ReportKind if kind is not ReportKind.NEW_FAMILY]
OF_A_NEW_FAMILY = list(ReportKind)
"""A cadre may not have found the family in the list, so any kind may be said of one that is typed."""


class AreaReportForm(Form):
    """A report; of a family chosen from the list, name and place are known and no field asks for them."""

    kind = RadioField(_l("What happened?"), [Required(_l("Please choose what happened."))])
    family_name = TextField(_l("Name of the family"), [Required(), Length(NAME_LIMIT), Named()])
    rt = NeighbourhoodField("RT", [optional])
    rw = NeighbourhoodField("RW", [optional])
    address = TextField(_l("Address"), [optional, Length(200)])
    phone = TextField(_l("Telephone"), [optional, Length(40), Phone()])
    own_words = LongTextField(_l("In your own words"), [Required(), Length(WORDS_LIMIT)], render_kw={"rows": 5})

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = OF_A_FAMILY if known else OF_A_NEW_FAMILY
        self.kind.choices = [Choice(kind.value, KINDS[kind]) for kind in kinds]
        if known:
            del self.family_name, self.rt, self.rw, self.address


class SettlingForm(Form):
    """What the unit did about a report, or why it set it aside; the cadre reads it."""

    settling_note = LongTextField(
        _l("What was done, or why nothing"), [Required(), Length(WORDS_LIMIT)], render_kw={"rows": 4}
    )
