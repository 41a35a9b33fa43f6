"""The 30 invented households come out as seeds/demo_households.csv expects, by all three instruments."""

from datetime import date

import pytest

from portal.decisions.paths import Facts, find_path
from portal.households import identity
from portal.visits.instruments import evaluate

from .seeds import HOUSEHOLDS, INSTRUMENTS, SCHEMES, UNITS, raw_answers, scored_answers

every_household = pytest.mark.parametrize("row", HOUSEHOLDS, ids=lambda row: row["id"])


def result_of(row, code):
    return evaluate(INSTRUMENTS[code], scored_answers(row) if code == "sragen_20" else raw_answers(row))


def facts_of(row):
    band = result_of(row, UNITS[row["unit"]]["instrument"]).band
    listed = row["in_integrated_data"]
    return Facts(
        listed=listed != "no",
        list_code=listed if listed in ("tnp2k", "ppls") else None,
        membership_card=row["has_membership_card"] == "yes",
        band=band.code if band else None,
        visited=True,
        emergency=None if row["event"] == "none" else row["event"],
    )


def test_there_are_thirty_households():
    assert len(HOUSEHOLDS) == 30


@every_household
@pytest.mark.parametrize("code", ["payakumbuh_12", "bps_14", "sragen_20"])
def test_each_instrument_gives_the_expected_count_or_total(row, code):
    expected = row[f"expected_{code}"]
    result = result_of(row, code)

    assert result.value == (int(expected) if expected else None)
    assert result.complete == bool(expected)


@every_household
def test_the_class_of_sragen_is_as_expected(row):
    assert result_of(row, "sragen_20").band.code == row["expected_sragen_band"]


@every_household
def test_the_units_own_instrument_gives_the_expected_result(row):
    band = result_of(row, UNITS[row["unit"]]["instrument"]).band

    assert (band.code if band else "incomplete") == row["expected_result"]


@every_household
def test_the_path_and_the_listing_error_are_as_expected(row):
    outcome = find_path(facts_of(row), SCHEMES[row["unit"]])

    assert outcome.path == row["expected_path"]
    assert outcome.listing_error == (None if row["expected_error"] == "none" else row["expected_error"])


@every_household
def test_the_head_has_a_nik_that_fits(row):
    nik, born = identity.parse_nik(row["head_nik"]), date.fromisoformat(row["head_birth_date"])

    assert identity.nik_warnings(nik, born, row["head_sex"], {nik[:6]}, date(2026, 5, 12)) == []
    assert identity.parse_kk(row["kk_no"]) == row["kk_no"]


@pytest.mark.parametrize(("household", "mismatch"), [("D05", "listed_without_card"), ("D06", "card_without_listing")])
def test_one_proof_without_the_other_is_noted_as_a_mismatch(household, mismatch):
    row = next(row for row in HOUSEHOLDS if row["id"] == household)

    assert find_path(facts_of(row), SCHEMES["upt-kan"]).mismatches == (mismatch,)
