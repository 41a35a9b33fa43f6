"""Working days and promises (seeds/holidays_id_2026_2027.csv; seeds/README.md "Units"; domain.md section 7)."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.units.calendar import Holiday, WorkingCalendar, promise

SEEDS = Path(__file__).parents[2] / "seeds"


def indonesian_holidays() -> dict[date, Holiday]:
    with (SEEDS / "holidays_id_2026_2027.csv").open(encoding="utf-8") as rows:
        found = [Holiday(date.fromisoformat(r["date"]), r["name"], r["type"]) for r in csv.DictReader(rows)]
    return {holiday.on: holiday for holiday in found}


HOLIDAYS = indonesian_holidays()
CALENDAR = WorkingCalendar(HOLIDAYS, frozenset(range(5)))
days = st.dates(min_value=date(2025, 6, 1), max_value=date(2028, 6, 1))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 5, 12), None),
        (date(2026, 5, 9), "weekend"),
        (date(2026, 5, 14), "Kenaikan Yesus Kristus"),
        (date(2026, 5, 15), "Cuti Bersama Kenaikan Yesus Kristus"),
        (date(2026, 3, 21), "Hari Raya Idul Fitri"),  # a Saturday: the feast is the better answer
    ],
)
def test_a_closed_day_says_why(day, why):
    assert CALENDAR.why_closed(day) == why
    assert CALENDAR.is_working_day(day) == (why is None)


def test_joint_leave_is_a_working_day_only_where_the_unit_says_so():
    open_on_leave = WorkingCalendar(HOLIDAYS, frozenset(range(5)), joint_leave_is_working_day=True)

    assert not CALENDAR.is_working_day(date(2026, 5, 15))
    assert open_on_leave.is_working_day(date(2026, 5, 15))
    assert not open_on_leave.is_working_day(date(2026, 5, 14))
    assert open_on_leave.covers(2026)


def test_the_day_of_reception_does_not_count_and_friday_leads_to_monday():
    assert CALENDAR.add_working_days(date(2026, 5, 8), 1) == date(2026, 5, 11)
    assert CALENDAR.add_working_days(date(2026, 5, 8), 0) == date(2026, 5, 8)


def test_three_working_days_over_ascension_and_its_joint_leave():
    assert CALENDAR.add_working_days(date(2026, 5, 12), 3) == date(2026, 5, 19)


def test_eid_moves_a_promise_by_more_than_a_week():
    assert CALENDAR.add_working_days(date(2026, 3, 17), 1) == date(2026, 3, 25)


def test_a_promise_does_not_lie_behind():
    with pytest.raises(ValueError, match="ahead"):
        CALENDAR.add_working_days(date(2026, 5, 12), -1)


def test_a_calendar_without_workdays_is_refused():
    with pytest.raises(ValueError, match="workdays"):
        WorkingCalendar({}, frozenset())
    with pytest.raises(ValueError, match="workdays"):
        WorkingCalendar({}, frozenset({7}))


def test_late_by_three_working_days_is_minus_three():
    assert CALENDAR.working_days_between(date(2026, 5, 13), date(2026, 5, 8)) == -3
    assert CALENDAR.working_days_between(date(2026, 5, 8), date(2026, 5, 8)) == 0


def test_the_calendar_knows_which_years_it_covers():
    assert CALENDAR.covers(2026)
    assert CALENDAR.covers(2027)
    assert not CALENDAR.covers(2028)


@pytest.mark.parametrize(
    ("rule", "standard", "promised"),
    [
        (None, 7, date(2026, 12, 15)),
        ("working_days", 3, date(2026, 12, 9)),
        ("budget_year_end", None, date(2026, 12, 31)),  # 002 Tabel 3: one budget year
        ("tentative", None, None),
        (None, None, None),
    ],
)
def test_a_service_promises_by_its_own_rule(rule, standard, promised):
    assert promise(rule, standard, date(2026, 12, 4), CALENDAR) == promised


def test_an_unknown_time_rule_is_a_mistake_in_the_catalogue():
    with pytest.raises(ValueError, match="soon"):
        promise("soon", 3, date(2026, 12, 4), CALENDAR)


@given(days, st.integers(min_value=1, max_value=60))
def test_adding_working_days_lands_on_a_working_day_exactly_that_far_away(start, n):
    end = CALENDAR.add_working_days(start, n)

    assert CALENDAR.is_working_day(end)
    assert CALENDAR.working_days_between(start, end) == n


@given(days, days, st.frozensets(st.integers(0, 6), min_size=1))
def test_counting_agrees_with_walking_day_by_day(one, other, workdays):
    calendar = WorkingCalendar(HOLIDAYS, workdays)
    start, end = sorted((one, other))
    walked = sum(calendar.is_working_day(start + timedelta(days=k)) for k in range(1, (end - start).days + 1))

    assert calendar.working_days_between(start, end) == walked
    assert calendar.working_days_between(end, start) == -walked


@given(days, days, days)
def test_stretches_of_working_days_add_up(a, b, c):
    between = CALENDAR.working_days_between

    assert between(a, b) + between(b, c) == between(a, c)


@given(days)
def test_the_next_working_day_is_the_first_open_day_ahead(day):
    following = CALENDAR.next_working_day(day)
    skipped = [day + timedelta(days=k) for k in range(1, (following - day).days)]

    assert following > day
    assert not any(CALENDAR.is_working_day(closed) for closed in skipped)
    assert all(CALENDAR.why_closed(closed) for closed in skipped)
