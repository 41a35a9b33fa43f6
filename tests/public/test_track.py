"""Following a complaint by its number and the code on the receipt."""

from datetime import timedelta

import pytest

from portal import clock as unit_clock
from portal.complaints.models import ComplaintStatus as Status
from tests.reports import factories

WRONG = "Nomor dan kode ini tidak cocok"


@pytest.fixture
def case(make):
    worker, family = make.social_worker(), make.household("Darmawi Tanjung")
    return factories.complaint(make, family, by=worker, tracking_code="ACDEFG")


def ask(browser, number, code):
    return browser.post("/track", {"number": number, "code": code})


def test_number_and_code_show_the_steps_the_promise_and_what_is_next(stranger, case):
    response = ask(stranger, case.number, "ACDEFG")

    assert response.status_code == 200
    for word in ("Diterima", "Dikunjungi", "Dinilai", "Diputuskan", "Dibantu", "Selesai"):
        assert f"<b>{word}</b>" in response.text
    assert "Kamis, 8 Oktober 2026" in response.text
    assert "3 hari kerja lagi" in response.text


def test_a_card_is_followed_without_a_word_of_poverty(stranger, make):
    worker, family = make.social_worker(), make.household()
    case = factories.complaint(make, family, by=worker, service_code="data-card", tracking_code="ACDEFG")

    text = ask(stranger, case.number, "ACDEFG").text

    assert "penerbitan Kartu" in text
    assert "miskin" not in text


def test_how_they_are_typed_does_not_matter(stranger, case):
    assert ask(stranger, f" {case.number.lower()} ", "acd-efg").status_code == 200
    letter, year, number = case.number.split("-")
    assert ask(stranger, f"{letter}-{year}-{int(number)}", "ACDEFG").status_code == 200
    assert ask(stranger, f"{letter.lower()} {year} {int(number)}", "ACDEFG").status_code == 200


def test_a_wrong_number_and_a_wrong_code_look_alike(stranger, case):
    wrong_code, wrong_number = ask(stranger, case.number, "ACDEFH"), ask(stranger, "K-2026-999999", "ACDEFG")

    assert wrong_code.status_code == wrong_number.status_code == 422
    assert WRONG in wrong_code.text
    assert WRONG in wrong_number.text
    assert f'value="{case.number}"' in wrong_code.text
    assert "Belum tersimpan" not in wrong_code.text


def test_an_empty_form_says_what_is_missing(stranger, make):
    response = ask(stranger, "", "")

    assert response.status_code == 422
    assert "Nomor keluhan: Mohon diisi" in response.text


def test_letters_outside_ascii_are_only_a_wrong_code(stranger, case):
    assert ask(stranger, case.number, "ÄÖÜ😀✓é").status_code == 422


def test_guessing_codes_is_stopped_per_address(stranger, case, desk):
    for _ in range(10):
        assert ask(stranger, case.number, "AAAAAA").status_code == 422

    stopped = ask(stranger, case.number, "ACDEFG")
    assert stopped.status_code == 429
    assert stopped.headers["Retry-After"]
    elsewhere = desk.browser()
    data = {"number": case.number, "code": "ACDEFG"}
    assert elsewhere.post("/track", data, environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 200


def test_after_a_quarter_of_an_hour_one_may_try_again(stranger, case, clock):
    for _ in range(10):
        ask(stranger, case.number, "AAAAAA")
    clock.shift(timedelta(minutes=16))

    assert ask(stranger, case.number, "ACDEFG").status_code == 200


def test_right_answers_are_not_counted(stranger, case):
    assert {ask(stranger, case.number, "ACDEFG").status_code for _ in range(12)} == {200}


def test_wrong_codes_do_not_stop_anybody_from_signing_in(stranger, case, make):
    make.social_worker(name="rani")
    for _ in range(12):
        ask(stranger, case.number, "AAAAAA")

    assert stranger.post("/sign-in", {"name": "rani", "password": "anak-nagari"}).status_code == 303


def test_nothing_is_shown_of_who_where_and_how_much(stranger, make):
    worker, head, family = make.social_worker(), make.unit_head(), make.household("Darmawi Tanjung")
    case = factories.complaint(make, family, by=worker, status=Status.APPROVED, tracking_code="ACDEFG")
    visit = factories.visit(make, case, by=worker)
    factories.decision(make, case, factories.assessment(make, visit, by=worker), by=worker, decided_by=head)
    factories.disbursement(make, case, by=worker)

    text = ask(stranger, case.number, "ACDEFG").text

    secrets = (
        family.head_name, "Darmawi", family.address, family.kk_no, family.members[0].nik, worker.full_name,
        "miskin", "1.250.000", "Sesuai hasil kunjungan", "Obat tidak terbeli", case.applicant_phone,
    )  # fmt: skip
    assert [secret for secret in secrets if secret in text] == []


def test_approved_and_declined_look_alike(stranger, make):
    worker, family = make.social_worker(), make.household()
    pages = []
    for status in (Status.APPROVED, Status.DECLINED):
        case = factories.complaint(make, family, by=worker, status=status, number="K-2026-700001")
        pages.append(main_of(ask(stranger, case.number, "ABC234").text))
        remove(case)

    assert pages[0] == pages[1]
    assert "Unit sudah memutuskan" in pages[0]


def main_of(text):
    return text.split("<main")[1].split("</main>")[0]


def remove(case):
    from portal import audit
    from portal.db import db

    with audit.unrecorded():
        for step in case.steps:
            db.session.delete(step)
        db.session.delete(case)
        db.session.commit()


def test_the_day_of_the_visit_is_told_so_that_somebody_is_at_home(stranger, make):
    worker, family = make.social_worker(), make.household()
    case = factories.complaint(make, family, by=worker, status=Status.SCHEDULED)
    factories.visit(make, case, by=worker, visit_on=unit_clock.today() + timedelta(days=1))

    assert "Selasa, 6 Oktober 2026" in ask(stranger, case.number, "ABC234").text


def test_a_service_without_a_promise_says_so(stranger, make):
    case = factories.complaint(make, make.household(), by=make.social_worker(), promised_on=None)

    assert "tidak dijanjikan tanggal" in ask(stranger, case.number, "ABC234").text
