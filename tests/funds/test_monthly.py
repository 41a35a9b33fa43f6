"""The kept figures of the monthly report: whatever is paid and taken back, they are what a recount finds."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from portal import audit, clock
from portal.db import db
from portal.funds import monthly, services
from portal.funds.models import AidTotal, DisbursementStatus
from portal.funds.monthly import ALL, Cell
from tests.examples import few
from tests.factories import Make
from tests.funds import factories
from tests.funds.factories import handover
from tests.together import together

OCTOBER = date(2026, 10, 1)
VILLAGES = ("13.76.01.1021", "13.76.02.1002")
SERVICES = ("edu-basic", "health-medicine")
acts = st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 1), st.integers(0, 40)), max_size=10)


def kept():
    rows = db.session.execute(select(*AidTotal.__table__.c).where(AidTotal.families > 0))
    return {Cell(row.month, row.district_code, row.service_code): (row.families, row.amount) for row in rows}


def approved(make, family, money, service="edu-basic", amount=400_000):
    ground = factories.ground(make, service, household=family)
    return factories.approved(make, money, amount, ground=ground, amount_reason="x", why={"same_need": "x"})


def paid_to(make, family, money, service="edu-basic", amount=400_000, on=None):
    aid = approved(make, family, money, service, amount)
    if on:
        with audit.unrecorded():
            aid.approved_at = clock.at_start_of(on)
            db.session.commit()
    services.pay(aid, handover(on), by=make.treasurer())
    db.session.commit()
    return aid


@settings(max_examples=few(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=acts)
def test_figures_are_what_was_paid_whatever_was_taken_back(make, acts):
    families = [make.household(village_code=VILLAGES[number % 2]) for number in range(4)]
    funds = [factories.fund(make, purpose_code="education"), factories.fund(make, purpose_code="health")]
    paid = []
    for reverse, family, service, days in acts:
        if reverse and paid:
            services.reverse_payment(paid.pop(days % len(paid)), reason="x", by=make.treasurer())
            db.session.commit()
        else:
            on = clock.today() - timedelta(days=days)
            paid.append(paid_to(make, families[family], funds[service], SERVICES[service], on=on))

    assert kept() == monthly.recount()
    assert list(monthly.faults()) == []


def test_a_family_counts_once_where_it_lived_when_it_was_paid(make):
    family, money = make.household(village_code=VILLAGES[0]), factories.fund(make)
    paid_to(make, family, money)
    paid_to(make, family, money, amount=300_000)

    with audit.unrecorded():
        family.village_code = VILLAGES[1]
        db.session.commit()
    services.reverse_payment(paid_to(make, family, money), reason="x", by=make.treasurer())
    db.session.commit()

    assert kept() == {
        Cell(OCTOBER, district, service): (1, 700_000)
        for district in ("13.76.01", ALL)
        for service in ("edu-basic", ALL)
    }


def test_a_portal_filled_at_once_is_counted_at_once(make):
    family, money = make.household(village_code=VILLAGES[1]), factories.fund(make)
    aid = paid_to(make, family, money)
    aid.district_code = None
    db.session.execute(text("DELETE FROM aid_total"))

    monthly.count_all()

    db.session.refresh(aid)
    assert aid.district_code == "13.76.02"
    assert kept()[Cell(OCTOBER, "13.76.02", "edu-basic")] == (1, 400_000)


def test_a_figure_that_was_altered_is_found(make):
    factories.paid(make, factories.fund(make))
    db.session.execute(text("UPDATE aid_total SET families = 2 WHERE district_code = '' AND service_code = ''"))

    (fault,) = monthly.faults()

    assert "2026-10 all all: (2, 400000) are kept, (1, 400000) were paid" in fault


def test_payments_of_one_month_at_once_are_all_counted(own_portal):
    make = Make()
    money = factories.fund(make)
    aid = [approved(make, make.household(), money) for _ in range(4)]
    ids, treasurer = [one.id for one in aid], make.treasurer().id

    def payment(number):
        def act():
            found = db.session.get_one(type(aid[0]), number)
            services.pay(found, handover(), by=db.session.get_one(type(make.treasurer()), treasurer))

        return act

    assert together(own_portal, [payment(number) for number in ids]) == [None] * 4
    assert {one.status for one in db.session.scalars(select(type(aid[0])))} == {DisbursementStatus.PAID}
    assert kept()[Cell(clock.today().replace(day=1), ALL, ALL)] == (4, 1_600_000)
    assert list(monthly.faults()) == []
