"""Full identity numbers: in no address, title, log or name of a file, and never before those outside the case."""

import io
import json
import logging
import re

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.db import db
from portal.households.models import Household, Member
from portal.web.logs import JsonLines
from tests.access.samples import Samples
from tests.access.test_doors import doors
from tests.paper.reading import text as text_of_pdf

OUTSIDE = (Role.MAYOR_OFFICE, Role.TREASURER, Role.PARTNER, Role.CADRE, Role.OFFICE, Role.AUDITOR, Role.ADMIN)
SHOWN_IN_FULL = {"/households/<int:household_id>/numbers", "/households/<int:household_id>/edit"}
"""Where somebody works on the household: opening them is recorded."""


@pytest.fixture
def samples(make) -> Samples:
    return Samples(make)


def numbers(db_session) -> set[str]:
    rows = [*db_session.scalars(select(Member.nik)), *db_session.scalars(select(Household.kk_no))]
    return {number for number in rows if number}


def words(answer) -> str:
    made_here = answer.mimetype == "application/pdf" and answer.request.path.endswith(".pdf")
    return text_of_pdf(answer.data) if made_here else answer.data.decode(errors="replace")


def readable(browser, samples, app):
    """Every answer this person can get by reading."""
    for rule, _access in doors(app, "GET"):
        answer = browser.client.get(samples.url(app, rule))
        if answer.status_code == 200 and answer.mimetype in {"text/html", "application/pdf"}:
            yield rule.rule, answer


@pytest.mark.parametrize("role", OUTSIDE)
def test_nobody_outside_the_case_sees_a_full_number(app, make, samples, sign_in, role):
    person = samples.owners.get(role) or make.everyone()[role]
    known, opened, found = numbers(db.session), 0, []
    for rule, answer in readable(sign_in(person), samples, app):
        opened += 1
        found += [(rule, number) for number in known if number in words(answer)]

    assert found == []
    assert opened >= 8
    assert len(known) >= 3


def test_the_public_sees_no_number_at_all(app, samples, stranger):
    known = numbers(db.session)
    shown = [(rule, number) for rule, a in readable(stranger, samples, app) for number in known if number in words(a)]
    masked = [rule for rule, a in readable(stranger, samples, app) if any(f"*{n[-4:]}" in words(a) for n in known)]

    assert (shown, masked) == ([], [])


def test_a_full_number_stands_in_no_address_title_log_or_name_of_a_file(app, make, samples, sign_in):
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    log = logging.getLogger("portal")
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    known, found, in_full = numbers(db.session), [], set()
    try:
        browser = sign_in(make.user(Role.SOCIAL_WORKER, Role.UNIT_HEAD))
        for number in known:
            browser.post("/households", {"q": number})
        for rule, answer in readable(browser, samples, app):
            page = words(answer)
            places = [*re.findall(r"<title>.*?</title>", page, re.S), *re.findall(r'(?:href|src|action)="[^"]*"', page)]
            places += [answer.headers.get("Content-Disposition", ""), answer.location or ""]
            found += [(rule, place) for place in places for number in known if number in place]
            in_full |= {rule for number in known if number in page}
    finally:
        log.removeHandler(handler)
        log.setLevel(level)

    assert found == []
    assert in_full == SHOWN_IN_FULL
    lines = written.getvalue().splitlines()
    assert len(lines) > 30
    assert all(json.loads(line)["route"] for line in lines)
    assert [number for number in known if number in written.getvalue()] == []
