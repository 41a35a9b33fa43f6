"""What PostgreSQL asks to try again is tried again: a deadlock between two requests is never shown to anybody."""

from collections.abc import Iterator
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any

import pytest
from flask import Flask, g, request, session
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from portal.db import db
from portal.visits.models import HomeVisit, VisitStatus
from portal.web import forms, retry, seen
from portal.web.access import public
from tests.factories import Make
from tests.pages import Desk, form_values
from tests.together import together
from tests.visits import factories as visits

INSERT = """INSERT INTO kept_form (token, user_id, path, fields, kept_at)
VALUES (:token, 1, '/', '[]', '2026-10-05 00:00:00')"""


class Lost(Exception):
    """An error of the driver with PostgreSQL's code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.sqlstate = code


@pytest.fixture
def tried(own_portal: Flask) -> Iterator[list[Any]]:
    """A door that fails as often as it is told to, and what happened there."""
    seen: list[Any] = []

    @public
    def door() -> str:
        seen.append((request.form.get("name"), dict(session), g.get("left_behind")))
        g.left_behind = session["left"] = True
        db.session.execute(text(INSERT), {"token": f"t{len(seen)}"})
        if len(seen) <= int(request.args["failures"]):
            raise OperationalError("…", {}, Lost(request.args["code"]))
        db.session.commit()
        return "done"

    own_portal._got_first_request = False
    own_portal.add_url_rule("/door", "door", door, methods=["GET", "POST"])
    yield seen


def rows() -> int:
    return db.session.execute(text("SELECT count(*) FROM kept_form")).scalar_one()


@pytest.mark.parametrize("code", sorted(retry.AGAIN))
def test_a_transaction_that_lost_begins_anew_and_leaves_nothing_behind(own_portal, tried, code):
    answer = own_portal.test_client().get(f"/door?failures=2&code={code}")

    assert (answer.status_code, answer.text) == (200, "done")
    assert tried == [(None, {}, None)] * 3
    assert rows() == 1


def test_not_for_ever(own_portal, tried):
    answer = own_portal.test_client().get("/door?failures=99&code=40P01")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"].isdigit()
    assert len(tried) == retry.TRIES
    assert rows() == 0


def test_other_faults_of_the_database_are_not_tried_again(own_portal, tried):
    answer = own_portal.test_client().get("/door?failures=1&code=53300")

    assert (answer.status_code, len(tried)) == (503, 1)


def test_two_requests_that_lock_each_other_are_both_answered(request, own_portal):
    if request.config.getoption("--database") != "postgresql":
        pytest.skip("SQLite has one writer at a time: no two wait for each other")
    both, answers = Barrier(2), []

    @public
    def crossing() -> str:
        first, second = ("audit", "files") if request_order() == "ab" else ("files", "audit")
        for name in (first, second):
            db.session.execute(text("UPDATE setting SET source = source WHERE key = :key"), {"key": KEYS[name]})
            if name == first and g.tries == 1:
                with suppress(BrokenBarrierError):
                    both.wait(5)
        db.session.commit()
        return "done"

    own_portal._got_first_request = False
    own_portal.add_url_rule("/crossing", "crossing", crossing)

    def go(order: str) -> None:
        answers.append(own_portal.test_client().get(f"/crossing?order={order}").status_code)

    threads = [Thread(target=go, args=(order,)) for order in ("ab", "ba")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert answers == [200, 200]


KEYS = {"audit": "office_phone", "files": "office_address"}


def request_order() -> str:
    return request.args["order"]


MOVED = {"slot": "other", "visit_on": "07-10-2026", "visit_time": "10.00"}
BY_ITS_VISIT = [("/complaints/{case.number}/visit", MOVED), ("/visits/{visit.id}/missed", {"reason": "nobody"})]


@pytest.mark.parametrize(("door", "fields"), BY_ITS_VISIT)
def test_a_visit_and_its_case_that_are_held_in_two_orders_are_both_answered(
    request, own_portal, monkeypatch, clock, door, fields
):
    if request.config.getoption("--database") != "postgresql":
        pytest.skip("SQLite has one writer at a time: no two wait for each other")
    desk, make, both, anew, answers = Desk(own_portal), Make(), Barrier(2), [], []
    visit = visits.visit(make, worker := make.social_worker())
    case, visit_id, holds, begins = visit.complaint, visit.id, forms.hold, retry.Persevering._begin_anew

    def holds_and_waits(record: Any) -> None:
        holds(record)
        if g.tries == 1:
            with suppress(BrokenBarrierError):
                both.wait(5)

    def sends(address: str, typed: dict[str, Any]) -> Any:
        browser = desk.sign_in(worker)
        shown = form_values(browser.get(address).text, field=next(iter(typed)))
        return lambda: answers.append(browser.post(address, shown | typed).status_code)

    acts = [
        sends(door.format(case=case, visit=visit), fields | {"visitor_id": worker.id}),
        sends(f"/complaints/{case.number}/close", {"how": "withdraw", "reason": "Pindah."}),
    ]
    for module in (forms, seen):
        monkeypatch.setattr(module, "hold", holds_and_waits)
    monkeypatch.setattr(retry.Persevering, "_begin_anew", lambda self, *how: anew.append(how) or begins(*how))

    assert together(own_portal, acts) == [None, None]

    assert len(anew) == 1
    assert sorted(answers) in ([303, 303], [303, 409])
    assert db.session.get_one(HomeVisit, visit_id).status is not VisitStatus.BOOKED
