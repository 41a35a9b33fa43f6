"""The assessment page: saved as one goes, whole or question by question, and nothing typed is lost."""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image

from portal.db import db
from portal.files.models import StoredFile
from portal.units import catalogue
from portal.units.models import UnitProfile
from portal.visits.instruments import fields_for
from portal.visits.instruments_of import latest
from portal.visits.models import Answer, AssessmentStatus, KnownBy
from tests.pages import apart

from . import factories

HTMX = {"HX-Request": "true", "HX-Target": "progress"}


@pytest.fixture
def rani(make):
    return make.social_worker()


@pytest.fixture
def visit(make, rani):
    return factories.visit(make, rani)


@pytest.fixture
def page(visit):
    return f"/visits/{visit.id}/assessment"


def use_instrument(code):
    """Make this the unit's own instrument."""
    profile = db.session.query(UnitProfile).one()
    profile.body = {**profile.body, "instrument": code}
    profile.revision += 1
    from portal import audit

    with audit.unrecorded():
        db.session.commit()
    catalogue.forget()


def one(name, value, how="told", shown=""):
    return {name: value, f"{name}.how": how, f"{name}.shown": shown}


def send_one(browser, page, name, value, how="told", shown=""):
    """What htmx sends when one question changes."""
    return browser.post(page, one(name, value, how, shown), headers=HTMX)


def test_the_page_asks_everything_the_instrument_needs_in_walking_order(sign_in, rani, page):
    text = sign_in(rani).get(page).text

    places = [text.index(f'id="q-{field.name}"') for field in fields_for(latest())]
    assert places == sorted(places)
    assert len(places) == 15
    assert "0 dari 12 terjawab" in text


@pytest.mark.parametrize("code", ["payakumbuh_12", "bps_14", "sragen_20"])
@pytest.mark.parametrize("row", ["D01", "D14", "D19", "D26"])
def test_every_instrument_gives_the_expected_result_through_its_page(make, sign_in, rani, code, row):
    use_instrument(code)
    visit = factories.visit(make, rani)
    home = factories.demo(row)
    browser = sign_in(rani)
    page = f"/visits/{visit.id}/assessment"

    saved = browser.post(page, factories.as_form(fields_for(latest()), factories.answers_for(code, home)))
    final = browser.post(f"{page}/final", {"note": "Selesai."})

    assert saved.status_code == 303
    expected = home[f"expected_{code}"]
    assert final.status_code == (303 if expected else 422)
    assert visit.assessment.value == (int(expected) if expected else None)
    assert visit.assessment.status is (AssessmentStatus.FINAL if expected else AssessmentStatus.DRAFT)
    assert browser.get(page).status_code == 200


def test_one_question_is_saved_when_it_changes(sign_in, rani, visit, page):
    response = send_one(sign_in(rani), page, "head_job", "fisher", "told")

    assert response.status_code == 200
    assert "<html" not in response.text
    assert "1 dari 12 terjawab" in response.text and "1 terpenuhi" in response.text
    assert re.search(r'id="state-head_job"[^>]*hx-swap-oob="true"', response.text)
    assert 'value="told:fisher"' in response.text
    assert "state-toilet" not in response.text
    assert [(a.field, a.value, a.known_by) for a in visit.assessment.answers] == [("head_job", "fisher", KnownBy.TOLD)]


def test_a_number_is_one_answer_however_it_was_written(make, sign_in, rani, visit, page):
    factories.assessment(make, visit, {"floor_area_m2": "24.0"})
    browser = sign_in(rani)

    assert 'name="floor_area_m2.shown" value="told:24"' in browser.get(page).text
    assert send_one(browser, page, "floor_area_m2", "24,00").status_code == 200


def test_a_question_sent_after_the_session_ended_leads_to_sign_in_and_comes_back(sign_in, rani, page, clock):
    browser = sign_in(rani)
    clock.shift(timedelta(hours=3))

    response = send_one(browser, page, "toilet", "shared")

    assert response.status_code == 204
    assert response.headers["HX-Redirect"].startswith("/sign-in?next=/kept/")


def test_the_page_names_the_instrument(sign_in, rani, page):
    assert "12 Kriteria Keluarga Miskin" in sign_in(rani).get(page).text


def test_the_foot_of_the_page_alone_is_the_same_as_in_the_page(sign_in, rani, page):
    browser = sign_in(rani)

    assert browser.fragment(page, "progress").strip() in browser.get(page).text


def test_an_answer_is_kept_while_nobody_has_said_how_it_is_known(sign_in, rani, visit, page):
    browser = sign_in(rani)

    response = send_one(browser, page, "toilet", "shared", how="")

    assert response.status_code == 200
    assert "Mohon sebutkan dari mana Bapak/Ibu tahu." in response.text
    assert visit.assessment.answers[0].known_by is None
    assert browser.post(f"{page}/final").status_code == 422


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("floor_area_m2", "-3"),
        ("floor_area_m2", "abc"),
        ("protein_per_week", "22"),
        ("savings_and_assets_idr", "1.500.00"),
        ("savings_and_assets_idr", "9" * 20),
    ],
)
def test_a_bad_value_is_said_beside_its_question_and_nothing_else_is_lost(sign_in, rani, visit, page, name, typed):
    browser = sign_in(rani)
    sent = {**one(name, typed), **one("toilet", "shared"), **one("members", "5", "document")}

    response = browser.post(page, sent)

    assert response.status_code == 422
    assert f'href="#q-{name}"' in response.text
    box = re.search(rf'<input id="box-{name}"[^>]*>', response.text)
    assert box and f'value="{typed}"' in box[0] and 'aria-invalid="true"' in box[0]
    assert {a.field: a.value for a in visit.assessment.answers} == {"toilet": "shared", "members": "5"}


def test_a_bad_value_of_one_question_says_so_in_its_part(sign_in, rani, page):
    response = send_one(sign_in(rani), page, "members", "0")

    assert response.status_code == 422
    assert "Paling sedikit 1" in response.text
    assert "0 dari 12 terjawab" in response.text


@pytest.mark.parametrize(("typed", "shown"), [("1.500.000", "1.500.000"), ("Rp 1500000", "1.500.000")])
def test_money_is_shown_with_dots(sign_in, rani, page, typed, shown):
    browser = sign_in(rani)
    browser.post(page, one("savings_and_assets_idr", typed))

    assert f'name="savings_and_assets_idr" value="{shown}"' in browser.get(page).text


def test_two_phones_do_not_overwrite_each_other_unseen(sign_in, rani, visit, page):
    here, there = sign_in(rani), sign_in(rani)
    send_one(here, page, "members", "5")

    response = send_one(there, page, "members", "6")

    assert response.status_code == 409
    assert "<b>5 (Dikatakan)</b>" in response.text and "<b>6 (Dikatakan)</b>" in response.text
    assert visit.assessment.answers[0].value == "5"
    whole = there.post(page, one("members", "6"))
    assert whole.status_code == 409
    assert 'name="theirs" value="members"' in whole.text


def test_the_person_chooses_which_of_two_answers_holds(sign_in, rani, visit, page):
    browser = sign_in(rani)
    send_one(browser, page, "members", "5")
    seen = {"shown": "told:5"}

    browser.post(page, {**one("members", "6", **seen), "theirs": "members"})
    assert visit.assessment.answers[0].value == "5"
    assert browser.post(page, one("members", "6", **seen)).status_code == 303
    assert visit.assessment.answers[0].value == "6"


def test_a_complete_assessment_is_confirmed_in_words_and_then_only_read(sign_in, rani, visit, page):
    browser = sign_in(rani)
    browser.post(
        page, factories.as_form(fields_for(latest()), factories.answers_for("payakumbuh_12", factories.demo("D01")))
    )

    confirm = browser.get(f"{page}/final").text
    assert "12 dari 12 kriteria terpenuhi" in confirm
    assert 'name="shown" value="12"' in confirm
    assert browser.post(f"{page}/final", {"shown": "12", "note": "Dua anak sekolah."}).status_code == 303

    assert visit.note == "Dua anak sekolah."
    assert 'type="radio"' not in browser.get(page).text
    assert browser.post(page, one("members", "1")).status_code == 409
    late = send_one(browser, page, "members", "1")
    assert (late.status_code, late.headers["HX-Redirect"]) == (204, page)
    assert browser.get(f"{page}/final").status_code == 409


def test_an_incomplete_assessment_cannot_be_confirmed(sign_in, rani, page):
    browser = sign_in(rani)
    assert browser.get(f"{page}/final").status_code == 404
    send_one(browser, page, "members", "5")

    assert browser.get(f"{page}/final").status_code == 200
    assert browser.post(f"{page}/final").status_code == 422


def picture():
    body = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(body, "JPEG")
    body.seek(0)
    return body


def test_a_photo_proves_an_answer_and_is_opened_by_who_may_see_it(make, sign_in, rani, visit, page):
    browser = sign_in(rani)
    send_one(browser, page, "toilet", "shared", "photo")

    sent = {**one("toilet", "shared", "photo", "photo:shared"), "toilet.file": (picture(), "kakus.jpg")}
    response = browser.post(page, sent, headers=HTMX)

    assert response.status_code == 200
    assert 'id="files-toilet"' in response.text and "kakus.jpg" in response.text
    file = db.session.query(StoredFile).one()
    assert visit.assessment.answers[0].file_id == file.id
    assert sign_in(make.unit_head()).get(f"/files/{file.id}").status_code == 200
    for other in (make.cadre(), make.partner_user(), make.treasurer(), make.mayor()):
        assert sign_in(other).get(f"/files/{file.id}").status_code == 404
    emptied = browser.post(page, one("toilet", "", "", "photo:shared"))
    assert emptied.status_code == 422


def test_a_file_that_is_no_photo_is_refused_but_its_answer_is_saved(sign_in, rani, visit, page):
    sent = {**one("toilet", "shared"), "toilet.file": (io.BytesIO(b"<html>"), "kakus.pdf")}

    response = sign_in(rani).post(page, sent)

    assert response.status_code == 422
    assert visit.assessment.answers[0].value == "shared"
    assert db.session.query(StoredFile).count() == 0


def test_others_read_the_answers_with_how_they_are_known(make, sign_in, rani, visit, page):
    sign_in(rani).post(page, {**one("floor_area_m2", "24,5", "seen"), **one("members", "5", "document")})

    text = sign_in(make.unit_head()).get(page).text

    assert "24,5 m² (lihat)" in text
    assert "Luas lantai per orang: 4,9 m²" in text


def test_the_page_reads_in_english_too(make, sign_in):
    worker = make.social_worker(language="en")
    visit = factories.visit(make, worker)
    browser = sign_in(worker)

    text = apart(browser.client.get, f"/visits/{visit.id}/assessment").text

    assert "Floor and walls" in text and "Kind of floor" in text


def test_an_unknown_question_is_ignored(sign_in, rani, page):
    response = sign_in(rani).post(page, one("shoe_size", "44"))

    assert response.status_code == 303
    assert db.session.query(Answer).count() == 0
