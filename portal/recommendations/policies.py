"""Who may see, ask for and decide emergencies."""

from datetime import date

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.recommendations import queries
from portal.recommendations.models import Delegation, EmergencyRecommendation

# domain.md section 3: the administrator does not decide cases, the auditor changes nothing, a partner sees no cases,
# a cadre reads nothing of illness.
NEVER_A_DEPUTY = frozenset({Role.ADMIN, Role.AUDITOR, Role.PARTNER, Role.CADRE})


def decides(actor: User, on: date) -> bool:
    """The mayor's office decides emergencies, and its deputy within the dates of the delegation."""
    return actor.can("recommendations.approve") or queries.delegation_of(actor, on) is not None


def may_view(actor: User, on: date) -> bool:
    """Who works on emergencies sees them; a deputy sees them as long as the delegation lasts."""
    return actor.can("recommendations.view") or decides(actor, on)


def may_decide(actor: User, recommendation: EmergencyRecommendation, on: date) -> bool:
    """The mayor's office or its dated deputy decides, and nobody decides what they proposed."""
    return recommendation.proposed_by_id != actor.id and decides(actor, on)


def may_request(actor: User) -> bool:
    return actor.can("recommendations.request")


def may_record_exit(actor: User) -> bool:
    """Whoever may ask for a letter also says how the emergency ended."""
    return actor.can("recommendations.request")


def may_grant(actor: User) -> bool:
    return actor.can("delegations.grant")


def may_end(actor: User, delegation: Delegation) -> bool:
    """Anybody of the mayor's office may end a delegation, also one that a colleague granted."""
    return actor.can("delegations.grant")


def may_be_deputy(user: User) -> bool:
    """Any active person who does not decide anyway and whose office does not forbid it."""
    return user.active and not user.can("recommendations.approve") and not user.roles & NEVER_A_DEPUTY
