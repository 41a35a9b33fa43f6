"""The public front page and the catalogue: what a family reads before it comes."""

import pytest

from portal.units.catalogue import catalogue
from portal.units.models import Setting


def public_codes():
    return [service.code for service in catalogue().services.values() if service.is_public]


def english(browser):
    browser.post("/language", {"language": "en"})
    return browser


def test_the_front_page_says_what_for_whom_that_it_is_free_and_how_to_come(stranger, transaction):
    text = stranger.get("/").text

    for words in ("Kota Payakumbuh", "keluarga miskin", "gratis", "datang ke loket", "07.30–16.00"):
        assert words in text
    for address in ("/services/edu-basic", "/track", "/verify", "/transparency"):
        assert f'href="{address}"' in text


def test_a_signed_in_person_sees_their_day_instead(make, sign_in):
    assert "Hari ini" in sign_in(make.social_worker()).get("/").text


def test_the_front_page_says_when_the_office_is_closed_today(stranger, clock, transaction):
    clock.move_to("2026-12-25T03:00:00+00:00")

    assert "Hari ini tutup: " in stranger.get("/").text


def test_address_and_telephone_come_from_the_settings(stranger, make, transaction):
    from portal import audit
    from portal.db import db

    with audit.unrecorded():
        db.session.get(Setting, "office_address").value = "Jalan Contoh No. 1"
        db.session.commit()
    catalogue_forgotten()

    assert "Jalan Contoh No. 1" in stranger.get("/").text
    assert "Jalan Contoh No. 1" in stranger.get("/services/edu-basic").text


def catalogue_forgotten():
    from portal.units import catalogue as module

    module.forget()


def test_the_catalogue_is_grouped_by_field(stranger, transaction):
    text = stranger.get("/services").text

    assert text.index("Pendidikan") < text.index("/services/edu-basic") < text.index("/services/health-medicine")
    assert "data-reference" not in text
    assert all(f"/services/{code}" in text for code in public_codes())


def test_each_service_states_its_standard(stranger, transaction):
    text = stranger.get("/services/edu-basic").text

    for words in (
        "Kartu Tanda Penduduk (KTP)", "Surat keterangan siswa", "14 hari kerja", "Gratis",
        "Rp350.000 sampai Rp400.000", "Kartu Keluarga Sejahtera (KKS)",
        "Peraturan Wali Kota Payakumbuh Nomor 59 Tahun 2013", "UPT-KAN", "Ombudsman", "Juni sampai Agustus",
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("social-house", "Sesuai mitra; tidak dijanjikan tanggal"),
        ("data-letter", "3 hari kerja; bila mendesak 1 hari kerja"),
        ("health-companion", "Sesuai kebutuhan, sejauh dana tersedia"),
        ("referral-social", "Setiap warga yang membutuhkan"),
    ],
)
def test_time_amount_and_people_are_said_in_words(stranger, transaction, code, words):
    assert words in stranger.get(f"/services/{code}").text


def test_every_public_service_has_a_page_in_both_languages(stranger, transaction):
    for code in public_codes():
        assert stranger.get(f"/services/{code}").status_code == 200
    english(stranger)
    for code in public_codes():
        text = stranger.get(f"/services/{code}").text
        assert catalogue().services[code].body["name_en"] in text.replace("&#39;", "'")


def test_all_fourteen_components_stand_there_and_what_nobody_set_says_so(stranger, transaction):
    english(stranger)
    text = stranger.get("/services/edu-basic").text

    shown = [
        "What to bring", "How it goes", "<dt>Time", "<dt>Cost", "<dt>What you get", "If something is not right",
        "<dt>Legal basis", "<dt>Rooms and equipment", "<dt>Skills of the staff", "<dt>Internal supervision",
        "<dt>Number of staff", "<dt>Guarantee of the service", "<dt>Guarantee of safety and security",
        "<dt>Evaluation of the work",
    ]  # fmt: skip
    assert len(shown) == 14
    assert [words for words in shown if words not in text] == []
    assert "<dt>Rooms and equipment</dt><dd>Not yet set by the unit" in text
    assert "in 2015 two social workers" in text


def test_a_service_that_is_not_public_or_not_there_is_not_found(stranger, transaction):
    assert stranger.get("/services/data-reference").status_code == 404
    assert stranger.get("/services/none").status_code == 404
