"""Aid on its way to the family: approved, paid once, printed, called off, taken back."""

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.funds import queries
from tests.funds import factories
from tests.funds.test_aid_pages import S
from tests.paper.reading import text as text_of


def test_the_head_approves_and_the_treasurer_pays_and_prints(make, sign_in):
    aid = factories.proposed(make, factories.fund(make))
    address = f"/disbursements/{aid.number}"
    head, treasurer = sign_in(make.unit_head()), sign_in(make.treasurer(full_name="Erman Sikumbang"))
    assert "Setujui" in head.get(address).text

    assert head.post(f"{address}/approval", {"version": aid.version}).status_code == 303
    assert aid.status is S.APPROVED
    assert treasurer.get(f"{address}/receipt.pdf").status_code == 404
    page = treasurer.get(f"{address}/payment").text
    assert 'value="05-10-2026"' in page
    paid = {"method": "cash", "on": "05-10-2026", "received_by": "Yurnalis Piliang", "version": aid.version}
    assert treasurer.post(f"{address}/payment", {**paid, "received_by": ""}).status_code == 422
    assert treasurer.post(f"{address}/payment", {**paid, "on": "06-10-2026"}).status_code == 422
    assert treasurer.post(f"{address}/payment", {**paid, "version": 0}).status_code == 409
    assert treasurer.post(f"{address}/payment", paid).status_code == 303

    receipt = treasurer.get(f"{address}/receipt.pdf")
    assert (receipt.status_code, receipt.mimetype) == (200, "application/pdf")
    words = " ".join(text_of(receipt.data).split())
    for expected in (
        aid.number,
        "Rp400.000",
        "empat ratus ribu rupiah",
        "Erman Sikumbang",
        "Yurnalis Piliang",
        "infak",
    ):
        assert expected in words
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (last.action, "kwitansi" in last.details) == ("disbursement.read", True)
    assert last.household_id == aid.household_id


def test_a_payment_sent_twice_is_paid_once(make, sign_in):
    aid = factories.approved(make, factories.fund(make))
    treasurer = sign_in(make.treasurer())
    paid = {"method": "cash", "on": "05-10-2026", "received_by": "Yurnalis", "version": aid.version}

    answers = [treasurer.post(f"/disbursements/{aid.number}/payment", paid, once="one-key") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert queries.balances()[0].paid == 400_000


def test_back_after_paying_leads_to_the_paid_aid(make, sign_in):
    aid, treasurer = factories.approved(make, factories.fund(make)), sign_in(make.treasurer())
    address = f"/disbursements/{aid.number}"
    paid = {"method": "cash", "on": "05-10-2026", "received_by": "Yurnalis", "version": aid.version}
    assert treasurer.post(f"{address}/payment", paid, once="first").status_code == 303

    for again in (
        treasurer.get(f"{address}/payment"),
        treasurer.post(f"{address}/payment", paid, once="first"),
        treasurer.post(f"{address}/payment", paid, once="another"),
        sign_in(make.treasurer()).get(f"{address}/payment"),
    ):
        assert (again.status_code, again.location) == (303, address)
    assert aid.number in treasurer.get(address).text
    assert queries.balances()[0].paid == 400_000

    late = sign_in(make.treasurer()).post(f"{address}/payment", paid, once="third")
    assert late.status_code == 409


def test_a_payment_form_opened_too_early_or_too_late_leads_to_the_aid(make, sign_in):
    money, treasurer = factories.fund(make), sign_in(make.treasurer())
    early, late = factories.proposed(make, money), factories.approved(make, money)
    factories.services.cancel(late, reason="Pindah.", by=make.unit_head())
    db.session.commit()

    for aid in (early, late):
        answer = treasurer.get(f"/disbursements/{aid.number}/payment")
        assert (answer.status_code, answer.location) == (303, f"/disbursements/{aid.number}")


@pytest.mark.parametrize(
    ("act", "arranged", "who"),
    [
        ("approval", factories.approved, "unit_head"),
        ("refusal", factories.approved, "unit_head"),
        ("cancellation", factories.paid, "social_worker"),
        ("correction", factories.approved, "treasurer"),
        ("fund", factories.proposed, "social_worker"),
        ("payment", factories.proposed, "treasurer"),
    ],
)
def test_an_act_that_came_too_late_leads_to_the_aid_and_not_to_itself(make, sign_in, act, arranged, who):
    aid, browser = arranged(make, factories.fund(make)), sign_in(getattr(make, who)())
    address = f"/disbursements/{aid.number}"
    fields = {"method": "cash", "on": "05-10-2026", "received_by": "Y", "reason": "x", "version": aid.version}

    answer = browser.post(f"{address}/{act}", fields)

    assert answer.status_code == 409
    assert f'href="{address}"' in answer.text
    assert f'href="{address}/{act}"' not in answer.text
    if act in {"refusal", "cancellation", "correction"}:
        assert browser.get(f"{address}/{act}").location == address


def test_a_transfer_names_its_reference_and_cash_needs_none(make, sign_in):
    money, treasurer = factories.fund(make), sign_in(make.treasurer())
    sent, cash = factories.approved(make, money), factories.approved(make, money)
    paid = {"on": "05-10-2026", "received_by": "Yurnalis"}
    by_transfer = {**paid, "method": "transfer", "version": sent.version}

    for note in ("", "  \n"):
        refused = treasurer.post(f"/disbursements/{sent.number}/payment", {**by_transfer, "reference": note})
        assert refused.status_code == 422
        assert 'id="reference-error"' in refused.text
    by_transfer["reference"] = "TRF-7"
    of_another_way = treasurer.post(f"/disbursements/{sent.number}/payment", {**by_transfer, "goods": "2 seragam"})
    assert of_another_way.status_code == 422
    assert 'id="goods-error"' in of_another_way.text
    assert treasurer.post(f"/disbursements/{sent.number}/payment", by_transfer).status_code == 303
    in_cash = {**paid, "method": "cash", "version": cash.version}
    assert treasurer.post(f"/disbursements/{cash.number}/payment", in_cash).status_code == 303

    assert (sent.payment_note, cash.payment_note) == ("TRF-7", "")


def test_goods_stand_on_the_receipt(make, sign_in):
    aid = factories.approved(make, factories.fund(make))
    treasurer, address = sign_in(make.treasurer()), f"/disbursements/{aid.number}"
    goods = {"method": "goods", "on": "05-10-2026", "received_by": "Yurnalis", "version": aid.version}
    assert treasurer.post(f"{address}/payment", goods).status_code == 422
    assert treasurer.post(f"{address}/payment", {**goods, "goods": "2 seragam\n1 tas"}).status_code == 303

    words = text_of(treasurer.get(f"{address}/receipt.pdf").data)
    assert "2 seragam" in words
    assert "1 tas" in words


@pytest.mark.parametrize(
    ("act", "arranged", "who", "after"),
    [
        ("refusal", factories.proposed, "unit_head", S.DECLINED),
        ("cancellation", factories.approved, "social_worker", S.CANCELLED),
        ("correction", factories.paid, "treasurer", S.REVERSED),
    ],
)
def test_acts_that_need_a_reason(make, sign_in, act, arranged, who, after):
    money = factories.fund(make, 1_000_000)
    aid = arranged(make, money)
    browser, address = sign_in(getattr(make, who)()), f"/disbursements/{aid.number}/{act}"
    assert browser.get(address).status_code == 200

    assert browser.post(address, {"reason": "", "version": aid.version}).status_code == 422
    assert browser.post(address, {"reason": "Salah.", "version": aid.version - 1}).status_code == 409
    assert browser.post(address, {"reason": "Keluarga pindah.", "version": aid.version}).status_code == 303

    assert (aid.status, aid.settling_reason) == (after, "Keluarga pindah.")
    assert queries.balance(money).available == 1_000_000
    assert browser.post(address, {"reason": "Lagi.", "version": aid.version}).status_code == 409


def test_each_act_is_for_its_own_role(make, sign_in):
    aid = factories.proposed(make, factories.fund(make))
    allowed = {
        "approval": {"unit_head"}, "refusal": {"unit_head"}, "cancellation": {"unit_head", "social_worker"},
        "payment": {"treasurer"}, "correction": {"treasurer"}, "fund": {"social_worker"},
    }  # fmt: skip

    for role, user in make.everyone().items():
        for act, roles in allowed.items():
            if role.value not in roles:
                assert sign_in(user).post(f"/disbursements/{aid.number}/{act}").status_code == 403, (role, act)
    assert aid.status is S.PROPOSED


def test_who_proposed_gets_no_button_to_approve_and_is_refused(make, sign_in):
    from portal.accounts.roles import Role

    both = make.user(Role.SOCIAL_WORKER, Role.UNIT_HEAD)
    aid = factories.proposed(make, factories.fund(make), by=both)
    browser = sign_in(both)

    assert "/approval" not in browser.get(f"/disbursements/{aid.number}").text
    assert browser.post(f"/disbursements/{aid.number}/approval", {"version": aid.version}).status_code == 403
