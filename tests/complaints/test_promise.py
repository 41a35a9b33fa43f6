"""The promise of a complaint: counted in working days, judged once a working day has begun after it."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.complaints import promise
from portal.complaints.models import OPEN_STATUSES, ComplaintStatus
from portal.units.calendar import Holiday, WorkingCalendar
from portal.units.catalogue import catalogue

# Natal 2026 and its joint leave (seeds/holidays_id_2026_2027.csv).
CALENDAR = WorkingCalendar({on: Holiday(on, "Natal", "national") for on in (date(2026, 12, 24), date(2026, 12, 25))})
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def case(promised_on, answered_on=None):
    return SimpleNamespace(promised_on=promised_on, answered_on=answered_on)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 12, 2), ("open", 2)),
        (date(2026, 12, 4), ("open", 0)),
        (date(2026, 12, 6), ("open", 0)),  # Sunday: no working day has passed since Friday
        (date(2026, 12, 7), ("missed", -1)),
        (date(2026, 12, 28), ("missed", -14)),
    ],
)
def test_an_open_promise_of_friday_4_december(today, expected):
    assert promise.state(case(date(2026, 12, 4)), today, CALENDAR) == expected


def test_without_a_promised_day_there_is_nothing_to_keep():
    assert promise.state(case(None), date(2026, 12, 4), CALENDAR).state == "none"


@given(promised=DAYS, today=DAYS)
def test_an_open_case_is_missed_only_after_a_working_day_has_passed(promised, today):
    found = promise.state(case(promised), today, CALENDAR)

    passed = [
        promised + timedelta(days=n)
        for n in range(1, (today - promised).days + 1)
        if CALENDAR.is_working_day(promised + timedelta(days=n))
    ]
    assert (found.state == "missed") == bool(passed)
    assert found.state in {"open", "missed"}
    if passed:
        assert found.days_left == -len(passed)


@given(promised=DAYS, answered=DAYS, later=st.integers(0, 400))
def test_an_answered_case_is_judged_by_the_day_of_the_answer(promised, answered, later):
    at_once = promise.state(case(promised, answered), answered, CALENDAR)
    long_after = promise.state(case(promised, answered), answered + timedelta(days=later), CALENDAR)

    assert at_once == long_after
    assert at_once.state == ("kept" if at_once.days_left >= 0 else "missed")
    if answered <= promised:
        assert at_once.state == "kept"


@pytest.mark.parametrize(
    ("kind", "answering"),
    [
        ("cash", set()),
        ("cash_or_goods", set()),
        ("card", {ComplaintStatus.APPROVED}),
        ("letter", {ComplaintStatus.APPROVED}),
        ("referral", {ComplaintStatus.REFERRED}),
    ],
)
def test_card_and_letter_are_there_with_the_approval_and_aid_only_when_it_is_given(kind, answering):
    found = {status for status in ComplaintStatus if promise.is_answer(kind, status)}

    assert found == answering | (set(ComplaintStatus) - OPEN_STATUSES)


def test_overdue_in_the_list_is_missed_in_the_state(make):
    days = [date(2026, 12, 1) + timedelta(days=n) for n in range(40)]
    for today in days:
        before = promise.overdue_before(today)
        for promised in days:
            assert (promised < before) == (promise.state(case(promised), today).state == "missed")


def test_an_urgent_letter_is_promised_sooner_and_other_services_are_not(make):
    letter, medicine = catalogue().services["data-letter"], catalogue().services["health-medicine"]
    monday = make.ago(0)

    assert promise.promise_for(letter, monday, urgent=False) == monday + timedelta(days=3)
    assert promise.promise_for(letter, monday, urgent=True) == monday + timedelta(days=1)
    assert promise.promise_for(medicine, monday, urgent=True) == monday + timedelta(days=3)


def test_a_service_that_depends_on_a_partner_promises_no_day(make):
    assert promise.promise_for(catalogue().services["social-house"], make.ago(0), urgent=False) is None
