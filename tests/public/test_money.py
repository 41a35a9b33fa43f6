"""Money for everybody: right by month, field, kecamatan and partner, and no family to be found in it."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.complaints.models import ComplaintStatus, ComplaintStep
from portal.db import db
from portal.funds import closing, figures, services
from portal.funds.figures import Given
from portal.partners.models import Purpose
from portal.public import charts, money
from portal.small_numbers import LEAST, Figure
from tests.examples import few
from tests.funds import factories
from tests.reports import factories as cases

NORTH = "13.76.02.1002"
OCTOBER = datetime(2026, 10, 5, 2, tzinfo=UTC)


def pay(make, fund, times, service="edu-basic", amount=400_000, village=None):
    """So many families paid once each."""
    for _ in range(times):
        home = make.household("Mardiana Chaniago", **({"village_code": village} if village else {}))
        factories.paid(make, fund, amount, ground=factories.ground(make, service, household=home))


@pytest.fixture
def september(make, clock):
    """A day of the last whole quarter; gives how to come back to October."""
    clock.move_to(datetime(2026, 9, 14, 2, tzinfo=UTC))
    return lambda: clock.move_to(OCTOBER)


def by_name(rows):
    return {row.name: row for row in rows}


def test_five_families_are_told_four_are_not(make, september, clock):
    fund = factories.fund(make, 9_000_000)
    pay(make, fund, 4)
    september()
    four = money.money(2026)
    clock.move_to(datetime(2026, 9, 15, 2, tzinfo=UTC))
    pay(make, fund, 1)
    september()
    five = money.money(2026)

    assert (four.whole, by_name(four.fields)["Pendidikan"].given) == (Figure(None, None), Figure(None, None))
    assert (five.whole, by_name(five.fields)["Pendidikan"].given) == (Figure(5, 2_000_000), Figure(5, 2_000_000))
    assert (four.received, by_name(four.fields)["Pendidikan"].received) == (9_000_000, 9_000_000)
    assert (five.since, five.until) == (date(2026, 1, 1), date(2026, 9, 30))


def test_every_list_tells_the_same_sum(make, september):
    pay(make, factories.fund(make, 9_000_000), 6)
    pay(make, factories.fund(make, 9_000_000), 5, village=NORTH)
    pay(make, factories.fund(make, 9_000_000, purpose_code="health"), 5, "health-medicine", 1_000_000)
    september()

    told = money.money(2026)

    for rows in (told.months, told.fields, told.districts):
        assert sum(row.given.amount or 0 for row in rows) == told.whole.amount == 9_400_000
    assert by_name(told.districts)["Payakumbuh Utara"].given == Figure(5, 2_000_000)
    assert by_name(told.months)["September 2026"].received == told.received == 27_000_000


def test_what_was_hidden_cannot_be_subtracted(make, september):
    """Two families with medicine; school needs are told of eleven others, and must not give them away."""
    pay(make, factories.fund(make, 9_000_000), 11)
    pay(make, factories.fund(make, 9_000_000, purpose_code="health"), 2, "health-medicine", 1_000_000)
    september()

    told = by_name(money.money(2026).fields)

    assert told["Kesehatan"].given.amount is None
    assert told["Pendidikan"].given.amount is None


def test_the_quarter_that_runs_is_not_told_yet(make, clock):
    pay(make, factories.fund(make, 9_000_000), 6)
    assert money.money(None).since is None or money.money(None).whole.amount in (None, 0)

    clock.move_to(datetime(2027, 1, 1, 2, tzinfo=UTC))
    assert money.money(None).year == 2026
    assert money.money(None).whole == Figure(6, 2_400_000)


def test_years_without_an_entry_are_not_offered(make, clock):
    """Gifts of 2020 and of this September; the running quarter of another year is not told yet."""
    for moment in ("2020-05-04", "2026-09-14", "2027-01-04"):
        clock.move_to(datetime.fromisoformat(f"{moment}T02:00:00+00:00"))
        factories.fund(make, 1_000_000)

    assert money.years() == [2026, 2020]


def test_a_payment_taken_back_is_taken_off_in_its_own_quarter(make, september):
    fund = factories.fund(make, 9_000_000)
    pay(make, fund, 6)
    aid = db.session.query(services.Disbursement).first()
    services.reverse_payment(aid, reason="x", by=make.treasurer())
    db.session.commit()
    september()

    assert money.money(2026).whole == Figure(5, 2_000_000)


def test_money_is_counted_in_the_field_its_giver_named(make, september):
    factories.fund(make, 3_000_000, purpose=Purpose.SERVICE, purpose_code="health-medicine")
    factories.fund(make, 4_000_000, purpose=Purpose.GENERAL)
    september()

    rows = by_name(money.money(2026).fields)

    assert (rows["Kesehatan"].received, rows["Pendidikan"].received) == (3_000_000, 0)
    assert rows["Tidak terikat pada satu bidang"].received == 4_000_000


def test_families_of_a_field_do_not_give_a_small_number_away(make, september, clock):
    """Thirteen families in all: with eleven of education told, the two of health would be the difference."""
    pay(make, factories.fund(make, 9_000_000), 11)
    pay(make, factories.fund(make, 9_000_000, purpose_code="health"), 2, "health-medicine", 1_000_000)
    september()

    told = money.money(2026)

    assert told.whole.families == 13
    assert [by_name(told.fields)[name].given.families for name in ("Kesehatan", "Pendidikan")] == [None, None]


def test_families_of_a_field_are_those_of_the_quarters_that_are_told(make, clock):
    """Six of the second quarter are told, two of the third are not: eight would tell of the two."""
    clock.move_to(datetime(2026, 6, 15, 2, tzinfo=UTC))
    fund = factories.fund(make, 9_000_000)
    pay(make, fund, 6)
    clock.move_to(datetime(2026, 9, 14, 2, tzinfo=UTC))
    pay(make, fund, 2)
    clock.move_to(OCTOBER)

    told = money.money(2026)

    assert told.whole.families == 6
    assert by_name(told.fields)["Pendidikan"].given == Figure(6, 2_400_000)


def test_families_that_a_service_reached_without_money_count_too(make, september):
    worker = make.social_worker()
    for _ in range(5):
        case = cases.complaint(make, make.household(), by=worker, status=ComplaintStatus.CLOSED)
        make._store(ComplaintStep(complaint_id=case.id, status=ComplaintStatus.DELIVERED, at=case.taken_at))
    factories.fund(make, 3_000_000)
    september()

    row = next(row for row in money.money(2026).fields if row.given.families)
    assert row.given == Figure(5, 0)


def test_who_was_paid_counts_with_the_money_and_not_on_the_day_it_was_entered(make, clock):
    """Paid on 28 December, entered on 4 January: that quarter is told when all of it is there, the next has nobody."""
    clock.move_to(datetime(2026, 9, 14, 2, tzinfo=UTC))
    fund = factories.fund(make, 9_000_000)
    clock.move_to(datetime(2026, 12, 21, 2, tzinfo=UTC))
    aids = [factories.approved(make, fund, ground=factories.ground(make)) for _ in range(6)]
    clock.move_to(datetime(2027, 1, 4, 2, tzinfo=UTC))
    before = money.money(2026)
    for aid in aids:
        services.pay(aid, factories.handover(date(2026, 12, 28)), by=make.treasurer())
        db.session.commit()
    after = money.money(2026)
    factories.fund(make, 1_000_000)
    clock.move_to(datetime(2027, 4, 5, 2, tzinfo=UTC))
    later = money.money(2027)

    assert (before.until, before.whole.amount) == (date(2026, 9, 30), 0)
    assert (after.until, by_name(after.fields)["Pendidikan"].given) == (date(2026, 12, 31), Figure(6, 2_400_000))
    assert (later.until, by_name(later.fields)["Pendidikan"].given) == (date(2027, 3, 31), Figure(0, 0))


def test_what_is_entered_later_changes_no_quarter_that_was_told(make, september, clock):
    """A payment that waits keeps its quarter back; closing the books lets it be told, and the payment comes later."""
    fund = factories.fund(make, 9_000_000)
    pay(make, fund, 6)
    waiting = factories.approved(make, fund, 400_000, ground=factories.ground(make))
    september()
    held = money.money(2026).until
    closing.close(date(2026, 9, 30), by=make.treasurer())
    db.session.commit()
    told = money.money(2026)

    services.pay(waiting, factories.handover(), by=make.treasurer())
    taken_back = db.session.query(services.Disbursement).filter_by(status="paid").first()
    services.reverse_payment(taken_back, reason="x", by=make.treasurer())
    db.session.commit()

    assert held == date(2026, 6, 30)
    assert (told.until, told.whole) == (date(2026, 9, 30), Figure(6, 2_400_000))
    assert money.money(2026) == told


def test_few_that_a_service_reached_without_money_are_in_no_quarter_s_count(make, september, clock):
    """Two in one quarter and three in another are no five."""
    worker = make.social_worker()
    clock.move_to(datetime(2026, 6, 15, 2, tzinfo=UTC))
    factories.fund(make, 3_000_000)
    for moment, families in ((datetime(2026, 6, 15, 2, tzinfo=UTC), 2), (datetime(2026, 9, 14, 2, tzinfo=UTC), 3)):
        clock.move_to(moment)
        for _ in range(families):
            case = cases.complaint(make, make.household(), by=worker, status=ComplaintStatus.CLOSED)
            make._store(ComplaintStep(complaint_id=case.id, status=ComplaintStatus.DELIVERED, at=case.taken_at))
    september()

    assert {row.given.families for row in money.money(2026).fields} == {0}


moves = st.lists(
    st.tuples(st.sampled_from(["edu-basic", "health-medicine", "social-house"]), st.integers(0, 30), st.integers(1, 3)),
    max_size=40,
)


@settings(max_examples=few(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves)
def test_whatever_was_given_no_list_shows_or_gives_away_a_small_number(app, told):
    month = (date(2026, 7, 1), date(2026, 7, 31))
    rows = [Given("mitra-kenanga", service, "13.76.01", family, amount) for service, family, amount in told]
    shown, _ = money._listed([[(month, rows)]], lambda _month, one: one.service)
    behind = {key: {one.household_id for one in rows if key in (one.service, "")} for key, _ in shown}
    secret = set().union(*(behind[key] for (key, _), figure in shown.items() if key and figure.amount is None))

    assert all(len(behind[key]) >= LEAST for (key, _), figure in shown.items() if figure.amount is not None)
    if shown.get(("", ""), Figure(None, None)).amount is not None:
        assert not secret or len(secret) >= LEAST


def test_bars_are_drawn_on_one_scale():
    rows = [
        money.Row("a", 200, Figure(9, 100)),
        money.Row("b", 0, Figure(None, None)),
        money.Row("c", None, Figure(9, 50)),
    ]

    assert charts.bars(rows) == [("a", 1000, 500), ("b", 0, None), ("c", None, 250)]
    assert charts.bars([money.Row("a", 0, Figure(0, 0))]) == [("a", 0, 0)]


def test_the_page_tells_it_in_both_languages(make, september, stranger):
    pay(make, factories.fund(make, 9_000_000), 6)
    september()

    page = stranger.get("/transparency").text

    assert "Rp2.400.000" in page
    assert page.count('<svg class="bar') > 5
    assert "Mardiana" not in page
    for odd in ("abc", "0", "99999", "2026%27"):
        assert stranger.get(f"/transparency?year={odd}").status_code == 200


def test_the_public_sum_is_the_books_own(make, september):
    pay(make, factories.fund(make, 9_000_000), 6)
    september()
    told, (first, last) = money.money(2026), (date(2026, 1, 1), date(2026, 9, 30))

    assert told.whole.amount == sum(one.given - one.given_back for one in figures.of_funds(first, last))
    assert told.received == sum(one.received - one.taken_back for one in figures.of_funds(first, last))
