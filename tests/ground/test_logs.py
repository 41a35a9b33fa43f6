"""Logs help to find a fault and tell nothing of people."""

import json
import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.db import db
from portal.web.logs import JsonLines, log


def lines(caplog) -> list[dict]:
    return [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "portal"]


def test_a_request_is_one_line_with_its_id_and_no_personal_data(make, sign_in, caplog, monkeypatch):
    monkeypatch.setattr(log, "propagate", True)
    caplog.set_level(logging.INFO, logger="portal")
    browser = sign_in(make.social_worker())

    response = browser.get("/households?q=1376012001019001")

    line = lines(caplog)[-1]
    assert line["request"] == response.headers["X-Request-Id"]
    assert (line["route"], line["status"]) == ("/households", 200)
    assert "1376012001019001" not in json.dumps(lines(caplog))


def test_an_error_is_told_by_kind_and_place_not_by_what_it_says(caplog):
    try:
        raise ValueError("NIK 1376012001019001 of Yurnalis")
    except ValueError as error:
        record = logging.LogRecord(
            "portal", logging.ERROR, __file__, 1, "error", (), (type(error), error, error.__traceback__)
        )

    line = json.loads(JsonLines().format(record))

    assert line["error"] == "ValueError"
    assert "Yurnalis" not in json.dumps(line)


def test_an_error_of_the_database_names_no_values(make):
    with pytest.raises(DBAPIError) as error:
        db.session.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": "Yurnalis"})

    assert "Yurnalis" not in str(error.value)
