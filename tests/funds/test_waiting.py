"""Families that wait: their open order, whom new money could help, and the needs report."""

from datetime import timedelta

import pytest

from portal import audit
from portal.db import db
from portal.errors import Doubtful
from portal.funds import books, queries, services, waiting
from portal.partners.models import Purpose
from portal.visits.models import Assessment
from tests.funds import factories


def numbers():
    return [line.number for line in waiting.lines()]


def assessed(make, value, service="edu-basic"):
    """A family that met so many of the twelve criteria waits."""
    decision = factories.decision(make, service)
    db.session.get_one(Assessment, decision.assessment_id).value = value
    with audit.unrecorded():
        db.session.commit()
    return factories.waiting(make, why={"band": "x"}, ground=factories.grounds.of_decision(decision.id))


def test_need_comes_before_the_day_and_the_day_before_nothing(make, clock):
    school = factories.waiting(make)
    clock.shift(timedelta(days=1))
    poorer = assessed(make, 11)
    less_poor = assessed(make, 8)
    clock.shift(timedelta(days=1))
    same = assessed(make, 8)
    sick = assessed(make, 8, "health-medicine")
    clock.shift(timedelta(days=1))
    letter = factories.recommendation(make)
    fire = factories.waiting(make, 1_000_000, ground=factories.grounds.of_recommendation(letter.number))

    expected = [fire, sick, poorer, less_poor, same, school]
    assert numbers() == [aid.number for aid in expected]
    listed = queries.disbursements(queries.DisbursementFilter(status="waiting"))
    assert [row.number for row in listed] == numbers()
    assert [line.share for line in waiting.lines()] == [None, 66, 91, 66, 66, None]


def test_a_family_in_greater_need_overtakes_nobody(make):
    factories.waiting(make)
    money, worker = factories.fund(make, 5_000_000), make.social_worker()
    poorer = assessed(make, 11)

    services.give_fund(poorer, money, why=factories.LATE, by=worker)
    db.session.commit()

    less = factories.waiting(make)
    with pytest.raises(Doubtful):
        services.give_fund(less, money, why=factories.LATE, by=worker)


def test_new_money_says_who_could_be_helped_in_the_order_of_the_list(make):
    first, second, third = (factories.waiting(make) for _ in range(3))
    sick = factories.waiting(make, 1_200_000, service_code="health-medicine")
    assert [line.fund for line in waiting.lines()] == [None] * 4

    money = factories.fund(make, 900_000)

    helped = [line.number for line in waiting.lines() if line.fund]
    assert helped == [first.number, second.number]
    assert [line.number for line in waiting.helped_by(money)] == helped
    assert sick.number not in helped
    assert third.number not in helped


def test_a_small_need_is_met_while_a_large_one_waits_on(make):
    sick = factories.waiting(make, 1_500_000, service_code="health-medicine")
    school = factories.waiting(make)
    factories.fund(make, 500_000, purpose=Purpose.GENERAL)

    assert [line.number for line in waiting.lines() if line.fund] == [school.number]
    assert numbers()[0] == sick.number


def test_the_needs_report_adds_up_to_the_list(make):
    family = make.household()
    for _ in range(2):
        factories.waiting(make, ground=factories.ground(make, household=family), why={"same_need": "Anak kedua."})
    factories.waiting(make, 1_200_000, service_code="health-medicine")
    factories.fund(make, 500_000)

    found = {need.service_code: need for need in waiting.needs()}

    assert (found["edu-basic"].families, found["edu-basic"].amount) == (1, 800_000)
    assert (found["edu-basic"].covered, found["edu-basic"].missing) == (400_000, 400_000)
    assert (found["health-medicine"].covered, found["health-medicine"].missing) == (0, 1_200_000)
    assert sum(need.amount for need in found.values()) == sum(line.amount for line in waiting.lines())


def test_the_page_explains_the_order(make, sign_in):
    aid = assessed(make, 9)
    factories.fund(make, 500_000)
    worker, treasurer = sign_in(make.social_worker()), sign_in(make.treasurer())

    page = worker.get("/waiting").text

    assert aid.number in page
    assert "memenuhi 75% kriteria" in page
    assert "1 di antaranya dapat dibantu" in page
    assert "yang datang lebih dahulu" in page
    assert "75 dari 100" not in treasurer.get("/waiting").text
    assert "Urutan 1 dalam daftar tunggu" in worker.get(f"/disbursements/{aid.number}").text
    assert aid.number not in worker.get("/waiting?service=health-medicine").text
    assert worker.fragment("/waiting", "results").strip() in page


def test_the_needs_report_is_for_the_budget_talk_and_names_nobody(make, sign_in):
    aid = factories.waiting(make)

    for user in (make.unit_head(), make.treasurer(), make.mayor(), make.auditor()):
        page = sign_in(user).get("/waiting/needs").text
        assert "Masih kurang Rp400.000" in page
        assert aid.number not in page
        assert aid.household.head_name not in page
    assert sign_in(make.partner_user()).get("/waiting/needs").status_code == 403
    assert sign_in(make.mayor()).get("/waiting").status_code == 403


def test_the_needs_report_leaves_as_a_file(make, sign_in):
    factories.waiting(make)
    head = sign_in(make.unit_head())
    assert "/exports/needs" in head.get("/waiting/needs").text

    sent = head.post("/exports/needs.csv", {"reason": "Pembahasan APBD"}, buffered=True)

    assert "400000" in sent.text
    assert sign_in(make.social_worker()).get("/exports/needs").status_code == 403


def test_empty_pages_say_so_and_speak_english(make, sign_in):
    browser = sign_in(make.treasurer(language="en"))

    assert "No family waits for money." in browser.get("/waiting").text
    assert "No family waits for money." in browser.get("/waiting/needs").text


def test_a_gift_that_arrived_says_whom_it_could_help_to_those_who_see_the_list(make, sign_in):
    first, second, third = (factories.waiting(make, 400_000) for _ in range(3))
    sick = factories.waiting(make, 1_200_000, service_code="health-medicine")
    given = factories.confirmed(make, 900_000)
    code = books.fund_of(given).code
    browser, address = sign_in(make.treasurer()), f"/donations/{given.number}"

    page = browser.get(address).text
    assert "2 keluarga yang menunggu" in page
    assert f'href="/waiting?fund={code}"' in page
    for user, told in ((make.unit_head(), True), (make.partner_user(), False)):
        assert ("/waiting" in sign_in(user).get(address).text.partition("<main")[2]) is told, user.name
    listed = browser.get(f"/waiting?fund={code}").text
    for aid, shown in ((first, True), (second, True), (third, False), (sick, False)):
        assert (aid.number in listed) is shown
    assert browser.get("/waiting?fund=x").status_code == 404
    assert browser.get(f"/waiting?fund={code}&service=health-medicine").status_code == 200


def test_a_gift_that_reaches_nobody_says_nothing_of_the_list(make, sign_in):
    factories.waiting(make, 400_000)
    given = factories.confirmed(make, 300_000)

    assert "/waiting?fund" not in sign_in(make.treasurer()).get(f"/donations/{given.number}").text
