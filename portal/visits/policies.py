"""Who may do what with a visit."""

from portal.accounts.models import User
from portal.complaints.models import OPEN_STATUSES
from portal.files import policies as files
from portal.visits.models import HomeVisit, VisitStatus


def may_see_answers(user: User) -> bool:
    """Answers hold health, children and income (UU 27/2022 art. 4): only for those who visit, propose or decide."""
    return user.can("visits.view") or user.can("decisions.view")


def is_visitor(user: User, visit: HomeVisit) -> bool:
    """The officer who was given the visit does it; others may only read."""
    return user.can("visits.do") and visit.visitor_id == user.id


def may_change(user: User, visit: HomeVisit) -> bool:
    """What was found at the house is changed by its visitor alone, and only until the visit is over."""
    return is_visitor(user, visit) and visit.status is VisitStatus.BOOKED


def may_assign(user: User, visit: HomeVisit) -> bool:
    """The unit head gives a visit that is still to be done to another officer."""
    return user.can("visits.assign") and visit.status is VisitStatus.BOOKED


def may_move(user: User, visit: HomeVisit) -> bool:
    """Whoever books the visit of a complaint also gives it another day, as long as the case is open."""
    if visit.status is not VisitStatus.BOOKED or not visit.complaint or visit.complaint.status not in OPEN_STATUSES:
        return False
    return user.can("complaints.record") or user.can("visits.assign")


# A photo taken at the house is as private as the answer it proves.
files.allow("answer", lambda user, _answer_id: may_see_answers(user))
