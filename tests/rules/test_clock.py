"""Days: the unit's day, what people type, validity (seeds/README.md "Validity"; domain.md section 14)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from portal import clock

days = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))
card_days = st.dates(min_value=date(2013, 1, 1), max_value=date(2150, 12, 31))
spans = st.integers(min_value=1, max_value=60)


def test_the_day_begins_at_the_unit_seven_hours_before_utc():
    with time_machine.travel(datetime(2026, 12, 31, 17, 0, tzinfo=UTC), tick=False):
        assert clock.today() == date(2027, 1, 1)
        assert clock.now() == datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    with time_machine.travel(datetime(2026, 12, 31, 16, 59, tzinfo=UTC), tick=False):
        assert clock.today() == date(2026, 12, 31)


def test_a_stored_moment_is_shown_on_the_units_clock():
    assert clock.local(datetime(2026, 5, 12, 1, 30, tzinfo=UTC)).isoformat() == "2026-05-12T08:30:00+07:00"
    assert clock.local(datetime(2026, 5, 12, 1, 30)).tzname() == "WIB"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 5, 12), 12, date(2027, 5, 11)),  # seeds/README.md
        (date(2026, 1, 31), 1, date(2026, 2, 28)),  # seeds/README.md
        (date(2028, 1, 30), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 3, 1), 12, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2026, 12, 31)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
        (date(2026, 5, 30), 1, date(2026, 6, 29)),
        (date(2026, 1, 28), 1, date(2026, 2, 27)),
    ],
)
def test_a_card_lasts_to_the_day_before_the_same_day_months_later(start, months, end):
    assert clock.validity_end(start, months) == end


def test_a_letter_of_the_31st_of_january_lasts_to_the_end_of_february():
    assert clock.one_month_after(date(2026, 1, 31)) == date(2026, 2, 28)


def test_a_validity_without_months_is_a_mistake():
    with pytest.raises(ValueError, match="at least one month"):
        clock.validity_end(date(2026, 5, 12), 0)


@given(card_days, spans)
def test_the_day_after_the_end_is_the_same_day_or_the_first_when_there_is_none(start, months):
    after = clock.validity_end(start, months) + timedelta(days=1)

    assert after.day in (start.day, 1)
    whole_months = (after.year - start.year) * 12 + after.month - start.month
    assert whole_months == (months if after.day == start.day else months + 1)


@given(card_days, card_days, spans)
def test_a_card_issued_later_never_ends_earlier(one, other, months):
    first, second = sorted((one, other))

    assert clock.validity_end(first, months) <= clock.validity_end(second, months)


@given(card_days)
def test_a_chain_of_years_leaves_no_gap_and_loses_no_day(start):
    ends = start - timedelta(days=1)
    for _ in range(5):
        ends = clock.validity_end(ends + timedelta(days=1), 12)

    assert 5 * 365 <= (ends - start).days + 1 <= 5 * 366


@pytest.mark.parametrize(
    "text",
    ["31-12-2026", "31/12/2026", "31.12.2026", "2026-12-31", "31 Desember 2026", " 31  desember 2026 ", "31 Des 2026",
     "31 December 2026", "Kamis, 31 Desember 2026"],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(text):
    assert clock.parse_day(text) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("31-02-2026", "no_such_day"),
        ("29/02/2027", "no_such_day"),
        ("12/31/2026", "no_such_day"),
        ("2026-02-31", "no_such_day"),
        ("0-1-2026", "no_such_day"),
        ("31 Februari 2026", "no_such_day"),
        ("kemarin", "format"),
        ("31-12-26", "format"),
        ("31-12/2026", "format"),
        ("31122026", "format"),
        ("31 Foo 2026", "format"),
        ("31-12-0202", "format"),
        ("31-12-20266", "format"),
        ("٣١-١٢-٢٠٢٦", "format"),
        ("1" * 10_000, "format"),
    ],
)
def test_what_is_no_day_is_refused_with_its_reason(text, code):
    with pytest.raises(clock.BadDay) as refused:
        clock.parse_day(text)

    assert refused.value.code == code
    assert code in clock.SENTENCES


def test_a_day_is_shown_in_both_languages_with_its_weekday_where_someone_must_come():
    day = date(2026, 12, 3)

    assert clock.format_day(day) == "3 Desember 2026"
    assert clock.format_day(day, weekday=True) == "Kamis, 3 Desember 2026"
    assert clock.format_day(day, weekday=True, short=True) == "Kam 3 Des 2026"
    assert clock.format_day(day, "en", weekday=True) == "Thursday, 3 December 2026"
    assert clock.format_day(day, "en", weekday=True, short=True) == "Thu 3 Dec 2026"
    assert clock.format_day(date(2026, 5, 12), short=True) == "12 Mei 2026"


@given(days, st.sampled_from(["id", "en"]), st.booleans(), st.booleans())
def test_a_day_that_is_shown_can_be_typed_again(day, lang, weekday, short):
    assert clock.parse_day(clock.format_day(day, lang, weekday=weekday, short=short)) == day


@given(st.text(max_size=40) | st.text(alphabet="0123456789-/. ", max_size=12))
def test_any_text_is_a_day_or_refused_with_a_known_reason(text):
    try:
        assert 1900 <= clock.parse_day(text).year <= 2199
    except clock.BadDay as refused:
        assert refused.code in clock.SENTENCES
