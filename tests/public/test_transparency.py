"""Complaints and cards for everybody: right, and never so small that a family can be recognised."""

from portal import clock as unit_clock
from portal.complaints.models import ComplaintStatus as Status
from portal.complaints.models import ComplaintStep
from portal.public.totals import totals
from tests.reports import factories


def test_complaints_are_counted_by_where_they_stand_this_year_only(make, clock):
    worker = make.social_worker()
    for _ in range(6):
        factories.complaint(make, make.household(), by=worker)
    factories.complaint(make, make.household(), by=worker, status=Status.DECLINED)

    counted = {str(label): count for label, count in totals(unit_clock.today()).complaints}
    assert (counted["Sedang diproses"], counted["Ditolak"]) == (6, None)

    clock.move_to("2027-02-01T03:00:00+00:00")
    assert {count for _, count in totals(unit_clock.today()).complaints} == {None}


def test_a_complaint_that_brought_help_and_is_closed_counts_as_helped(make):
    worker = make.social_worker()
    for status in (Status.DELIVERED, Status.CLOSED):
        for _ in range(5):
            case = factories.complaint(make, make.household(), by=worker, status=status)
            if status is Status.CLOSED:
                make._store(ComplaintStep(complaint_id=case.id, status=Status.DELIVERED, at=unit_clock.now()))
    for _ in range(6):
        factories.complaint(make, make.household(), by=worker, status=Status.CLOSED)

    counted = {str(label): count for label, count in totals(unit_clock.today()).complaints}
    assert (counted["Dibantu"], counted["Ditutup atau dicabut"]) == (10, 6)


def test_the_page_shows_no_count_under_five(make, stranger):
    worker = make.social_worker()
    factories.complaint(make, make.household(), by=worker, status=Status.DECLINED)

    assert "&lt;5" in stranger.get("/transparency").text
