"""Papers ticked later, and the end of a case."""

from typing import Any

from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice as Choice
from wtforms.widgets import CheckboxInput, ListWidget

from portal.complaints.models import Complaint
from portal.complaints.services import is_over
from portal.complaints.wording import STATUS
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.units.documents import document_name
from portal.units.formats import daytime
from portal.web.forms import Form, Length, LongTextField, Required
from portal.web.seen import SeenForm

REASON_LIMIT = 1000


class TicksField(SelectMultipleField):
    """A set of checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def paper_choices(codes: list[str]) -> list[Choice]:
    return [Choice(code, document_name(code)) for code in codes]


class DocumentsForm(Form):
    brought = TicksField(_l("Papers brought"))

    def __init__(self, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(brought=[each.code for each in complaint.documents if each.brought_on], **kwargs)
        self.brought.choices = paper_choices([each.code for each in complaint.documents])

    def stored(self, record: Complaint) -> dict[str, Any]:
        return {"brought": [each.code for each in record.documents if each.brought_on]}


class CloseForm(SeenForm):
    """How a case ends without help, and why; it ends as the page showed it."""

    how = RadioField(_l("How does it end?"), [Required()])
    reason = LongTextField(_l("Reason"), [Required(), Length(REASON_LIMIT)])

    def __init__(self, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(complaint, **kwargs)
        self.how.choices = [
            Choice("close", _("The case is settled")),
            Choice("withdraw", _("The family does not want to go on")),
        ]

    def told(self, record: Complaint) -> dict[str, tuple[str, str]]:
        brought = [document_name(each.code) for each in record.documents if each.brought_on]
        since = f" ({daytime(record.steps[-1].at)})" if record.steps else ""
        return {
            "status": (_("State"), f"{STATUS[record.status][0]}{since}"),
            "brought": (_("Papers brought"), ", ".join(brought)),
            "reason": (_("Reason"), record.closing_reason),
        }

    def over(self, record: Complaint) -> bool:
        return is_over(record)
