"""A list against what visits found: the same rule as beside each proposal, asked of all families at once."""

import html
import re
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.decisions.facts import scheme
from portal.decisions.models import ListingError, ListingErrorKind
from portal.decisions.paths import Facts, find_path
from portal.lists import reality
from portal.lists.held import HeldList
from portal.lists.reality import Finding
from portal.units.catalogue import catalogue
from tests.factories import VILLAGE
from tests.lists.factories import JULY, OCTOBER, batch, entry, found

LIST = HeldList("dtsen", OCTOBER)


@pytest.fixture
def worker(make):
    return make.social_worker()


@pytest.fixture
def file(make):
    """October's list came as a file, for the kelurahan of the tests."""
    brought = batch(make, OCTOBER)
    entry(make, make.household("Lain Contoh"), OCTOBER, 9, by=brought)
    return brought


def of(family):
    return {each for each in Finding if any(row.id == family.id for row in reality.families(LIST, each, limit=99))}


@pytest.mark.parametrize(
    ("decile", "band", "card"), [*product([2, 8, None], ["poor", "review", "not_poor"], [True, False])]
)
def test_the_errors_found_are_those_of_the_rule(make, worker, file, decile, band, card):
    family = make.household(card=card)
    if decile:
        entry(make, family, OCTOBER, decile, by=file)
    found(make, family, band, by=worker)
    facts = Facts(listed=decile == 2, list_code="dtsen", membership_card=card, band=band, visited=True)

    error = find_path(facts, scheme()).listing_error

    assert {each.value for each in of(family) if each in reality.ERRORS} == ({error} if error else set())


@pytest.mark.parametrize(
    ("decile", "band", "finding"),
    [
        (2, "poor", {Finding.RIGHT}), (2, "review", {Finding.SECOND_LOOK}), (2, None, {Finding.NOT_VISITED}),
        (8, "not_poor", set()), (None, None, set()), (8, None, set()),
    ],
)  # fmt: skip
def test_what_is_no_error_is_counted_too(make, worker, file, decile, band, finding):
    family = make.household()
    if decile:
        entry(make, family, OCTOBER, decile, by=file)
    if band:
        found(make, family, band, by=worker)

    assert of(family) == finding


def test_a_poor_family_without_an_entry_is_an_error_only_where_the_list_was_brought_in_whole(make, worker, file):
    here, elsewhere = make.household("Satu"), make.household("Dua", village_code="13.76.01.1022")
    for family in (here, elsewhere):
        found(make, family, "poor", by=worker)

    assert (of(here), of(elsewhere)) == ({Finding.EXCLUSION}, {Finding.UNKNOWN})


def test_the_newest_assessment_counts_and_an_old_one_does_not(make, worker, file):
    again, long_ago = make.household("Satu"), make.household("Dua")
    for family in (again, long_ago):
        entry(make, family, OCTOBER, 2, by=file)
    found(make, again, "poor", by=worker, on=make.ago(300))
    found(make, again, "not_poor", by=worker, on=make.ago(30))
    found(make, long_ago, "poor", by=worker, on=make.ago(731))

    assert (of(again), of(long_ago)) == ({Finding.INCLUSION}, {Finding.NOT_VISITED})


def test_an_assessment_of_730_days_still_counts(make, worker, file):
    family = make.household()
    entry(make, family, OCTOBER, 2, by=file)
    found(make, family, "poor", by=worker, on=make.ago(730))

    assert of(family) == {Finding.RIGHT}


def test_each_family_stands_with_its_ground(make, file, sign_in):
    rani = make.social_worker(full_name="Rani Contoh")
    family = make.household("Yurnalis Piliang")
    entry(make, family, OCTOBER, 2, by=file)
    found(make, family, "not_poor", by=rani, on=make.ago(30))

    page = sign_in(rani).get("/lists/visits/families?list=dtsen-2026-10-01&finding=inclusion").text

    assert all(
        part in page
        for part in ("Yurnalis Piliang", "2 dari 12 kriteria", "12 Kriteria Keluarga Miskin", "Rani Contoh", "5 Sep")
    )


def test_what_was_found_is_recorded_once_by_the_rules_of_listing_errors(make, worker, file, sign_in):
    family, elsewhere = make.household(), make.household(village_code="13.76.01.1022")
    one = found(make, family, "poor", by=worker)
    found(make, elsewhere, "poor", by=worker)
    browser, sent = sign_in(worker), {"list": LIST.key, "finding": "exclusion", "village": VILLAGE}

    assert browser.post("/lists/visits/record", sent).status_code == 303
    assert browser.post("/lists/visits/record", sent).status_code == 422

    error = db.session.scalars(select(ListingError)).one()
    assert (error.assessment_id, error.kind, error.list_as_of) == (one.id, ListingErrorKind.EXCLUSION, OCTOBER)
    assert (error.value, error.visitor_id, error.complaint_id) == (9, worker.id, one.visit.complaint_id)
    assert not reality.unrecorded(LIST, Finding.EXCLUSION, limit=9)


@pytest.mark.parametrize("finding", ["right", "not_visited"])
def test_what_is_no_error_is_not_recorded(make, worker, file, sign_in, finding):
    sent = {"list": LIST.key, "finding": finding}

    assert sign_in(worker).post("/lists/visits/record", sent).status_code == 404


def test_an_older_list_can_be_compared_too(make, worker):
    family = make.household()
    entry(make, family, JULY, 2, by=batch(make, JULY))
    found(make, family, "not_poor", by=worker)

    counts = reality.counts(HeldList("dtsen", JULY))

    assert counts[VILLAGE][Finding.INCLUSION] == 1
    assert clock.today() - timedelta(days=1) > JULY


def test_a_kecamatan_narrows_figures_and_families_alike(make, worker, sign_in):
    unit = catalogue()
    here, elsewhere = (
        next(village for village, of in unit.village_district.items() if of == district)
        for district in list(unit.districts)[:2]
    )
    for name, village in (("Satu Contoh", here), ("Dua Contoh", elsewhere)):
        family = make.household(name, village_code=village)
        found(make, family, by=worker), entry(make, family, OCTOBER, present=False)
    district, browser = unit.village_district[here], sign_in(worker)

    figures = browser.get(f"/lists/visits?village={district}").text
    sums = figures[figures.index('class="sums"') :]
    assert unit.villages[here] in sums and unit.villages[elsewhere] not in sums[: sums.index("</table>")]
    address = html.unescape(re.search(r'href="(/lists/visits/families[^"]*)"', sums)[1])
    families = browser.get(address).text

    assert f"village={district}" in address
    assert "Satu Contoh" in families and "Dua Contoh" not in families
    assert f"Kecamatan {unit.districts[district]}" in families
    assert browser.get("/lists/visits?village=1").status_code == 404


def test_the_sums_stand_before_the_kelurahan_and_zeros_are_marked(make, worker, sign_in):
    listed, poor = make.household(), make.household(village_code="13.76.01.1022")
    entry(make, listed, OCTOBER, 1)
    found(make, poor, by=worker), entry(make, poor, OCTOBER, present=False)

    browser = sign_in(worker)
    page = browser.get("/lists/visits?by=village").text
    by_kecamatan = browser.get("/lists/visits").text

    assert catalogue().villages[poor.village_code] not in by_kecamatan[by_kecamatan.index("<table") :]
    assert page.index("Seluruhnya") < page.index(catalogue().villages[poor.village_code], page.index("<table"))
    assert page.count('class="number zero"') == 2
