"""Several people book at the same moment: one visit a case, one family an hour of an officer."""

from datetime import time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from portal.accounts.models import User
from portal.clock import today
from portal.complaints.models import Complaint, ComplaintStatus
from portal.db import db
from portal.errors import Refused
from portal.visits import booking
from portal.visits.models import HomeVisit
from tests.factories import Make
from tests.together import reasons, together
from tests.visits import factories

TOGETHER = 6


def books(complaint_id, officer_id, clerk_id, hour):
    def act():
        case = db.session.get(Complaint, complaint_id)
        officer, clerk = (db.session.get(User, number) for number in (officer_id, clerk_id))
        day = today() + timedelta(days=1)
        doubts = [doubt.code for doubt in booking.doubts(officer, day, time(hour))]
        booking.book(case.household, complaint=case, visitor=officer, on=day, at=time(hour), by=clerk, confirmed=doubts)

    return act


def booked():
    return db.session.scalar(select(func.count()).select_from(HomeVisit))


def test_one_case_gets_one_visit(own_portal):
    make = Make()
    clerk = make.social_worker()
    case = factories.complaint(make, make.household(), clerk, status=ComplaintStatus.ASSESSED)
    officers = [make.social_worker().id for _ in range(TOGETHER)]
    acts = [books(case.id, officer, clerk.id, 9) for officer in officers]

    ended = together(own_portal, acts)

    assert booked() == 1
    assert reasons(ended) <= {Refused, StaleDataError}


def test_an_officer_is_at_one_house_at_a_time(own_portal):
    make = Make()
    clerk, officer = make.social_worker(), make.social_worker()
    cases = [
        factories.complaint(make, make.household(), clerk, status=ComplaintStatus.ASSESSED).id for _ in range(TOGETHER)
    ]

    ended = together(own_portal, [books(case, officer.id, clerk.id, 9) for case in cases])

    assert booked() == 1
    assert reasons(ended) == {Refused}
