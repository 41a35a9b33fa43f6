"""When two entries are likely one person (lessons 1 and 2; domain.md section 14); no database."""

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.matching.levels import answers
from portal.matching.model import model
from portal.matching.nearby import KECAMATAN_AND_SERIAL, days, numbers
from portal.matching.nik import right
from portal.matching.people import Person, in_a_family
from portal.matching.words import PHRASES

ROSMA = Person(
    1, 10, "rosma iunita", "1980-05-12", nik="1376015205800002", sex="P", village="13.76.01.1021", frequency=0.00005
)
BUDI, ANI = (
    in_a_family(name, born, model().unknown_days)
    for name, born in (("budi koto", "2001-02-03"), ("ani koto", "2004-05-06"))
)
CHILDREN = frozenset(BUDI + ANI)


def again(**changes):
    return replace(ROSMA, **{"key": 2, "household": 20, "nik": None, **changes})


def flagged(one, other):
    return model().flags(model().compare(one, other))


def test_the_same_name_birth_date_and_kelurahan_are_likely_one_person():
    assert flagged(ROSMA, again())


@pytest.mark.parametrize("name", ["rosma iunita", "dewi"])
def test_a_name_alone_flags_nobody_however_rare_it_is(name):
    one = Person(1, 10, name, sex="P", village="13.76.01.1021", frequency=0.00001)

    likeness = model().compare(one, replace(one, key=2, household=20))

    assert not likeness.supported
    assert not model().flags(replace(likeness, weight=99.0))


@pytest.mark.parametrize("born", ["1974-11-30", "1980-06-30", "1981-12-05", "2012-05-19"])
def test_a_contradicting_birth_date_forbids_it_whatever_else_is_the_same(born):
    one, other = (
        replace(ROSMA, others=CHILDREN, phone="812345678"),
        again(born=born, others=CHILDREN, phone="812345678", nik=ROSMA.nik),
    )

    assert model().compare(one, other).veto == "birth_date"
    assert not flagged(one, other)


@pytest.mark.parametrize("born", ["1980-12-05", "1980-05-13", "1980-05-21", "1930-05-12", "1980-01-01"])
def test_a_slip_of_the_finger_in_the_birth_date_contradicts_nothing(born):
    likeness = model().compare(replace(ROSMA, others=CHILDREN), again(born=born, others=CHILDREN))

    assert likeness.veto == ""
    assert model().flags(likeness)


def test_a_day_that_only_says_the_year_contradicts_none_of_that_year_and_every_other_year():
    assert model().compare(ROSMA, again(born="1980-07-01")).veto == ""
    assert model().compare(ROSMA, again(born="1992-07-01")).veto == "birth_date"


TWINS = [("rina koto", "rini koto"), ("hasan", "husin"), ("rahmat hidaiat", "rohmat hidaiat"), ("ali", "umar")]


@pytest.mark.parametrize(("name", "other"), TWINS)
def test_twins_of_one_family_are_two_people(name, other):
    one = Person(1, 10, name, "2015-04-04", nik="1376010404150001", sex="L", frequency=0.0001)

    likeness = model().compare(one, replace(one, key=2, name=other, nik="1376010404150002"))

    assert likeness.veto in {"two_of_a_family", "another_name"}


@pytest.mark.parametrize(("name", "other"), [("hasan", "husin"), ("ali", "umar")])
def test_twins_are_two_people_also_where_the_family_is_entered_twice(name, other):
    one = Person(1, 10, name, "2015-04-04", nik="1376010404150001", sex="L", others=CHILDREN, frequency=0.0001)

    assert not flagged(one, replace(one, key=2, household=20, name=other, nik="1376010404150002"))


def test_father_and_son_of_one_name_are_two_people():
    assert not flagged(ROSMA, again(born="2004-08-19", others=CHILDREN))


def test_two_namesakes_born_on_one_day_with_niks_of_their_own_are_not_asked_about():
    namesake = replace(ROSMA, name="dewi", frequency=0.003)

    assert not flagged(namesake, replace(namesake, key=2, household=20, nik="1376025205800007", village="other"))


def test_a_rare_name_says_more_than_one_that_everybody_has():
    rare, frequent = (
        model().compare(replace(ROSMA, frequency=share), again(frequency=share)).weight for share in (0.00001, 0.004)
    )

    assert rare - frequent > 8


def test_a_family_that_moved_is_known_by_its_people():
    moved = again(born="1980-05-13", village="13.76.03.1001", kk="1376032010200009", others=CHILDREN)

    assert flagged(replace(ROSMA, others=CHILDREN, kk="1376012010140004"), moved)


def test_a_day_that_only_says_the_year_says_less_than_a_birthday():
    born, vague = (
        model().compare(replace(ROSMA, born=day), again(born=day)).weight for day in ("1980-05-12", "1980-07-01")
    )

    assert born - vague > 2


@pytest.mark.parametrize(("name", "born"), [("budhi koto", "2001-02-03"), ("budi koto", "2001-10-30")])
def test_a_brother_whose_name_or_birth_date_was_written_otherwise_still_speaks_for_the_family(name, born):
    brother = in_a_family(name, born, model().unknown_days)

    codes = model().compare(replace(ROSMA, others=CHILDREN), again(others=frozenset(brother))).codes

    assert codes["family"] == "alike"


def test_somebody_of_the_same_family_and_birth_date_is_one_person_under_another_name_unless_there_is_a_twin():
    """Rosma at one desk, Dewi at the other: no twin stands in either family, and no NIK says otherwise."""
    one, other = (replace(ROSMA, others=CHILDREN, nik=None), again(name="dewi", others=CHILDREN))
    twin = frozenset(in_a_family("siti", ROSMA.born, model().unknown_days))

    assert flagged(one, replace(other, phone=ROSMA.phone))
    assert model().compare(one, replace(other, others=CHILDREN | twin)).veto == "another_name"
    assert model().compare(one, replace(other, others=frozenset(BUDI))).veto == "another_name"


def test_a_nik_with_two_digits_changed_places_speaks_for_one_person():
    codes = model().compare(ROSMA, again(nik="1376015208500002")).codes

    assert codes["nik"] == "slip"


@pytest.mark.parametrize(
    ("nik", "code"),
    [
        ("1376015205800003", "neighbour"),  # another serial: somebody else born that day
        ("1376025205800002", "neighbour"),  # another kecamatan
        ("1376015205800502", "slip"),  # nobody is the 502nd of one day
        ("1376915205800002", "slip"),  # no kecamatan has such a number
        ("1376011205800002", "slip"),  # a man's, of a woman
        ("1376015205890002", "slip"),  # another year than the person's
        ("1371015205800002", "region"),  # both can be right
        ("8876015205800002", "two"),  # there is no such province
        ("1376015205800020", "swap"),
        ("1376035205800004", "other"),
    ],
)
def test_a_nik_near_another_is_the_other_mistyped_only_where_it_cannot_be_right(nik, code):
    assert model().compare(ROSMA, again(nik=nik)).codes["nik"] == code


def test_two_niks_of_which_neither_can_be_right_are_not_each_other_mistyped():
    """Both people stand with a birth date that is not the one of their papers."""
    one = replace(ROSMA, born="1981-05-12")

    assert model().compare(one, again(born=one.born, nik="1376015205800003")).codes["nik"] == "neighbour"


@pytest.mark.parametrize(
    ("nik", "born", "sex", "expected"),
    [
        ("1376011205800002", "1980-05-12", "L", True),
        ("1376015205800002", "1980-05-12", "P", True),
        ("1376015205800002", "1980-05-12", None, True),
        ("1376015205800002", "1980-05-12", "L", False),
        ("1376011205800002", "1980-05-13", "L", False),
        ("1376011205800002", None, "L", False),
        ("1076011205800002", "1980-05-12", "L", False),
        ("1346011205800002", "1980-05-12", "L", False),
        ("1376001205800002", "1980-05-12", "L", False),
        ("1376011205800000", "1980-05-12", "L", False),
        ("13760112058000", "1980-05-12", "L", False),
        ("1376011205800031", "1980-05-12", "L", False),
        ("1376010107800031", "1980-07-01", "L", True),  # on a day that only says the year there are many
    ],
)
def test_a_nik_is_right_when_region_birth_date_sex_and_serial_can_be(nik, born, sex, expected):
    assert right(nik, born, sex, model().unknown_days) is expected


def test_what_is_compared_is_the_same_from_either_side():
    people = [ROSMA, again(), again(name="rosma iunita koto"), again(born=None), again(nik="1376015205080002", kk="1")]

    for one, other in permutations(people, 2):
        assert model().compare(one, other).codes == model().compare(other, one).codes


def test_every_answer_of_the_file_is_known_and_has_its_words():
    told = [(comparison.field, level.code) for comparison in model().comparisons for level in comparison.levels]
    last = {(comparison.field, comparison.levels[-1].code) for comparison in model().comparisons}

    assert set(told) - last == set(answers(model().unknown_days))
    assert set(told) == set(PHRASES)


def test_the_chances_of_each_comparison_add_up_to_one():
    for comparison in model().comparisons:
        assert sum(level.m for level in comparison.levels) == pytest.approx(1, abs=0.02), comparison.field


def test_slips_of_a_number_stay_few_and_skip_what_makes_somebody_else():
    every, but = numbers("1376015205800002"), numbers("1376015205800002", KECAMATAN_AND_SERIAL)

    assert len(every) <= 159
    assert "1376015205800003" in every - but


def test_days_one_slip_away_are_days_and_few():
    near = days("1980-05-12", model().unknown_days)

    assert {"1980-05-12", "1980-12-05", "1980-05-13", "1980-01-01", "1930-05-12"} <= near
    assert len(near) < 60


WORDS = st.sampled_from(["rosma", "rosmi", "iunita", "iunit", "siti", "koto", "ali", "a", "eri", "erni", "muhamad"])
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
DAYS = st.dates(date(1975, 1, 1), date(1985, 12, 31)).map(str) | st.sampled_from(["1980-01-01", "1980-07-01"])
NIKS = st.none() | st.sampled_from(["1376015205800002", "1376015208500002", "1376012505800002", "1376010101750009"])
ENTRIES = st.builds(Person, st.just(1), st.just(10), NAMES, st.none() | DAYS, NIKS)


@given(ENTRIES, ENTRIES)
def test_what_is_sorted_out_at_a_glance_fits_no_answer_but_the_last(one, other):
    for comparison in model().comparisons:
        found = comparison.of(one, other)
        if found is not None:
            assert found is next(level for level in comparison.levels if level.answer.holds(one, other))


@given(ENTRIES, ENTRIES)
def test_a_glance_forbids_what_a_close_look_forbids(one, other):
    other = replace(other, key=2, household=20)

    assert model().may_be(one, other.name, other.born, other.nik) is not bool(model().forbids(one, other))
