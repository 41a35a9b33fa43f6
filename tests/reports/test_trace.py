"""Every rupiah from giver to household and back: the oldest gift first, both ways the same, and not for everybody."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.roles import Role
from portal.db import db
from portal.funds import books, services
from portal.reports import trace
from tests.examples import few
from tests.funds import factories


@pytest.fixture
def two_gifts(make):
    """Two gifts of 500,000 and a payment of 700,000: all of the older gift and a part of the younger one."""
    gifts = [factories.confirmed(make, 500_000), factories.confirmed(make, 500_000)]
    money = books.fund_of(gifts[0])
    aid = factories.paid(make, money, 700_000, service_code="edu-higher")
    return gifts, aid


def test_the_oldest_gift_pays_first(make, two_gifts):
    (first, second), aid = two_gifts

    assert [(step.aid, step.amount) for step in trace.of_gift(first).steps] == [(aid.number, 500_000)]
    assert [(step.aid, step.amount) for step in trace.of_gift(second).steps] == [(aid.number, 200_000)]
    assert trace.of_gift(second).standing.available == 300_000
    assert [(step.donation, step.amount) for step in trace.of_family(aid.household_id)] == [
        (first.number, 500_000), (second.number, 200_000),
    ]  # fmt: skip


def test_what_was_taken_back_leads_to_nobody(make, two_gifts):
    (first, _second), aid = two_gifts
    services.reverse_payment(aid, reason="x", by=make.treasurer())
    db.session.commit()

    assert trace.of_family(aid.household_id) == []
    assert (trace.of_gift(first).steps, trace.of_gift(first).standing.available) == ([], 500_000)


amounts = st.lists(st.integers(350_000, 400_000), min_size=1, max_size=5)


@settings(max_examples=few(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gifts=st.lists(st.integers(100_000, 900_000), min_size=1, max_size=5), asked=amounts)
def test_both_ways_tell_the_same_to_the_rupiah(make, gifts, asked):
    given_by = [factories.confirmed(make, amount) for amount in gifts]
    money, aids = books.fund_of(given_by[0]), []
    for amount in asked:
        if amount <= factories.services.queries.balance(money).available:
            aids.append(factories.paid(make, money, amount))

    forth = {
        (s.donation, s.aid, s.amount) for gift in db.session.query(type(given_by[0])) for s in trace.of_gift(gift).steps
    }
    back = {(s.donation, s.aid, s.amount) for aid in aids for s in trace.of_family(aid.household_id)}

    assert back <= forth
    for aid in aids:
        assert sum(amount for _, number, amount in back if number == aid.number) == aid.amount
    for gift in given_by:
        found = trace.of_gift(gift)
        assert found.standing.available + sum(step.amount for step in found.steps) == gift.amount


def test_only_those_who_keep_the_books_follow_it(make, two_gifts, sign_in):
    (first, _), aid = two_gifts
    for address in (f"/donations/{first.number}/trace", f"/households/{aid.household_id}/gifts"):
        for role, user in make.everyone().items():
            expected = 200 if role in (Role.TREASURER, Role.UNIT_HEAD) else 403
            assert sign_in(user).get(address).status_code == expected, role


def test_the_pages_lead_to_each_other(make, two_gifts, sign_in):
    (first, second), aid = two_gifts
    browser = sign_in(make.treasurer())

    gift, family = (
        browser.get(a).text for a in (f"/donations/{first.number}/trace", f"/households/{aid.household_id}/gifts")
    )

    assert aid.household.head_name not in gift  # named where reading it is on record
    assert f"/disbursements/{aid.number}" in gift
    assert f"/households/{aid.household_id}/gifts" in gift
    assert first.number in family
    assert second.number in family
    assert f"/donations/{first.number}/trace" in browser.get(f"/donations/{first.number}").text
    assert browser.get("/donations/D-1999-000001/trace").status_code == 404
    assert browser.get("/households/999999/gifts").status_code == 404


def test_the_giver_is_told_how_many_and_not_who(make, two_gifts, sign_in):
    (first, _), aid = two_gifts
    page = sign_in(make.partner_user()).get(f"/donations/{first.number}").text

    assert "Rp500.000 sudah dibayarkan kepada keluarga." in page
    assert "Pada triwulan utuh sampai" not in page
    assert "SMA" not in page
    for secret in (aid.number, aid.household.head_name, "/trace"):
        assert secret not in page


def test_the_giver_is_told_what_a_crowd_was_helped_with_when_the_quarter_is_over(make, sign_in, clock):
    """Before that, yesterday's count taken from today's would tell of one family and what it had."""
    gift = factories.confirmed(make, 5_000_000)
    money = books.fund_of(gift)
    for _ in range(5):
        factories.paid(make, money, 400_000)
    factories.paid(make, money, 600_000, service_code="edu-higher")

    address = f"/donations/{gift.number}"
    before = sign_in(make.partner_user()).get(address).text
    clock.move_to(datetime(2027, 1, 4, 2, tzinfo=UTC))
    page = sign_in(make.partner_user()).get(address).text

    assert "Rp2.600.000 sudah dibayarkan kepada keluarga." in before
    assert "Pada triwulan utuh sampai" not in before
    assert "SD/SMP" not in before
    assert "Pada triwulan utuh sampai kepada 6 keluarga." in page
    assert "SD/SMP" in page
    assert "SMA" not in page
