"""The unit's settings, changed one by one."""

import re

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.seeding import read_toml, seed
from portal.units import catalogue
from portal.units.models import Setting, UnitProfile
from portal.units.settings import MEANINGS


@pytest.fixture
def browser(sign_in, make):
    return sign_in(make.admin())


def send(browser, key, value):
    revision = db.session.execute(select(UnitProfile.revision)).scalar_one()
    return browser.post(f"/settings/{key}", {"value": value, "version": revision})


def stored(key):
    db.session.expire_all()
    return db.session.get(Setting, key)


def test_every_setting_of_the_seeds_is_described():
    assert [row["key"] for row in read_toml("settings.toml")["setting"]] == list(MEANINGS)


def test_all_settings_are_listed_with_their_source(browser):
    text = browser.get("/settings").text

    assert "Alamat kantor" in text
    assert 'data-label="Ubah"' not in text  # the link beside it says so
    assert "Terdata sampai desil ini" in text
    assert "semuanya mencakup 40 % terbawah" in text
    assert all(f'href="/settings/{key}"' in text for key in MEANINGS)


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("visits_per_day", " 8 ", 8),
        ("recognised_cards", ["kks", "kps"], ["kks", "kps"]),
        ("national_list", "ppls", "ppls"),
        ("office_address", "Jalan Contoh No. 1\nPayakumbuh", "Jalan Contoh No. 1\nPayakumbuh"),
        ("office_phone", "", ""),
    ],
)
def test_a_setting_keeps_its_kind(browser, key, typed, value):
    assert send(browser, key, typed).status_code == 303
    assert (stored(key).value, stored(key).changed) == (value, True)


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("visits_per_day", "enam"),
        ("visits_per_day", "-1"),
        ("visits_per_day", ""),
        ("visits_per_day", "²"),
        ("visits_per_day", "9" * 250),
        ("listed_up_to_decile", "11"),
        ("recognised_cards", ["kks", "sim"]),
        ("recognised_cards", []),
        ("national_list", "besok"),
        ("office_address", "x" * 301),
        ("letter_classification", ""),
        ("letter_classification", "../x🙂"),
        ("office_phone", "x<b>"),
    ],
)
def test_bad_values_are_refused_and_stay_typed(browser, key, typed):
    before = stored(key).value
    response = send(browser, key, typed)

    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert stored(key).value == before


def test_codes_are_read_and_chosen_in_words(browser):
    listed, chosen = browser.get("/settings").text, browser.get("/settings/second_factor_roles").text

    assert "Kepala unit, Kantor Wali Kota, Bendahara, Administrator" in listed
    assert "KKS (Kartu Keluarga Sejahtera), KPS (Kartu Perlindungan Sosial)" in listed
    assert not any(code in listed for code in ("unit_head", "mayor_office", "dtsen<", "kks,"))
    assert set(re.findall(r'<input checked [^>]*value="(\w+)"', chosen)) == {
        "unit_head", "mayor_office", "treasurer", "admin",
    }  # fmt: skip


def test_a_change_reaches_the_catalogue_and_the_trail(browser):
    send(browser, "office_address", "Jalan Contoh No. 1")

    catalogue.forget()
    assert catalogue.catalogue().setting("office_address") == "Jalan Contoh No. 1"
    row = db.session.execute(select(AuditEvent).where(AuditEvent.action == "setting.changed")).scalar()
    assert (row.subject_id, "Jalan Contoh No. 1" in row.details) == ("office_address", True)


def test_other_processes_notice_by_the_revision(browser):
    before = db.session.execute(select(UnitProfile.revision)).scalar_one()
    send(browser, "visits_per_day", "5")

    assert db.session.execute(select(UnitProfile.revision)).scalar_one() == before + 1


def test_seeding_again_leaves_a_changed_setting_alone(browser):
    from portal import audit

    send(browser, "visits_per_day", "5")
    with audit.unrecorded():
        seed("upt-kan")
        db.session.commit()

    assert stored("visits_per_day").value == 5


def test_a_changed_profile_counts_as_a_change_so_that_the_start_records_it(transaction, monkeypatch):
    from portal import audit, seeding

    body = seeding._unit_body("upt-kan")
    monkeypatch.setattr(seeding, "_unit_body", lambda code: body | {"legal_basis": ["Peraturan Daerah Nomor 1"]})
    with audit.unrecorded():
        first, second = seed("upt-kan"), seed("upt-kan")

    assert (first.changed, second.changed) == (1, 0)


def test_two_administrators_do_not_overwrite_each_other(browser):
    revision = db.session.execute(select(UnitProfile.revision)).scalar_one()
    browser.post("/settings/visits_per_day", {"value": "5", "version": revision})
    late = browser.post("/settings/visits_per_day", {"value": "7", "version": revision})

    assert late.status_code == 409
    assert stored("visits_per_day").value == 5


def test_an_unknown_setting_is_not_found(browser):
    assert browser.get("/settings/none").status_code == 404
    assert browser.post("/settings/none", {"value": "1"}).status_code == 404
