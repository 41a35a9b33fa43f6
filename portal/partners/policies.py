"""Who may see and do what with a donation."""

from portal.accounts.models import User
from portal.partners.models import Donation, DonationStatus, Partner


def may_see(user: User, donation: Donation) -> bool:
    """The treasurer and the unit head see every donation, a partner its own; of others' it does not even know."""
    return user.can("donations.view") or (user.can("donations.own") and is_own(user, donation.partner_code))


def is_own(user: User, partner_code: str) -> bool:
    return bool(user.partner_code) and user.partner_code == partner_code


def may_see_record(user: User, partner_code: str) -> bool:
    """Treasurer and unit head know every partner's agreement and permits, a partner its own."""
    return user.can("partners.view") or (user.can("donations.own") and is_own(user, partner_code))


def may_see_pledges(user: User, partner_code: str) -> bool:
    """Who sees donations sees what was promised; a partner its own."""
    return user.can("donations.view") or (user.can("donations.own") and is_own(user, partner_code))


def may_keep_record(user: User, partner_code: str) -> bool:
    """A partner keeps its own record; nobody else writes in it."""
    return may_enter(user, partner_code)


def may_enter(user: User, partner_code: str) -> bool:
    """A partner's account enters what this partner gave."""
    return user.can("donations.enter") and is_own(user, partner_code)


def may_know_giver(user: User, donation: Donation) -> bool:
    """Who gave through a partner is for the partner, and for the treasurer who looks for the money."""
    return is_own(user, donation.partner_code) or user.can("donations.confirm")


def may_know_hidden_giver(user: User, donation: Donation) -> bool:
    """Whoever wants to be "hamba Allah" is so before everybody but the partner that took the gift."""
    return is_own(user, donation.partner_code)


def may_open_proof(user: User, donation: Donation) -> bool:
    """A proof of transfer, and the name of its file, tell who gave: it is for who may know the giver."""
    if donation.giver_hidden:
        return may_know_hidden_giver(user, donation)
    return may_know_giver(user, donation) if donation.giver_name else may_see(user, donation)


def may_settle(user: User, donation: Donation) -> bool:
    """The treasurer says whether it arrived, and never of a donation that they entered themselves."""
    return (
        donation.status is DonationStatus.ENTERED
        and user.can("donations.confirm")
        and user.id != donation.entered_by_id
    )


def may_read_statement(user: User, partner: Partner) -> bool:
    """Treasurer and head read every partner's statement, a partner its own; of others' it does not even know."""
    return user.can("partners.view") or may_name(user, partner)


def may_name(user: User, partner: Partner) -> bool:
    """The partner itself says whether it is named in public."""
    return user.can("donations.own") and is_own(user, partner.code)
