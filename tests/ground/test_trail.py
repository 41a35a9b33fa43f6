"""The trail: every change and reading is on record, chained, and cannot be altered."""

import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal import audit
from portal.accounts import services as accounts
from portal.audit.models import AuditEvent
from portal.audit.services import UnrecordedChange
from portal.audit.verify import verify
from portal.db import db


def events():
    return db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()


def test_a_change_is_recorded_with_before_and_after(make):
    user = make.social_worker()
    accounts.set_language(user, "en")
    db.session.commit()

    event = events()[-1]

    assert (event.action, event.actor_id, event.subject_id) == ("user.language_changed", user.id, str(user.id))
    assert json.loads(event.details)["changes"]["language"] == ["id", "en"]


def test_a_change_that_nobody_recorded_is_stopped(make):
    user = make.social_worker()
    user.full_name = "Somebody else"

    with pytest.raises(UnrecordedChange):
        db.session.commit()


def test_identity_numbers_and_secrets_do_not_enter_the_trail(make):
    household = make.household()
    household.kk_no = "1376010806139876"
    worker = make_worker = make.social_worker
    audit.record("household.changed", household, by=None)
    db.session.commit()

    details = events()[-1].details

    assert "1376010806139876" not in details
    assert "9876" in details
    assert worker is make_worker


def test_the_chain_is_unbroken_over_several_acts(make):
    user = make.social_worker()
    for language in ("en", "id", "en"):
        accounts.set_language(user, language)
        db.session.commit()

    finding = verify()

    assert finding.fault is None
    assert finding.rows == 3


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event"])
def test_the_database_refuses_to_alter_the_trail(make, statement):
    accounts.set_language(make.social_worker(), "en")
    db.session.commit()

    with pytest.raises(DBAPIError, match="only ever added"):
        db.session.execute(text(statement))
    db.session.rollback()


def test_verify_notices_an_altered_row(make, monkeypatch):
    user = make.social_worker()
    accounts.set_language(user, "en")
    db.session.commit()
    row = events()[-1]
    db.session.expunge(row)
    row.action = "something.else"
    monkeypatch.setattr("portal.audit.verify.fingerprint", lambda _row: "not the stored hash")

    assert "altered" in str(verify().fault)
