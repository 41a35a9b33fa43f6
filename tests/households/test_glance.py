"""A city's file is compared by a quick look first: it finds whom the close look of a form finds."""

from datetime import date

import pytest

from portal.db import db
from portal.households import compared, likeness
from portal.households.names import fold_name

BORN, NIK = date(1980, 5, 12), "1376015205800002"


@pytest.fixture
def rosma(make):
    household = make.household("Rosma Yunita")
    head = household.members[0]
    head.name_key, head.birth_date, head.nik = fold_name("Rosma Yunita"), BORN, NIK
    db.session.flush()
    return head


def asked(**typed):
    told = {"name": "Rosma Yunita", "born": BORN, "nik": None} | typed
    return compared.prepared(
        -1, None, name_key=fold_name(told["name"]), born=told["born"], nik=told["nik"], sex="P", kk=None, phone=None,
        village="13.76.01.1021",
    )  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"name": "Rosma Yunitta"},
        {"name": "Yunita Rosma"},
        {"name": "Rosma Yunita Koto"},
        {"born": date(1980, 5, 13)},
        {"born": date(1981, 5, 12)},
        {"born": date(1980, 12, 5)},
        {"born": None},
        {"name": "Dewi", "nik": "1376015208500002"},
    ],
)
def test_who_is_found_by_the_close_look_is_found_by_the_quick_one(rosma, typed):
    person = asked(**typed)

    by_form, by_file = likeness.candidates([[person]]), likeness.candidates([[person]], bulk=True)

    assert by_file == by_form
    assert bool(by_file) is (typed != {"born": None})  # a name alone flags nobody


@pytest.mark.parametrize("typed", [{"born": date(1991, 5, 30)}, {"name": "Dewi"}, {"name": "Dewi", "born": None}])
def test_who_is_somebody_else_is_found_by_neither(rosma, typed):
    assert likeness.candidates([[asked(**typed)]], bulk=True) == {}
