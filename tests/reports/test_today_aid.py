"""Today shows that money has come, that a list is to be settled, that a large amount waits for a second person."""

from portal.funds import concerns
from portal.partners.models import Purpose
from portal.payments import services
from tests.funds import factories as money
from tests.payments import factories
from tests.reports.test_today import groups


def test_a_worker_sees_who_could_be_helped_once_money_has_come(make):
    rani, waits = make.social_worker(), money.waiting(make)
    money.waiting(make, 1_200_000, service_code="health-medicine")
    assert "helpable" not in groups(rani)

    money.fund(make, 500_000)

    found = groups(rani)["helpable"]
    assert (found.total, found.url) == (1, "/waiting")
    assert found.rows[0].button[1] == f"/disbursements/{waits.number}/fund"


def test_the_treasurer_sees_lists_until_they_are_settled(make):
    treasurer, payments = make.treasurer(), factories.made(make, 2)

    found = groups(treasurer)["lists"]
    assert (found.total, found.rows[0].url) == (1, f"/payments/{payments.number}")
    assert "Rp800.000" in found.rows[0].title

    services.settle(payments, factories.paid(payments), by=treasurer)
    assert "lists" not in groups(treasurer)


def test_the_mayors_office_sees_a_large_amount_until_somebody_agreed(make):
    houses = money.fund(
        make, 50_000_000, partner_code="bri", kind_code="csr", purpose=Purpose.SERVICE, purpose_code="social-house"
    )
    aid, mayor = money.proposed(make, houses, 12_000_000, service_code="social-house"), make.mayor()
    money.proposed(make, houses, 5_000_000, service_code="social-house")

    assert [row.url for row in groups(mayor)["agree"].rows] == [f"/disbursements/{aid.number}"]

    concerns.overrule(aid, "large", reason="Rumah roboh.", by=mayor)
    assert "agree" not in groups(mayor)
