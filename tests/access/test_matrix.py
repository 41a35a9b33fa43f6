"""The whole matrix of doors: found as expected, and written down as found."""

import pytest

from tests.access import matrix


@pytest.fixture(scope="module")
def found(request):
    if request.config.getoption("--database") != "sqlite":
        pytest.skip("the doors are the same on both databases; once is enough")
    return matrix.everything()


def test_everybody_finds_at_every_door_what_is_expected(found):
    wrong = [
        (each.door.method, each.door.rule.rule, each.caller.name, each.expected, each.found)
        for each in found
        if each.wrong
    ]

    assert wrong == []
    assert len(found) > 1500


def test_the_page_says_what_was_found(found):
    assert matrix.PAGE.read_text(encoding="utf-8") == matrix.page(found), "run `make doors` and look at what changed"
