"""Codes of decisions and listing errors as the page says them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from flask_babel import get_locale

from portal import clock
from portal.decisions.models import DecisionStatus, ListingErrorKind, ListingErrorOutcome, Proposal
from portal.decisions.paths import LISTING_ERRORS, MISMATCHES, NONE, PENDING, POOR_BANDS, REASONS
from portal.language import gettext, ngettext
from portal.language import lazy_gettext as _l
from portal.units.catalogue import catalogue
from portal.visits import wording
from portal.visits.instruments.model import COUNT_MET
from portal.visits.instruments_of import instrument

PATHS: Final = {
    "a": _l("Path a: listed and holding KPS or KKS"),
    "b": _l("Path b: one-year card"),
    "c": _l("Path c: letter of the regional head"),
    "listed": _l("Listed"),
    "register": _l("To be registered"),
    NONE: _l("No path"),
    PENDING: _l("Open: a person looks again"),
}

STATUSES: Final = {
    DecisionStatus.PROPOSED: (_l("Waits for a decision"), "due", "clock"),
    DecisionStatus.APPROVED: (_l("Approved"), "good", "ok"),
    DecisionStatus.DECLINED: (_l("Declined"), "late", "refused"),
    DecisionStatus.RETURNED: (_l("Returned for another look"), "info", "undo"),
}

PROPOSALS: Final = {Proposal.HELP: _l("Help the family"), Proposal.REFUSE: _l("Refuse")}

KINDS: Final = {
    ListingErrorKind.INCLUSION: _l("Listed, not poor"),
    ListingErrorKind.EXCLUSION: _l("Poor, not listed"),
}

OUTCOMES: Final = {
    ListingErrorOutcome.RECORDED: _l("Recorded"),
    ListingErrorOutcome.PROPOSED_ADD: _l("Proposed to add"),
    ListingErrorOutcome.PROPOSED_DROP: _l("Proposed to drop"),
    ListingErrorOutcome.DELIBERATION: _l("Sent to the kelurahan deliberation"),
    ListingErrorOutcome.ACCEPTED: _l("Accepted by the list's owner"),
    ListingErrorOutcome.REJECTED: _l("Rejected by the list's owner"),
}

REASONS_TO_HELP: Final = (
    _l("What was seen at the house agrees with what the family told."),
    _l("The family's income is not steady and there is nothing to sell."),
    _l("A family member is ill and cannot work."),
)
REASONS_TO_REFUSE: Final = (
    _l("The family has a steady income."),
    _l("The family's own house and belongings show that the need can be met."),
    _l("The family is already helped for the same need."),
)
REASONS_TO_APPROVE: Final = (
    _l("The visit and the papers support the proposal."),
    _l("The criteria are met and the list has been checked."),
)
REASONS_TO_DECLINE: Final = (
    _l("Too few criteria are met."),
    _l("The same need is already met by another programme."),
)
REASONS_TO_RETURN: Final = (
    _l("An answer was only told; please look for a paper or a photo."),
    _l("Please check the national list again."),
    _l("Please visit the family once more."),
)


def language() -> str:
    """The reader's."""
    return str(get_locale() or "id")


def path(code: str) -> str:
    """A path's name; other units' paths are named by the card they end in."""
    if code in PATHS:
        return str(PATHS[code])
    card = catalogue().cards.get(code)
    return card.name(language()) if card else code


def reasons(ground: Mapping[str, Any]) -> list[str]:
    """Why the rule answers as it does."""
    return [gettext(REASONS[code]) for code in ground["reasons"]]


def mismatches(ground: Mapping[str, Any]) -> list[str]:
    """What does not fit together, and the listing error there may be."""
    found = [gettext(MISMATCHES[code]) for code in ground["mismatches"]]
    kind = ground["listing_error"]
    return [*found, gettext(LISTING_ERRORS[kind])] if kind else found


def day(iso: str | None) -> str:
    """A stored day in the reader's words."""
    return clock.format_day(date.fromisoformat(iso), lang=language()) if iso else ""


def listing(ground: Mapping[str, Any]) -> str:
    """What the national list says, of which date, and when somebody looked."""
    facts = ground["facts"]
    name = str(facts["list_code"] or catalogue().setting("national_list")).upper()
    if facts["listed"] is None:
        return gettext("%(list)s: not checked yet", list=name)
    said = gettext("In %(list)s", list=name) if facts["listed"] else gettext("Not in %(list)s", list=name)
    if ground.get("decile"):
        said = gettext("%(said)s (decile %(decile)s)", said=said, decile=ground["decile"])
    if ground.get("list_as_of"):
        said = gettext("%(said)s, list of %(day)s", said=said, day=day(ground["list_as_of"]))
    if not ground.get("list_checked_on"):
        return said
    return gettext("%(said)s, looked up on %(day)s", said=said, day=day(ground["list_checked_on"]))


def membership(ground: Mapping[str, Any]) -> str:
    """The KPS or KKS that the family holds."""
    kinds = ground.get("card_kinds") or []
    if kinds:
        return ", ".join(kind.upper() for kind in kinds)
    holds = ground["facts"]["membership_card"]
    if holds is None:
        return gettext("Not checked yet")
    return gettext("Yes") if holds else gettext("None")


def result(value: int | None, band: str | None, code: str, version: str) -> str:
    """ "8 of 12 criteria · Poor"; a scored instrument says its points."""
    form = instrument(code, version)
    label = next((wording.label(each) for each in form.bands if each.code == band), band or "")
    if form.method == COUNT_MET:
        said = gettext("%(met)s of %(all)s criteria", met=value, all=len(form.criteria))
    else:
        said = ngettext("%(num)s point", "%(num)s points", value or 0)
    return f"{said} · {label}"


def by_instrument(code: str, version: str) -> str:
    """What a result was found with."""
    name = wording.instrument_name(instrument(code, version))
    return gettext("%(name)s, version %(version)s", name=name, version=version)


def poor_from(code: str, version: str) -> int | None:
    """How many criteria make a family poor; None for a scored instrument."""
    form = instrument(code, version)
    poor = [band.min for band in form.bands if band.code in POOR_BANDS]
    return min(poor) if poor and form.method == COUNT_MET else None


def common_reasons(*groups: Sequence[Any]) -> list[str]:
    """The sentences that the buttons offer, in the order of the page."""
    return [str(sentence) for group in groups for sentence in group]


def ground_of_error(error: Any) -> str:
    """Why a listing is taken for an error: what the proposer wrote, else what the rule found."""
    return str(error.reason) or gettext(LISTING_ERRORS[error.kind])
