"""Whom an index of the register brings together with somebody who is typed, and what of a NIK the register knows."""

from datetime import date

import pytest

from portal.households import compared, likeness
from portal.households.names import fold_name


def typed(**told):
    details = {"name_key": fold_name("Rosma Yunita"), "nik": None, "sex": "P", "kk": None, "village": None}
    return compared.prepared(-1, None, **(details | told))


@pytest.mark.parametrize("born", [date(1980, 1, 1), date(1980, 7, 1), date(1980, 5, 13), date(1980, 12, 5)])
def test_who_is_typed_with_a_day_that_only_says_the_year_meets_namesakes_of_that_year(make, born):
    known = make.household("Rosma Yunita", birth_date=date(1980, 5, 12))
    make.household("Rosma Yunita", birth_date=date(1991, 5, 12))

    found = likeness.candidates([[typed(born=born, phone=known.phone, village=known.village_code)]])

    assert [one.member_id for one in found[-1]] == [known.members[0].id]


@pytest.mark.parametrize(
    ("nik", "nowhere"), [("1376015205800002", False), ("1376095205800002", True), ("3174095205800002", False)]
)
def test_a_kecamatan_that_the_own_city_has_not_is_in_no_nik(make, nik, nowhere):
    make.household("Rosma Yunita")

    assert typed(born=date(1980, 5, 12), phone=None, nik=nik).nowhere is nowhere
