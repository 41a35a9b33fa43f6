"""Pages and paper of closed books: what is frozen is seen first, closed once, and printed as it was."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from portal.audit.models import AuditEvent
from portal.db import db
from portal.funds import periods, services
from portal.funds.models import Disbursement, DisbursementStatus, LedgerEntry, LedgerLine
from tests.funds import factories
from tests.funds.test_closing import SEPTEMBER, closed
from tests.pages import form_values
from tests.paper import reading


def test_the_form_of_a_payment_says_so_and_nothing_is_paid(make, september, sign_in):
    money, _ = september
    aid = factories.approved(make, money)
    db.session.execute(
        update(Disbursement).where(Disbursement.id == aid.id).values(approved_at=datetime(2026, 9, 20, tzinfo=UTC))
    )
    db.session.commit()
    closed(make)
    browser, address = sign_in(make.treasurer()), f"/disbursements/{aid.number}/payment"
    sent = form_values(browser.get(address).text) | {"on": "28-09-2026", "method": "cash", "received_by": "Yurnalis"}

    response = browser.post(address, sent)

    assert response.status_code == 422
    assert "Pembukuan sudah ditutup" in response.text
    db.session.expire_all()
    assert db.session.get_one(Disbursement, aid.id).status is DisbursementStatus.APPROVED


def test_the_treasurer_sees_what_is_frozen_and_closes_it_once(make, september, sign_in):
    browser = sign_in(make.treasurer())
    assert "Belum ada yang ditutup" in browser.get("/funds/periods").text
    page = browser.get("/funds/periods/new").text
    assert "Rp1.250.000" in page

    sent = form_values(page, field="once")
    response = browser.post("/funds/periods/new", sent)
    again = browser.post("/funds/periods/new", sent)

    assert (response.status_code, response.location) == (303, "/funds/periods/2026-09-30")
    assert again.location == response.location
    shown = browser.get(response.location).text
    assert "Rp1.250.000" in shown
    assert "Tidak ada yang dibatalkan" in shown
    assert "Belum ada yang dapat ditutup" in browser.get("/funds/periods/new").text


def test_only_the_report_that_the_treasurer_saw_is_frozen(make, september, clock, sign_in):
    """A payment of September is entered while the treasurer reads what closing would freeze."""
    money, _ = september
    clock.move_to(datetime(2026, 9, 20, 2, tzinfo=UTC))
    aid = factories.approved(make, money, 400_000)
    clock.move_to(datetime(2026, 10, 5, 2, tzinfo=UTC))
    browser = sign_in(make.treasurer())
    sent = form_values(browser.get("/funds/periods/new").text, field="once")
    services.pay(aid, factories.handover(date(2026, 9, 28)), by=make.treasurer())
    db.session.commit()

    refused = browser.post("/funds/periods/new", sent)
    left_open = periods.all_periods()
    accepted = browser.post("/funds/periods/new", form_values(refused.text, field="once"))

    assert refused.status_code == 422
    assert "berubah sejak halaman ini dibuka" in refused.text
    assert "Rp1.150.000" in refused.text
    assert left_open == []
    assert accepted.status_code == 303
    assert [fund.given for fund in periods.funds_of(periods.get_period(SEPTEMBER).report)] == [1_150_000]


def test_what_is_entered_with_a_later_day_stops_no_closing(make, september, sign_in):
    browser = sign_in(make.treasurer())
    sent = form_values(browser.get("/funds/periods/new").text, field="once")
    factories.confirmed(make, 500_000)

    assert browser.post("/funds/periods/new", sent).status_code == 303


def test_a_quarter_that_waits_for_a_payment_is_not_told_and_the_page_says_why(make, september, clock, sign_in):
    money, _ = september
    browser = sign_in(make.treasurer())
    complete = browser.get("/funds/periods").text
    clock.move_to(datetime(2026, 9, 20, 2, tzinfo=UTC))
    factories.approved(make, money)
    clock.move_to(datetime(2026, 10, 5, 2, tzinfo=UTC))
    waiting = browser.get("/funds/periods").text
    closed(make)

    assert "belum disampaikan kepada mitra" not in complete
    assert "Triwulan 1 Juli 2026 sampai 30 September 2026 belum disampaikan kepada mitra" in waiting
    assert "belum disampaikan kepada mitra" not in browser.get("/funds/periods").text


@pytest.mark.parametrize("until", ["", "kemarin", "2026-09-15"])
def test_another_day_than_the_end_of_a_month_is_refused_in_words(make, september, sign_in, until):
    browser = sign_in(make.treasurer())
    sent = form_values(browser.get("/funds/periods/new").text, field="once")

    response = browser.post("/funds/periods/new", sent | {"until": until})

    assert response.status_code == 422
    assert "akhir bulan yang sudah lewat" in response.text
    assert periods.all_periods() == []


def test_an_entry_shows_its_ground_and_both_of_its_sides(make, september, sign_in):
    entry = db.session.query(LedgerEntry).filter_by(kind="payment").first()
    donation = db.session.query(LedgerLine).first().donation.number
    aid = db.session.get_one(Disbursement, entry.disbursement_id)

    page = sign_in(make.treasurer()).get(f"/funds/entries/{entry.id}").text
    worker = sign_in(make.social_worker()).get(f"/funds/entries/{entry.id}").text

    for text_of in (aid.number, aid.complaint.number, donation, "Rp400.000"):
        assert text_of in page
    assert donation not in worker
    assert aid.complaint.number in worker
    mayor = sign_in(make.mayor()).get(f"/funds/entries/{entry.id}").text
    assert aid.number in mayor
    assert aid.complaint.number not in mayor
    assert sign_in(make.treasurer()).get("/funds/entries/999999").status_code == 404
    assert sign_in(make.partner_user()).get(f"/funds/entries/{entry.id}").status_code == 403


def test_a_closed_period_is_printed_as_it_was_frozen(make, september, sign_in):
    """What is taken back later changes none of its figures, and the paper says that it was."""
    _money, paid = september
    closed(make)
    services.reverse_payment(paid[0], reason="Uang kembali.", by=make.treasurer())
    db.session.commit()

    response = sign_in(make.auditor()).get("/funds/periods/2026-09-30.pdf")

    said = reading.text(response.data)
    assert response.mimetype == "application/pdf"
    for words in (
        "UPT-KAN", "Laporan pembukuan tertutup", "1 September 2026 sampai 30 September 2026",
        "Payakumbuh, 5 Oktober 2026",
        "diterima Rp2.000.000, disalurkan Rp750.000: saldo akhir Rp1.250.000", "Infak LKS Mitra Kenanga", "Rp380.000",
        "Bendahara", "5 Oktober 2026 ada 1 pencatatan", "Halaman 1 dari 1",
    ):  # fmt: skip
        assert words in said, said
    assert paid[0].household.head_name not in said
    assert sign_in(make.partner_user()).get("/funds/periods/2026-09-30.pdf").status_code == 403
    assert "/funds/periods/2026-09-30.pdf" in sign_in(make.auditor()).get("/funds/periods/2026-09-30").text
    event = db.session.query(AuditEvent).filter_by(action="book_period.printed").one()
    assert event.subject_type == "book_period"


@pytest.mark.parametrize(
    "address",
    ["/funds/periods/2026-09-30", "/funds/periods/kemarin", "/funds/periods/2026-09-30.pdf", "/funds/periods/x.pdf"],
)
def test_a_period_that_is_not_there(make, sign_in, address):
    assert sign_in(make.treasurer()).get(address).status_code == 404
