"""Pages of payment lists: collecting, the list, its papers, settling with a preview, calling off, proof."""

import io

import pytest
from sqlalchemy import select

from portal.db import db
from portal.funds.models import DisbursementStatus, Method
from portal.payments.models import LineOutcome, ListState, PaymentList
from tests.files.samples import PDF
from tests.pages import form_values
from tests.paper.reading import sizes
from tests.paper.reading import text as text_of
from tests.payments import factories

L = LineOutcome


@pytest.fixture
def treasurer(make, sign_in):
    return sign_in(make.treasurer())


def stored():
    return db.session.scalars(select(PaymentList)).one()


def of_lines(payments, outcome="paid", by="Yurnalis Piliang", note=""):
    found = {"on": "05-10-2026"}
    for line in payments.lines:
        found |= {f"outcome-{line.id}": outcome, f"by-{line.id}": by, f"note-{line.id}": note}
    return found


def test_approved_aid_is_collected_into_a_list(make, treasurer):
    aids = factories.approved(make, 3)
    assert "3 bantuan" in treasurer.get("/payments").text
    page = treasurer.get("/payments/new").text
    assert all(aid.number in page for aid in aids)

    ids = [str(aid.id) for aid in aids[:2]]
    response = treasurer.post(
        "/payments/new", {"method": "cash", "planned_on": "06-10-2026", "place": "Aula", "ids": ids}
    )

    payments = stored()
    assert (response.status_code, response.location) == (303, f"/payments/{payments.number}")
    assert [line.disbursement_id for line in payments.lines] == [aid.id for aid in aids[:2]]
    shown = treasurer.get(response.location).text
    assert "Rp800.000" in shown
    assert payments.number in treasurer.get("/payments").text
    assert aids[0].number not in treasurer.get("/payments/new").text


def test_a_list_sent_twice_is_made_once(make, treasurer):
    (aid,) = factories.approved(make, 1)
    sent = {"method": "cash", "planned_on": "06-10-2026", "ids": [str(aid.id)]}

    first, second = (treasurer.post("/payments/new", sent, once="the-same-key") for _ in range(2))

    assert first.location == second.location
    assert stored().number in first.location


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ids": []}, "Pilih beberapa"),
        ({"ids": ["x", "9" * 30]}, "Pilih beberapa"),
        ({"planned_on": "kemarin"}, "hari-bulan-tahun"),
        ({"planned_on": "01-10-2026"}, "sudah lewat"),
        ({"method": "transfer"}, "rekening"),
    ],
)
def test_a_wrong_list_says_what_is_wrong(make, treasurer, change, said):
    (aid,) = factories.approved(make, 1)
    sent = {"method": "cash", "planned_on": "06-10-2026", "ids": [str(aid.id)]}

    response = treasurer.post("/payments/new", {**sent, **change})

    assert response.status_code == 422
    assert said in response.text
    assert db.session.scalars(select(PaymentList)).all() == []


def test_a_list_is_narrowed_by_kelurahan_and_way(make, treasurer):
    (near,) = factories.approved(make, 1)
    (far,) = factories.approved(make, 1, family={"village_code": "13.76.02.1002"})

    page = treasurer.get("/payments/new?village=13.76.02.1002").text

    assert far.number in page
    assert near.number not in page
    assert far.number not in treasurer.get("/payments/new?method=goods").text


def test_settling_shows_the_sums_first_and_records_all_at_once(make, treasurer):
    payments = factories.made(make, 3)
    address = f"/payments/{payments.number}/settlement"
    assert "Contoh 000 Piliang" in treasurer.get(address).text
    failing = payments.lines[2]
    sent = of_lines(payments) | {f"outcome-{failing.id}": "failed", f"note-{failing.id}": "Rumah kosong."}

    seen = treasurer.post(address, sent)

    assert seen.status_code == 200
    assert "Rp800.000" in seen.text
    assert "Rp400.000" in seen.text
    assert [line.outcome for line in payments.lines] == [L.OPEN] * 3
    response = treasurer.post(address, sent | {"step": "record"})
    assert (response.status_code, response.location) == (303, f"/payments/{payments.number}")
    assert [line.outcome for line in payments.lines] == [L.PAID, L.PAID, L.FAILED]
    assert payments.state is ListState.SETTLED
    shown = treasurer.get(response.location).text
    assert "Rumah kosong." in shown
    assert treasurer.get(address).status_code == 409


def test_the_preview_sends_what_was_typed(make, treasurer):
    payments = factories.made(make, 2)
    address = f"/payments/{payments.number}/settlement"

    carried = form_values(treasurer.post(address, of_lines(payments, by="Upik & Buyung")).text, field="step")
    treasurer.post(address, carried)

    assert [line.disbursement.received_by for line in payments.lines] == ["Upik & Buyung"] * 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"by": ""}, "siapa yang menerima"),
        ({"outcome": "failed"}, "mengapa"),
        ({"outcome": ""}, "sedikitnya satu baris"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_recorded(make, treasurer, change, said):
    payments = factories.made(make, 2)

    response = treasurer.post(f"/payments/{payments.number}/settlement", of_lines(payments, **change))

    assert response.status_code == 422
    assert said in response.text
    assert [line.outcome for line in payments.lines] == [L.OPEN] * 2


def test_a_settlement_sent_twice_is_recorded_once_and_a_late_one_is_refused(make, treasurer):
    payments = factories.made(make, 2)
    address, sent = f"/payments/{payments.number}/settlement", of_lines(payments) | {"step": "record"}

    first, second = (treasurer.post(address, sent, once="the-same-key") for _ in range(2))
    late = treasurer.post(address, sent)

    assert first.location == second.location
    assert late.status_code == 409


def test_one_reference_serves_all_transfers(make, treasurer):
    payments = factories.made(make, 2, method=Method.TRANSFER)
    sent = of_lines(payments) | {"step": "record", "reference": "TRF-77", f"note-{payments.lines[1].id}": "TRF-78"}

    treasurer.post(f"/payments/{payments.number}/settlement", sent)

    assert [line.disbursement.payment_note for line in payments.lines] == ["TRF-77", "TRF-78"]


def test_a_list_is_called_off_with_a_reason(make, treasurer):
    payments = factories.made(make, 1)
    address = f"/payments/{payments.number}/calling-off"
    assert treasurer.get(address).status_code == 200
    assert treasurer.post(address, {"reason": "", "version": payments.version}).status_code == 422

    treasurer.post(address, {"reason": "Banjir.", "version": payments.version})

    assert payments.state is ListState.CALLED_OFF
    assert payments.lines[0].disbursement.status is DisbursementStatus.APPROVED
    assert "Banjir." in treasurer.get(f"/payments/{payments.number}").text


def test_the_signed_list_is_attached_afterwards(make, treasurer, sign_in):
    payments = factories.made(make, 1)
    treasurer.post(f"/payments/{payments.number}/settlement", of_lines(payments) | {"step": "record"})
    address = f"/payments/{payments.number}/proof"
    assert treasurer.post(address, {}).status_code == 422

    response = treasurer.post(address, {"file": (io.BytesIO(PDF), "daftar.pdf")})

    assert response.status_code == 303
    shown = treasurer.get(f"/payments/{payments.number}").text
    assert "daftar.pdf" in shown
    file = shown.split('href="/files/')[1].split('"')[0]
    assert sign_in(make.unit_head()).get(f"/files/{file}").status_code == 200
    assert sign_in(make.social_worker()).get(f"/files/{file}").status_code == 404


def test_the_list_and_all_kwitansi_are_printed(make, treasurer):
    payments = factories.made(make, 3)
    before = text_of(treasurer.get(f"/payments/{payments.number}/receipts.pdf").data)
    line = payments.lines[0]
    nik = line.disbursement.household.members[0].nik
    assert line.disbursement.number in before

    listed = treasurer.get(f"/payments/{payments.number}/list.pdf")
    assert listed.mimetype == "application/pdf"
    said = text_of(listed.data)
    assert "Tanda tangan" in said
    assert all(each.disbursement.number in said for each in payments.lines)
    assert nik not in said
    assert nik[-4:] in said
    assert "satu juta dua ratus ribu rupiah" in said

    treasurer.post(f"/payments/{payments.number}/settlement", of_lines(payments) | {"step": "record"})
    receipts = treasurer.get(f"/payments/{payments.number}/receipts.pdf").data
    assert len(sizes(receipts)) == 3
    assert "empat ratus ribu rupiah" in text_of(receipts)


def test_transfers_leave_as_a_file_for_the_bank(make, treasurer, sign_in):
    payments = factories.made(make, 2, method=Method.TRANSFER)
    assert "/exports/payment_list" in treasurer.get(f"/payments/{payments.number}").text
    address = "/exports/payment_list"
    assert treasurer.get(f"{address}?number={payments.number}").status_code == 200

    sent = treasurer.post(f"{address}.csv", {"number": payments.number, "reason": "Untuk Bank Nagari"}, buffered=True)

    lines = sent.text.lstrip("\ufeff").splitlines()
    assert lines[0].startswith("Nomor bantuan;Bank;Nomor rekening")
    assert len(lines) == 3
    assert "210001234567" in lines[1]
    cash = factories.made(make, 1)
    assert "/exports/payment_list" not in treasurer.get(f"/payments/{cash.number}").text
    assert treasurer.get(f"{address}?number={cash.number}").status_code == 422
    assert sign_in(make.unit_head()).get(f"{address}?number={payments.number}").status_code == 403


def test_who_may_open_the_pages(make, sign_in, stranger):
    payments = factories.made(make, 1)
    read, act = {"treasurer", "unit_head"}, {"treasurer"}

    for role, user in make.everyone().items():
        browser = sign_in(user)
        for tail in ("", f"/{payments.number}", f"/{payments.number}/list.pdf", f"/{payments.number}/receipts.pdf"):
            assert browser.get(f"/payments{tail}").status_code == (200 if role.value in read else 403), (role, tail)
        for tail in ("/new", f"/{payments.number}/settlement", f"/{payments.number}/proof"):
            assert browser.get(f"/payments{tail}").status_code == (200 if role.value in act else 403), (role, tail)
    assert stranger.get("/payments").status_code == 303
    assert sign_in(make.treasurer()).get("/payments/B-2026-999999").status_code == 404


def test_the_pages_speak_english_too(make, sign_in):
    payments = factories.made(make, 1)
    browser = sign_in(make.treasurer(language="en"))

    assert "Payment list" in browser.get(f"/payments/{payments.number}").text
    assert "What happened" in browser.get(f"/payments/{payments.number}/settlement").text


def test_an_empty_page_says_what_it_will_hold(treasurer):
    assert 'class="empty"' in treasurer.get("/payments").text
    assert 'class="empty"' in treasurer.get("/payments/new").text
