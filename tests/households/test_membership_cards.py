"""Cards of others that a family holds (KPS, KKS): noted, replaced, ended."""

from datetime import date

from sqlalchemy import select

from portal.db import db
from portal.households.models import MembershipCard
from tests.households.test_pages import edited
from tests.pages import form_values


def shown(browser, address, **typed):
    """What the page of membership cards sends for a new card, the number of `make.household(card=True)` replaced."""
    page = browser.get(address).text
    sent = {**form_values(page, field="kind"), "kind": "kks", "seen_on": "01-10-2026"}
    return {**sent, "confirmed": ["replaces:6032980000000000"], **typed}


def ending(browser, address, card):
    url = f"{address}/{card.id}/end"
    return url, form_values(browser.get(address).text, url)


def test_a_membership_card_is_noted_and_ended(make, worker, sign_in):
    household, other = make.household(), make.household("Rosma")
    address = f"/households/{household.id}/membership-card"

    assert worker.post(address, shown(worker, address, kind="gold")).status_code == 422
    assert worker.post(address, shown(worker, address, number="")).status_code == 303
    card = db.session.scalars(select(MembershipCard)).one()
    assert "KKS" in worker.get(address).text

    url, sent = ending(worker, address, card)
    assert worker.post(f"/households/{other.id}/membership-card/{card.id}/end", sent).status_code == 404
    assert worker.post(url, sent).status_code == 303
    assert db.session.get(MembershipCard, card.id).ended_on is not None


def test_the_number_of_a_membership_card_is_not_replaced_from_a_stale_page(make, sign_in, worker):
    household, colleague = make.household(card=True), make.social_worker(full_name="Rahmi Contoh")
    address, theirs = f"/households/{household.id}/membership-card", sign_in(colleague)
    mine = shown(worker, address, number="6032980000001111")
    assert theirs.post(address, shown(theirs, address, number="6032980000002222")).status_code == 303

    late = worker.post(address, mine)

    assert late.status_code == 409
    for word in ("6032980000000000", "6032980000002222", "6032980000001111", "Rahmi Contoh", "Yang tadi tampil"):
        assert word in late.text, word
    assert db.session.scalars(select(MembershipCard.number)).one() == "6032980000002222"

    again = {**form_values(late.text, address), "confirmed": ["replaces:6032980000002222"]}
    assert worker.post(address, again).status_code == 303
    assert db.session.scalars(select(MembershipCard.number)).one() == "6032980000001111"


def test_another_language_is_no_change_of_a_card(make, worker):
    household = make.household(card=True)
    address = f"/households/{household.id}/membership-card"
    mine = shown(worker, address, number="6032980000001111")
    assert worker.post("/language", {"language": "en", "next": "/"}).status_code == 303

    assert worker.post(address, mine).status_code == 303


def test_a_page_opened_in_another_language_is_compared_in_it(make, sign_in, worker):
    household = make.household(card=True)
    make._store(MembershipCard(household_id=household.id, kind="kps", number="1376", seen_on=date(2026, 9, 1)))
    address, theirs = f"/households/{household.id}/membership-card", sign_in(make.social_worker())
    mine = shown(worker, address, number="6032980000001111")
    assert theirs.post(address, shown(theirs, address, number="6032980000002222")).status_code == 303
    assert worker.post("/language", {"language": "en", "next": "/"}).status_code == 303

    late = worker.post(address, mine)

    assert late.status_code == 409
    assert "6032980000002222, seen on" in late.text
    assert "1376, seen on" not in late.text


def test_another_change_to_the_family_does_not_disturb_its_cards(make, worker):
    household = make.household(card=True)
    address = f"/households/{household.id}/membership-card"
    mine = shown(worker, address, number="6032980000001111")
    assert worker.post(f"/households/{household.id}/edit", edited(worker, household, phone="0811")).status_code == 303

    assert worker.post(address, mine).status_code == 303


def test_a_membership_card_ends_as_it_was_seen_and_once(make, sign_in, worker):
    household = make.household(card=True)
    card, address = household.membership_cards[0], f"/households/{household.id}/membership-card"
    url, opened = ending(worker, address, card)
    theirs = sign_in(make.social_worker(full_name="Rahmi Contoh"))
    assert theirs.post(address, shown(theirs, address, number="6032980000002222")).status_code == 303

    changed = worker.post(url, opened)

    assert changed.status_code == 409
    assert "6032980000002222" in changed.text
    assert db.session.get(MembershipCard, card.id).ended_on is None
    assert worker.post(url, form_values(changed.text, url)).status_code == 303

    over = worker.post(url, opened)
    assert over.status_code == 409
    assert f'action="{url}"' not in over.text
    assert f'href="{address}"' in over.text
    assert worker.post(url).status_code == 409


def test_replacing_a_number_is_asked_once_and_told_in_the_familys_story(make, worker):
    household = make.household(card=True)
    address = f"/households/{household.id}/membership-card"
    mine = shown(worker, address, number="6032980000001111", confirmed=[])

    asked = worker.post(address, mine)

    assert asked.status_code == 422
    assert "6032980000000000, akan diganti" in asked.text
    assert worker.post(address, mine | {"confirmed": ["replaces:6032980000000000"]}).status_code == 303
    story = worker.get(f"/households/{household.id}").text
    assert "KKS •••• 1111, menggantikan nomor •••• 0000" in story
    assert worker.post(address, shown(worker, address, number="6032980000001111", confirmed=[])).status_code == 303
    url, sent = ending(worker, address, household.membership_cards[0])
    assert worker.post(url, sent).status_code == 303
    assert "tidak berlaku lagi: KKS •••• 1111" in worker.get(f"/households/{household.id}").text
