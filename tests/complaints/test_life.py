"""The six words of a case: where it stands, what it did without, and what comes next."""

from datetime import date, timedelta

import pytest

from portal.complaints.life import NEXT, WORDS, next_in_words, six_steps
from portal.complaints.models import ComplaintStatus as S

MONDAY = date(2026, 10, 5)


def history(*statuses):
    return [(status, MONDAY + timedelta(days=day)) for day, status in enumerate(statuses)]


def states(*statuses):
    return [state for _, _, state in six_steps(history(*statuses))]


def test_a_new_case_was_received_and_waits_for_its_visit():
    steps = six_steps(history(S.RECEIVED))

    assert [word for word, _, _ in steps] == list(WORDS)
    assert steps[0][1:] == (MONDAY, "done")
    assert steps[1][1:] == (None, "current")
    assert {state for _, _, state in steps[2:]} == {"todo"}


def test_papers_and_booking_do_not_move_the_day_of_reception():
    assert six_steps(history(S.RECEIVED, S.INCOMPLETE, S.SCHEDULED))[0][1] == MONDAY


@pytest.mark.parametrize(
    ("status", "here"),
    [
        (S.RECEIVED, 1), (S.INCOMPLETE, 1), (S.SCHEDULED, 1), (S.VISITED, 2), (S.ASSESSED, 3),
        (S.APPROVED, 4), (S.REFERRED, 4), (S.DELIVERED, 5), (S.DECLINED, 5),
    ],
)  # fmt: skip
def test_an_open_case_stands_at_one_word(status, here):
    found = states(S.RECEIVED, status)

    assert found.count("current") == 1
    assert found.index("current") == here


@pytest.mark.parametrize("status", [S.CLOSED, S.WITHDRAWN])
def test_a_finished_case_stands_nowhere(status):
    found = six_steps(history(S.RECEIVED, status))

    assert found[-1][1:] == (MONDAY + timedelta(days=1), "done")
    assert [state for _, _, state in found] == ["done", "skipped", "skipped", "skipped", "skipped", "done"]


def test_a_whole_case_has_six_days():
    found = six_steps(history(S.RECEIVED, S.SCHEDULED, S.VISITED, S.ASSESSED, S.APPROVED, S.DELIVERED, S.CLOSED))

    assert [(on - MONDAY).days for _, on, _ in found] == [0, 2, 3, 4, 5, 6]


def test_an_emergency_letter_does_without_a_visit():
    assert states(S.RECEIVED, S.APPROVED, S.DELIVERED) == ["done", "skipped", "skipped", "done", "done", "current"]


def test_a_refusal_brings_no_help():
    assert states(S.RECEIVED, S.VISITED, S.ASSESSED, S.DECLINED)[3:] == ["done", "skipped", "current"]


def test_an_assessment_proves_the_visit():
    assert six_steps(history(S.RECEIVED, S.ASSESSED))[1][1:] == (MONDAY + timedelta(days=1), "done")


def test_a_case_sent_back_stands_earlier_again():
    found = six_steps(history(S.RECEIVED, S.VISITED, S.ASSESSED, S.SCHEDULED, S.VISITED))

    assert found[1][1:] == (MONDAY + timedelta(days=4), "done")
    assert [state for _, _, state in found][2:] == ["current", "todo", "todo", "todo"]


def test_every_state_has_its_words_for_the_family():
    assert set(NEXT) == set(S)
    assert next_in_words(S.INCOMPLETE) == NEXT[S.INCOMPLETE]
