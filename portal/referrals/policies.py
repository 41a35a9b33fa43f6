"""Who may send, see and answer referrals."""

from portal.accounts.models import User
from portal.referrals.models import Referral


def may_send(actor: User) -> bool:
    return actor.can("referrals.send")


def may_see_all(actor: User) -> bool:
    return actor.can("referrals.view")


def is_of_its_office(actor: User, office: str) -> bool:
    return actor.can("referrals.answer") and actor.office == office


def may_see(actor: User, referral: Referral) -> bool:
    """The unit sees all; an office only what was referred to itself (domain.md section 3)."""
    return may_see_all(actor) or is_of_its_office(actor, referral.office)


def may_answer(actor: User, referral: Referral) -> bool:
    return is_of_its_office(actor, referral.office)
