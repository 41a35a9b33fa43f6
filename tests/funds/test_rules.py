"""Aid: which fund may pay what, how much, once a ground, three people, asnaf, waiting list."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from portal import clock
from portal.db import db
from portal.decisions.models import DecisionStatus, Proposal
from portal.errors import AlreadySettled, Doubtful, NotAllowed, NotFound, Refused
from portal.funds import books, grounds, guards, queries, services
from portal.funds.models import DisbursementStatus
from portal.partners.models import Purpose
from portal.units.catalogue import catalogue
from tests.funds import factories

KENANGA = "mitra-kenanga"


def service(code="edu-basic"):
    return catalogue().service(code)


def propose(make, **details):
    facts = {"amount": 400_000, "by": make.social_worker(), "why": factories.LATE | details.pop("why", {})}
    opened = details.pop("ground", None) or factories.ground(make)
    return services.propose(opened, **(facts | details))


def refused(field, act, *args, **details):
    with pytest.raises(Refused) as refusal:
        act(*args, **details)
    db.session.rollback()
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("gift", "code", "allowed"),
    [
        ((KENANGA, "infak", Purpose.FIELD, "education"), "edu-basic", True),
        ((KENANGA, "infak", Purpose.FIELD, "education"), "health-medicine", False),
        ((KENANGA, "infak", Purpose.SERVICE, "edu-basic"), "edu-basic", True),
        ((KENANGA, "infak", Purpose.SERVICE, "edu-basic"), "edu-higher", False),
        ((KENANGA, "infak", Purpose.GENERAL, None), "edu-higher", True),
        ((KENANGA, "infak", Purpose.GENERAL, None), "social-disaster", True),
        ((KENANGA, "infak", Purpose.GENERAL, None), "social-house", False),
        ((KENANGA, "infak", Purpose.GENERAL, None), "data-card", False),
        (("baznas", "zakat", Purpose.FIELD, "social"), "social-house", True),
        (("baznas", "infak", Purpose.GENERAL, None), "edu-basic", False),
        (("bri", "csr", Purpose.GENERAL, None), "social-elderly", True),
    ],
)
def test_a_fund_pays_what_its_partner_funds_and_its_giver_meant(make, gift, code, allowed):
    partner, kind, purpose, bound = gift
    money = factories.fund(make, 1000, partner_code=partner, kind_code=kind, purpose=purpose, purpose_code=bound)

    assert books.may_pay(money, service(code)) is allowed


def test_a_fund_that_may_not_pay_the_service_is_refused(make):
    money = factories.fund(make, purpose_code="health")

    refused("fund", propose, make, fund=money)


def test_the_funds_offered_have_free_money_the_oldest_gift_first(make, clock):
    small = factories.fund(make, 500_000)
    clock.shift(timedelta(minutes=1))
    full = factories.fund(make, 900_000, purpose=Purpose.GENERAL)
    empty = factories.fund(make, 400_000, purpose=Purpose.SERVICE, purpose_code="edu-basic")
    factories.proposed(make, empty, 400_000)

    assert [one.fund.code for one in queries.funds_for(service(), 400_000)] == [small.code, full.code]
    assert [one.fund.code for one in queries.funds_for(service(), 600_000)] == [full.code, small.code]
    assert queries.funds_for(service())[0].left_after(400_000) == 100_000


@pytest.mark.parametrize(("amount", "outside"), [(349_999, True), (350_000, False), (400_000, False), (400_001, True)])
def test_outside_the_band_a_reason_is_asked(make, amount, outside):
    assert guards.outside_band(service(), amount) is outside
    assert guards.outside_band(service("social-house"), amount) is False
    money = factories.fund(make)
    if outside:
        refused("amount_reason", propose, make, fund=money, amount=amount)
    aid = propose(make, fund=money, amount=amount, amount_reason="Dua anak.")
    assert aid.amount_reason == ("Dua anak." if outside else "")
    db.session.rollback()


@pytest.mark.parametrize("amount", [0, -1, 10**15])
def test_an_absurd_amount_is_refused(make, amount):
    refused("amount", propose, make, fund=factories.fund(make), amount=amount, amount_reason="x")


def test_only_a_decision_to_help_with_money_opens_aid(make):
    undecided = factories.decision(make, status=DecisionStatus.PROPOSED, decided_by_id=None, decided_at=None)
    declined = factories.decision(make, status=DecisionStatus.DECLINED)
    refusing = factories.decision(make, proposal=Proposal.REFUSE)
    moneyless = factories.decision(make, "data-card")

    for decision in (undecided, declined, refusing, moneyless):
        with pytest.raises(Refused):
            grounds.of_decision(decision.id)
    with pytest.raises(NotFound):
        grounds.of_decision(999_999)


def test_a_letter_opens_aid_while_it_is_valid(make, clock):
    letter = factories.recommendation(make)

    ground = grounds.of_recommendation(letter.number)
    assert (ground.path, ground.asked, ground.service.code) == ("c", 1_200_000, "health-medicine")

    clock.shift(timedelta(days=32))
    with pytest.raises(Refused):
        grounds.of_recommendation(letter.number)
    with pytest.raises(NotFound):
        grounds.of_recommendation("R-2026-999999")


def test_a_ground_that_was_taken_back_since_it_was_looked_at_opens_no_aid(make):
    """Somebody else settles the decision anew, or the letter comes to its end, between the look and the hold."""
    promised, letter = factories.ground(make), factories.recommendation(make)
    urgent = grounds.of_recommendation(letter.number)
    over = {"starts_on": make.ago(40), "ends_on": make.ago(10)}
    for record, now in ((promised.decision, {"status": DecisionStatus.RETURNED}), (letter, over)):
        statement = update(type(record)).where(type(record).id == record.id).values(**now)
        db.session.execute(statement, execution_options={"synchronize_session": False})

    for ground, why in ((promised, "tidak ada yang dibayar"), (urgent, "berakhir")):
        with pytest.raises(Refused, match=why):
            propose(make, ground=ground, fund=None, waiting_reason="Dana habis.")


def test_one_ground_opens_one_aid_at_a_time(make):
    money, ground = factories.fund(make), factories.ground(make)
    first = propose(make, ground=ground, fund=money)
    with pytest.raises(AlreadySettled, match=first.number):
        propose(make, ground=ground, fund=money, why={"same_need": "Anak kedua."})

    services.cancel(first, reason="Salah jumlah.", by=make.social_worker())
    again = propose(make, ground=ground, fund=money)
    assert again.status is DisbursementStatus.PROPOSED


def test_only_who_proposes_aid_may_open_it(make):
    for user in (make.unit_head(), make.treasurer(), make.partner_user()):
        with pytest.raises(NotAllowed):
            propose(make, fund=factories.fund(make), by=user)


@pytest.mark.parametrize(
    ("code", "today", "since"),
    [
        ("edu-basic", date(2026, 10, 5), date(2026, 6, 1)),
        ("edu-basic", date(2026, 5, 31), date(2025, 6, 1)),
        ("edu-basic", date(2026, 6, 1), date(2026, 6, 1)),
        ("health-medicine", date(2026, 10, 5), date(2025, 10, 5)),
    ],
)
def test_help_counts_as_the_same_within_the_season_or_twelve_months(make, code, today, since):
    assert queries.same_help_since(service(code), today) == since


def test_the_same_help_twice_is_asked_about_and_may_be_confirmed(make):
    money, household = factories.fund(make), make.household()
    first = factories.paid(make, money, ground=factories.ground(make, household=household))
    second = factories.ground(make, household=household)

    assert queries.earlier_aid(household.id, service()) == [first]
    assert queries.earlier_aid(household.id, service("edu-higher")) == []
    assert queries.earlier_aid(make.household().id, service()) == []
    refused("why_same_need", propose, make, ground=second, fund=money)
    again = propose(make, ground=second, fund=money, why={"same_need": "Anak kedua."})
    assert again.status is DisbursementStatus.PROPOSED


def test_help_of_the_last_season_is_not_the_same_help(make, clock):
    money, household = factories.fund(make), make.household()
    factories.paid(make, money, ground=factories.ground(make, household=household))

    clock.move_to(date(2027, 6, 2))

    assert queries.earlier_aid(household.id, service()) == []


def test_help_that_was_declined_is_no_help(make):
    money, household = factories.fund(make), make.household()
    aid = factories.proposed(make, money, ground=factories.ground(make, household=household))
    services.decline(aid, reason="Sudah dibantu mitra lain.", by=make.unit_head())

    assert queries.earlier_aid(household.id, service()) == []


def test_without_a_fund_the_family_waits_with_the_reason(make):
    refused("waiting_reason", propose, make, waiting_reason=" ")

    aid = propose(make, waiting_reason="Dana habis.")
    db.session.commit()

    assert (aid.status, aid.fund_id, aid.waiting_reason) == (DisbursementStatus.WAITING, None, "Dana habis.")


def test_the_waiting_list_is_first_come_first_served(make):
    first, second, third = (factories.waiting(make) for _ in range(3))
    services.cancel(second, reason="Pindah kota.", by=make.social_worker())
    db.session.commit()

    listed = queries.disbursements(queries.DisbursementFilter(status="waiting"))

    assert [row.number for row in listed] == [first.number, third.number]
    assert queries.waiting_for(service()) == 2


def test_who_came_first_is_served_first_unless_somebody_means_it_otherwise(make):
    first, second, worker = factories.waiting(make), factories.waiting(make), make.social_worker()
    money = factories.fund(make, 5_000_000)
    third = factories.ground(make)

    with pytest.raises(Doubtful) as overtaking:
        propose(make, ground=third, fund=money)
    assert "2 keluarga" in overtaking.value.sentence
    db.session.rollback()
    with pytest.raises(Doubtful):
        services.give_fund(second, money, why=factories.LATE, by=worker)
    db.session.rollback()

    code = overtaking.value.doubts[0].code
    assert propose(make, ground=third, fund=money, confirmed=[code]).status is DisbursementStatus.PROPOSED
    services.give_fund(first, money, why=factories.LATE, by=worker)
    services.give_fund(second, money, why=factories.LATE, by=worker)
    db.session.commit()
    assert queries.waiting_for(service()) == 0


def test_a_waiting_family_is_given_a_fund_later(make):
    aid, worker = factories.waiting(make), make.social_worker()
    money = factories.fund(make, 400_000)
    with pytest.raises(NotAllowed):
        services.give_fund(aid, money, by=make.treasurer())

    services.give_fund(aid, money, why=factories.LATE, by=worker)
    db.session.commit()

    assert (aid.status, aid.fund_id) == (DisbursementStatus.PROPOSED, money.id)
    assert queries.balance(money).reserved == 400_000
    with pytest.raises(AlreadySettled):
        services.give_fund(aid, money, why=factories.LATE, by=worker)


def test_each_act_is_in_the_trail_with_its_money(make):
    from portal.audit.models import AuditEvent

    aid = factories.paid(make, factories.fund(make))

    acts = db.session.scalars(
        select(AuditEvent.action).where(AuditEvent.subject_type == "disbursement", AuditEvent.subject_id == str(aid.id))
    ).all()
    assert acts == ["disbursement.proposed", "disbursement.approved", "disbursement.paid"]
    assert clock.today() == aid.paid_on


def test_more_than_the_letter_of_the_mayor_allows_is_refused(make):
    money = factories.fund(make, 5_000_000, purpose_code="health")
    ground = grounds.of_recommendation(factories.recommendation(make).number)

    with pytest.raises(Refused, match=r"1\.200\.000"):
        propose(make, ground=ground, fund=money, amount=1_200_001, amount_reason="Lebih mahal.")

    assert propose(make, ground=ground, fund=money, amount=1_200_000, amount_reason="Sesuai.").amount == 1_200_000
