"""Is this card or letter genuine and valid? Four answers, and "unknown"."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock as unit_clock
from portal.audit.models import AuditEvent
from portal.cards.models import CardStatus
from portal.db import db
from portal.public.verification import abbreviated
from tests.reports import factories


def card(make, **details):
    worker, head, family = make.social_worker(), make.unit_head(), make.household("Yurnalis Piliang")
    case = factories.complaint(make, family, by=worker)
    found = factories.assessment(make, factories.visit(make, case, by=worker), by=worker)
    decided = factories.decision(make, case, found, by=worker, decided_by=head)
    code = {"verification_code": "ACDEFGHJKMNPQRTUVW"}
    return factories.card(make, decided, by=head, **(code | details))


def letter(make, **details):
    worker, mayor, family = make.social_worker(), make.mayor(), make.household("Bujang Salim")
    case = factories.complaint(make, family, by=worker)
    code = {"verification_code": "WVUTRQPNMKJHGFEDCA", "resident_name": "H. Bujang Salim, S.Pd."}
    return factories.recommendation(make, case, by=worker, decided_by=mayor, **(code | details))


def days(n):
    return unit_clock.today() + timedelta(days=n)


@pytest.mark.parametrize(
    ("details", "word"),
    [
        ({}, "Berlaku"),
        ({"starts_on": 0, "ends_on": 1}, "Berlaku"),
        ({"starts_on": -1, "ends_on": 0}, "Berlaku"),
        ({"starts_on": 1, "ends_on": 300}, "Belum berlaku"),
        ({"starts_on": -365, "ends_on": -1}, "Habis masa berlaku"),
        ({"status": CardStatus.REVOKED, "revoked_on": 0}, "Dicabut"),
    ],
)
def test_a_card_has_four_answers(stranger, make, details, word):
    given = {key: days(value) if key.endswith("_on") else value for key, value in details.items()}
    made = card(make, **given)

    response = stranger.get(f"/verify/{made.verification_code}")

    assert response.status_code == 200
    assert f"<h1>{word}</h1>" in response.text
    assert made.number in response.text
    assert f'<span class="nowrap">{unit_clock.format_day(made.starts_on)}</span>' in response.text


def test_a_letter_is_checked_the_same_way(stranger, make):
    made = letter(make)
    response = stranger.get(f"/verify/{made.verification_code}")

    assert "<h1>Berlaku</h1>" in response.text
    assert made.letter_number in response.text
    assert "Surat Rekomendasi" in response.text
    assert "Bujang S." in response.text


def test_a_code_nobody_issued_is_unknown(stranger, make):
    response = stranger.get("/verify/AAAAAAAAAAAAAAAAAA")

    assert response.status_code == 404
    assert "<h1>Kode tidak dikenal</h1>" in response.text


def test_neither_poverty_nor_nik_nor_address_is_shown(stranger, make):
    made = card(make)
    family = made.household

    text = stranger.get(f"/verify/{made.verification_code}").text

    assert "Yurnalis P." in text
    for secret in (family.address, family.members[0].nik, family.kk_no, "Piliang", "miskin", family.phone):
        assert secret not in text


def test_every_check_is_on_record_but_not_who_checked(stranger, make):
    made = card(make)

    for code in (made.verification_code, "AAAAAAAAAAAAAAAAAA"):
        stranger.get(f"/verify/{code}", environ_base={"REMOTE_ADDR": "10.9.8.7"})

    rows = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action.in_(["card.verified", "code.unknown"])).order_by(AuditEvent.id)
    ).all()
    assert [(row.action, row.subject_id, row.actor_id) for row in rows] == [
        ("card.verified", str(made.id), None),
        ("code.unknown", "-", None),
    ]
    assert rows[0].household_id == made.household_id
    assert json.loads(rows[0].details) == {"state": "valid"}
    assert "10.9.8.7" not in "".join(row.details + row.actor_name for row in rows)


def test_checking_without_end_is_stopped(stranger, make):
    made = card(make)
    for _ in range(60):
        assert stranger.get(f"/verify/{made.verification_code}").status_code == 200

    assert stranger.get(f"/verify/{made.verification_code}").status_code == 429


def test_the_code_may_be_typed(stranger, make):
    made = card(make)
    response = stranger.get("/verify?code=acdefg hjkmnp-qrtuvw")

    assert (response.status_code, response.location) == (303, f"/verify/{made.verification_code}")
    assert stranger.get("/verify").status_code == 200
    empty = stranger.get("/verify?code=")
    assert empty.status_code == 422
    assert "Mohon diisi" in empty.text
    assert stranger.get(f"/verify?code={'A' * 200}").status_code == 422


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Yurnalis Piliang", "Yurnalis P."),
        ("Suharti", "Suharti"),
        ("H. Bujang Salim, S.Pd.", "Bujang S."),
        ("Dt. Rajo Mangkuto", "Rajo M."),
        ("M. Syafi'i", "M S."),
        ("", ""),
    ],
)
def test_a_name_is_shortened(name, shown):
    assert abbreviated(name) == shown
