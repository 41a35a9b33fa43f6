"""No page shows a case without its place in the trail; a page that shows none leaves none."""

import pytest
from sqlalchemy import func, select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.db import db
from tests.access.samples import Samples
from tests.reports import factories


def readings(family_id):
    statement = select(func.count()).where(AuditEvent.household_id == family_id)
    return db.session.execute(statement).scalar_one()


@pytest.fixture
def samples(make) -> Samples:
    return Samples(make)


PAGES = (
    "/households/{family}", "/households/{family}/edit", "/households/{family}/numbers",
    "/households/{family}/list-check", "/households/{family}/membership-card", "/complaints/{case}",
    "/complaints/{case}/documents", "/complaints/{case}/close", "/complaints/{case}/visit",
    "/complaints/{case}/proposal", "/complaints/{case}/receipt.pdf", "/complaints/new?household={family}",
    "/visits/{visit}", "/visits/{visit}/assessment", "/decisions/{decision}", "/cards/{card}", "/cards/{card}.pdf",
    "/cards/{card}/revocation", "/recommendations/{letter}", "/recommendations/{letter}.pdf",
    "/recommendations/new?complaint={case}", "/referrals/new?complaint={case}", "/referrals/{referral}",
    "/disbursements/{aid}",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_case_is_on_record(make, samples, sign_in, page):
    v = samples.values
    known = {
        "family": v["households", "household_id"], "case": v["complaints", "number"], "visit": v["visits", "visit_id"],
        "decision": v["decisions", "decision_id"], "card": v["cards", "number"],
        "letter": v["recommendations", "number"], "referral": samples.referral.id, "aid": v["disbursements", "number"],
    }  # fmt: skip
    before = readings(known["family"])

    answer = sign_in(make.user(Role.SOCIAL_WORKER, Role.UNIT_HEAD)).get(page.format(**known))

    assert answer.status_code == 200
    assert readings(known["family"]) == before + 1


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
