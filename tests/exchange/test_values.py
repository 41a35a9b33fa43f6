"""Numbers that Excel broke are caught, "none yet" is a state of its own, and days come in any usual order."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import clock
from portal.exchange import values
from portal.exchange.formats import formats
from portal.exchange.places import Places
from portal.exchange.reasons import DOUBTS, REASONS
from portal.exchange.values import BadValue, Number

NIK = "1376011203749001"
TODAY = date(2026, 10, 5)
OPENSID = formats()["opensid_population"]


def code_of(read, *cells):
    with pytest.raises(BadValue) as bad:
        read(*cells)
    return bad.value.code


@pytest.mark.parametrize(
    "cell",
    [
        NIK,
        f" {NIK} ",
        f"'{NIK}",
        f"’{NIK}",
        "13.7601.120374.9001",
        "1376 0112 0374 9001",
        f"{NIK}\u00a0",
        f"\u200b{NIK}",
    ],
)
def test_a_nik_is_read_through_what_typing_adds(cell):
    assert values.number(cell) == Number(NIK)


@pytest.mark.parametrize("cell", [1376011203749001, 1376011203749001.0, "1376011203749001.0", "1376011203749001,00"])
def test_a_nik_kept_as_a_number_with_all_its_digits_is_read_but_not_sure(cell):
    assert values.number(cell) == Number(NIK, sure=False)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (1376011203749000, "digits_lost"),
        (1376011203749000.0, "digits_lost"),
        ("1376011203749000.0", "digits_lost"),
        (float("inf"), "not_digits"),
        (float("nan"), "not_digits"),
        ("12" * 2500 + ".0", "length"),
        (9171011203749001, "digits_lost"),  # above 2 to the 53rd: not even another program keeps its last digit
        ("1,37601E+15", "scientific"),
        ("1.37601120374900E+15", "scientific"),
        ("1E15", "scientific"),
        (date(1974, 3, 12), "number_is_day"),
        ("137601120374900", "length"),
        (137601120374900, "length"),
        (f"{NIK}1", "length"),
        (1376.5, "not_digits"),
        ("I376011203749001", "not_digits"),
        ("1376011203749001/1376016109789101", "not_digits"),
    ],
)
def test_a_broken_number_is_refused_with_its_reason(cell, code):
    assert code_of(values.number, cell) == code
    assert {code, f"nik_{code}"} & REASONS.keys()
    assert {code, f"kk_{code}"} & REASONS.keys()


@pytest.mark.parametrize(
    "cell",
    [
        None, "", " ", "-", "--", "0", 0, "00000", "9999", 9999999999999999, "9999999999999999", "1111111111111111",
        "0000000000000000", "1234567890123456", "1376010000000000", "1376019999999999", "0137601100100001", "Belum ada",
        "TIDAK ADA", "n/a", "?",
    ],
)  # fmt: skip
def test_a_placeholder_is_no_number_yet(cell):
    assert values.number(cell) == Number(None)


@given(st.one_of(st.text(max_size=40), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.dates()))
def test_whatever_stands_in_a_cell_it_is_sixteen_digits_none_or_a_known_reason(cell):
    try:
        digits = values.number(cell).digits
    except BadValue as bad:
        assert bad.code in REASONS or f"nik_{bad.code}" in REASONS
    else:
        assert digits is None or (len(digits) == 16 and digits.isdigit() and len(set(digits)) > 1)


@given(st.integers(1100_0000_0000_0000, 9007_0000_0000_0000))
def test_what_excel_did_to_a_number_is_never_taken_for_the_number(number):
    """Excel keeps 15 digits: the cell differs from the card unless the card ends in 0 itself."""
    broken = number // 10 * 10
    try:
        assert values.number(broken).digits is None
    except BadValue as bad:
        assert bad.code == "digits_lost"


def test_a_household_number_that_lost_digits_joins_no_two_households():
    assert values.key("137600100000000001") == "137600100000000001"
    assert (values.key(4711), values.key("4711.0"), values.key("-")) == ("4711", "4711", None)
    assert code_of(values.key, 137600100000000001) == "digits_lost"
    assert code_of(values.key, "137600100000000000.0") == "digits_lost"
    assert code_of(values.key, "1,376E+17") == "scientific"


def test_a_phone_number_gets_back_its_zero():
    assert (values.phone(81234567890), values.phone("081234567890"), values.phone("-")) == (
        "081234567890",
        "081234567890",
        "",
    )


@pytest.mark.parametrize(
    "cell",
    [
        date(1974, 3, 12), "12-03-1974", "12/3/1974", "12.03.1974", "1974-03-12", "1974/03/12", "12 Maret 1974",
        "12-Mar-1974", "12 mar 74", "12-03-74", "12 03 1974", "12031974", "19740312", "1974-03-12 00:00:00",
        "1974-03-12T00:00:00.000Z", 27100, 27100.0, "27100", " '12-03-1974 ",
    ],
)  # fmt: skip
def test_a_birth_date_in_any_usual_order(cell):
    assert values.birth_date(cell, TODAY) == date(1974, 3, 12)


@given(st.dates(date(1907, 1, 1), TODAY))
def test_every_order_of_a_day_is_the_same_day(day):
    # A year of two digits is the latest that is not ahead, so only the last hundred years can be meant by it.
    short = [f"{day:%d-%m-%y}"] if day.year > TODAY.year - 100 else []
    serial = (day - date(1899, 12, 30)).days
    for written in (
        day,
        serial,
        f"{day:%d-%m-%Y}",
        f"{day:%Y-%m-%d}",
        f"{day:%Y/%m/%d}",
        clock.format_day(day),
        *short,
    ):
        assert values.birth_date(written, TODAY) == day


@pytest.mark.parametrize("cell", [None, "", "-", "0000-00-00", "00-00-0000", "tidak tahu"])
def test_no_birth_date_is_none(cell):
    assert values.birth_date(cell, TODAY) is None


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("31-02-1974", "birth_date_unreadable"),
        ("03/25/1974", "birth_date_unreadable"),
        ("1974", "birth_date_unreadable"),
        (1974, "birth_date_unreadable"),
        ("Payakumbuh, 12-03-1974", "birth_date_unreadable"),
        ("12 Foo 1974", "birth_date_unreadable"),
        ("12-03-1874", "birth_date_unreadable"),
        (TODAY + timedelta(1), "birth_date_ahead"),
        ("01-01-2027", "birth_date_ahead"),
    ],
)
def test_a_birth_date_that_cannot_be_is_refused(cell, code):
    assert code_of(values.birth_date, cell, TODAY) == code


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("sex", "1", "L"), ("sex", 2, "P"), ("sex", "2.0", "P"), ("sex", "Laki-laki", "L"), ("sex", "PR", "P"),
        ("relation", "1", "head"), ("relation", "03", "spouse"), ("relation", "ISTRI", "spouse"),
        ("relation", "Orang Tua", "parent"), ("relation", "MERTUA", "other"), ("in_school", "18", False),
        ("in_school", 4, True), ("sex", "-", None), ("relation", None, None), ("presence", "2", "away"),
    ],
)  # fmt: skip
def test_codes_and_words_become_ours(field, cell, value):
    assert values.coded(cell, field, OPENSID) == value


@pytest.mark.parametrize("field", ["sex", "relation", "in_school", "presence"])
def test_an_unknown_code_is_said(field):
    assert code_of(values.coded, "77", field, OPENSID) in REASONS | DOUBTS


def test_numbers_mean_nothing_where_a_format_has_no_such_codes():
    assert code_of(values.coded, "1", "sex", formats()["register"]) == "sex_unreadable"


@pytest.mark.parametrize("cell", ["RT 002 RW 003", "002/003", "RT.02/RW.03", "rt 2 rw 3", "2-3"])
def test_rt_and_rw_in_one_cell(cell):
    assert values.rt_rw(cell) == ("002", "003")


@pytest.mark.parametrize(
    ("cell", "number"), [("2", "002"), (2, "002"), ("RT 02", "002"), ("2.0", "002"), ("-", ""), ("000", "")]
)
def test_rt_has_three_digits(cell, number):
    assert values.neighbourhood(cell) == number
    assert code_of(values.neighbourhood, "Lorong") in DOUBTS


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (None, "name_empty"),
        ("-", "name_empty"),
        (7, "name_unreadable"),
        ("123", "name_unreadable"),
        ("a" * 121, "name_long"),
    ],
)
def test_what_is_no_name(cell, code):
    assert code_of(values.name, cell) == code


def test_a_name_is_kept_as_a_reader_sees_it():
    assert values.name(" Dt.  Rajo\u200b\u00a0Endah \x07") == "Dt. Rajo Endah"


class TestPlaces:
    places = Places(
        {"13.76.01.1021": "Ibuah", "13.76.03.1011": "Koto Baru", "13.76.05.1099": "Koto Baru"},
        {"13.76.01": "Payakumbuh Barat", "13.76.03": "Payakumbuh Timur", "13.76.05": "Payakumbuh Selatan"},
        {"13.76.01.1021": "13.76.01", "13.76.03.1011": "13.76.03", "13.76.05.1099": "13.76.05"},
    )

    @pytest.mark.parametrize(
        "cells",
        [
            (None, "IBUAH", None), (None, "Kel. Ibuah", "x"), ("13.76.01.1021", None, None), (1376011021, "?", None),
            (None, "1376011021", None), ("0", "ibuah ", None),
        ],
    )  # fmt: skip
    def test_by_code_or_name(self, cells):
        assert self.places.find(*cells) == "13.76.01.1021"

    def test_the_kecamatan_tells_two_of_one_name_apart(self):
        assert self.places.find(None, "Koto Baru", "Kec. Payakumbuh Selatan") == "13.76.05.1099"
        assert code_of(self.places.find, None, "Koto Baru", None) == "village_ambiguous"

    def test_what_is_not_in_the_units_list(self):
        assert code_of(self.places.find, None, "Nglorog", None) == "village_unknown"
        assert code_of(self.places.find, "33.14.01.2001", None, None) == "village_unknown"
        assert code_of(self.places.find, None, None, "Payakumbuh Barat") == "village_empty"
