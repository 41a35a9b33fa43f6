"""Renewal "according to the latest data" (003 Hasil 3 (b)), made concrete in domain.md section 5."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import clock
from portal.decisions import renewal
from portal.decisions.paths import RenewalRules, renewal_allowed

ENDS = date(2027, 5, 11)
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31))


def answer_on(today, assessed=5, listed=5, **rules):
    """The answer for findings so many days old."""
    return renewal_allowed(
        today - timedelta(days=assessed), today - timedelta(days=listed), today, ENDS, RenewalRules(**rules)
    )


def test_a_card_renewed_in_time_gets_the_year_after_the_old_one():
    answer = answer_on(date(2027, 4, 20))

    assert (answer.allowed, answer.reasons) == (True, ())
    assert answer.opens_on == date(2027, 4, 11)
    assert (answer.new_starts_on, answer.new_ends_on) == (date(2027, 5, 12), date(2028, 5, 11))


def test_a_card_renewed_late_starts_on_the_day_of_issue():
    answer = answer_on(date(2027, 6, 1))

    assert answer.allowed
    assert (answer.new_starts_on, answer.new_ends_on) == (date(2027, 6, 1), date(2028, 5, 31))


@pytest.mark.parametrize(
    ("today", "allowed"), [(date(2027, 4, 10), False), (date(2027, 4, 11), True), (date(2027, 5, 11), True)]
)
def test_the_window_opens_thirty_days_before_the_end(today, allowed):
    answer = answer_on(today)

    assert answer.allowed == allowed
    assert answer.reasons == (() if allowed else ("too_early",))


@pytest.mark.parametrize(("age", "reasons"), [(90, ()), (91, ("assessment_too_old",)), (-1, ("assessment_in_future",))])
def test_an_assessment_is_fresh_for_ninety_days(age, reasons):
    assert answer_on(date(2027, 5, 1), assessed=age).reasons == reasons


@pytest.mark.parametrize(("age", "reasons"), [(90, ()), (91, ("list_check_too_old",)), (-1, ("list_check_in_future",))])
def test_a_list_check_is_fresh_for_ninety_days(age, reasons):
    assert answer_on(date(2027, 5, 1), listed=age).reasons == reasons


def test_no_assessment_no_renewal():
    answer = renewal_allowed(None, None, date(2027, 5, 1), ENDS)

    assert (answer.allowed, answer.reasons) == (False, ("no_assessment", "no_list_check"))


def test_the_numbers_are_settings():
    answer = answer_on(date(2027, 3, 20), assessed=40, window_days=60, assessment_days=30, validity_months=6)

    assert answer.reasons == ("assessment_too_old",)
    assert answer.opens_on == date(2027, 3, 12)
    assert answer.new_ends_on == date(2027, 11, 11)


@given(days, days, st.none() | st.integers(-5, 200), st.none() | st.integers(-5, 200))
def test_a_renewal_overlaps_nothing_is_never_backdated_and_lasts_a_year(today, ends_on, assessed, listed):
    assessed_on, listed_on = (None if age is None else today - timedelta(days=age) for age in (assessed, listed))

    answer = renewal_allowed(assessed_on, listed_on, today, ends_on)

    assert answer.new_starts_on > ends_on
    assert answer.new_starts_on >= today
    assert answer.new_starts_on in (ends_on + timedelta(days=1), today)
    assert answer.new_ends_on == clock.validity_end(answer.new_starts_on, 12)
    assert answer.allowed == (not answer.reasons)
    assert set(answer.reasons) <= set(renewal.REASONS)
