"""The ways of 003 Hasil 3 (Payakumbuh), 000 Pembahasan c (Sragen), 004 Prosedur (Malang); gaps: domain.md section 5."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.decisions import paths
from portal.decisions.paths import Facts, PathScheme, find_path

from .seeds import INSTRUMENTS, SCHEMES, UNITS

PAYAKUMBUH, SRAGEN, MALANG = (SCHEMES[code] for code in ("upt-kan", "uptpk-sragen", "puskesos-purwantoro"))
POOR_FAMILY = Facts(listed=False, membership_card=False, band="poor", visited=True)

bands = sorted({band.code for instrument in INSTRUMENTS.values() for band in instrument.bands})
facts = st.builds(
    Facts,
    listed=st.none() | st.booleans(),
    list_code=st.sampled_from([None, "tnp2k", "ppls", "dtsen"]),
    membership_card=st.none() | st.booleans(),
    band=st.sampled_from([None, *bands]),
    visited=st.booleans(),
    emergency=st.sampled_from([None, "house_fire", "acute_illness"]),
)


def outcome_of(scheme, **known):
    return find_path(replace(POOR_FAMILY, **known), scheme)


def test_path_a_needs_the_list_the_card_and_a_visit_that_finds_the_family_poor():
    assert outcome_of(PAYAKUMBUH, listed=True, membership_card=True).path == "a"
    unvisited = outcome_of(PAYAKUMBUH, listed=True, membership_card=True, visited=False, band=None)
    assert (unvisited.path, unvisited.reasons) == ("pending", ("visit_needed",))


def test_a_poor_family_with_neither_proof_takes_path_b_and_counts_as_left_out():
    outcome = outcome_of(PAYAKUMBUH)

    assert (outcome.path, outcome.listing_error) == ("b", "exclusion")
    assert outcome.reasons == ("poor", "not_listed", "no_membership_card")


def test_an_emergency_of_a_family_that_is_not_poor_goes_to_the_mayor():
    assert outcome_of(PAYAKUMBUH, band="not_poor", emergency="house_fire").path == "c"
    assert outcome_of(PAYAKUMBUH, band="not_poor").path == "none"


def test_an_emergency_does_not_wait_for_a_visit():
    outcome = find_path(Facts(emergency="house_fire"), PAYAKUMBUH)

    assert (outcome.path, outcome.reasons) == ("c", ("emergency", "emergency_before_result"))


def test_a_poor_family_in_an_emergency_keeps_its_better_path():
    assert outcome_of(PAYAKUMBUH, emergency="house_fire").path == "b"
    assert outcome_of(PAYAKUMBUH, emergency="house_fire", listed=True, membership_card=True).path == "a"


def test_a_result_between_the_bands_waits_for_a_second_look_and_proves_no_listing_error():
    for listed in (True, False):
        outcome = outcome_of(PAYAKUMBUH, listed=listed, band="review")
        assert (outcome.path, outcome.reasons, outcome.listing_error) == ("pending", ("second_look",), None)


def test_a_listed_family_found_not_poor_is_an_inclusion_error():
    outcome = outcome_of(PAYAKUMBUH, listed=True, membership_card=True, band="not_poor")

    assert (outcome.path, outcome.listing_error) == ("none", "inclusion")


def test_lists_that_were_not_checked_leave_the_path_open():
    assert outcome_of(PAYAKUMBUH, listed=None).reasons == ("poor", "list_not_checked")
    assert outcome_of(PAYAKUMBUH, membership_card=None).reasons == ("poor", "membership_not_checked")
    assert outcome_of(PAYAKUMBUH, listed=None).listing_error is None
    assert outcome_of(SRAGEN, listed=None).path == "pending"
    assert outcome_of(MALANG, listed=None).path == "pending"


def test_sragen_gives_the_card_of_the_list_at_once_without_a_visit():
    unvisited = Facts(listed=True, list_code="tnp2k")

    assert find_path(unvisited, SRAGEN).path == "saraswati-melati"
    assert find_path(replace(unvisited, list_code="ppls"), SRAGEN).path == "saraswati-menur"
    assert find_path(replace(unvisited, list_code="dtsen"), SRAGEN).reasons == ("listed", "list_without_card")


def test_sragen_surveys_who_is_in_no_list_before_counselling():
    assert outcome_of(SRAGEN, band=None, visited=False).reasons == ("not_listed", "survey_needed")
    assert outcome_of(SRAGEN, band=None).reasons == ("not_listed", "assessment_incomplete")
    assert outcome_of(SRAGEN, band="M").path == "saraswati-kenanga"


def test_malang_proposes_the_unlisted_poor_for_registration():
    assert outcome_of(MALANG).path == "register"
    assert outcome_of(MALANG, band="review").path == "pending"
    assert outcome_of(MALANG, band="not_poor").path == "none"
    assert outcome_of(MALANG, visited=False).path == "pending"


def test_a_unit_may_name_other_poor_bands():
    scheme = PathScheme.from_dicts({"eligibility_paths": ["a", "b", "c"], "poor_bands": ["poor", "review"]})

    assert outcome_of(scheme, band="review").path == "b"


def test_a_scheme_nobody_wrote_is_refused():
    with pytest.raises(ValueError, match="unknown paths"):
        PathScheme.from_dicts({"eligibility_paths": ["a", "b"]})
    with pytest.raises(ValueError, match="end in cards"):
        PathScheme.from_dicts(UNITS["uptpk-sragen"])


@given(facts, st.sampled_from(sorted(SCHEMES)))
def test_every_family_has_one_path_with_reasons_that_can_be_read_out(known, unit):
    outcome = find_path(known, SCHEMES[unit])

    assert outcome == find_path(replace(known), SCHEMES[unit])
    assert outcome.path in {
        "upt-kan": {"a", "b", "c", "none", "pending"},
        "uptpk-sragen": {"saraswati-melati", "saraswati-menur", "saraswati-kenanga", "pending"},
        "puskesos-purwantoro": {"listed", "register", "none", "pending"},
    }[unit]  # fmt: skip
    assert outcome.reasons
    assert set(outcome.reasons) <= set(paths.REASONS)
    assert set(outcome.mismatches) <= set(paths.MISMATCHES)
    assert outcome.listing_error is None or outcome.listing_error in paths.LISTING_ERRORS


@given(facts)
def test_path_c_never_needs_poverty_and_always_an_emergency(known):
    outcome = find_path(known, PAYAKUMBUH)

    if outcome.path == "c":
        assert known.emergency
        assert known.band != "poor"
    if known.emergency and known.band in (None, "not_poor"):
        assert outcome.path == "c"


@given(facts)
def test_paths_a_and_b_are_open_only_to_families_found_poor_on_a_visit(known):
    outcome = find_path(known, PAYAKUMBUH)

    if outcome.path in ("a", "b"):
        assert known.visited
        assert known.band in PAYAKUMBUH.poor_bands
        assert (outcome.path == "a") == bool(known.listed and known.membership_card)


@given(facts, st.sampled_from(sorted(SCHEMES)))
def test_a_listing_error_never_stands_without_a_visit_and_a_result(known, unit):
    scheme = SCHEMES[unit]
    error = find_path(known, scheme).listing_error

    if error == "inclusion":
        assert known.listed
        assert known.visited
        assert known.band in scheme.not_poor_bands
    if error == "exclusion":
        assert known.listed is False
        assert known.visited
        assert known.band in scheme.poor_bands


@given(facts, st.sampled_from(["house_fire", "acute_illness"]))
def test_an_emergency_never_takes_a_or_b_away(known, event):
    calm = find_path(replace(known, emergency=None), PAYAKUMBUH).path

    if calm in ("a", "b"):
        assert find_path(replace(known, emergency=event), PAYAKUMBUH).path == calm
