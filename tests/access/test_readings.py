"""No page shows a case without its place in the trail; a page that shows none leaves none."""

from itertools import product

import pytest
from sqlalchemy import func, select

from portal.accounts.roles import Role, permissions_of
from portal.audit.models import AuditEvent
from portal.db import db
from portal.households.models import Household
from tests.access.marks import mark
from tests.access.matrix import BY_HAND, doors
from tests.access.samples import Samples
from tests.access.test_numbers import words
from tests.pages import apart
from tests.reports import factories


def readings(family_id):
    statement = select(func.count()).where(AuditEvent.household_id == family_id)
    return db.session.execute(statement).scalar_one()


@pytest.fixture
def samples(make) -> Samples:
    return Samples(make)


EXCUSED = {
    ("/", "household-address"): "the visits of today: the way to the house",
    ("/", "complaint-applicant_phone"): "the visits of today: whom to call on the way",
    ("/visits", "household-address"): "the agenda: the way to the house",
    ("/visits", "household-phone"): "the agenda: whom to call on the way",
    ("/area", "household-address"): "the families of a cadre's own kelurahan, by name and address",
    ("/area/month", "household-address"): "the families of a cadre's own kelurahan that nobody confirmed this month",
    ("/area/month/confirm", "household-address"): "the same, looked at before they are confirmed",
    ("/area/reports/new", "household-address"): "the family of that kelurahan which a report is about",
    ("/area/reports", "area_report-settling_note"): "what was done with a report, said to the cadre who made it",
    **{
        (
            f"/list-proposals/<number>{act}",
            "list_proposal_line-reason",
        ): "what the owner of a list answered, to follow it"
        for act in ("", "/answer-file", "/answers", "/fulfilled", "/send", "/withdraw")
    },
    ("/payments/<number>/list.pdf", "household-address"): "the list that is taken along: the way to the house",
    ("/listing-errors", "listing_error-reason"): "why a family and the national list disagree, for planning",
}
"""Lists that show a word about families without a trace, each by choice. Any other page that does is a fault."""

LISTS = ("/updates/<village_code>/<month>", "/list-proposals/<number>", "/payments/<number>")
"""Addresses with a place in them that open a list of families by name, as the register does, and none of them."""

SENT_OUT = "accounts.sign_out"


def answers(app, browser, samples, rights):
    """Whatever this person finds at every door that `rights` may open, page and parts, with what was recorded for it.

    The other doors are refused before anything is read (test_matrix.py).
    """
    v, family_id = samples.values, samples.values["households", "household_id"]
    asked_for = (
        f"household={family_id}&household_id={family_id}&complaint={v['complaints', 'number']}"
        f"&decision={v['decisions', 'decision_id']}&recommendation={v['recommendations', 'number']}"
    )
    for door in doors(app):
        asked = {BY_HAND[door.rule.rule]} if door.rule.rule in BY_HAND else door.access
        if door.rule.endpoint == SENT_OUT or (asked and not asked & rights):
            continue
        url = samples.url(app, door.rule)
        urls = [url] if door.rule.arguments else [url, f"{url}{'&' if '?' in url else '?'}{asked_for}"]
        for url, part in product(urls, ("", *door.parts)):
            headers = {"HX-Request": "true", "HX-Target": part} if part else {}
            db.session.rollback()
            before = db.engines[None].begin_nested()
            known = readings(family_id)
            try:
                if door.method == "GET":
                    answer = apart(browser.client.get, url, headers=headers)
                else:
                    answer = apart(browser.client.post, url, data={"csrf_token": browser.token()}, headers=headers)
                if answer.status_code in {200, 409, 422} and answer.mimetype in {"text/html", "application/pdf"}:
                    yield door, part, words(answer), readings(family_id) - known
            finally:
                db.session.rollback()
                before.rollback()
                db.session.expire_all()


@pytest.mark.parametrize("role", [*Role, "worker and head"])
def test_no_page_and_no_part_shows_a_case_without_its_place_in_the_trail(app, make, samples, sign_in, role):
    """Found by the words on the page, so that a new page needs no entry here: it records the reading, or fails."""
    family = db.session.get(Household, samples.values["households", "household_id"])
    marks, name = mark(family), family.head_name
    both = make.user(Role.SOCIAL_WORKER, Role.UNIT_HEAD) if role == "worker and head" else None
    browser = sign_in(both or samples.owners.get(role) or make.everyone()[role])
    silent, seen = [], set()

    roles = {Role.SOCIAL_WORKER, Role.UNIT_HEAD} if both else {role}
    for door, part, text, recorded in answers(app, browser, samples, permissions_of(frozenset(roles))):
        shown = {each for each in marks if each in text}
        seen |= shown
        told = {each for each in shown if (door.rule.rule, each.rpartition("-")[0]) not in EXCUSED}
        of_one_family = name in text and door.rule.arguments and not door.rule.rule.startswith(LISTS)
        if (told or of_one_family) and not recorded:
            silent.append((door.method, door.rule.rule, part, sorted(told)))

    assert silent == []
    if role in (Role.PARTNER, Role.AUDITOR, Role.ADMIN):
        assert seen == set()
    else:  # else the marks are not on the pages, and nothing is proved
        assert len(seen) >= (20 if role in (Role.SOCIAL_WORKER, Role.UNIT_HEAD, "worker and head") else 1)


@pytest.mark.parametrize(
    "page",
    ["/complaints/new?household={family}", "/recommendations/new?complaint={case}", "/referrals/new?complaint={case}"],
)
def test_a_page_about_a_family_that_its_address_asks_for_is_on_record(make, samples, sign_in, page):
    family = samples.values["households", "household_id"]
    before = readings(family)

    url = page.format(family=family, case=samples.values["complaints", "number"])
    assert sign_in(make.social_worker()).get(url).status_code == 200
    assert readings(family) == before + 1


def test_the_page_of_two_versions_is_a_reading_too(make, sign_in):
    family = make.household(address="Jalan Lama No. 1")
    browser = sign_in(make.social_worker())
    sent = {
        "members-0-name": "Upik", "members-0-sex": "P", "members-0-relation": "head", "address": "Jalan Baru",
        "village_code": family.village_code, "version": "0",
    }  # fmt: skip

    before = readings(family.id)
    answer = browser.post(f"/households/{family.id}/edit", sent)

    assert answer.status_code == 409
    assert "Jalan Lama No. 1" in answer.text
    assert readings(family.id) == before + 1


def test_an_emergency_on_the_mayors_page_is_on_record(make, sign_in):
    family, worker = make.household(), make.social_worker()
    factories.recommendation(make, factories.complaint(make, family, by=worker), by=worker)

    sign_in(make.mayor()).get("/recommendations")

    assert readings(family.id) == 1


def test_a_case_shown_beside_a_refused_form_is_on_record_too(make, samples, sign_in):
    visit_id, family_id = samples.values["visits", "visit_id"], samples.values["households", "household_id"]
    before = readings(family_id)

    answer = sign_in(make.social_worker()).post(f"/visits/{visit_id}/note", {"note": "x" * 5000})

    assert answer.status_code == 422
    assert "Yurnalis" in answer.text
    assert readings(family_id) == before + 1


def test_an_error_page_shows_no_case_and_leaves_no_reading(make, samples, sign_in):
    family_id, number = samples.values["households", "household_id"], samples.values["cards", "number"]
    before = readings(family_id)

    assert sign_in(make.social_worker()).get(f"/cards/{number}.pdf?size=poster").status_code == 404
    assert readings(family_id) == before


def test_both_versions_of_a_family_do_not_show_its_whole_number(make, sign_in):
    family = make.household(kk_no="1376010806139876")
    sent = {
        "members-0-name": "Upik", "members-0-sex": "P", "members-0-relation": "head", "kk_no": "1376010806131234",
        "village_code": family.village_code, "version": "0",
    }  # fmt: skip

    answer = sign_in(make.social_worker()).post(f"/households/{family.id}/edit", sent)

    assert answer.status_code == 409
    assert "9876" in answer.text
    assert "1376010806139876" not in answer.text


def test_the_family_at_the_desk_is_on_record_however_the_page_was_asked_for(make, sign_in):
    family, browser = make.household(), sign_in(make.social_worker())
    url = f"/complaints/new?household={family.id}"

    assert family.head_name in browser.get(url, headers={"HX-Request": "true"}).text
    assert readings(family.id) == 1
    chosen = {"family": "chosen", "household_id": family.id, "act": "refresh"}
    assert family.head_name in browser.post("/complaints/new", chosen).text
    assert readings(family.id) == 2

    part = browser.get(f"{url}&service_code=data-card", headers={"HX-Request": "true", "HX-Target": "rest"})
    assert family.head_name not in part.text
    assert readings(family.id) == 2
