"""Partners on the public totals: named where they agreed, and no other one's sum to be worked out."""

from datetime import date

import pytest

from portal.db import db
from portal.funds.figures import Given
from portal.partners.models import Partner, Purpose
from portal.public import money
from portal.small_numbers import Figure


def agreed(*codes):
    for code in codes:
        db.session.get_one(Partner, code).named_publicly = True
    db.session.flush()


def of(partner, family):
    return Given(partner, "edu-basic", "13.76.01", family, 100)


def partners_told(giving):
    quarter = [((date(2026, 7, 1), date(2026, 7, 31)), [of(code, family) for code, family in giving])]
    received = {(code, Purpose.GENERAL, None): 2000 if code == "mitra-kenanga" else 1000 for code, _ in giving}
    return {row.name: row for row in money._by_partner([quarter], received)}


def crowd(code, first):
    return [(code, family) for family in range(first, first + 6)]


def test_partners_are_named_that_agreed_and_the_others_are_one_line(app, make):
    agreed("mitra-kenanga")

    told = partners_told(crowd("mitra-kenanga", 0) + crowd("baznas", 10) + crowd("bri", 20) + crowd("lazismu", 30))

    assert list(told) == ["LKS Mitra Kenanga", "Mitra lain"]
    assert told["Mitra lain"].given == Figure(18, 1800)
    assert told["Mitra lain"].received == 3000


def test_all_agreed_all_are_named(app, make):
    agreed("mitra-kenanga", "baznas")

    assert list(partners_told(crowd("mitra-kenanga", 0) + crowd("baznas", 10))) == ["Baznas", "LKS Mitra Kenanga"]


@pytest.mark.parametrize("others", [["baznas"], ["baznas", "bri"]])
def test_of_one_or_two_others_none_is_found_by_subtraction(app, make, others):
    """One would be the sum less who is named; of two, each takes off its own and knows the other's."""
    agreed("mitra-kenanga")

    assert partners_told([one for code in ["mitra-kenanga", *others] for one in crowd(code, len(code) * 10)]) == {}


def test_who_gave_least_of_those_that_agreed_stands_with_two_that_did_not(app, make):
    agreed("mitra-kenanga", "baznas")
    families = [crowd(code, place * 10) for place, code in enumerate(("mitra-kenanga", "baznas", "bri", "lazismu"))]
    given = [one for group in [*families, crowd("mitra-kenanga", 50)] for one in group]

    told = partners_told(given)

    assert list(told) == ["LKS Mitra Kenanga", "Mitra lain"]
    assert told["LKS Mitra Kenanga"].given == Figure(12, 1200)
    assert told["Mitra lain"] == money.Row("Mitra lain", 3000, Figure(18, 1800))


def test_nobody_agreed_nobody_is_named(app, make):
    assert partners_told(crowd("mitra-kenanga", 0) + crowd("baznas", 10)) == {}
