"""Passwords that were hashed with less care than today's."""

from argon2 import PasswordHasher

from portal.accounts import passwords
from portal.audit.models import AuditEvent
from portal.db import db
from tests.factories import PASSWORD


def test_who_signs_in_with_a_password_hashed_with_less_care_has_it_hashed_anew(desk, make, monkeypatch):
    user = make.social_worker()
    before = user.password_hash
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    answer = desk.browser().post("/sign-in", {"name": user.name, "password": PASSWORD})
    assert answer.status_code == 303
    db.session.refresh(user)
    assert user.password_hash != before
    assert not passwords.needs_rehash(user.password_hash)
    told = db.session.query(AuditEvent).filter_by(action="user.password_rehashed", subject_id=str(user.id)).one()
    assert before not in str(told.details)
    assert user.password_hash not in str(told.details)
