"""What is altered, cut off or foreign is refused, and leaves nothing behind."""

import io
import os
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import OperationalError

from portal.accounts import services as accounts
from portal.backups import archive, proof, restore, snapshot
from portal.db import db
from portal.errors import Refused
from portal.files.models import StoredFile
from portal.files.services import path_of
from tests.backups.places import content, is_empty, refused, silent
from tests.conftest import new_database, seeded


def test_an_encrypted_backup_opens_with_its_key_alone(city, empty, tmp_path):
    key, other = (pyrage.x25519.Identity.generate() for _ in range(2))
    place = tmp_path / "sealed.backup"
    with city.app_context():
        snapshot.write(place, recipient=str(key.to_public()), progress=silent)

    assert place.read_bytes().startswith(archive.AGE)
    assert "--key" in refused(empty, place)
    assert "does not open" in refused(empty, place, identity=str(other))
    assert is_empty(empty)
    with empty.app_context():
        restore.restore(place, identity=str(key), progress=silent)
    assert content(empty) == content(city)


def test_no_public_key_is_refused_before_anything_is_written(city, tmp_path):
    with city.app_context(), pytest.raises(Refused):
        snapshot.write(tmp_path / "x.backup", recipient="age1nonsense", progress=silent)

    assert list(tmp_path.iterdir()) == []


def flipped(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


def exchanged(body: bytes) -> bytes:
    """Two pieces of an age file (64 KiB and a tag each, after the header) change their places."""
    size = 64 * 1024 + 16
    start = len(body) - 3 * size
    assert start > 500
    first, second = body[start : start + size], body[start + size : start + 2 * size]
    return body[:start] + second + first + body[start + 2 * size :]


@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "encrypted"])
@pytest.mark.parametrize(
    "harm",
    [
        flipped,
        lambda body: body[: len(body) // 3],
        lambda body: body[:-20],
        exchanged,
        lambda body: b"PK\x03\x04" + body,
        lambda _: b"",
    ],
    ids=["a flipped bit", "cut in the middle", "cut at the end", "pieces exchanged", "something before it", "nothing"],
)
def test_a_damaged_file_is_refused_and_leaves_nothing(city, empty, tmp_path, harm, sealed):
    key, place = pyrage.x25519.Identity.generate(), tmp_path / "harmed.backup"
    with city.app_context():
        snapshot.write(place, recipient=str(key.to_public()) if sealed else "", progress=silent)
    place.write_bytes(harm(place.read_bytes()))

    assert refused(empty, place, identity=str(key) if sealed else "")
    assert is_empty(empty)


def rewritten(place: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """The same archive with some parts changed (None: left out), hashes as they were."""
    parts: list[tuple[str, bytes]] = []
    with archive.opened(place) as plain, tarfile.open(fileobj=plain, mode="r|") as tar:
        parts = [(part.name, tar.extractfile(part).read()) for part in tar]
    with place.open("wb") as out:
        writer = archive.Writer(out)
        for name, body in parts:
            changed = change(name, body)
            if changed is not None:
                writer.add(name, io.BytesIO(changed), len(changed))
        writer.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda name, body: None if name == "tables/complaint.000001.jsonl" else body,
        lambda name, body: body.replace(b"Contoh", b"Conton") if name == "tables/household.000001.jsonl" else body,
        lambda name, body: None if name.startswith("uploads/") else body,
        lambda name, body: b"x" + body if name.startswith("uploads/") else body,
        lambda name, body: body.replace(b'"migration": "', b'"migration": "9') if name == archive.MANIFEST else body,
        lambda name, body: None if name == archive.MANIFEST else body,
    ],
    ids=["a table left out", "a row changed", "no uploads", "another upload", "of a later portal", "no manifest"],
)
def test_parts_that_do_not_fit_their_manifest_are_refused(made, empty, change):
    rewritten(made, change)

    assert refused(empty, made)
    assert is_empty(empty)


def test_a_trail_that_was_altered_before_the_backup_does_not_prove(request, empty, tmp_path):
    with new_database(request.config, tmp_path) as url, seeded(tmp_path, url) as app, app.app_context():
        accounts.add_user("ani", None, frozenset({"social_worker"}), full_name="Ani", by=None)
        db.session.commit()
        sqlite = db.engine.dialect.name == "sqlite"
        off = "DROP TRIGGER audit_event_no_update" if sqlite else "ALTER TABLE audit_event DISABLE TRIGGER USER"
        with db.engine.begin() as connection:
            connection.execute(text(off))
            connection.execute(text("UPDATE audit_event SET actor_name = 'somebody'"))
        snapshot.write(tmp_path / "altered.backup", progress=silent)

    assert "row 1 was altered" in refused(empty, tmp_path / "altered.backup")
    assert is_empty(empty)


def test_a_disk_that_is_full_leaves_no_half_file(city, tmp_path, monkeypatch):
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with city.app_context(), pytest.raises(OSError, match="No space"):
        snapshot.write(tmp_path / "x.backup", progress=silent)

    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_full_leaves_the_place_empty(made, empty, monkeypatch):
    url = empty.config["SQLALCHEMY_DATABASE_URI"]
    if not url.startswith("sqlite"):
        pytest.skip("a limit of pages is SQLite's")
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        database.execute("VACUUM")

    def fill_without_room(connection: Connection, *rest: Any) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # as many as there are
        fill(connection, *rest)

    fill = restore._fill
    monkeypatch.setattr(restore, "_fill", fill_without_room)

    with empty.app_context(), pytest.raises(OperationalError, match="full"):
        restore.restore(made, progress=silent)
    assert is_empty(empty)


@pytest.mark.parametrize("harm", ["", "x"], ids=["nothing left of it", "something else"])
def test_an_upload_that_is_damaged_already_is_told_and_stops_nothing(city, empty, tmp_path, harm):
    """A bad spot on the disk must not make every backup since one that cannot be restored."""
    place = tmp_path / "spotted.backup"
    with city.app_context():
        mark = db.session.scalars(select(StoredFile.sha256)).first()
        body = path_of(mark).read_bytes()
        path_of(mark).write_text(harm)
        try:
            manifest = snapshot.write(place, progress=silent)
        finally:
            path_of(mark).write_bytes(body)
    with empty.app_context():
        proof = restore.restore(place, progress=silent)
        found = path_of(mark).read_text()

    assert (manifest["damaged_uploads"], manifest["missing_uploads"]) == ([mark], [])
    assert (proof.damaged_uploads, found) == ([mark], harm)


def test_a_place_whose_rows_could_be_altered_does_not_prove(made, empty, monkeypatch):
    """As if a migration had lost the triggers."""
    triggers = {kind: f"{asked} AND 1 = 0" for kind, asked in proof.TRIGGERS.items()}
    monkeypatch.setattr(proof, "TRIGGERS", triggers)

    assert ", ".join(proof.GUARDED) in refused(empty, made)
    assert is_empty(empty)
