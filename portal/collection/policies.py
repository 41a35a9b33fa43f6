"""Who may see and do what with sheets of givers and bank statements."""

from portal.accounts.models import User
from portal.collection.models import GiverSheet, SheetState
from portal.partners.models import Donation
from portal.partners.policies import is_own, may_enter, may_know_giver

CONFIRM = "donations.confirm"


def may_see_sheet(user: User, sheet: GiverSheet) -> bool:
    """Givers are known to the partner that collected from them; the treasurer sees them gift by gift."""
    return user.can("donations.own") and is_own(user, sheet.partner_code)


def may_bring(user: User, partner_code: str) -> bool:
    return may_enter(user, partner_code)


def may_work_on(user: User, sheet: GiverSheet) -> bool:
    """Whoever enters gifts for the partner, until it is entered."""
    return may_enter(user, sheet.partner_code) and sheet.state in (SheetState.UNMAPPED, SheetState.READY)


def may_add_to(user: User, sheet: GiverSheet) -> bool:
    """The same people, to enter later what was left out."""
    return may_enter(user, sheet.partner_code) and sheet.state is SheetState.ENTERED


def may_take_back(user: User, sheet: GiverSheet) -> bool:
    return may_enter(user, sheet.partner_code) and sheet.state is not SheetState.TAKEN_BACK


def may_see_givers(user: User, donation: Donation) -> bool:
    """The partner, and the treasurer who looks for the money."""
    return may_know_giver(user, donation)


def may_match(user: User) -> bool:
    """Only the treasurer says what arrived."""
    return user.can(CONFIRM)
