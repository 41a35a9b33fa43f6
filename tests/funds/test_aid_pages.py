"""Pages of aid: proposing, the waiting list, approving, paying, the receipt, taking back, zakat."""

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.funds.models import Disbursement, DisbursementStatus
from tests.funds import factories
from tests.pages import form_values

S = DisbursementStatus


def stored():
    return db.session.scalars(select(Disbursement).order_by(Disbursement.id)).all()


def proposal(fund="mitra-kenanga-infak-pendidikan", **changes):
    return {"amount": "400.000", "fund": fund, "why_season": "Pindah sekolah.", **changes}


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
    assert worker.post(address, proposal(why_same_need="Anak kedua.")).status_code == 303


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
    chosen = {"version": aid.version, "fund": "mitra-kenanga-infak-pendidikan"}
    assert "why_season" in worker.post(fund_page, chosen).text
    response = worker.post(fund_page, {**chosen, "why_season": "Pindah sekolah."})

    assert response.status_code == 303
    assert aid.status is S.PROPOSED
    assert worker.get(fund_page).status_code == 409


def test_who_may_open_the_pages(make, sign_in, stranger):
    money = factories.fund(make)
    aid = factories.paid(make, money)
    seeing = {"social_worker", "unit_head", "treasurer"}

    for role, user in make.everyone().items():
        browser = sign_in(user)
        expected = 200 if role.value in seeing else 403
        for address in ("/disbursements", f"/disbursements/{aid.number}/receipt.pdf", "/funds", f"/funds/{money.code}"):
            assert browser.get(address).status_code == expected, (role, address)
        alone = 404 if role.value in {"partner", "mayor_office"} else expected
        assert browser.get(f"/disbursements/{aid.number}").status_code == alone, role
        partners = 200 if role.value in {"unit_head", "treasurer"} else 403
        for address in ("/partners", "/partners/mitra-kenanga"):
            assert browser.get(address).status_code == partners, (role, address)
    assert stranger.get("/disbursements").status_code == 303
    assert stranger.get("/funds").status_code == 303
    for address in ("/disbursements/S-2026-999999", "/funds/nothing", "/partners/nothing"):
        assert sign_in(make.treasurer()).get(address).status_code == 404


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
    assert '<th scope="col" class="long">Layanan' in found("")[1]
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


def test_a_fund_says_its_balance_first_and_then_where_it_went(make, sign_in):
    money = factories.fund(make, 20_000_000)
    aid = factories.paid(make, money, 400_000)
    factories.proposed(make, money, 350_000)
    browser = sign_in(make.treasurer())

    page = browser.get(f"/funds/{money.code}").text
    assert "Kode" not in page  # what the books call it is no word for people

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

    assert browser.get(following).text.split('id="entries"')[-1].count('scope="row"') == 3


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
