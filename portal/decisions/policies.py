"""Who may propose and who may decide."""

from portal.accounts.models import User
from portal.decisions import queries
from portal.decisions.models import Decision
from portal.language import gettext


def may_propose(actor: User) -> bool:
    """Those who receive and visit families propose."""
    return actor.can("decisions.propose")


def why_not_decide(actor: User, decision: Decision) -> str | None:
    """Nobody decides a case they visited or proposed (domain.md section 3); None: this person may."""
    if not actor.can("decisions.decide"):
        return gettext("The unit head decides.")
    if decision.proposed_by_id == actor.id:
        return gettext("You made this proposal, so someone else decides.")
    if actor.id in queries.visitors_of(decision):
        return gettext("You visited this family for this case, so someone else decides.")
    return None


def may_decide(actor: User, decision: Decision) -> bool:
    """Two people stand behind every decision, and the one who decides did not see the house."""
    return why_not_decide(actor, decision) is None


def may_settle_listing_errors(actor: User) -> bool:
    """Who proposes or decides cases follows up what the list's owner answered."""
    return actor.can("decisions.propose") or actor.can("decisions.decide")
