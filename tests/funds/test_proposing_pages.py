"""Proposing at the desk: for whom, how, which goods, which fund; what guards ask; papers and accounts afterwards."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import db
from portal.funds.models import AidPaper, Disbursement, DisbursementStatus, Method, PaperKind
from portal.partners.models import Purpose
from tests.files.samples import PDF
from tests.funds import factories
from tests.funds.test_aid_pages import proposal

S = DisbursementStatus


def stored():
    return db.session.scalars(select(Disbursement).order_by(Disbursement.id)).one()


def address(make, **details):
    return f"/disbursements/new?decision={factories.decision(make, **details).id}"


def test_the_fund_with_the_oldest_gift_is_proposed_and_what_is_left_is_shown(make, worker, clock):
    factories.fund(make, 500_000)
    clock.shift(timedelta(minutes=1))
    factories.fund(make, 900_000, purpose=Purpose.GENERAL)

    page = worker.get(address(make)).text

    first = page.index("mitra-kenanga-infak-pendidikan")
    assert first < page.index("mitra-kenanga-infak-umum")
    assert "checked" in page[first - 80 : first]
    assert "sesudah ini tersisa Rp150.000" in page
    assert "sesudah ini tersisa Rp550.000" in page


def test_the_funds_follow_the_amount_as_it_is_typed(make, worker):
    factories.fund(make, 500_000)
    where = address(make)

    shown = worker.fragment(f"{where}&amount=400.000", "funds")

    assert "sesudah ini tersisa Rp100.000" in shown
    assert "tidak cukup" in worker.fragment(f"{where}&amount=600.000", "funds")
    assert worker.get(f"{where}&amount=abc").status_code == 200


def test_aid_is_for_somebody_in_the_family_and_sent_to_an_account(make, worker):
    factories.fund(make)
    family = make.household(members=2)
    child = family.members[1]
    account = {"bank_name": "Bank Nagari", "bank_account": "2100 0123 4567", "bank_holder": "Yurnalis"}

    worker.post(address(make, household=family), proposal(recipient=str(child.id), method="transfer", **account))

    aid = stored()
    assert (aid.recipient_id, aid.planned_method) == (child.id, Method.TRANSFER)
    assert aid.bank_account == "210001234567"
    shown = worker.get(f"/disbursements/{aid.number}").text
    assert child.name in shown
    assert "210001234567" in shown


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"recipient": "999999"}, "bukan anggota keluarga"),
        ({"method": "transfer", "bank_account": "12ab"}, "Nomor rekening terdiri"),
        ({"method": "transfer", "bank_account": "1234567890"}, "nama bank"),
        ({"method": "goods"}, "Tuliskan barangnya"),
        ({"method": "goods", "goods-0-what": "Tas"}, "banyaknya"),
        ({"method": "goods", "goods-0-what": "Tas", "goods-0-quantity": "1", "goods-0-price": "100"}, "Rp100"),
        ({"why_season": ""}, "Juni, Juli, Agustus"),
    ],
)
def test_what_does_not_fit_is_said_and_kept(make, worker, change, said):
    factories.fund(make)

    response = worker.post(address(make), proposal(**change))

    assert response.status_code == 422
    assert said in response.text
    assert db.session.scalars(select(Disbursement)).all() == []


def test_goods_have_a_quantity_a_price_a_supplier_and_a_bill(make, worker, sign_in):
    factories.fund(make)
    goods = {
        "method": "goods", "amount": "400.000", "goods-0-what": "Seragam", "goods-0-quantity": "2",
        "goods-0-price": "150.000", "goods-0-supplier": "Toko Ananda", "goods-1-what": "Tas",
        "goods-1-quantity": "1", "goods-1-price": "100.000", "bill": (io.BytesIO(PDF), "nota.pdf"),
    }  # fmt: skip

    response = worker.post(address(make), proposal(**goods))

    aid = stored()
    assert response.status_code == 303
    assert [(one.what, one.quantity, one.price, one.supplier) for one in aid.items] == [
        ("Seragam", 2, 150_000, "Toko Ananda"), ("Tas", 1, 100_000, ""),
    ]  # fmt: skip
    shown = worker.get(response.location).text
    assert "Toko Ananda" in shown
    assert "nota.pdf" in shown
    paper = db.session.scalars(select(AidPaper)).one()
    assert paper.kind is PaperKind.BILL
    file = shown.split('href="/files/')[1].split('"')[0]
    assert sign_in(make.treasurer()).get(f"/files/{file}").status_code == 200
    assert sign_in(make.partner_user()).get(f"/files/{file}").status_code == 404
    assert sign_in(make.mayor()).get(f"/files/{file}").status_code == 404


def test_kinship_is_asked_and_its_reason_too(make, worker):
    factories.fund(make)
    where = address(make)

    asked = worker.post(where, proposal(related="Ipar kader"))
    assert asked.status_code == 422
    assert "Ipar kader" in asked.text
    assert "why_related" in asked.text

    worker.post(where, proposal(related="Ipar kader", why_related="Paling miskin."))
    aid = stored()
    shown = worker.get(f"/disbursements/{aid.number}").text
    assert "Paling miskin." in shown
    assert "UU 30/2014" in shown


def test_the_head_overrules_with_a_reason_and_then_approves(make, worker, sign_in):
    factories.fund(make)
    worker.post(address(make), proposal(related="Ipar kader", why_related="Paling miskin."))
    aid, head = stored(), sign_in(make.unit_head())
    page, act = f"/disbursements/{aid.number}", f"/disbursements/{aid.number}/concerns/related"
    assert "setelah tidak ada lagi yang menghalangi" in head.get(page).text
    assert worker.post(act, {"reason": "x", "version": aid.version}).status_code == 403
    assert head.post(f"{page}/concerns/band", {"reason": "x", "version": aid.version}).status_code == 404
    assert head.post(f"{page}/concerns/nothing", {"reason": "x", "version": aid.version}).status_code == 404
    assert head.post(act, {"reason": " ", "version": aid.version}).status_code == 422

    assert head.post(act, {"reason": "Sudah dicek.", "version": aid.version}).status_code == 303

    assert "Sudah dicek." in head.get(page).text
    assert head.post(f"{page}/approval", {"version": aid.version}).status_code == 303
    assert aid.status is S.APPROVED


def test_the_mayors_office_agrees_to_a_large_amount_and_reads_no_other_aid(make, sign_in):
    money = factories.fund(
        make, 50_000_000, partner_code="bri", kind_code="csr", purpose=Purpose.SERVICE, purpose_code="social-house"
    )
    large = factories.proposed(make, money, 12_000_000, service_code="social-house")
    small = factories.proposed(make, money, 5_000_000, service_code="social-house")
    mayor = sign_in(make.mayor())
    page = f"/disbursements/{large.number}"

    assert "Jumlah besar" in mayor.get(page).text
    assert mayor.get(f"/disbursements/{small.number}").status_code == 404
    assert mayor.get("/disbursements").status_code == 403
    sent = {"reason": "Rumah roboh.", "version": large.version}
    assert mayor.post(f"/disbursements/{small.number}/concerns/large", sent).status_code == 404

    assert mayor.post(f"{page}/concerns/large", sent).status_code == 303
    assert sign_in(make.unit_head()).post(f"{page}/approval", {"version": large.version}).status_code == 303


def test_a_large_amount_is_named_before_it_is_proposed(make, worker):
    factories.fund(make, 50_000_000)

    assert "orang kedua" in worker.get(f"{address(make)}&amount=12.000.000").text


def test_an_account_is_noted_later_and_not_after_the_payment(make, worker, sign_in):
    money = factories.fund(make)
    aid, paid = factories.approved(make, money), factories.paid(make, money)
    page = f"/disbursements/{aid.number}/account"
    assert aid.household.head_name in worker.get(page).text
    assert worker.post(page, {"bank_name": "Bank Nagari", "version": aid.version}).status_code == 422

    sent = {"bank_name": "Bank Nagari", "bank_account": "210001234567", "bank_holder": "Yurnalis"}
    assert sign_in(make.treasurer()).post(page, {**sent, "version": aid.version}).status_code == 303

    assert (aid.planned_method, aid.bank_account) == (Method.TRANSFER, "210001234567")
    assert worker.get(f"/disbursements/{paid.number}/account").status_code == 409
    assert sign_in(make.unit_head()).get(page).status_code == 403


def test_what_was_signed_is_attached_to_paid_aid(make, sign_in):
    aid, treasurer = factories.paid(make, factories.fund(make)), sign_in(make.treasurer())
    page = f"/disbursements/{aid.number}/papers"
    assert treasurer.post(page, {"kind": "signed"}).status_code == 422

    sent = {"kind": "signed", "file": (io.BytesIO(PDF), "kwitansi.pdf")}
    assert treasurer.post(page, sent).status_code == 303

    assert "kwitansi.pdf" in treasurer.get(f"/disbursements/{aid.number}").text
    assert sign_in(make.mayor()).get(page).status_code == 403


def test_a_kwitansi_shows_the_last_digits_of_who_signs(make, sign_in):
    from tests.paper.reading import text as text_of

    aid = factories.paid(make, factories.fund(make))
    nik = aid.household.members[0].nik

    said = text_of(sign_in(make.treasurer()).get(f"/disbursements/{aid.number}/receipt.pdf").data)

    assert nik not in said
    assert f"•••• {nik[-4:]}" in said


def test_the_pages_speak_english_too(make, sign_in):
    factories.fund(make)
    browser = sign_in(make.social_worker(language="en"))

    assert "For whom in the family" in browser.get(address(make)).text
