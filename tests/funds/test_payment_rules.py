"""Rules of approving, paying and taking back, and of zakat."""

from datetime import date

import pytest

from portal.accounts.roles import Role
from portal.complaints.models import ComplaintStatus
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed
from portal.funds import books, queries, services
from portal.funds.models import DisbursementStatus, Method
from tests.funds import factories
from tests.funds.factories import handover
from tests.funds.test_rules import propose, refused


def test_the_head_approves_and_declining_frees_the_money(make):
    money, head = factories.fund(make, 1_000_000), make.unit_head()
    aid, other = factories.proposed(make, money), factories.proposed(make, money)

    services.approve(aid, by=head)
    db.session.commit()
    refused("reason", services.decline, other, reason="", by=head)
    services.decline(other, reason="Belum perlu.", by=head)
    db.session.commit()

    assert (aid.status, other.status) == (DisbursementStatus.APPROVED, DisbursementStatus.DECLINED)
    assert other.settling_reason == "Belum perlu."
    assert queries.balance(money).available == 600_000
    with pytest.raises(AlreadySettled):
        services.approve(other, by=head)


def test_nobody_approves_what_they_proposed(make):
    both = make.user(Role.SOCIAL_WORKER, Role.UNIT_HEAD)
    aid = factories.proposed(make, factories.fund(make), by=both)

    for act in (services.approve, lambda aid, by: services.decline(aid, reason="x", by=by)):
        with pytest.raises(NotAllowed):
            act(aid, by=both)
    with pytest.raises(NotAllowed):
        services.approve(aid, by=make.treasurer())


def test_nobody_pays_what_they_proposed_or_approved(make):
    money = factories.fund(make)
    proposer = make.user(Role.SOCIAL_WORKER, Role.TREASURER)
    head = make.user(Role.UNIT_HEAD, Role.TREASURER)
    aid = factories.proposed(make, money, by=proposer)
    services.approve(aid, by=head)
    db.session.commit()

    for user in (proposer, head, make.unit_head()):
        with pytest.raises(NotAllowed):
            services.pay(aid, handover(), by=user)
    services.pay(aid, handover(), by=make.treasurer())
    assert aid.status is DisbursementStatus.PAID


def test_only_approved_aid_is_paid_and_once(make):
    money, treasurer = factories.fund(make), make.treasurer()
    aid = factories.proposed(make, money)
    with pytest.raises(AlreadySettled):
        services.pay(aid, handover(), by=treasurer)

    services.approve(aid, by=make.unit_head())
    services.pay(aid, handover(), by=treasurer)
    db.session.commit()
    with pytest.raises(AlreadySettled):
        services.pay(aid, handover(), by=treasurer)
    assert queries.balance(money).paid == 400_000


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"on": date(2026, 10, 6)}, "on"),
        ({"on": date(2026, 10, 4)}, "on"),
        ({"received_by": " "}, "received_by"),
        ({"method": Method.GOODS}, "note"),
    ],
)
def test_a_payment_says_when_to_whom_and_what(make, details, field):
    aid = factories.approved(make, factories.fund(make))

    refused(field, services.pay, aid, handover(**details), by=make.treasurer())


def test_payment_delivers_the_complaint_and_taking_it_back_opens_it_again(make):
    case = factories.complaint(make)
    aid = factories.paid(make, factories.fund(make), ground=factories.ground(make, complaint=case))
    assert case.status is ComplaintStatus.DELIVERED

    services.reverse_payment(aid, reason="Penerima tidak ditemukan.", by=make.treasurer())
    db.session.commit()

    assert (aid.status, case.status) == (DisbursementStatus.REVERSED, ComplaintStatus.APPROVED)
    assert [step.status for step in case.steps] == [ComplaintStatus.DELIVERED, ComplaintStatus.APPROVED]


def test_a_closed_case_stays_closed_when_the_money_is_paid(make):
    case = factories.complaint(make, status=ComplaintStatus.CLOSED)
    factories.paid(make, factories.fund(make), ground=factories.ground(make, complaint=case))

    assert case.status is ComplaintStatus.CLOSED


def test_only_the_treasurer_takes_a_payment_back(make):
    aid = factories.paid(make, factories.fund(make))

    for user in (make.unit_head(), make.social_worker()):
        with pytest.raises(NotAllowed):
            services.reverse_payment(aid, reason="x", by=user)
    refused("reason", services.reverse_payment, aid, reason=" ", by=make.treasurer())


def zakat(make):
    return factories.fund(make, 50_000_000, partner_code="baznas", kind_code="zakat", purpose_code="social")


@pytest.mark.parametrize(("path", "asnaf"), [("a", "miskin"), ("b", "miskin"), ("c", None), ("none", None)])
def test_the_asnaf_is_suggested_by_path(make, path, asnaf):
    assert services.suggested_asnaf(path) == asnaf


def test_zakat_needs_an_asnaf_confirmed_by_its_amil_before_it_is_paid(make):
    money, ground = zakat(make), factories.ground(make, "social-elderly")
    assert books.is_zakat(money)
    for asnaf in (None, "kaya"):
        refused("asnaf", propose, make, ground=ground, fund=money, asnaf=asnaf)
    aid = propose(make, ground=ground, fund=money, asnaf="miskin")
    services.approve(aid, by=make.unit_head())
    db.session.commit()
    refused(None, services.pay, aid, handover(), by=make.treasurer())

    amil = make.partner_user("baznas")
    assert queries.to_confirm_asnaf(amil) == [aid]
    assert queries.to_confirm_asnaf(make.partner_user()) == []
    for other in (make.partner_user(), make.treasurer(), make.unit_head()):
        with pytest.raises(NotAllowed):
            services.confirm_asnaf(aid, "miskin", by=other)
    services.confirm_asnaf(aid, "fakir", by=amil)
    db.session.commit()
    with pytest.raises(AlreadySettled):
        services.confirm_asnaf(aid, "miskin", by=amil)
    services.pay(aid, handover(), by=make.treasurer())
    db.session.commit()

    assert (aid.status, aid.asnaf, aid.asnaf_confirmed_by_id) == (DisbursementStatus.PAID, "fakir", amil.id)
    assert queries.to_confirm_asnaf(amil) == []


def test_a_gift_other_than_zakat_has_no_asnaf_and_nobody_confirms_one(make):
    aid = propose(make, fund=factories.fund(make), asnaf="miskin")

    assert aid.asnaf is None
    with pytest.raises(NotAllowed):
        services.confirm_asnaf(aid, "miskin", by=make.partner_user())


def test_a_cancelled_payment_cannot_be_cancelled_or_paid_again(make):
    money = factories.fund(make)
    aid = factories.approved(make, money)
    services.cancel(aid, reason="Keluarga pindah.", by=make.unit_head())
    db.session.commit()

    assert queries.balance(money).available == 20_000_000
    with pytest.raises(AlreadySettled):
        services.cancel(aid, reason="Lagi.", by=make.unit_head())
    with pytest.raises(AlreadySettled):
        services.pay(aid, handover(), by=make.treasurer())


def test_an_amil_who_also_works_at_the_desk_does_not_confirm_what_they_proposed(make):
    both = make.user(Role.SOCIAL_WORKER, Role.PARTNER, partner_code="baznas")
    ground = factories.ground(make, "social-elderly")
    aid = propose(make, ground=ground, fund=zakat(make), asnaf="miskin", by=both)
    db.session.commit()

    with pytest.raises(NotAllowed):
        services.confirm_asnaf(aid, "miskin", by=both)
