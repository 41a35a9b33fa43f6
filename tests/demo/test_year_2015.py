"""2015 again: the books reproduce the paper to the rupiah, and the gap in the paper is shown and explained."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.db import db
from portal.demo.year_2015 import PARTLY, grants, load
from portal.funds import closing, figures, periods, queries
from portal.funds.models import Disbursement
from portal.funds.services import outside_band
from portal.funds.verify import verify
from portal.households.models import Household
from portal.reports.year_2015 import FIRST, LAST, PARTNER, golden, year
from portal.units.catalogue import catalogue
from tests.funds import factories


@pytest.fixture
def history(make):
    assert load()
    db.session.commit()


def test_the_books_hold_the_papers_sums(history):
    whole = figures.together(figures.of_funds(FIRST, LAST, PARTNER))

    assert (whole.received, whole.given, whole.closing) == (202_615_628, 107_350_124, 95_265_504)
    assert len({one.household_id for one in figures.given(FIRST, LAST, PARTNER)}) == golden("families_served") == 438
    assert verify().faults == []


def test_collected_may_to_october_given_may_to_november(history):
    def sums(first, last):
        return figures.together(figures.of_funds(first, last, PARTNER))

    before, after_october = sums(FIRST, date(2015, 4, 30)), sums(date(2015, 11, 1), LAST)
    assert (before.received, before.given) == (0, 0)
    assert (after_october.received, after_october.given > 0) == (0, True)
    assert sums(date(2015, 12, 1), LAST).given == 0


def test_each_grant_is_in_its_band_or_marked_as_a_part(history):
    services = catalogue().services
    found = db.session.query(Disbursement).filter(Disbursement.number.like("S-2015-%")).all()

    assert {services[aid.service_code].field for aid in found} == {"education", "health"}
    for aid in found:
        assert outside_band(services[aid.service_code], aid.amount) == (aid.amount_reason == PARTLY)
    assert 0 < sum(1 for aid in found if aid.amount_reason) < 438


def test_the_first_closing_after_it_leaps_over_the_empty_years(history, make, clock):
    """2015 has a report of its own, and the books of today begin with the month of their first entry."""
    clock.move_to(datetime(2026, 9, 14, 2, tzinfo=UTC))
    factories.paid(make, factories.fund(make, 1_000_000), 400_000)
    clock.move_to(datetime(2026, 10, 5, 2, tzinfo=UTC))

    ends = periods.ends_to_choose(date(2026, 10, 5))
    closed = [closing.close(until, by=make.treasurer()) for until in (date(2015, 11, 30), date(2026, 8, 31), ends[-1])]
    db.session.commit()

    assert [f"{end:%Y-%m}" for end in ends] == [
        "2015-05", "2015-06", "2015-07", "2015-08", "2015-09", "2015-10", "2015-11", "2026-08", "2026-09",
    ]  # fmt: skip
    wholes = [figures.together(periods.funds_of(period.report)) for period in closed]
    assert [(one.opening, one.received, one.given) for one in wholes] == [
        (0, 202_615_628, 107_350_124), (95_265_504, 0, 0), (95_265_504, 1_000_000, 400_000),
    ]  # fmt: skip
    assert closed[0].report["families"] == 438
    assert verify().faults == []


def test_after_books_were_closed_it_comes_before_them(make, clock):
    """This year's books are closed, then the history is loaded: what is closed stands, and the next one follows it."""
    clock.move_to(datetime(2026, 9, 14, 2, tzinfo=UTC))
    factories.paid(make, factories.fund(make, 1_000_000), 400_000)
    clock.move_to(datetime(2026, 11, 2, 2, tzinfo=UTC))
    closing.close(date(2026, 9, 30), by=make.treasurer())
    db.session.commit()

    assert load()
    db.session.commit()

    assert verify().faults == []
    closing.close(date(2026, 10, 31), by=make.treasurer())
    db.session.commit()
    assert verify().faults == []


def test_loading_again_changes_nothing(history):
    assert load() is False


def test_its_money_pays_nothing_today(history, make):
    for service in catalogue().services.values():
        assert not [one for one in queries.funds_for(service) if one.fund.partner_code == PARTNER]


def test_it_comes_beside_what_is_there_already(make):
    factories.paid(make, factories.fund(make, 1_000_000), 400_000)

    assert load()
    db.session.commit()

    assert verify().faults == []
    factories.paid(make, factories.fund(make, 1_000_000), 400_000)
    assert verify().faults == []


def test_the_report_shows_stated_beside_computed_and_the_reasons(history, make, sign_in):
    told, page = year(), sign_in(make.unit_head()).get("/reports/2015").text

    assert (told.stated, told.computed, told.gap) == (95_625_000, 95_265_504, 359_496)
    assert told.stated - golden("closing_balance_computed_idr") == golden("balance_difference_idr") == told.gap
    for said in ("Rp95.625.000", "Rp95.265.504", "Rp359.496", "Rp202.615.628", "Rp107.350.124", "438", "Rp245.091"):
        assert said in page
    assert "bertukar tempat" in page
    assert golden("mean_per_family_idr_floor") == 245_091


def test_the_public_totals_say_what_of_that_year_is_invented(history, make, stranger, clock):
    factories.fund(make, 1_000_000)
    clock.move_to(datetime(2027, 1, 4, 2, tzinfo=UTC))

    assert "rekaan" in stranger.get("/transparency?year=2015").text
    assert "rekaan" not in stranger.get("/transparency?year=2026").text


def test_without_the_history_the_report_says_how_to_load_it(make, sign_in):
    page = sign_in(make.auditor()).get("/reports/2015").text

    assert "--history 2015" in page
    assert "Rp359.496" in page
    assert sign_in(make.social_worker()).get("/reports/2015").status_code == 403


def test_its_families_are_closed_and_their_pages_open(history, make, sign_in):
    family = db.session.query(Household).filter(Household.head_name == "Keluarga 2015-001").one()

    assert sign_in(make.unit_head()).get(f"/households/{family.id}").status_code == 200
    assert "Keluarga 2015" not in sign_in(make.unit_head()).get("/households").text


@given(st.integers(70_000_000, 150_000_000))
def test_grants_add_up_to_any_sum_whatever_is_left_over(total):
    assert sum(grant.amount for grant in grants(total, 438)) == total


def test_the_command_loads_it_once(app, make):
    db.session.rollback()
    run = app.test_cli_runner().invoke
    assert "loaded" in run(args=["seed", "--unit", "upt-kan", "--history", "2015"]).output
    assert "nothing changed" in run(args=["seed", "--unit", "upt-kan", "--history", "2015"]).output
    last = run(args=["ledger", "verify"]).output.splitlines()[-1]
    assert last.endswith("received 202615628, available 95265504, reserved 0, paid 107350124")
