"""Who may issue and revoke cards."""

from portal.accounts.models import User
from portal.decisions.models import Decision


def may_issue(actor: User, decision: Decision) -> bool:
    """The unit head issues; as with the decision, never who visited the family or proposed the case."""
    return actor.can("cards.issue") and actor.id not in {decision.proposed_by_id, decision.visitor_id}


def may_revoke(actor: User) -> bool:
    """The unit head revokes."""
    return actor.can("cards.revoke")
