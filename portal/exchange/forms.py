"""What people type when they send a file in, and when they take it back."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice as Choice

from portal.exchange.formats import formats
from portal.exchange.wording import LISTS
from portal.households.models import Relation
from portal.language import gettext, of_reader
from portal.language import lazy_gettext as _l
from portal.units.catalogue import catalogue
from portal.web.forms import DayField, Form, Length, LongTextField, Required, TextField, optional

KINDS = ".xlsx,.xlsm,.xls,.ods,.csv"


class BringInForm(Form):
    """A file, and what it is."""

    file = FileField(
        _l("File"), [Required(_l("Please choose the file."))], description=_l("XLSX, XLSM, XLS, ODS or CSV."),
        render_kw={"accept": KINDS},
    )  # fmt: skip
    list_code = SelectField(_l("Is it a national list?"), [optional])
    list_as_of = DayField(_l("Day of that list"), [optional])
    village_code = SelectField(_l("Kelurahan of all rows that name none"), [optional])
    format_code = SelectField(_l("Format"), [optional])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        english = of_reader() == "en"
        self.list_code.choices = [
            Choice("", _l("No, other data of families")),
            *(Choice(*one) for one in LISTS.items()),
        ]
        self.village_code.choices = [Choice("", _l("None")), *(Choice(*one) for one in catalogue().villages.items())]
        known = [Choice(one.code, one.name_en if english else one.name_id) for one in formats().values()]
        self.format_code.choices = [Choice("", _l("Recognised by the portal")), *known]

    def validate(self, **kwargs: Any) -> bool:
        good = bool(super().validate(**kwargs))
        if self.list_code.data and not self.list_as_of.data and not self.list_as_of.errors:
            self.list_as_of.errors = [gettext("Please type the day of the list: it is kept with it.")]
            good = False
        return good


class ColumnsForm(Form):
    """What the columns of an unknown file are; the columns themselves are as many as the file has."""

    layout = TextField(_l("Name of this layout"), [Required(), Length(80)])
    without_relation = SelectField(_l("If no column says the place in the family"), [optional])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        everyone = Choice(Relation.HEAD.value, _l("every row is the head of a family"))
        self.without_relation.choices = [Choice("", _l("such rows are refused")), everyone]


class UndoForm(Form):
    """Why a file is taken back."""

    reason = LongTextField(_l("Why is it taken back?"), [Required(), Length(1000)], render_kw={"rows": 3})
