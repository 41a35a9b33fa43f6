"""What is shown when something fails: a page of our own, whatever failed."""

import re

import pytest

from portal import create_app
from portal.accounts.roles import Role
from portal.households import checks
from tests.conftest import settings


@pytest.fixture
def broken(tmp_path):
    """A browser at a portal whose database cannot be reached; the cookie says that somebody was signed in."""
    nowhere = {**settings(tmp_path, f"sqlite:///{tmp_path / 'none' / 'portal.db'}"), "TESTING": False}
    with create_app(**nowhere).test_client() as client:
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["uid"] = "somebody", 1
        yield client


@pytest.mark.parametrize("path", ["/", "/sign-in", "/account", "/complaints", "/track", "/healthz", "/nowhere"])
def test_without_its_database_the_portal_still_says_so_on_a_page(broken, path):
    answer = broken.get(path)

    assert answer.status_code in {500, 503}
    assert "Portal Anak Nagari" in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_request_under_a_foreign_name_is_refused_plainly(tmp_path, mould):
    portal = create_app(**{**settings(tmp_path, mould), "TESTING": False, "TRUSTED_HOSTS": ["upt.example"]})

    answer = portal.test_client().get("/", headers={"Host": "evil.example"})

    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert "evil" not in answer.text


def test_a_page_that_is_not_there_offers_only_what_its_reader_may_open(make, sign_in, stranger):
    people = {role: sign_in(user) for role, user in make.everyone().items()}

    for role, browser in [*people.items(), (None, stranger)]:
        for wrong in ("/nowhere", "/users"):
            page = browser.get(wrong, follow_redirects=True).text
            main = page.partition("<main")[2].partition("</main>")[0]
            for address in set(re.findall(r'href="(/[^"#?]*)"', main)):
                assert browser.get(address).status_code == 200, (role, wrong, address)
    assert "/households" in people[Role.SOCIAL_WORKER].get("/nowhere").text.partition("<main")[2]
    assert "/households" not in people[Role.PARTNER].get("/nowhere").text.partition("<main")[2]


def test_two_who_register_the_same_number_at_once_are_told(make, sign_in, monkeypatch):
    """On PostgreSQL both may look before either writes; the database refuses the second."""
    family = make.household(kk_no="1376010806139876")
    monkeypatch.setattr(checks, "refuse_taken_numbers", lambda *_: None)
    sent = {
        "members-0-name": "Upik", "members-0-sex": "P", "members-0-relation": "head", "kk_no": family.kk_no,
        "village_code": family.village_code,
    }  # fmt: skip

    assert sign_in(make.social_worker()).post("/households/new", sent).status_code == 409
