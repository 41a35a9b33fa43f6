"""A backup made while others write is one whole moment, and a restored portal is the same portal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from portal import audit
from portal.accounts import services as accounts
from portal.accounts.models import User
from portal.audit import heads
from portal.backups import emptiness, restore, snapshot
from portal.db import db
from portal.files.content import PDF, Content
from portal.files.models import StoredFile
from portal.files.services import path_of, write
from tests.backups.places import content, place_for, refused, silent
from tests.backups.test_upgrade import RELEASE
from tests.conftest import new_database, seeded


def test_a_restored_portal_is_the_same_row_by_row_and_file_by_file(city, made, empty):
    with empty.app_context():
        proof = restore.restore(made, progress=silent)
        files = [path_of(mark) for mark in db.session.scalars(select(StoredFile.sha256))]
        kept = heads.place().read_bytes()

    assert content(empty) == content(city)
    assert files
    assert all(file.exists() for file in files)
    with city.app_context():
        assert heads.place().read_bytes() == kept
    assert (proof.missing_uploads, proof.ledger_entries > 50, proof.trail_rows > 500) == ([], True, True)
    assert made.stat().st_mode & 0o777 == 0o600


def test_the_restored_portal_goes_on_numbering_and_refuses_to_alter_its_trail(made, empty):
    with empty.app_context():
        restore.restore(made, progress=silent)
        highest = db.session.execute(text('SELECT max(id) FROM "user"')).scalar()
        user, _password = accounts.add_user("ani", None, frozenset({"social_worker"}), full_name="Ani Contoh", by=None)
        db.session.commit()
        assert user.id == highest + 1
        with pytest.raises(Exception, match="only ever added"):
            db.session.execute(text("DELETE FROM audit_event"))
        db.session.rollback()
        found = db.session.execute(text("SELECT count(*) FROM member WHERE name_key LIKE '%a%'")).scalar()
        assert found > 100


@contextmanager
def written_to(app: Flask) -> Iterator[list[int]]:
    """A writer changes both users and stores a file in each transaction; gives the number of the last acknowledged."""
    stop, acknowledged = Event(), [0]

    def write_on() -> None:
        with app.app_context():
            while not stop.is_set():
                change_and_store(acknowledged[0] + 1)
                acknowledged[0] += 1

    writer = Thread(target=write_on)
    writer.start()
    try:
        yield acknowledged
        assert writer.is_alive()
    finally:
        stop.set()
        writer.join()


def change_and_store(number: int) -> None:
    users = db.session.scalars(select(User)).all()
    for user in users:
        user.full_name = str(number)
    kept = Content(f"upload {number}".encode(), PDF)
    write(kept)
    db.session.add(
        StoredFile(
            sha256=kept.sha256, media_type=PDF, size=len(kept.data), name="a.pdf", subject_type="user",
            subject_id=users[0].id, uploaded_by_id=users[0].id, uploaded_at=datetime.now(UTC),
        )
    )  # fmt: skip
    audit.record("user.changed", ("user", 0), by=None)
    db.session.commit()


def test_a_backup_taken_while_others_write_is_one_moment(request, empty, tmp_path):
    """Two users change together and each time a file is stored: in the backup they are never apart, nor behind."""
    with new_database(request.config, tmp_path) as url, seeded(tmp_path, url) as app:
        with app.app_context(), audit.unrecorded():
            for name in ("a", "b"):
                db.session.add(User(name=name, full_name="0", password_hash="x", created_at=datetime.now(UTC)))
            db.session.commit()
        before = []
        with written_to(app) as acknowledged, app.app_context():
            for number in range(3):
                while acknowledged[0] < 5 * (number + 1):  # the writer is at work
                    time.sleep(0.001)
                before.append(acknowledged[0])
                snapshot.write(tmp_path / f"{number}.backup", progress=silent)
            assert acknowledged[0] > before[-1]

    with empty.app_context():
        for number, least in enumerate(before):
            proof = restore.restore(tmp_path / f"{number}.backup", progress=silent)
            names = {int(name) for name in db.session.scalars(select(User.full_name))}
            assert len(names) == 1
            assert names.pop() == proof.uploads >= least
            assert proof.missing_uploads == []
            emptiness.empty(uploads=True)


def test_a_restore_adds_to_nothing(city, made):
    before = content(city)

    assert "not empty" in refused(city, made)
    assert content(city) == before


def test_an_upload_that_is_missing_already_is_told_and_stops_nothing(city, empty, tmp_path):
    with city.app_context():
        mark = db.session.scalars(select(StoredFile.sha256)).first()
        body = path_of(mark).read_bytes()
        path_of(mark).unlink()
        try:
            manifest = snapshot.write(tmp_path / "lacking.backup", progress=silent)
        finally:
            path_of(mark).write_bytes(body)
    with empty.app_context():
        proof = restore.restore(tmp_path / "lacking.backup", progress=silent)

    assert manifest["missing_uploads"] == proof.missing_uploads == [mark]


ODD = "a\nb\r\n\u2028\x85\t\"\\'' 0x00 日本 é é 🏠 " + "x" * 300_000
ODD_JSON = {
    "null": None,
    "float": 0.1,
    "large": 2**62,
    "order": {"z": 1, "a": [True, False, None, 1.0]},
    "text": "\ud800é",
}


def raw(app: Flask, statement: str) -> list[tuple[Any, ...]]:
    """As the database itself keeps it, without the portal's types."""
    with app.app_context(), snapshot.one_moment(db.engine) as connection:
        return [tuple(map(str, row)) for row in connection.execute(text(statement))]


def odd_values(app: Flask) -> None:
    """Long and odd texts, JSON of every sort, both kinds of null, the first and the last day, a microsecond."""
    tables = db.metadata.tables
    holiday, version, user = tables["holiday"], tables["instrument_version"], tables["user"]
    with app.app_context(), db.engine.begin() as connection:
        for on in (date(1, 1, 1), date(9999, 12, 31)):
            connection.execute(holiday.insert().values(on=on, name=ODD, kind="national", status="", source=""))
        for code in ("json", "null", "sql null"):
            connection.execute(version.insert().values(code=code, version="1", body=ODD_JSON, fields=None))
        connection.execute(text("UPDATE instrument_version SET fields = NULL WHERE code = 'sql null'"))
        at = datetime(2026, 10, 5, 1, 2, 3, 4, tzinfo=UTC)
        connection.execute(user.insert().values(name="odd", full_name=ODD, password_hash="", created_at=at))


KEPT = (
    'SELECT "on", name FROM holiday ORDER BY "on"',
    "SELECT code, version, body, fields, fields IS NULL FROM instrument_version ORDER BY code, version",
    'SELECT id, name, full_name, created_at FROM "user" ORDER BY id',
)


def test_large_and_odd_values_survive_in_many_parts(request, empty, tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot, "PART", 20_000)
    with place_for(request.config, tmp_path / "odd") as app:
        with app.app_context():
            restore.restore(RELEASE, progress=silent)
        odd_values(app)
        with app.app_context():
            snapshot.write(tmp_path / "odd.backup", progress=silent)
        with empty.app_context():
            restore.restore(tmp_path / "odd.backup", progress=silent)

        for statement in KEPT:
            assert raw(empty, statement) == raw(app, statement)
        assert content(empty) == content(app)
