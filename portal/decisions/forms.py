"""Proposing, deciding, and following up listing errors."""

from wtforms import RadioField, SelectChoice, SelectField

from portal.decisions.models import Proposal
from portal.language import lazy_gettext as _l
from portal.web.forms import Form, Length, LongTextField, Required

REASON_LIMIT = 2000


class Reasoned(Form):
    """A form with a written reason; a press on a common reason (`use`) puts its text into the box, to be edited."""

    reason = LongTextField(_l("Reason"), [Length(REASON_LIMIT)], render_kw={"rows": 4})

    def put_in(self, text: str) -> None:
        """Add a common reason to what was typed."""
        typed = (self.reason.data or "").strip()
        self.reason.data = text if not typed else typed if text in typed else f"{typed} {text}"
        self.reason.raw_data = None


class ProposalForm(Reasoned):
    proposal = RadioField(
        _l("What do you propose?"),
        [Required()],
        choices=[
            SelectChoice(Proposal.HELP.value, _l("Help the family")),
            SelectChoice(Proposal.REFUSE.value, _l("Refuse")),
        ],
    )
    service = SelectField(_l("Service"), [Required()])


class DecisionForm(Reasoned):
    """The three buttons send what is decided as `status`."""


class OutcomeForm(Form):
    outcome = SelectField(_l("What became of it"), [Required()])
    outcome_reason = LongTextField(_l("Reason"), [Length(REASON_LIMIT)], render_kw={"rows": 4})
