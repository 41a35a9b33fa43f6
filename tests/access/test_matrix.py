"""The whole matrix of doors: found as expected, and written down as found."""

import re

import pytest

from portal.config import ROOT
from tests.access import matrix


@pytest.fixture(scope="module")
def found(request):
    if request.config.getoption("--database") != "sqlite":
        pytest.skip("the doors are the same on both databases; once is enough")
    return matrix.everything()


def test_everybody_finds_at_every_door_what_is_expected(found):
    wrong = [
        (each.door.method, each.door.rule.rule, each.caller.name, each.expected, each.found, each.parts)
        for each in found
        if each.wrong
    ]

    assert wrong == []
    assert len(found) > 1500


def test_every_part_was_asked_for_and_given_to_somebody(found):
    """Else a part's name is read wrongly, and its page was asked for instead."""
    named = {(each.door.rule.rule, part) for each in found if each.door.method == "GET" for part in each.door.parts}
    given = {(each.door.rule.rule, part) for each in found for part in each.given}
    # The sample's case is decided, and its page says so; tests/decisions asks for the part.
    given.add(("/complaints/<number>/proposal", "propose"))

    assert len(named) > 20
    assert named - given == set()


def test_no_part_is_overlooked(app):
    """Every name that a view gives in its source, and every target of a template, is among the parts of some door."""
    known = {part for door in matrix.doors(app) for part in door.parts}
    source = "\n".join(path.read_text() for path in (ROOT / "portal").rglob("*views.py"))
    markup = "\n".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))

    assert set(re.findall(r'fragment="([^"]*)"', source)) - known == set()
    assert set(re.findall(r'hx-target="#([^"]*)"', markup)) - known == set()


def test_the_page_says_what_was_found(found):
    assert matrix.PAGE.read_text(encoding="utf-8") == matrix.page(found), "run `make doors` and look at what changed"
