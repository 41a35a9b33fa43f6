"""What stands against aid, who may overrule it, and the second person for large amounts."""

from datetime import date

import pytest

from portal.accounts.roles import Role
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.funds import concerns, guards, services
from portal.funds.guards import Asked
from portal.funds.models import DisbursementStatus
from portal.partners.models import Purpose
from tests.funds import factories
from tests.funds.test_rules import propose, refused

LARGE = 12_000_000


def codes(aid):
    return {concern.guard: concern for concern in aid.concerns}


def found(make, **changes):
    ground = changes.pop("ground", None) or factories.ground(make)
    facts = {"ground": ground, "amount": 400_000, "fund": None, "by": make.social_worker()}
    return {hit.guard: hit for hit in guards.hits(Asked(**(facts | changes)))}


def house(make, amount=LARGE, **details):
    """Aid of a service without a band or a season."""
    money = factories.fund(
        make, 50_000_000, partner_code="bri", kind_code="csr", purpose=Purpose.SERVICE, purpose_code="social-house"
    )
    return factories.proposed(make, money, amount, service_code="social-house", **details)


def test_each_guard_has_a_rule_a_source_a_title_and_somebody_who_may_overrule():
    assert list(guards.rules()) == list(guards.GUARDS) == list(guards.TITLES)
    for rule in guards.rules().values():
        assert rule.overruled_by
        assert all(rule.sources.values())


def test_nothing_stands_against_usual_aid_of_a_family_that_waits(make):
    assert found(make) == {}


def test_the_amount_is_outside_the_band(make):
    aid = propose(make, fund=factories.fund(make), amount=500_000, amount_reason="Dua anak.")

    concern = codes(aid)["band"]
    assert (concern.found, concern.reason, concern.answered_by_id) == (
        {"least": 350_000, "most": 400_000}, "Dua anak.", aid.proposed_by_id,
    )  # fmt: skip
    db.session.rollback()


def test_the_same_need_is_met_by_whatever_partner_and_service(make):
    money = factories.fund(make, purpose=Purpose.GENERAL)
    other = factories.fund(make, purpose_code="education", kind_code="sedekah")
    family = make.household()
    first = factories.paid(make, other, 600_000, ground=factories.ground(make, "edu-higher", household=family))
    second = factories.ground(make, household=family)

    hit = found(make, ground=second, fund=money)["same_need"]

    assert hit.found["numbers"] == [first.number]
    assert first.number in hit.sentence
    refused("why_same_need", propose, make, ground=second, fund=money)
    aid = propose(make, ground=second, fund=money, why={"same_need": "Anak kedua."})
    assert codes(aid)["same_need"].explained == "Anak kedua."
    db.session.rollback()


def test_another_need_is_no_second_help(make):
    family = make.household()
    factories.paid(make, factories.fund(make), ground=factories.ground(make, household=family))

    assert "same_need" not in found(make, ground=factories.ground(make, "health-medicine", household=family))


@pytest.mark.parametrize("who", ["proposer", "taker", "giver"])
def test_who_bears_the_name_of_somebody_in_the_family_is_asked_about(make, who):
    family = make.household("Yurnalis Piliang")
    money = factories.fund(make)
    kin = {"full_name": "Hj. Yurnalis  Piliang, S.Sos."}
    taker = make.social_worker(**(kin if who == "taker" else {}))
    case = factories.complaint(make, household=family, taken_by_id=taker.id)
    ground = factories.ground(make, complaint=case)
    by = make.social_worker(**(kin if who == "proposer" else {}))
    if who == "giver":
        make.partner_user("mitra-kenanga", **kin)

    hit = found(make, ground=ground, by=by, fund=money)["related"]

    assert hit.found == {"people": [kin["full_name"]], "said": ""}
    if who == "giver":
        assert "related" not in found(make, ground=ground, by=by)


def test_kinship_that_is_said_is_decided_by_the_head_who_did_not_propose(make):
    why = {"related": "Paling miskin di RT."}
    aid = propose(make, fund=factories.fund(make), related="Ipar Rani", why=why)
    db.session.commit()
    head = make.unit_head()

    assert codes(aid)["related"].answered_by_id is None
    with pytest.raises(Refused):
        services.approve(aid, by=head)
    db.session.rollback()
    with pytest.raises(NotAllowed):
        concerns.overrule(aid, "related", reason="Sudah dicek.", by=make.social_worker())
    refused("reason", concerns.overrule, aid, "related", reason=" ", by=head)

    concerns.overrule(aid, "related", reason="Sudah dicek.", by=head)
    db.session.commit()
    services.approve(aid, by=head)
    db.session.commit()

    assert aid.status is DisbursementStatus.APPROVED
    assert (codes(aid)["related"].reason, codes(aid)["related"].answered_by_id) == ("Sudah dicek.", head.id)
    with pytest.raises(AlreadySettled):
        concerns.overrule(aid, "related", reason="x", by=head)


def test_who_proposed_does_not_overrule_the_own_kinship(make):
    both = make.user(Role.SOCIAL_WORKER, Role.UNIT_HEAD)
    aid = propose(make, fund=factories.fund(make), related="Adik saya", why={"related": "Miskin."}, by=both)
    db.session.commit()

    with pytest.raises(NotAllowed):
        concerns.overrule(aid, "related", reason="x", by=both)


@pytest.mark.parametrize(("month", "outside"), [(6, False), (8, False), (9, True), (5, True)])
def test_school_needs_have_a_season(make, clock, month, outside):
    clock.move_to(date(2026, month, 15))

    assert ("season" in found(make, fund=factories.fund(make))) is outside


def test_who_waits_may_come_into_the_season_and_is_asked_when_money_is_found(make):
    aid, worker = factories.waiting(make), make.social_worker()
    money = factories.fund(make)
    assert codes(aid) == {}

    refused("why_season", services.give_fund, aid, money, by=worker)
    services.give_fund(aid, money, why=factories.LATE, by=worker)

    assert codes(aid).keys() == {"season"}


def test_a_large_amount_needs_a_second_person(make):
    aid, head, mayor = house(make), make.unit_head(), make.mayor()
    with pytest.raises(Refused):
        services.approve(aid, by=head)
    db.session.rollback()

    concerns.overrule(aid, "large", reason="Rumah roboh.", by=mayor)
    db.session.commit()
    services.approve(aid, by=head)

    assert (aid.status, aid.approved_by_id) == (DisbursementStatus.APPROVED, head.id)


def test_the_second_person_is_neither_the_approver_nor_the_proposer(make):
    aid, head = house(make), make.unit_head()
    concerns.overrule(aid, "large", reason="Perlu.", by=head)
    db.session.commit()
    with pytest.raises(NotAllowed):
        services.approve(aid, by=head)
    db.session.rollback()
    services.approve(aid, by=make.unit_head())
    db.session.commit()

    both = make.user(Role.SOCIAL_WORKER, Role.UNIT_HEAD)
    own = house(make, by=both)
    with pytest.raises(NotAllowed):
        concerns.overrule(own, "large", reason="Perlu.", by=both)


def test_the_limit_is_a_setting_and_an_amount_at_it_needs_one_person(make):
    limit = guards.limit_of_one_approval()

    services.approve(house(make, limit), by=make.unit_head())
    assert codes(house(make, limit + 1)).keys() == {"large"}


def test_aid_with_open_concerns_may_still_be_declined(make):
    aid = house(make)

    services.decline(aid, reason="Terlalu besar.", by=make.unit_head())

    assert aid.status is DisbursementStatus.DECLINED
