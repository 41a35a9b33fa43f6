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
from portal.web import retry
from portal.web.access import public

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
