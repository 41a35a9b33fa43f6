"""Four answers about a card or letter (interface.md section 2), and the dates they follow from (seeds/README.md)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import clock
from portal.cards.validity import TONES, WORDS, Validity, state

days = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31))
STARTS, ENDS = date(2026, 5, 12), date(2027, 5, 11)


@pytest.mark.parametrize(
    ("today", "answer"),
    [
        (date(2026, 5, 11), "not_yet"),
        (date(2026, 5, 12), "valid"),
        (date(2027, 5, 11), "valid"),
        (date(2027, 5, 12), "expired"),
    ],
)
def test_first_and_last_day_are_valid(today, answer):
    assert state(STARTS, ENDS, False, today) == answer


@given(days, days, days)
def test_revoked_is_said_first_and_never_by_itself(starts_on, ends_on, today):
    assert state(starts_on, ends_on, True, today) is Validity.REVOKED
    assert state(starts_on, ends_on, False, today) is not Validity.REVOKED


@given(days, st.integers(1, 24), st.integers(-800, 1600))
def test_a_validity_is_one_unbroken_stretch(starts_on, months, offset):
    ends_on, today = clock.validity_end(starts_on, months), starts_on + timedelta(days=offset)

    assert (state(starts_on, ends_on, False, today) is Validity.VALID) == (starts_on <= today <= ends_on)


def test_each_answer_has_its_word_and_tone():
    assert set(WORDS) == set(TONES) == set(Validity)
