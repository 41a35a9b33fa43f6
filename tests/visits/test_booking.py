"""Booking visits: free times near other visits, closed and full days, moving."""

from datetime import date, time, timedelta

import pytest

from portal.complaints.models import ComplaintStatus as S
from portal.db import db
from portal.errors import Doubtful, NotAllowed, Refused
from portal.visits import booking
from portal.visits.models import HomeVisit
from tests.complaints.factories import complaint
from tests.factories import VILLAGE

TUESDAY = date(2026, 10, 6)
ELSEWHERE = "13.76.02.1034"


def book(make, visitor, on=TUESDAY, at=time(9), *, case=None, confirmed=(), household=None):
    case = case or complaint(make, household=household or make.household())
    return booking.book(
        case.household, complaint=case, visitor=visitor, on=on, at=at, by=make.social_worker(), confirmed=confirmed
    )


def test_a_booked_visit_schedules_the_complaint(make):
    case = complaint(make)

    visit = book(make, make.social_worker(), case=case)
    db.session.commit()

    assert (case.status, booking.booked_visit(case)) == (S.SCHEDULED, visit)
    assert [step.status for step in case.steps] == [S.INCOMPLETE, S.SCHEDULED]


def test_free_times_are_on_working_days_and_not_taken(make):
    rani = make.social_worker(full_name="Rani")
    book(make, rani, TUESDAY, time(9))

    slots = [slot for slot in booking.free_slots(ELSEWHERE, most=99) if slot.visitor_id == rani.id]

    assert [(slot.on, slot.at) for slot in slots][:2] == [(TUESDAY, time(10)), (TUESDAY + timedelta(days=1), time(9))]
    assert all(slot.on.weekday() < 5 for slot in slots)


def test_days_with_a_visit_in_the_same_kelurahan_come_first(make):
    rani = make.social_worker(full_name="Rani")
    book(make, rani, TUESDAY + timedelta(days=7), time(9), household=make.household(village_code=VILLAGE))

    slots = booking.free_slots(VILLAGE, most=1)

    assert [(slot.on, slot.near, slot.at) for slot in slots] == [(TUESDAY + timedelta(days=7), 1, time(10))]


def test_a_full_day_is_not_offered_and_needs_a_second_look(make):
    rani = make.social_worker()
    for at in booking.TIMES[:6]:
        book(make, rani, TUESDAY, at)

    offered = [slot for slot in booking.free_slots(VILLAGE, most=99) if slot.visitor_id == rani.id]
    with pytest.raises(Doubtful) as doubtful:
        book(make, rani, TUESDAY, time(8))

    assert TUESDAY not in {slot.on for slot in offered}
    assert [doubt.code.split(":")[0] for doubt in doubtful.value.doubts] == ["full_day"]


@pytest.mark.parametrize("closed", [date(2026, 10, 10), date(2026, 12, 25)])
def test_a_visit_on_a_closed_day_is_confirmed_first(make, closed):
    rani = make.social_worker()
    with pytest.raises(Doubtful) as doubtful:
        book(make, rani, closed)

    visit = book(make, rani, closed, confirmed={doubt.code for doubt in doubtful.value.doubts})

    assert visit.visit_on == closed


@pytest.mark.parametrize("day", [date(2026, 10, 4), date(2028, 1, 3)])
def test_a_day_that_is_over_or_absurdly_far_is_refused(make, day):
    with pytest.raises(Refused) as refused:
        book(make, make.social_worker(), day)

    assert refused.value.field == "visit_on"


@pytest.mark.parametrize("at", [time(9), time(9, 30), time(8, 1)])
def test_nobody_is_at_two_houses_in_one_hour(make, at):
    rani = make.social_worker()
    book(make, rani, at=time(9))

    with pytest.raises(Refused) as refused:
        book(make, rani, at=at)

    assert refused.value.field == "visit_time"
    for hour in (8, 10):
        book(make, rani, at=time(hour))


def test_an_hour_that_reaches_into_another_visit_is_not_offered(make):
    rani = make.social_worker()
    book(make, rani, at=time(9, 30))

    offered = [slot for slot in booking.free_slots(ELSEWHERE, most=99) if slot.visitor_id == rani.id]

    assert (offered[0].on, offered[0].at) == (TUESDAY, time(11))


def test_only_officers_visit_and_only_the_desk_and_the_head_book(make):
    case = complaint(make)
    with pytest.raises(Refused):
        book(make, make.unit_head(), case=case)
    with pytest.raises(NotAllowed):
        booking.book(
            case.household, complaint=case, visitor=make.social_worker(), on=TUESDAY, at=time(9), by=make.treasurer()
        )


def test_a_visit_is_moved_and_not_doubled(make):
    rani, budi, case = make.social_worker(), make.social_worker(), complaint(make)
    visit = book(make, rani, case=case)
    with pytest.raises(Refused):
        book(make, budi, case=case)

    booking.move(visit, visitor=budi, on=TUESDAY + timedelta(days=1), at=time(11), by=make.unit_head())
    db.session.commit()

    assert (visit.visitor_id, visit.visit_time) == (budi.id, time(11))
    assert db.session.query(HomeVisit).filter_by(complaint_id=case.id).count() == 1


def test_an_hour_of_today_that_is_over_is_refused_and_a_night_is_asked_about(make):
    visitor, today = make.social_worker(), date(2026, 10, 5)  # it is nine o'clock

    with pytest.raises(Refused):
        book(make, visitor, on=today, at=time(8, 30))
    with pytest.raises(Doubtful):
        book(make, visitor, on=today, at=time(22))
    assert book(make, visitor, on=today, at=time(22), confirmed=["odd_hour:22:00:00"]).visit_time == time(22)
    assert book(make, visitor, on=today, at=time(10)).visit_on == today
