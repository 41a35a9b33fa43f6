"""Pages of aid: proposing, the waiting list, approving, paying, the receipt, taking back, zakat."""

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.funds import queries, services
from portal.funds.models import Disbursement, DisbursementStatus
from tests.funds import factories
from tests.pages import form_values
from tests.paper.reading import text as text_of

S = DisbursementStatus


def stored():
    return db.session.scalars(select(Disbursement).order_by(Disbursement.id)).all()


def proposal(fund="mitra-kenanga-infak-pendidikan", **changes):
    return {"amount": "400.000", "fund": fund, **changes}


@pytest.fixture
def worker(make, sign_in):
    return sign_in(make.social_worker())


def test_a_decision_opens_aid_from_a_fund(make, worker):
    factories.fund(make, 12_400_000)
    decision = factories.decision(make)
    address = f"/disbursements/new?decision={decision.id}"
    page = worker.get(address).text
    assert "Tersedia Rp12.400.000" in page
    assert 'value="350.000"' in page

    response = worker.post(address, proposal())

    (aid,) = stored()
    assert (response.status_code, response.location) == (303, f"/disbursements/{aid.number}")
    assert (aid.status, aid.amount, aid.decision_id) == (S.PROPOSED, 400_000, decision.id)
    assert worker.get(address).text.count(aid.number) >= 1
    assert worker.post(address, proposal()).status_code == 409


def test_a_letter_opens_aid_with_the_amount_it_names(make, worker):
    factories.fund(make, 5_000_000, purpose_code="health")
    letter = factories.recommendation(make)
    address = f"/disbursements/new?recommendation={letter.number}"
    assert 'value="1.200.000"' in worker.get(address).text

    worker.post(address, proposal("mitra-kenanga-infak-kesehatan", amount="1.200.000"))

    assert stored()[0].recommendation_id == letter.id


@pytest.mark.parametrize("query", ["", "?decision=", "?decision=abc", "?decision=999999", "?recommendation=R-1"])
def test_without_a_ground_there_is_no_page(make, worker, query):
    assert worker.get(f"/disbursements/new{query}").status_code == 404


def test_a_decision_without_money_is_explained(make, worker):
    decision = factories.decision(make, "data-card")

    assert worker.get(f"/disbursements/new?decision={decision.id}").status_code == 422


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": "900.000"}, "di luar"),
        ({"amount": "nol"}, "rupiah"),
        ({"amount": "0"}, "lebih dari nol"),
        ({"fund": ""}, "dana"),
        ({"fund": "-"}, "menunggu"),
        ({"fund": "baznas-zakat-umum"}, "pilih"),
        ({"amount": "600.000", "amount_reason": "Dua anak sekaligus"}, "tidak cukup"),
    ],
)
def test_a_wrong_proposal_says_what_is_wrong_and_keeps_what_was_typed(make, worker, change, said):
    factories.fund(make, 500_000)
    address = f"/disbursements/new?decision={factories.decision(make).id}"

    response = worker.post(address, proposal(**{"amount_reason": "", "waiting_reason": "", **change}))

    assert response.status_code == 422
    assert said in response.text.lower()
    assert f'value="{change.get("amount", "400.000")}"' in response.text
    assert stored() == []


def test_aid_sent_twice_is_opened_once(make, worker):
    factories.fund(make)
    address = f"/disbursements/new?decision={factories.decision(make).id}"

    first, second = (worker.post(address, proposal(), once="the-same-key") for _ in range(2))

    assert first.location == second.location
    assert len(stored()) == 1


def test_the_same_help_twice_is_shown_and_confirmed(make, worker):
    money, household = factories.fund(make), make.household()
    first = factories.paid(make, money, ground=factories.ground(make, household=household))
    address = f"/disbursements/new?decision={factories.decision(make, household=household).id}"
    assert first.number in worker.get(address).text

    assert worker.post(address, proposal()).status_code == 422
    assert worker.post(address, proposal(twice="y")).status_code == 303


def test_overtaking_a_waiting_family_is_asked_once_more_on_the_page(make, worker):
    factories.waiting(make)
    factories.fund(make, 1_000_000)
    address = f"/disbursements/new?decision={factories.decision(make).id}"

    asked = worker.post(address, proposal())
    assert asked.status_code == 422
    assert 'value="ahead:edu-basic"' in asked.text

    assert worker.post(address, proposal(confirmed="ahead:edu-basic")).status_code == 303


def test_without_money_the_family_waits_and_is_given_a_fund_later(make, worker):
    address = f"/disbursements/new?decision={factories.decision(make).id}"
    assert "daftar tunggu" in worker.get(address).text
    worker.post(address, proposal("-", waiting_reason="Dana pendidikan habis."))
    (aid,) = stored()
    listed = worker.get("/disbursements?status=waiting").text
    assert aid.number in listed
    assert "Dana pendidikan habis." in listed
    fund_page = f"/disbursements/{aid.number}/fund"
    assert worker.get(fund_page).status_code == 200

    factories.fund(make, 1_000_000)
    fields = form_values(worker.get(fund_page).text)
    assert worker.post(fund_page, {"version": aid.version}).status_code == 422
    assert fields is not None
    response = worker.post(fund_page, {"version": aid.version, "fund": "mitra-kenanga-infak-pendidikan"})

    assert response.status_code == 303
    assert aid.status is S.PROPOSED
    assert worker.get(fund_page).status_code == 409


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
        refused = treasurer.post(f"/disbursements/{sent.number}/payment", {**by_transfer, "note": note})
        assert refused.status_code == 422
        assert 'id="note-error"' in refused.text
    assert treasurer.post(f"/disbursements/{sent.number}/payment", {**by_transfer, "note": "TRF-7"}).status_code == 303
    in_cash = {**paid, "method": "cash", "version": cash.version}
    assert treasurer.post(f"/disbursements/{cash.number}/payment", in_cash).status_code == 303

    assert (sent.payment_note, cash.payment_note) == ("TRF-7", "")


def test_goods_stand_on_the_receipt(make, sign_in):
    aid = factories.approved(make, factories.fund(make))
    treasurer, address = sign_in(make.treasurer()), f"/disbursements/{aid.number}"
    goods = {"method": "goods", "on": "05-10-2026", "received_by": "Yurnalis", "version": aid.version}
    assert treasurer.post(f"{address}/payment", goods).status_code == 422
    assert treasurer.post(f"{address}/payment", {**goods, "note": "2 seragam\n1 tas"}).status_code == 303

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


def test_who_may_open_the_pages(make, sign_in, stranger):
    money = factories.fund(make)
    aid = factories.paid(make, money)
    seeing = {"social_worker", "unit_head", "treasurer"}

    for role, user in make.everyone().items():
        browser = sign_in(user)
        expected = 200 if role.value in seeing else 403
        for address in ("/disbursements", f"/disbursements/{aid.number}/receipt.pdf", "/funds", f"/funds/{money.code}"):
            assert browser.get(address).status_code == expected, (role, address)
        alone = 404 if role.value == "partner" else expected
        assert browser.get(f"/disbursements/{aid.number}").status_code == alone, role
        partners = 200 if role.value in {"unit_head", "treasurer"} else 403
        for address in ("/partners", "/partners/mitra-kenanga"):
            assert browser.get(address).status_code == partners, (role, address)
    assert stranger.get("/disbursements").status_code == 303
    assert stranger.get("/funds").status_code == 303
    for address in ("/disbursements/S-2026-999999", "/funds/nothing", "/partners/nothing"):
        assert sign_in(make.treasurer()).get(address).status_code == 404


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


def test_reading_aid_is_on_record_and_its_trace_is_for_the_books(make, sign_in):
    given = factories.confirmed(make, 1_000_000)
    aid = factories.paid(make, factories.books.fund_of(given))

    for user, traced in ((make.treasurer(), True), (make.unit_head(), True), (make.social_worker(), False)):
        text = sign_in(user).get(f"/disbursements/{aid.number}").text
        assert (given.number in text) is traced
    readings = db.session.scalars(select(AuditEvent.actor_id).where(AuditEvent.action == "disbursement.read")).all()
    assert len(readings) == 3


def test_the_list_is_narrowed_and_summed(make, sign_in):
    money = factories.fund(make)
    paid, proposed = factories.paid(make, money, 380_000), factories.proposed(make, money, 400_000)
    waiting = factories.waiting(make, 350_000, ground=factories.ground(make, household=make.household("Syahrul Koto")))
    browser = sign_in(make.treasurer())

    def found(query):
        page = browser.get(f"/disbursements?{query}")
        assert page.status_code == 200
        return [aid for aid in (paid, proposed, waiting) if f"/disbursements/{aid.number}" in page.text], page.text

    assert found("")[0] == [paid, proposed, waiting]
    assert "Rp1.130.000" in found("")[1].rsplit("<tfoot>", 1)[1]
    assert found("status=paid")[0] == [paid]
    assert found("q=syahrul")[0] == [waiting]
    assert found(f"q={proposed.number}")[0] == [proposed]
    assert found("fund=mitra-kenanga-infak-pendidikan")[0] == [paid, proposed]
    assert found("service=health-medicine")[0] == []
    assert found("since=05-10-2026&until=05-10-2026")[0] == [paid, proposed, waiting]
    assert found("until=04-10-2026")[0] == []
    assert found("since=06-10-2026")[0] == []
    assert browser.get("/disbursements?until=kemarin").status_code == 422
    assert browser.fragment("/disbursements", "results").strip() in browser.get("/disbursements").text


def test_the_waiting_list_continues_on_its_next_page(make, sign_in):
    ground = factories.ground(make)
    worker = make.social_worker()
    for n in range(1, 28):
        values = {
            "number": f"S-2026-{n:06d}", "household_id": ground.household.id, "service_code": "edu-basic",
            "amount": 400_000, "status": S.WAITING, "waiting_reason": "Habis", "proposed_by_id": worker.id,
            "proposed_at": ground.decision.decided_at,
        }  # fmt: skip
        make._store(Disbursement(**values))
    browser = sign_in(worker)

    page = browser.get("/disbursements?status=waiting").text
    assert page.index("S-2026-000001") < page.index("S-2026-000025")
    following = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert "S-2026-000026" in browser.get(following).text
    assert "S-2026-000025" not in browser.get(following).text


def zakat(make):
    money = factories.fund(make, 5_000_000, partner_code="baznas", kind_code="zakat", purpose_code="social")
    household = make.household("Rahasia Piliang")
    ground = factories.ground(make, "social-elderly", household=household)
    return factories.proposed(make, money, 500_000, ground=ground, asnaf="miskin")


def test_the_amil_confirms_the_asnaf_without_reading_a_name(make, sign_in):
    aid = zakat(make)
    amil = sign_in(make.partner_user("baznas"))
    assert "/disbursements/asnaf" in amil.get("/donations").text
    assert amil.get(f"/disbursements/{aid.number}").location == "/disbursements/asnaf"
    page = amil.get("/disbursements/asnaf").text
    assert aid.number in page
    assert "Rp500.000" in page
    assert "Rahasia" not in page

    url = f"/disbursements/{aid.number}/asnaf"
    opened = form_values(page, url)
    assert amil.post(url, opened | {"asnaf": "kaya"}).status_code == 422
    assert amil.post(url, opened | {"asnaf": "fakir"}).status_code == 303

    assert aid.asnaf == "fakir"
    assert f"/disbursements/{aid.number}" not in amil.get("/disbursements/asnaf").text
    again = amil.post(f"/disbursements/{aid.number}/asnaf", {"asnaf": "fakir"})
    assert again.status_code == 409
    assert 'href="/disbursements/asnaf"' in again.text.split("<main")[1]
    assert amil.get(f"/disbursements/{aid.number}").location == "/disbursements/asnaf"


def test_two_amil_at_one_asnaf_see_what_the_other_confirmed(make, sign_in):
    aid = zakat(make)
    amil, other = (sign_in(make.partner_user("baznas", full_name=name)) for name in ("Amil Satu", "Amil Dua"))
    url = f"/disbursements/{aid.number}/asnaf"
    mine, theirs = (form_values(each.get("/disbursements/asnaf").text, url) for each in (amil, other))
    assert other.post(url, theirs | {"asnaf": "fakir"}).status_code == 303

    late = amil.post(url, mine | {"asnaf": "miskin"})

    assert late.status_code == 409
    assert "Amil Dua" in late.text
    assert "Rahasia" not in late.text
    assert f'action="{url}"' not in late.text
    assert aid.asnaf == "fakir"


def test_aid_that_was_approved_meanwhile_is_shown_before_its_asnaf_is_confirmed(make, sign_in):
    aid = zakat(make)
    amil, url = sign_in(make.partner_user("baznas")), f"/disbursements/{aid.number}/asnaf"
    opened = form_values(amil.get("/disbursements/asnaf").text, url)
    services.approve(aid, by=make.unit_head())
    db.session.commit()

    late = amil.post(url, opened | {"asnaf": "fakir"})

    assert late.status_code == 409
    assert "Menunggu pembayaran" in late.text
    assert amil.post(url, form_values(late.text, url)).status_code == 303
    assert aid.asnaf == "fakir"


def test_another_partner_knows_nothing_of_that_zakat(make, sign_in):
    aid = zakat(make)
    other = sign_in(make.partner_user())

    assert aid.number not in other.get("/disbursements/asnaf").text
    assert other.get(f"/disbursements/{aid.number}").status_code == 404
    assert other.post(f"/disbursements/{aid.number}/asnaf", {"asnaf": "fakir"}).status_code == 404
    assert sign_in(make.treasurer()).post(f"/disbursements/{aid.number}/asnaf", {"asnaf": "fakir"}).status_code == 403


def test_zakat_is_not_paid_before_the_asnaf_is_confirmed(make, sign_in):
    aid = zakat(make)
    factories.services.approve(aid, by=make.unit_head())
    db.session.commit()
    paid = {"method": "cash", "on": "05-10-2026", "received_by": "Yurnalis", "version": aid.version}

    response = sign_in(make.treasurer()).post(f"/disbursements/{aid.number}/payment", paid)

    assert response.status_code == 422
    assert "asnaf" in response.text


def test_zakat_without_its_asnaf_offers_what_is_missing_and_not_the_payment(make, sign_in):
    from portal.accounts.roles import Role

    aid, amil = zakat(make), make.partner_user("baznas")
    factories.services.approve(aid, by=make.unit_head())
    db.session.commit()
    both = make.user(Role.TREASURER, Role.PARTNER, partner_code="baznas")
    address = f"/disbursements/{aid.number}"

    for person, confirms in ((make.treasurer(), False), (both, True)):
        browser = sign_in(person)
        for page in (browser.get(address).text, browser.get(f"{address}/payment").text):
            assert "Baznas" in page
            assert "/payment" not in page.partition("<main")[2]
            assert 'name="received_by"' not in page
            assert ('href="/disbursements/asnaf"' in page.partition("<main")[2]) is confirms

    factories.services.confirm_asnaf(aid, "miskin", by=amil)
    db.session.commit()
    browser = sign_in(make.treasurer())
    assert f'{address}/payment"' in browser.get(address).text
    assert 'name="received_by"' in browser.get(f"{address}/payment").text


def test_a_fund_says_its_balance_first_and_then_where_it_went(make, sign_in):
    money = factories.fund(make, 20_000_000)
    aid = factories.paid(make, money, 400_000)
    factories.proposed(make, money, 350_000)
    browser = sign_in(make.treasurer())

    page = browser.get(f"/funds/{money.code}").text

    assert "Tersedia Rp19.250.000 dari Rp20.000.000 yang diterima." in page
    assert page.index("Rp19.250.000") < page.index(aid.number)
    assert "Rp19.250.000" in browser.get("/funds").text
    assert browser.fragment(f"/funds/{money.code}", "entries").strip() in page


def test_entries_of_a_fund_continue_on_the_next_page(make, sign_in):
    money = factories.fund(make, 20_000_000)
    for _ in range(9):
        factories.paid(make, money, 400_000)
        factories.fund(make, 1000)
    browser = sign_in(make.treasurer())

    page = browser.get(f"/funds/{money.code}").text
    following = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")

    assert browser.get(following).text.split("entries")[-1].count('scope="row"') == 3


def test_a_partners_page_says_what_it_gave_and_what_is_left(make, sign_in):
    factories.paid(make, factories.fund(make, 1_000_000), 400_000)
    browser = sign_in(make.unit_head())

    page = browser.get("/partners/mitra-kenanga").text

    assert "Tersedia Rp600.000 dari Rp1.000.000 yang diterima." in page
    assert "Infak" in page
    assert "Pendidikan" in page
    assert "Rp600.000" in browser.get("/partners").text
    assert browser.get("/partners/kemensos").status_code == 200


def test_empty_pages_say_what_they_will_hold(make, sign_in):
    browser = sign_in(make.treasurer())

    for address in ("/disbursements", "/funds", "/partners"):
        assert browser.get(address).status_code == 200
    assert 'class="empty"' in browser.get("/disbursements").text
    assert 'class="empty"' in browser.get("/funds").text


def test_the_pages_speak_english_too(make, sign_in):
    money = factories.fund(make, 1_000_000)
    aid = factories.paid(make, money, 400_000)
    browser = sign_in(make.treasurer(language="en"))

    assert "Available Rp600.000 of Rp1.000.000 received." in browser.get(f"/funds/{money.code}").text
    assert "Education" in browser.get("/funds").text
    assert "Paid" in browser.get(f"/disbursements/{aid.number}").text
