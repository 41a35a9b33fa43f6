"""The agenda and the page of one visit, by who reads it and who does it."""

from datetime import time, timedelta

import pytest

from portal import clock as unit_clock
from portal.audit.models import AuditEvent
from portal.db import db
from portal.visits.models import VisitStatus
from tests.pages import form_values

from . import factories


def test_the_agenda_shows_the_officers_own_visits_by_day_and_hour(make, sign_in):
    rani, budi = make.social_worker(), make.social_worker()
    today = unit_clock.today()
    factories.visit(make, rani, make.household("Syahrul Pitopang"), visit_time=time(13, 30))
    factories.visit(make, rani, make.household("Yurnalis Piliang"), visit_time=time(9, 0))
    factories.visit(make, rani, make.household("Rosmaini Koto"), visit_on=today + timedelta(days=1))
    factories.visit(make, budi, make.household("Nurhayati Caniago"))
    factories.visit(make, rani, make.household("Dahniar Guci"), visit_on=today - timedelta(days=2))

    text = sign_in(rani).get("/visits").text

    places = [text.index(name) for name in ("09.00 · Yurnalis", "13.30 · Syahrul", "Rosmaini Koto")]
    assert places == sorted(places)
    assert "Nurhayati" not in text
    assert "Dahniar" not in text
    assert 'href="tel:0812-0000-0000"' in text


def test_the_agenda_narrows_by_who_day_kelurahan_and_status(make, sign_in):
    rani, head = make.social_worker(), make.unit_head()
    factories.visit(make, rani, make.household("Syahrul Pitopang", village_code="13.76.02.1034"))
    past = unit_clock.today() - timedelta(days=2)
    factories.visit(make, rani, make.household("Dahniar Guci"), visit_on=past, status=VisitStatus.MISSED)
    browser = sign_in(head)

    assert "Syahrul" in browser.get("/visits").text
    assert "Syahrul" not in browser.get("/visits?village=13.76.01.1021").text
    earlier = browser.get("/visits?status=missed&from=01-10-2026").text
    assert "Dahniar" in earlier and "Syahrul" not in earlier


def test_the_results_alone_are_the_same_as_in_the_page(make, sign_in):
    rani = make.social_worker()
    factories.visit(make, rani)
    browser = sign_in(rani)

    assert browser.fragment("/visits", "results").strip() in browser.get("/visits").text


def test_a_day_that_is_none_is_said_beside_its_box(make, sign_in):
    response = sign_in(make.social_worker()).get("/visits?from=31-02-2026")

    assert response.status_code == 422
    assert 'value="31-02-2026"' in response.text
    assert "agenda-from-error" in response.text


def test_a_long_agenda_goes_on_where_it_stopped(make, sign_in):
    rani = make.social_worker()
    home = make.household()
    case = factories.complaint(make, home, rani)
    for n in range(30):
        factories.visit(make, rani, home, complaint=case, visit_on=unit_clock.today() + timedelta(days=n))
    browser = sign_in(rani)

    first = browser.get("/visits").text
    url = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(url).text

    assert first.count("09.00 ·") == 25
    assert second.count("09.00 ·") == 5


def test_the_week_counts_what_was_not_reported(make, sign_in):
    rani = make.social_worker()
    factories.visit(make, rani, visit_on=unit_clock.today() - timedelta(days=3))

    assert "from=02-10-2026" in sign_in(rani).get("/visits").text


def test_a_visit_shows_where_to_go_and_reading_it_is_recorded(make, sign_in):
    rani = make.social_worker()
    visit = factories.visit(make, rani)

    text = sign_in(rani).get(f"/visits/{visit.id}").text

    assert "Jalan Contoh" in text and "Atap rumah bocor." in text
    assert f"/visits/{visit.id}/assessment" in text
    read = db.session.query(AuditEvent).filter_by(action="home_visit.read").one()
    assert (read.actor_id, read.household_id) == (rani.id, visit.household_id)


def test_a_visit_shows_the_last_result(make, sign_in):
    rani = make.social_worker()
    home = make.household()
    factories.final(make, factories.visit(make, rani, home), "D01", make.ago(30))
    visit = factories.visit(make, rani, home)

    text = sign_in(rani).get(f"/visits/{visit.id}").text

    assert "12 dari 12 kriteria terpenuhi" in text


def test_other_officers_and_the_head_may_read_but_not_do(make, sign_in):
    visit = factories.visit(make, make.social_worker())

    for reader in (make.social_worker(), make.unit_head()):
        browser = sign_in(reader)
        assert f"/visits/{visit.id}/missed" not in browser.get(f"/visits/{visit.id}").text
        assert browser.get(f"/visits/{visit.id}/assessment").status_code == 200
        for act in ("missed", "finish", "note", "assessment"):
            assert browser.post(f"/visits/{visit.id}/{act}", {"note": "x", "reason": "nobody"}).status_code == 403


@pytest.mark.parametrize("path", ["/visits", "/visits/{}", "/visits/{}/assessment", "/visits/{}/assessment/final"])
def test_visits_are_closed_to_everyone_else(make, sign_in, stranger, path):
    visit = factories.visit(make, make.social_worker())
    url = path.format(visit.id)

    others = (make.cadre(), make.partner_user(), make.office_user(), make.mayor(), make.treasurer(), make.auditor())
    for other in (*others, make.admin()):
        assert sign_in(other).get(url).status_code == 403
    response = stranger.get(url)
    assert (response.status_code, response.location) == (303, f"/sign-in?next={url}")


@pytest.mark.parametrize("path", ["", "/assessment", "/assessment/final", "/missed", "/finish"])
def test_a_visit_that_is_not_there_is_404(make, sign_in, path):
    assert sign_in(make.social_worker()).get(f"/visits/999{path}").status_code == 404


def test_a_note_is_kept_and_an_older_page_does_not_overwrite_it(make, sign_in):
    rani = make.social_worker()
    visit = factories.visit(make, rani)
    browser = sign_in(rani)
    old_page = form_values(browser.get(f"/visits/{visit.id}").text, f"/visits/{visit.id}/note")

    first = browser.post(f"/visits/{visit.id}/note", {**old_page, "note": "Anjing galak."})
    second = browser.post(f"/visits/{visit.id}/note", {**old_page, "note": "Rumah hijau."})

    assert (first.status_code, second.status_code) == (303, 409)
    assert "Anjing galak." in second.text and "Rumah hijau." in second.text
    assert visit.note == "Anjing galak."


def test_a_note_of_ten_thousand_characters_is_refused_and_kept(make, sign_in):
    rani = make.social_worker()
    visit = factories.visit(make, rani)
    browser = sign_in(rani)
    values = form_values(browser.get(f"/visits/{visit.id}").text, f"/visits/{visit.id}/note")

    response = browser.post(f"/visits/{visit.id}/note", {**values, "note": "a" * 10_000})

    assert response.status_code == 422
    assert "a" * 10_000 in response.text


def test_nobody_at_home_leads_to_booking_anew(make, sign_in):
    rani = make.social_worker()
    visit = factories.visit(make, rani)
    browser = sign_in(rani)

    assert browser.get(f"/visits/{visit.id}/missed").status_code == 200
    assert browser.post(f"/visits/{visit.id}/missed", {"detail": "x"}).status_code == 422
    response = browser.post(f"/visits/{visit.id}/missed", {"reason": "nobody", "detail": "Tetangga bilang ke pasar."})

    assert (response.status_code, response.location) == (303, f"/complaints/{visit.complaint.number}/visit")
    assert visit.status is VisitStatus.MISSED
    assert visit.missed_reason.endswith("Tetangga bilang ke pasar.")
    assert browser.post(f"/visits/{visit.id}/missed", {"reason": "nobody"}).status_code == 409


def test_a_visit_without_result_ends_with_a_note(make, sign_in):
    rani = make.social_worker()
    visit = factories.visit(make, rani)
    browser = sign_in(rani)

    assert browser.get(f"/visits/{visit.id}/finish").status_code == 200
    assert browser.post(f"/visits/{visit.id}/finish", {"note": " "}).status_code == 422
    assert (
        browser.post(f"/visits/{visit.id}/finish", {"note": "Sudah pulih.", "version": visit.version}).status_code
        == 303
    )
    assert (visit.status, visit.note) == (VisitStatus.DONE, "Sudah pulih.")


def test_the_head_gives_a_visit_to_another_officer(make, sign_in):
    rani, budi, head = make.social_worker(), make.social_worker(), make.unit_head()
    visit = factories.visit(make, rani)
    browser = sign_in(head)
    url = f"/visits/{visit.id}/visitor"
    values = form_values(browser.get(f"/visits/{visit.id}").text, url)

    response = browser.post(url, {**values, "visitor_id": budi.id})
    again = browser.post(url, {**values, "visitor_id": rani.id})

    assert (response.status_code, again.status_code) == (303, 409)
    assert visit.visitor_id == budi.id
    assert sign_in(rani).post(url, {"visitor_id": rani.id}).status_code == 403


def test_a_visit_is_not_given_to_an_officer_who_is_busy(make, sign_in):
    rani, budi, head = make.social_worker(), make.social_worker(), make.unit_head()
    visit = factories.visit(make, rani)
    factories.visit(make, budi)
    browser = sign_in(head)
    url = f"/visits/{visit.id}/visitor"

    response = browser.post(url, {**form_values(browser.get(f"/visits/{visit.id}").text, url), "visitor_id": budi.id})

    assert response.status_code == 422
    assert budi.full_name in response.text


@pytest.mark.parametrize("act", ["finish", "assessment/final"])
def test_a_note_written_meanwhile_is_not_overwritten_unseen(make, sign_in, act):
    rani = make.social_worker()
    visit = factories.visit(make, rani)
    factories.assessment(make, visit, factories.answers_for("payakumbuh-12", factories.demo("D01")))
    opened, address, browser = visit.version, f"/visits/{visit.id}", sign_in(rani)

    assert browser.post(f"{address}/note", {"note": "Ibu sakit.", "version": opened}).status_code == 303
    answer = browser.post(f"{address}/{act}", {"note": "Sudah pulih.", "version": opened})

    assert answer.status_code == 409
    assert "Ibu sakit." in answer.text
    assert "Sudah pulih." in answer.text
