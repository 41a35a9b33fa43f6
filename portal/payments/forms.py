"""What people type of payment lists."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import RadioField
from wtforms.fields import SelectChoice

from portal import clock
from portal.errors import Refused
from portal.files.fields import UploadField
from portal.funds import words
from portal.funds.models import Method
from portal.language import gettext
from portal.language import lazy_gettext as _l
from portal.payments.queries import AidLine
from portal.payments.services import Outcome, Settlement
from portal.web.forms import DayField, Form, Length, Required, TextField, optional, tidy

PAID, FAILED, LATER = "paid", "failed", ""
LONGEST = 500
"""Characters of a name, a reference or a reason in a line."""


class NewListForm(Form):
    """The aid itself is ticked in the table of the page."""

    method = RadioField(
        _l("How it is handed over"),
        [Required(_l("Please choose how."))],
        choices=[SelectChoice(method.value, label) for method, label in words.METHODS.items()],
    )
    planned_on = DayField(_l("To be handed over on"), [Required()])
    place = TextField(_l("Where"), [optional, Length(120)])

    def chosen(self) -> Method:
        return Method(self.method.data)


class SettlementForm(Form):
    """A day for all lines, and what stands beside each of them: outcome-<line>, by-<line>, note-<line>.

    A list holds up to 500 lines, so these are read as they were sent, and not as a field object each.
    """

    on = DayField(_l("Handed over on"), [Required()])
    reference = TextField(_l("Transfer reference of all lines"), [optional, Length(80)])

    def read(self, sent: Mapping[str, str], lines: Sequence[AidLine], method: Method) -> Settlement:
        """Raises Refused, naming the first line that lacks something."""
        typed = {line: Typed.of(sent, line) for line in lines if line.line_id is not None}
        outcomes = {
            line.line_id or 0: self._outcome(line, one, method) for line, one in typed.items() if one.outcome != LATER
        }
        return Settlement(self.on.day, outcomes)

    def _outcome(self, line: AidLine, typed: "Typed", method: Method) -> Outcome:
        if typed.outcome == FAILED:
            if not typed.note:
                raise Refused(gettext("%(number)s: please write why it did not reach the family.", number=line.number))
            return Outcome(paid=False, note=typed.note)
        if not typed.by:
            raise Refused(gettext("%(number)s: please write who received it.", number=line.number))
        reference = self.reference.data if method is Method.TRANSFER else ""
        return Outcome(paid=True, received_by=typed.by, note=typed.note or reference)


class Typed:
    """What was typed beside one line; before anything is sent, what is likely."""

    def __init__(self, outcome: str, by: str, note: str) -> None:
        self.outcome = outcome if outcome in {PAID, FAILED} else LATER
        self.by, self.note = by, note

    @classmethod
    def of(cls, sent: Mapping[str, str], line: AidLine) -> "Typed":
        def field(name: str) -> str:
            return tidy(sent.get(f"{name}-{line.line_id}", ""))[:LONGEST]

        return cls(sent.get(f"outcome-{line.line_id}", LATER), field("by"), field("note"))

    @classmethod
    def likely(cls, line: AidLine, method: Method) -> "Typed":
        name = line.bank_holder if method is Method.TRANSFER else line.name
        return cls(PAID, name or line.name, "")


class ProofForm(Form):
    """The signed list, or a photo."""

    file = UploadField(_l("Signed list or photo"), [Required(_l("Please choose a file."))])


def today_into(form: SettlementForm) -> None:
    """The day that is likely."""
    form.on.data = clock.today()


def sent_lines(sent: Mapping[str, Any], lines: Sequence[AidLine]) -> dict[int, Typed]:
    """What was typed, to show it again, by the lines' ids."""
    return {line.line_id: Typed.of(sent, line) for line in lines if line.line_id is not None}
