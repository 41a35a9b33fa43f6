"""The queue and the page of two people."""

from html import unescape

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.duplicates import services
from portal.duplicates.models import Verdict
from portal.households.identity import mask
from portal.merging import families
from portal.merging.families import Pairing
from tests.duplicates import factories
from tests.merging.conftest import sure
from tests.pages import form_values


def test_the_queue_names_both_how_likely_and_leads_to_the_pair(make, sign_in):
    pair = factories.pair(make)

    answer = sign_in(make.social_worker()).get("/duplicates")

    assert "Rosma Yunita" in answer.text
    assert "Rosmah Yunita" in answer.text
    assert "99 %" in answer.text
    assert f"/duplicates/{pair.id}" in answer.text


def test_an_empty_queue_says_where_pairs_come_from(make, sign_in):
    assert "Pasangan berasal dari pendaftaran" in sign_in(make.unit_head()).get("/duplicates").text


def test_a_verdict_that_nobody_knows_is_not_found(make, sign_in):
    assert sign_in(make.unit_head()).get("/duplicates?verdict=perhaps").status_code == 404


@pytest.mark.parametrize("maker", ["treasurer", "cadre", "admin", "auditor", "partner_user"])
def test_who_does_not_work_on_families_sees_no_pairs(make, sign_in, maker):
    pair, browser = factories.pair(make), sign_in(getattr(make, maker)())

    assert browser.get("/duplicates").status_code == 403
    assert browser.get(f"/duplicates/{pair.id}").status_code == 403


def test_a_stranger_is_sent_to_sign_in(stranger):
    assert stranger.get("/duplicates").status_code == 303


def test_a_pair_that_is_not_there_is_not_found(make, sign_in):
    assert sign_in(make.social_worker()).get("/duplicates/4711").status_code == 404


def test_two_people_side_by_side_with_masked_numbers_and_both_readings_on_record(make, sign_in):
    pair = factories.pair(make)

    answer = sign_in(make.social_worker()).get(f"/duplicates/{pair.id}")

    for member in (pair.lower, pair.higher):
        assert member.name in answer.text
        assert member.nik not in answer.text
        assert mask(member.nik) in answer.text
    read = db.session.scalars(select(AuditEvent.household_id).where(AuditEvent.action == "duplicate_pair.read"))
    assert set(read) == {pair.lower.household_id, pair.higher.household_id}


def test_a_decision_is_noted_and_the_queue_goes_on(make, sign_in):
    pair, browser = factories.pair(make), sign_in(make.social_worker())
    page = browser.get(f"/duplicates/{pair.id}")

    answer = browser.post(
        f"/duplicates/{pair.id}/verdict",
        data=form_values(page.text, f"/duplicates/{pair.id}/verdict")
        | {"verdict": "different", "reason": "Ibunya lain."},
    )

    assert answer.location == "/duplicates"
    assert (pair.verdict, pair.reason) == (Verdict.DIFFERENT, "Ibunya lain.")


def test_different_without_a_reason_is_asked_for_it_and_keeps_the_choice(make, sign_in):
    pair, browser = factories.pair(make), sign_in(make.social_worker())

    page = browser.get(f"/duplicates/{pair.id}")

    answer = browser.post(
        f"/duplicates/{pair.id}/verdict",
        data=form_values(page.text, f"/duplicates/{pair.id}/verdict") | {"verdict": "different"},
    )

    assert answer.status_code == 422
    assert pair.verdict is Verdict.OPEN


def test_a_family_says_that_somebody_may_be_in_the_register_twice_to_who_decides(make, sign_in):
    pair = factories.pair(make)
    address = f"/households/{pair.lower.household_id}"

    assert f"/duplicates/{pair.id}" in sign_in(make.social_worker()).get(address).text


def test_the_same_leads_on_to_both_ways_of_bringing_them_together(make, sign_in):
    pair, browser = factories.pair(make), sign_in(make.social_worker())
    address = f"/duplicates/{pair.id}"
    token = form_values(browser.get(address).text, f"{address}/verdict")

    answer = browser.post(f"{address}/verdict", data=token | {"verdict": "same"})

    assert answer.location == address
    here, there = pair.lower.household_id, pair.higher.household_id
    ways = (
        f"/households/{here}/merge?other={there}",
        f"/households/{here}/merge/person?other={there}&person={pair.lower_id}&twin={pair.higher_id}",
    )
    page = unescape(browser.get(address).text)
    for way in ways:
        assert f'href="{way}"' in page
        assert browser.get(way).status_code in {200, 303}


def test_who_was_brought_together_is_not_asked_about_any_more(make, sign_in):
    head = make.unit_head()
    pair = factories.pair(make)
    services.decide(pair, Verdict.SAME, "", by=head)
    pairing = Pairing(same={pair.higher: pair.lower})
    sure(lambda wish: families.merge(pair.lower.household, pair.higher.household, pairing, wish), head)
    db.session.commit()

    page = sign_in(head).get(f"/duplicates/{pair.id}")

    assert "/merge" not in page.text.replace("/merges", "")
    assert "sudah digabungkan" in page.text
    assert f"/duplicates/{pair.id}/verdict" not in page.text
    assert "Rosma" not in sign_in(head).get("/duplicates").text
