"""The words of the stories: what happened to a family, kind by kind."""

from typing import Any, Final

from portal.decisions.models import DecisionStatus, ListingErrorKind, Proposal
from portal.funds.models import DisbursementStatus, Method
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.recommendations.models import Exit
from portal.referrals.models import ReferralOutcome
from portal.visits import wording
from portal.visits.instruments.model import COUNT_MET
from portal.visits.instruments_of import instrument

PROPOSALS: Final = {Proposal.HELP: _l("Proposed: help"), Proposal.REFUSE: _l("Proposed: refuse")}

DECISIONS: Final = {
    DecisionStatus.APPROVED: ("good", "ok", _l("Decided: eligible")),
    DecisionStatus.DECLINED: ("late", "refused", _l("Decided: not eligible")),
    DecisionStatus.RETURNED: ("due", "undo", _l("Sent back for another look")),
}

AID_ENDED: Final = {
    DisbursementStatus.DECLINED: _l("Aid %(number)s declined"),
    DisbursementStatus.CANCELLED: _l("Aid %(number)s cancelled"),
    DisbursementStatus.FAILED: _l("Aid %(number)s did not reach the family"),
}

METHODS: Final = {Method.CASH: _l("in cash"), Method.TRANSFER: _l("by transfer"), Method.GOODS: _l("in goods")}

OUTCOMES: Final = {
    ReferralOutcome.SERVED: _l("%(office)s has served the family"),
    ReferralOutcome.ACCEPTED: _l("%(office)s has taken the case on"),
    ReferralOutcome.REFUSED: _l("%(office)s has refused the referral"),
}

EXITS: Final = {
    Exit.CARD: _l("The emergency goes on to a card"),
    Exit.REFERRAL: _l("The emergency goes on as a referral"),
    Exit.CLOSED: _l("The emergency is closed"),
}

LISTING_ERRORS: Final = {
    ListingErrorKind.INCLUSION: _l("Listing error recorded: listed, but found not poor"),
    ListingErrorKind.EXCLUSION: _l("Listing error recorded: poor, but not listed"),
}

CHANGES: Final = {
    "household.registered": _l("Family registered"),
    "household.changed": _l("Family's data changed"),
    "household.imported": _l("Family registered from an office's file"),
    "household.changed_by_import": _l("Family's data changed by an office's file"),
    "household.import_undone": _l("What an office's file had changed was taken back"),
    "duplicate.noticed": _l("Somebody of the family may stand in the register twice; a person decides"),
    "household.list_checked": _l("National list looked up"),
    "household.membership_card_seen": _l("Membership card seen"),
    "household.membership_card_ended": _l("Membership card given up"),
}
"""Changes of the register by the trail's word for them; any other is told as CHANGED."""
CHANGED: Final = _l("Register changed")

MERGED: Final = {
    "family": _l("The family of %(other)s, written down twice, was merged into the family of %(head)s"),
    "person": _l("%(name)s stood twice in the register and stands in the family of %(head)s now"),
}
TAKEN_APART: Final = {
    "family": _l("Taken apart: the family of %(other)s is another one than the family of %(head)s"),
    "person": _l("Taken apart: %(name)s in the family of %(head)s is somebody else"),
}

OPENED: Final = {
    "household": _l("the family's page"),
    "complaint": _l("the case file"),
    "home_visit": _l("a visit"),
    "assessment": _l("an assessment"),
    "decision": _l("a decision"),
    "card": _l("a card"),
    "emergency_recommendation": _l("an emergency"),
    "disbursement": _l("an aid"),
    "referral": _l("a referral"),
    "stored_file": _l("an uploaded file"),
}
OPENED_OTHER: Final = _l("a record of this family")
OPENED_BY_ACT: Final = {
    "household.identity_read": _l("the full identity numbers"),
    "household.readers_read": _l("the list of who opened this file"),
}


def opened(row: Any) -> Any:
    """What somebody opened, by an event of the trail."""
    return OPENED_BY_ACT.get(row.action) or OPENED.get(row.subject_type, OPENED_OTHER)


def result(code: str, version: str, value: int, band: str) -> str:
    """What an assessment came to, in the reader's language: criteria met of all, or a score, and its band."""
    form = instrument(code, version)
    label = next((wording.label(entry) for entry in form.bands if entry.code == band), band)
    if form.method == COUNT_MET:
        return _("Assessed: %(value)s of %(total)s criteria met, %(band)s", value=value, total=form.highest, band=label)
    return _("Assessed: score %(value)s, %(band)s", value=value, band=label)
