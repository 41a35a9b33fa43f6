"""Asking the mayor for a letter: one event, one service, with proof (domain.md section 5, path c)."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.db import db
from portal.errors import Doubtful, NotAllowed, Refused
from portal.files import queries as files
from portal.recommendations import queries, services
from portal.recommendations.models import EmergencyRecommendation, EventKind, RecommendationStatus
from tests.files.samples import HTML, photo, upload
from tests.recommendations import factories


def happening(days_ago=1, **details):
    values = {
        "kind": EventKind.HOUSE_FIRE, "happened_on": clock.today() - timedelta(days=days_ago),
        "description": "Rumah terbakar; seluruh isi rumah habis.",
    }  # fmt: skip
    return services.Happening(**(values | details))


def ask(household, by, **details):
    values = {
        "event": happening(), "resident_name": household.head_name, "service_code": factories.DISASTER,
        "reason": "Tidak ada tempat tidur.", "by": by,
    }  # fmt: skip
    return services.request(household, **(values | details))


def typed(household, **details):
    return {
        "event": "new", "kind": "house_fire", "happened_on": "04-10-2026", "description": "Rumah terbakar habis.",
        "resident": household.head_name, "service_code": factories.DISASTER, "amount": "1.500.000",
        "reason": "Tidak ada tempat tidur.", **details,
    }  # fmt: skip


def test_a_request_gets_its_own_number_and_waits(make):
    worker, household = make.social_worker(), make.household()
    complaint = factories.complaint(make, household, worker)

    recommendation = ask(household, worker, complaint=complaint, amount=1_500_000)
    db.session.commit()

    assert recommendation.number == "R-2026-000001"
    assert recommendation.status is RecommendationStatus.PROPOSED
    assert [row.number for row in queries.awaiting_mayor()] == ["R-2026-000001"]


def test_only_who_works_on_cases_may_ask(make):
    household = make.household()

    for person in (make.mayor(), make.unit_head(), make.treasurer(), make.auditor()):
        with pytest.raises(NotAllowed):
            ask(household, person)


def test_a_request_without_proof_is_refused(make):
    worker, household = make.social_worker(), make.household()
    without = factories.complaint(make, household, worker, event_letter=False)

    for complaint in (None, without):
        with pytest.raises(Refused) as refusal:
            ask(household, worker, complaint=complaint)
        assert refusal.value.field == "proof"


def test_a_second_letter_for_the_same_event_is_refused_naming_the_first(make):
    worker, mayor, household = make.social_worker(), make.mayor(), make.household()
    complaint = factories.complaint(make, household, worker)
    first = ask(household, worker, complaint=complaint)

    with pytest.raises(Refused, match=first.number):
        ask(household, worker, complaint=complaint, event=first.event)
    services.approve(first, reason="", by=mayor, on=clock.today())
    with pytest.raises(Refused, match=r"400\.9\.14/001/UPT-KAN/X/2026"):
        ask(household, worker, complaint=complaint)  # typed anew, it is still the same event


def test_who_asks_at_the_same_moment_reads_which_was_first(make, monkeypatch):
    worker, household = make.social_worker(), make.household()
    complaint = factories.complaint(make, household, worker)
    first = ask(household, worker, complaint=complaint)
    db.session.commit()
    look, too_early = queries.letter_for, iter([True])
    monkeypatch.setattr(queries, "letter_for", lambda event_id: None if next(too_early, False) else look(event_id))

    with pytest.raises(Refused, match=first.number):
        ask(household, worker, complaint=complaint, event=first.event)


def test_the_database_keeps_one_letter_an_event_too(make):
    worker = make.social_worker()
    first = factories.recommendation(make, worker)

    with pytest.raises(IntegrityError):
        factories.recommendation(make, worker, first.household, event=first.event)
    db.session.rollback()


def test_after_a_declined_request_the_same_event_may_be_asked_for_again(make):
    worker, mayor, household = make.social_worker(), make.mayor(), make.household()
    complaint = factories.complaint(make, household, worker)
    first = ask(household, worker, complaint=complaint)
    services.decline(first, reason="Bukti kurang.", by=mayor, on=clock.today())

    second = ask(household, worker, complaint=complaint, event=first.event)

    assert second.number == "R-2026-000002"


def test_a_day_ahead_and_a_service_of_another_path_are_refused(make):
    worker, household = make.social_worker(), make.household()

    with pytest.raises(Refused) as refusal:
        ask(household, worker, event=happening(days_ago=-1))
    assert refusal.value.field == "happened_on"
    for service in ("data-letter", "social-house", "no-such"):
        with pytest.raises(Refused) as refusal:
            ask(household, worker, service_code=service)
        assert refusal.value.field == "service_code"


def test_a_social_worker_asks_on_the_page(make, sign_in):
    worker, household = make.social_worker(), make.household()
    url = f"/recommendations/new?household={household.id}"
    browser = sign_in(worker)

    assert browser.get(url).status_code == 200
    data = typed(household, urgent="y", proof=upload(photo(), "rumah.jpg"))
    response = browser.post(url, data, content_type="multipart/form-data")

    assert (response.status_code, response.location) == (303, "/recommendations/R-2026-000001")
    stored = db.session.query(EmergencyRecommendation).one()
    assert (stored.amount, stored.urgent, stored.event.kind) == (1_500_000, True, EventKind.HOUSE_FIRE)
    assert [file.name for file in files.of(stored.event)] == ["rumah.jpg"]
    assert "R-2026-000001" in browser.get(response.location).text


def test_twice_sent_is_once_made(make, sign_in):
    worker, household = make.social_worker(), make.household()
    complaint = factories.complaint(make, household, worker)
    browser, url = sign_in(worker), f"/recommendations/new?complaint={complaint.number}"

    answers = [browser.post(url, typed(household), once="one-time-key") for _ in range(2)]

    assert [answer.location for answer in answers] == ["/recommendations/R-2026-000001"] * 2


def test_bad_input_says_why_and_keeps_what_was_typed(make, sign_in):
    worker, household = make.social_worker(), make.household()
    browser, url = sign_in(worker), f"/recommendations/new?household={household.id}"
    cases = [
        ({"happened_on": "31-02-2026"}, "happened_on-error"),
        ({"happened_on": "06-10-2026"}, "happened_on-error"),
        ({"description": "x" * 401}, "401"),
        ({"amount": "-5"}, "amount-error"),
        ({"service_code": ""}, "service_code-error"),
        ({"reason": ""}, "reason-error"),
        ({"event": "12345"}, "event"),
        ({}, "proof-error"),
    ]

    for change, said in cases:
        response = browser.post(url, typed(household, **change))
        assert response.status_code == 422, change
        assert said in response.text, change
        assert change.get("description", "Rumah terbakar habis.")[:400] in response.text
    assert db.session.query(EmergencyRecommendation).count() == 0


def test_a_web_page_is_no_proof(make, sign_in):
    worker, household = make.social_worker(), make.household()
    browser, url = sign_in(worker), f"/recommendations/new?household={household.id}"

    data = typed(household, proof=upload(HTML, "surat.pdf"))
    response = browser.post(url, data, content_type="multipart/form-data")

    assert response.status_code == 422
    assert "proof-error" in response.text


def test_an_event_long_ago_asks_once_more(make, sign_in):
    worker, household = make.social_worker(), make.household()
    complaint = factories.complaint(make, household, worker)
    browser, url = sign_in(worker), f"/recommendations/new?complaint={complaint.number}"

    asked = browser.post(url, typed(household, happened_on="01-08-2026"))
    confirmed = browser.post(url, typed(household, happened_on="01-08-2026", confirmed="long_ago:2026-08-01"))

    assert asked.status_code == 422
    assert 'value="long_ago:2026-08-01"' in asked.text
    assert confirmed.status_code == 303


def test_an_amount_with_a_few_zeros_too_many_asks_once_more(make, sign_in):
    worker, household = make.social_worker(), make.household()
    complaint = factories.complaint(make, household, worker)
    browser, url = sign_in(worker), f"/recommendations/new?complaint={complaint.number}"

    asked = browser.post(url, typed(household, amount="1.500.000.000"))
    confirmed = browser.post(url, typed(household, amount="1.500.000.000", confirmed="large:1500000000"))

    assert asked.status_code == 422
    assert "Rp1.500.000.000" in asked.text
    assert 'value="large:1500000000"' in asked.text
    assert confirmed.status_code == 303


def test_an_event_on_record_may_be_chosen(make, sign_in):
    worker, household = make.social_worker(), make.household()
    complaint = factories.complaint(make, household, worker)
    known = factories.event(make, household, worker)
    browser, url = sign_in(worker), f"/recommendations/new?complaint={complaint.number}"
    chosen = {"event": str(known.id), "kind": "", "happened_on": "", "description": ""}

    first = browser.post(url, typed(household, **chosen))
    second = browser.post(url, typed(household, **chosen))

    assert first.status_code == 303
    assert second.status_code == 422
    assert "R-2026-000001" in second.text


def test_who_may_open_the_request_page(make, sign_in, stranger):
    household = make.household()
    url = f"/recommendations/new?household={household.id}"

    assert stranger.get(url).status_code == 303
    assert sign_in(make.mayor()).get(url).status_code == 403
    browser = sign_in(make.social_worker())
    assert browser.get("/recommendations/new?household=99999").status_code == 404
    assert browser.get("/recommendations/new?complaint=K-2026-999999").status_code == 404
    assert browser.get("/recommendations/new").status_code == 200


def test_the_same_event_under_another_kind_is_asked_about(make):
    worker, household = make.social_worker(), make.household()
    complaint = factories.complaint(make, household, worker)
    first = ask(household, worker, complaint=complaint)
    other = services.Happening(kind=EventKind.OTHER, happened_on=clock.today(), description="Stroke.")

    with pytest.raises(Doubtful, match=first.number) as doubt:
        ask(household, worker, complaint=complaint, event=other)

    codes = [each.code for each in doubt.value.doubts]
    second = ask(household, worker, complaint=complaint, event=other, confirmed=codes)
    assert second.event is not first.event
    assert second.confirmed == doubt.value.doubts[0].sentence
    assert first.confirmed == ""
