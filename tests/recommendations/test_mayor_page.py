"""The mayor's page: one card an emergency, decided on the spot; and the lists of the staff."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.audit.models import AuditEvent
from portal.db import db
from portal.households.names import fold_name
from portal.recommendations import queries
from portal.recommendations.models import EmergencyRecommendation, RecommendationStatus
from tests.pages import form_values
from tests.recommendations import factories
from tests.reports.test_stories import counted_queries


def _readings(household_id):
    return db.session.execute(select(func.count()).where(AuditEvent.household_id == household_id)).scalar_one()


def without_keys(html):
    """The text of a page; the key of each form is another every time."""
    return " ".join(re.sub(r'name="once" value="[^"]*"', "", html).split())


def sent(recommendation, **more):
    return {"version": str(recommendation.version), "common": "Mendesak.", **more}


def test_the_longest_wait_stands_on_top_with_its_hours(make, sign_in):
    worker, mayor = make.social_worker(), make.mayor()
    newer = factories.recommendation(make, worker, make.household("Datuak Rajo"))
    older = factories.recommendation(make, worker, proposed_at=clock.now() - timedelta(hours=26))

    text = sign_in(mayor).get("/recommendations").text

    assert text.index(older.number) < text.index(newer.number)
    assert "26 jam" in text
    assert "Rp1.500.000" in text


def test_the_card_says_kelurahan_but_no_address_and_no_identity_number(make, sign_in):
    household = make.household("Syahrul Pitopang", listed=True, address="Jalan Rahasia No. 7")
    recommendation = factories.recommendation(make, make.social_worker(), household)
    browser = sign_in(make.mayor())

    for url in ("/recommendations", f"/recommendations/{recommendation.number}"):
        text = browser.get(url).text
        assert "Syahrul Pitopang" in text
        for hidden in (household.kk_no, household.members[0].nik, household.kk_no[-4:], "Rahasia", "RT 003", "desil"):
            assert hidden not in text


def test_the_mayor_approves_with_a_plain_form(make, sign_in):
    recommendation = factories.recommendation(make, make.social_worker())
    browser = sign_in(make.mayor())
    url = f"/recommendations/{recommendation.number}/approve"
    hidden = form_values(browser.get("/recommendations").text, url)

    response = browser.post(url, {"version": hidden["version"], "common": "Mendesak.", "own": "Segera bantu."})

    assert (response.status_code, response.location) == (303, f"/recommendations?decided={recommendation.number}")
    assert recommendation.decision_reason == "Mendesak. Segera bantu."
    assert "400.9.14/001/UPT-KAN/X/2026" in browser.get(response.location).text


def test_with_htmx_only_the_cards_come_back(make, sign_in):
    worker = make.social_worker()
    decided, waiting = (factories.recommendation(make, worker) for _ in range(2))
    browser = sign_in(make.mayor())
    htmx = {"HX-Request": "true", "HX-Target": "waiting"}

    response = browser.post(
        f"/recommendations/{decided.number}/decline", sent(decided, own="Bukti kurang."), headers=htmx
    )
    part = browser.fragment(response.location, "waiting")

    assert "<html" not in part
    assert waiting.number in part
    assert "Bukti kurang." in part
    whole = browser.get(response.location).text
    assert without_keys(part) in without_keys(whole)


def test_declining_without_a_reason_says_so_in_its_place(make, sign_in):
    recommendation = factories.recommendation(make, make.social_worker())
    url = f"/recommendations/{recommendation.number}/decline"

    response = sign_in(make.mayor()).post(url, {"version": str(recommendation.version)})

    assert response.status_code == 422
    assert f"wrong-decline-{recommendation.id}" in response.text
    assert recommendation.status is RecommendationStatus.PROPOSED


def test_too_long_a_reason_is_kept(make, sign_in):
    recommendation = factories.recommendation(make, make.social_worker())
    url = f"/recommendations/{recommendation.number}/approve"

    response = sign_in(make.mayor()).post(url, sent(recommendation, own="y" * 1001))

    assert response.status_code == 422
    assert "y" * 1001 in response.text


def test_of_two_approvals_the_second_reads_who_was_first(make, sign_in):
    recommendation = factories.recommendation(make, make.social_worker())
    first, second = make.mayor(), make.mayor()
    url, data = f"/recommendations/{recommendation.number}/approve", sent(recommendation)

    answers = [sign_in(person).post(url, data) for person in (first, second)]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert first.full_name in answers[1].text
    assert db.session.query(EmergencyRecommendation).filter_by(status=RecommendationStatus.APPROVED).count() == 1


def test_a_form_of_an_older_version_is_refused(make, sign_in):
    recommendation = factories.recommendation(make, make.social_worker())

    response = sign_in(make.mayor()).post(f"/recommendations/{recommendation.number}/approve", {"version": "0"})

    assert response.status_code == 409
    assert recommendation.status is RecommendationStatus.PROPOSED


def test_who_asked_sees_no_buttons(make, sign_in):
    both = make.mayor()
    recommendation = factories.recommendation(make, both)
    browser, url = sign_in(both), f"/recommendations/{recommendation.number}/approve"

    assert url not in browser.get("/recommendations").text
    assert browser.post(url, sent(recommendation)).status_code == 403


@pytest.mark.parametrize(
    "role", ["social_worker", "unit_head", "treasurer", "partner_user", "cadre", "auditor", "admin"]
)
def test_nobody_else_approves(make, sign_in, role):
    recommendation = factories.recommendation(make, make.social_worker())

    response = sign_in(getattr(make, role)()).post(
        f"/recommendations/{recommendation.number}/approve", sent(recommendation)
    )

    assert response.status_code == 403
    assert recommendation.status is RecommendationStatus.PROPOSED


def test_a_deputy_without_the_role_decides_within_the_dates(make, sign_in, clock):
    mayor, deputy = make.mayor(), make.treasurer()
    recommendation = factories.recommendation(make, make.social_worker())
    browser = sign_in(deputy)
    url = f"/recommendations/{recommendation.number}/approve"
    assert browser.get("/recommendations").status_code == 403
    today = recommendation.event.happened_on + timedelta(days=1)

    delegation = factories.delegation(make, mayor, deputy, starts_on=today, ends_on=today)
    page = browser.get("/recommendations")
    assert page.status_code == 200
    assert mayor.full_name in page.text
    clock.shift(timedelta(days=1))
    late = sign_in(deputy).post(url, sent(recommendation))
    assert late.status_code == 403
    delegation.ends_on += timedelta(days=1)
    make._store(delegation)
    assert sign_in(deputy).post(url, sent(recommendation)).status_code == 303
    assert (recommendation.decided_by, recommendation.on_behalf_of) == (deputy, mayor)


def test_pages_are_for_those_who_work_on_emergencies(make, sign_in, stranger):
    recommendation = factories.recommendation(make, make.social_worker())
    urls = [
        "/recommendations",
        f"/recommendations/{recommendation.number}",
        f"/recommendations/{recommendation.number}.pdf",
    ]

    for url in urls:
        assert stranger.get(url).status_code == 303
        for outsider in (make.treasurer(), make.partner_user(), make.cadre(), make.office_user(), make.admin()):
            assert sign_in(outsider).get(url).status_code == 403
    assert sign_in(make.mayor()).get("/recommendations/R-2026-000999").status_code == 404
    assert sign_in(make.social_worker()).get("/recommendations?filter=elsewhere").status_code == 404


def test_an_emergency_is_found_by_spelling_and_by_its_letter_and_says_why(make, sign_in):
    worker, mayor = make.social_worker(), make.mayor()
    found = factories.letter(make, worker, mayor)
    head = found.household.members[0]
    head.name, head.name_key = "Muhammad Yusuf", fold_name("Muhammad Yusuf")
    make._store(head)
    browser = sign_in(worker)

    for typed, word in (("Moh. Jusuf", "ejaan"), (found.letter_number, "surat")):
        page = browser.get("/recommendations", query_string={"filter": "approved", "q": typed}).text
        assert f'href="/recommendations/{found.number}"' in page and re.search(f"<em>[^<]*{word}", page), typed


def test_lists_of_the_staff_are_filtered_and_searched(make, sign_in):
    worker, mayor = make.social_worker(), make.mayor()
    waiting = factories.recommendation(make, worker)
    ending = factories.letter(make, worker, mayor, starts_on=clock.today() - timedelta(days=25))
    settled = factories.letter(make, worker, mayor, exit="closed", exit_reason="Selesai.")
    browser = sign_in(worker)
    expected = {
        "": {waiting}, "?filter=waiting": {waiting}, "?filter=approved": {ending, settled}, "?filter=declined": set(),
        "?filter=no_exit": {ending}, f"?filter=approved&q={settled.number.lower()}": {settled},
        "?filter=approved&q=tidak-ada": set(),
    }  # fmt: skip

    for query, recommendations in expected.items():
        text = browser.get(f"/recommendations{query}").text
        for each in (waiting, ending, settled):
            assert (f'href="/recommendations/{each.number}"' in text) is (each in recommendations), query
    part = browser.fragment("/recommendations?filter=no_exit", "results")
    assert " ".join(part.split()) in " ".join(browser.get("/recommendations?filter=no_exit").text.split())


def test_a_long_list_goes_on(make, sign_in):
    worker, mayor = make.social_worker(), make.mayor()
    letters = [factories.letter(make, worker, mayor) for _ in range(27)]
    browser = sign_in(worker)

    for chosen in ("approved", "no_exit"):
        seen, url = set(), f"/recommendations?filter={chosen}"
        while url:
            text = browser.get(url).text
            seen |= {each.number for each in letters if f'href="/recommendations/{each.number}"' in text}
            after = text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0] if 'rel="next"' in text else ""
            url = after.replace("&amp;", "&")
        assert seen == {each.number for each in letters}
    assert browser.get("/recommendations?filter=no_exit&after=W10=").status_code == 200


def test_queries_for_today(make):
    worker, mayor, today = make.social_worker(), make.mayor(), clock.today()
    soon = factories.letter(make, worker, mayor, starts_on=today - timedelta(days=24))
    over = factories.letter(make, worker, mayor, starts_on=today - timedelta(days=60))
    factories.letter(make, worker, mayor, starts_on=today)
    factories.letter(make, worker, mayor, starts_on=today - timedelta(days=25), exit="card")

    assert [row.number for row in queries.needing_exit(today)] == [over.number, soon.number]


def test_a_second_tap_shows_the_first_result_again(make, sign_in):
    asked, browser = factories.recommendation(make, make.social_worker()), sign_in(make.mayor())
    page = browser.get("/recommendations").text
    keys = re.findall(r'name="once" value="([^"]+)"', page)

    first, second = (
        browser.post(f"/recommendations/{asked.number}/approve", sent(asked), once=keys[0]) for _ in range(2)
    )

    assert len(set(keys)) == len(keys) >= 2
    assert [(answer.status_code, answer.location) for answer in (first, second)] == [(303, first.location)] * 2


def test_what_was_decided_is_read_on_record(make, sign_in):
    asked, browser = factories.recommendation(make, make.social_worker()), sign_in(make.mayor())
    location = browser.post(f"/recommendations/{asked.number}/decline", sent(asked, own="Bukti kurang.")).location
    before = _readings(asked.household_id)

    browser.get(location)

    assert _readings(asked.household_id) == before + 1


def test_the_mayor_reads_of_earlier_letters_and_of_what_the_desk_confirmed(make, sign_in):
    worker, mayor, family = make.social_worker(), make.mayor(), make.household("Syahrul Pitopang")
    had = factories.letter(make, worker, mayor, household=family)
    beside = factories.recommendation(make, worker, family)
    declined = {"status": RecommendationStatus.DECLINED, "decided_by_id": mayor.id, "decided_at": clock.now()}
    refused = factories.recommendation(make, worker, family, **declined)
    asked = "R-2026-000001 sudah ada untuk keluarga ini."
    recommendation = factories.recommendation(make, worker, family, confirmed=asked)
    factories.letter(make, worker, mayor, household=make.household("Datuak Rajo"))
    browser = sign_in(mayor)

    card = browser.get("/recommendations").text.split(f'id="emergency-{recommendation.id}"')[1].split("</article>")[0]
    detail = browser.get(f"/recommendations/{recommendation.number}").text
    of_first = browser.get(f"/recommendations/{had.number}").text

    for text in (card, detail):
        assert text.count("Keluarga ini sudah mempunyai surat") == 1
        assert f"Keluarga ini sudah mempunyai surat {had.letter_number} untuk Kebakaran rumah, " in text
        assert f"berlaku sampai {clock.format_day(had.ends_on, short=True)}" in re.sub(r"<[^>]*>", "", text)
        assert beside.number in text
        assert f"“{asked}”" in text
        assert refused.number not in text
    assert "Keluarga ini sudah mempunyai surat" not in of_first


def test_earlier_letters_cost_one_query_however_many_wait(make, sign_in):
    worker, browser = make.social_worker(), sign_in(make.mayor())

    def asked():
        with counted_queries() as told:
            browser.get("/recommendations")
        return len([text for text in told if text.startswith("SELECT") and "emergency_recommendation" in text])

    factories.recommendation(make, worker)
    before = asked()
    for _ in range(4):
        factories.recommendation(make, worker)

    assert asked() == before
