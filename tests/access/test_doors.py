"""Every address, every role, and strangers: who may not enter stays outside, and changes nothing from there."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import Integer, func, select
from werkzeug.routing import Rule

from portal.accounts.roles import Role, permissions_of
from portal.db import Base, db
from portal.web.access import refuse_unmarked_views
from tests.access.samples import Samples
from tests.factories import Make
from tests.pages import apart

# What any request may leave behind: its own session, counters, forms kept for a re-login.
BOOKKEEPING = {"user_session", "failed_sign_in", "kept_form", "once_key"}


@pytest.fixture
def samples(make) -> Samples:
    return Samples(make)


def doors(app: Flask, method: str) -> Iterator[tuple[Rule, frozenset[str] | None]]:
    """Every rule that answers this method, with the permissions of which one opens it (None: public)."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.endpoint != "static" and method in (rule.methods or ()):
            yield rule, app.view_functions[rule.endpoint].access  # type: ignore[attr-defined]


def contents() -> dict[str, int]:
    """How many rows each table has, and the sum of all version numbers: a change shows in one or the other."""
    counted = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in BOOKKEEPING:
            counted[table.name] = db.session.execute(select(func.count()).select_from(table)).scalar_one()
        if "version" in table.c and isinstance(table.c.version.type, Integer):
            total = db.session.execute(select(func.coalesce(func.sum(table.c.version), 0))).scalar_one()
            counted[f"{table.name} versions"] = int(total)
    return counted


def test_a_view_that_does_not_say_who_may_open_it_stops_the_start():
    app = Flask("unmarked")
    app.add_url_rule("/open", "open", lambda: "")

    with pytest.raises(RuntimeError, match="open"):
        refuse_unmarked_views(app)


def test_every_permission_that_a_door_asks_for_is_somebodys(app):
    known = permissions_of(frozenset(Role))

    asked = {right for method in ("GET", "POST") for _, access in doors(app, method) for right in access or ()}
    assert asked - known == set()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_strangers_are_sent_to_sign_in(app, samples, stranger, method):
    before, wrong = contents(), []
    for rule, access in doors(app, method):
        if access is None:
            continue
        send = stranger.get if method == "GET" else stranger.post
        response = send(samples.url(app, rule))
        if (response.status_code, (response.location or "")[:8]) != (303, "/sign-in"):
            wrong.append((rule.rule, response.status_code))

    assert wrong == []
    assert contents() == before


@pytest.mark.parametrize("role", list(Role))
def test_a_role_without_the_permission_is_refused(app, make, samples, sign_in, role):
    """Forms, which could change something; that pages are refused too stands in the matrix."""
    person = make.everyone()[role]
    browser, mine = sign_in(person), permissions_of(frozenset({role}))
    before, wrong, tried = contents(), [], 0
    for rule, access in doors(app, "POST"):
        if not access or access & mine:
            continue
        tried += 1
        if (status := browser.post(samples.url(app, rule)).status_code) != 403:
            wrong.append((rule.rule, status))

    assert wrong == []
    assert tried > 10
    assert contents() == before


@pytest.mark.parametrize("role", list(Role))
def test_reading_opens_a_page_and_changes_nothing_but_the_trail(app, make, samples, sign_in, role):
    """A page answers, or says that this record is not this person's (403, 404); the browser checks its HTML."""
    browser, mine = sign_in(make.everyone()[role]), permissions_of(frozenset({role}))
    before, wrong = contents(), []
    for rule, access in doors(app, "GET"):
        if access and not access & mine:
            continue
        status = browser.get(samples.url(app, rule)).status_code
        if status not in {200, 303, 403, 404}:
            wrong.append((rule.rule, status))

    assert wrong == []
    after = contents()
    assert after | {"audit_event": 0} == before | {"audit_event": 0}


def test_a_form_without_its_token_is_refused(app, make, samples, sign_in):
    browser = sign_in(make.user(Role.ADMIN, *(role for role in Role if role is not Role.ADMIN)))
    before, wrong = contents(), []
    for rule, _access in doors(app, "POST"):
        for data in ({}, {"csrf_token": "forged"}):
            status = apart(browser.client.post, samples.url(app, rule), data=data).status_code
            if status != 422:
                wrong.append((rule.rule, status))

    assert wrong == []
    assert contents() == before


def test_a_form_with_the_token_of_another_session_is_refused(app, make, samples, sign_in):
    admin = make.user(Role.ADMIN, *(role for role in Role if role is not Role.ADMIN))
    browser, token = sign_in(admin), sign_in(admin).token()
    before, wrong = contents(), []
    for rule, _access in doors(app, "POST"):
        status = apart(browser.client.post, samples.url(app, rule), data={"csrf_token": token}).status_code
        if status != 422:
            wrong.append((rule.rule, status))

    assert wrong == []
    assert contents() == before


def test_a_strangers_form_without_its_token_is_refused_too(app, samples, stranger):
    before, wrong = contents(), []
    for rule, access in doors(app, "POST"):
        if access is None:
            status = apart(stranger.client.post, samples.url(app, rule), data={"name": "rani"}).status_code
            wrong += [(rule.rule, status)] if status != 422 else []

    assert wrong == []
    assert contents() == before


OTHER_VILLAGE = "13.76.01.1022"
Row = tuple[str, Callable[[Make], object], Callable[[Samples], str]]

OTHERS: list[Row] = [
    (
        "another office's referral",
        lambda make: make.office_user("Dinas Kesehatan"),
        lambda s: f"/referrals/{s.referral.id}",
    ),
    ("another partner's donation", lambda make: make.partner_user(), lambda s: f"/donations/{s.donation.number}"),
    ("another person's kept form", lambda make: make.social_worker(), lambda s: "/kept/contoh"),
    ("another partner's proof", lambda make: make.partner_user(), lambda s: f"/files/{s.values['files', 'file_id']}"),
    (
        "a family of another cadre's kelurahan",
        lambda make: make.cadre(OTHER_VILLAGE),
        lambda s: f"/area/reports/new?household={s.report.household_id}",
    ),
    (
        "a report from another cadre's kelurahan",
        lambda make: make.cadre(OTHER_VILLAGE),
        lambda s: f"/area/reports/{s.report.id}",
    ),
    ("another cadre's report", lambda make: make.cadre(), lambda s: f"/area/reports/{s.report.id}"),
    (
        "a proof, for who sees no donations",
        lambda make: make.cadre(),
        lambda s: f"/files/{s.values['files', 'file_id']}",
    ),
]


@pytest.mark.parametrize(("intruder", "address"), [row[1:] for row in OTHERS], ids=[row[0] for row in OTHERS])
def test_what_belongs_to_others_is_not_there(make, samples, sign_in, intruder, address):
    assert sign_in(intruder(make)).get(address(samples)).status_code == 404


OWN: list[Row] = [
    (
        "a family of the own kelurahan",
        lambda make: make.cadre(),
        lambda s: f"/area/reports/new?household={s.report.household_id}",
    ),
    ("an office's referral", lambda make: make.office_user("Dinas Sosial"), lambda s: f"/referrals/{s.referral.id}"),
    ("a partner's donation", lambda make: make.partner_user("baznas"), lambda s: f"/donations/{s.donation.number}"),
    ("a partner's proof", lambda make: make.partner_user("baznas"), lambda s: f"/files/{s.values['files', 'file_id']}"),
]


@pytest.mark.parametrize(("owner", "address"), [row[1:] for row in OWN], ids=[row[0] for row in OWN])
def test_what_is_ones_own_opens(make, samples, sign_in, owner, address):
    assert sign_in(owner(make)).get(address(samples)).status_code == 200
