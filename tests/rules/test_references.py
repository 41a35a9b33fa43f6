"""Numbers and codes (interface.md section 4; domain.md section 14 "Letter number")."""

import math
import tomllib
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import references

SEEDS = Path(__file__).parents[2] / "seeds"


def test_running_numbers_have_the_forms_of_the_interface():
    assert references.complaint_number(2026, 123) == "K-2026-000123"
    assert references.card_number(2026, 45) == "KAN-2026-000045"
    assert references.disbursement_number(2026, 310) == "S-2026-000310"
    assert references.donation_number(2026, 77) == "D-2026-000077"


def test_the_units_letter_pattern_gives_the_number_of_the_interface():
    unit = tomllib.loads((SEEDS / "units.toml").read_text(encoding="utf-8"))["unit"][0]

    number = references.letter_number(unit["letter_pattern"], "400.9.14", 12, date(2026, 5, 12))

    assert number == "400.9.14/012/UPT-KAN/V/2026"


def test_months_are_numbered_in_roman():
    shown = [references.roman_month(month) for month in range(1, 13)]

    assert shown == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]


@pytest.mark.parametrize("n", [0, -1])
def test_there_is_no_number_before_the_first(n):
    with pytest.raises(ValueError, match="begin at 1"):
        references.complaint_number(2026, n)
    with pytest.raises(ValueError, match="begin at 1"):
        references.letter_number("{seq}", "400.9.14", n, date(2026, 5, 12))


@given(st.integers(2013, 2099), st.integers(1, 10**7), st.integers(1, 10**7))
def test_two_running_numbers_never_look_the_same(year, one, other):
    same = references.complaint_number(year, one) == references.complaint_number(year, other)

    assert same == (one == other)


def test_codes_have_no_look_alikes_and_need_no_quoting_in_an_address():
    assert len(set(references.ALPHABET)) == len(references.ALPHABET)
    assert not set(references.ALPHABET) & set("B8IL1O0S5Z2")
    assert quote(references.ALPHABET, safe="") == references.ALPHABET


def test_a_verification_code_holds_at_least_80_bits():
    code = references.verification_code()

    assert len(code) * math.log2(len(references.ALPHABET)) >= 80
    assert set(code) <= set(references.ALPHABET)


def test_codes_differ_each_time():
    assert len({references.verification_code() for _ in range(200)}) == 200
    assert len(references.tracking_code()) == 6
    assert len({references.tracking_code() for _ in range(200)}) > 190


def test_a_code_may_be_typed_in_small_letters_with_spaces_and_dashes():
    assert references.typed_code(" acd-e3 4\n") == "ACDE34"
