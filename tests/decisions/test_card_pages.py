"""The pages of cards and the card on paper."""

from datetime import timedelta

import pytest

from portal import clock
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.cards import queries
from portal.cards.models import CardStatus
from portal.cards.papers import card_pdf
from portal.db import db
from tests.decisions.factories import card
from tests.decisions.test_pages import send
from tests.pages import form_values
from tests.paper import reading


@pytest.fixture
def issued(make):
    """A family with its card."""
    return card(make)


def test_the_list_shows_cards_and_finds_them(issued, sign_in):
    first, one = issued
    browser = sign_in(first.worker)

    assert one.number in browser.get("/cards").text
    assert one.number in browser.fragment(f"/cards?q={one.holder_name[:4]}&state=active", "results")
    for url in ("/cards?state=expired", "/cards?q=tidak-ada", "/cards?village=99.99"):
        text = browser.get(url).text
        assert one.number not in text
        assert "Tidak ada kartu yang cocok" in text


def test_without_cards_the_list_says_where_they_come_from(make, sign_in):
    assert "Belum ada kartu." in sign_in(make.unit_head()).get("/cards").text


def test_a_card_shows_its_facts_and_why_it_cannot_be_renewed_yet(issued, sign_in):
    first, one = issued

    text = sign_in(first.worker).get(f"/cards/{one.number.lower()}").text

    assert "4 Oktober 2027" in text
    assert "Berlaku" in text
    assert "30 hari sebelum habis" in text
    assert "Mulai perpanjangan" not in text


def test_in_the_window_a_renewal_starts_at_the_desk(make, sign_in):
    first, one = card(make, clock.today() - timedelta(days=350))
    url = f"/complaints/new?household={first.household.id}&amp;service=data-card"

    assert url in sign_in(first.worker).get(f"/cards/{one.number}").text
    assert url not in sign_in(first.head).get(f"/cards/{one.number}").text


@pytest.mark.parametrize("size", ["", "a4"])
def test_the_paper_says_name_number_and_days_and_nothing_of_poverty(issued, size):
    """domain.md section 8: name, number, period and a check code, never the score."""
    first, one = issued
    member = first.household.members[0]

    words = reading.text(card_pdf(one, size=size, address="https://anaknagari.example.go.id"))

    for said in (one.holder_name, one.number, "5 Oktober 2026", "4 Oktober 2027", one.verification_code[:6]):
        assert said in words
    bare = reading.squeezed(words)
    for secret in (member.nik, member.nik[-4:], first.household.kk_no, first.household.address, "kriteria", "miskin"):
        assert reading.squeezed(secret).lower() not in bare.lower()


def test_printing_is_open_to_who_sees_cards_and_stands_in_the_trail(issued, sign_in):
    first, one = issued

    response = sign_in(first.worker).get(f"/cards/{one.number}.pdf?size=a4")

    assert (response.status_code, response.mimetype) == (200, "application/pdf")
    assert response.data.startswith(b"%PDF")
    assert reading.sizes(response.data)[0] == (210.0, 297.0)
    [row] = db.session.query(AuditEvent).filter_by(action="card.printed").all()
    assert (row.actor_id, row.household_id) == (first.worker.id, first.household.id)
    assert sign_in(first.worker).get(f"/cards/{one.number}.pdf?size=a3").status_code == 404


def test_the_unit_head_revokes_with_a_reason(issued, sign_in):
    first, one = issued
    browser, url = sign_in(first.head), f"/cards/{one.number}/revocation"

    refused = send(browser, url, reason=" ")
    response = send(browser, url, reason="Pindah ke kota lain.")

    assert refused.status_code == 422
    assert "mengapa kartu dicabut" in refused.text
    assert response.location == f"/cards/{one.number}"
    assert queries.get_card(one.number).status is CardStatus.REVOKED
    assert "Pindah ke kota lain." in browser.get(f"/cards/{one.number}").text
    assert send(browser, url, reason="Lagi.").status_code == 409


def test_an_old_page_does_not_revoke(issued, sign_in):
    first, one = issued
    browser, url = sign_in(first.head), f"/cards/{one.number}/revocation"
    old = form_values(browser.get(url).text)

    assert browser.post(url, {**old, "version": "99", "reason": "Pindah."}).status_code == 409


def test_who_may_open_what(issued, make, sign_in, stranger):
    _first, one = issued
    pages = ("/cards", f"/cards/{one.number}", f"/cards/{one.number}.pdf")
    for role, person in make.everyone().items():
        browser = sign_in(person)
        for url in pages:
            expected = 200 if role in {Role.SOCIAL_WORKER, Role.UNIT_HEAD} else 403
            assert browser.get(url).status_code == expected, (role, url)
        expected = 200 if role is Role.UNIT_HEAD else 403
        assert browser.get(f"/cards/{one.number}/revocation").status_code == expected, role
    for url in (*pages, f"/cards/{one.number}/revocation"):
        assert stranger.get(url).location == f"/sign-in?next={url}"
    assert sign_in(make.unit_head()).get("/cards/KAN-2026-999999").status_code == 404


def test_the_code_on_the_card_answers_on_the_public_page(issued, stranger):
    _first, one = issued

    text = stranger.get(f"/verify/{one.verification_code}").text

    assert one.number in text
    assert "Berlaku" in text


def test_a_card_that_is_revoked_or_over_is_not_printed(issued, sign_in, clock):
    first, one = issued
    browser, url = sign_in(first.head), f"/cards/{one.number}.pdf"
    assert browser.get(url).status_code == 200

    send(browser, f"/cards/{one.number}/revocation", reason="Pindah ke kota lain.")
    for size in ("", "?size=a4"):
        assert browser.get(url + size).status_code == 422
    assert "Cetak kartu" not in browser.get(f"/cards/{one.number}").text


def test_an_expired_card_is_not_printed(make, sign_in):
    first, one = card(make, starts_on=make.ago(400))

    assert sign_in(first.worker).get(f"/cards/{one.number}.pdf").status_code == 422
