"""A backup made while others write is one whole moment; what is altered, cut off or foreign is refused."""

import io
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pyrage
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect, select, text

from portal import audit, create_app
from portal.accounts import services as accounts
from portal.accounts.models import User
from portal.audit import heads
from portal.backups import archive, restore, rotation, snapshot
from portal.db import db
from portal.demo import fill
from portal.errors import Refused
from portal.files.models import StoredFile
from portal.files.services import path_of
from tests.conftest import new_database, seeded, settings


def silent(_part: str, _done: int, _of: int) -> None:
    """Nobody watches."""


def content(app: Flask) -> dict[str, list[Any]]:
    """Every row of every table, as the portal reads it."""
    with app.app_context(), snapshot.one_moment(db.engine) as connection:
        found = {}
        for table in db.metadata.sorted_tables:
            rows = connection.execute(select(table)).all()
            found[table.name] = sorted(map(repr, rows))
        return found


@pytest.fixture(scope="module")
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A portal lived in by 200 households."""
    folder = tmp_path_factory.mktemp("city")
    with new_database(request.config, folder) as url, seeded(folder, url) as app:
        with app.app_context(), audit.unrecorded():
            fill(200, silent)
            heads.write(datetime(2026, 10, 5).date())
            db.session.commit()
            db.session.remove()
        yield app


@pytest.fixture
def made(city: Flask, tmp_path: Path) -> Path:
    """A backup of it."""
    place = tmp_path / "city.backup"
    with city.app_context():
        snapshot.write(place, progress=silent)
    return place


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A place without anything, on the database that is being tested."""
    with place_for(request.config, tmp_path / "empty") as app:
        yield app


@contextmanager
def place_for(config: pytest.Config, folder: Path) -> Iterator[Flask]:
    folder.mkdir()
    with new_database(config, folder) as url:
        app = create_app(**settings(folder, url))
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def is_empty(app: Flask) -> bool:
    with app.app_context():
        left = [name for name in inspect(db.engine).get_table_names() if not name.startswith("sqlite_")]
        db.engine.dispose()
    folder = Path(app.config["UPLOADS_DIR"])
    return not left and not (folder.exists() and any(folder.rglob("*"))) and not (folder.parent / heads.FILE).exists()


def refused(app: Flask, place: Path, **how: Any) -> str:
    with app.app_context(), pytest.raises(Refused) as refusal:
        restore.restore(place, progress=silent, **how)
    return str(refusal.value.sentence)


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


def test_a_backup_taken_while_others_write_is_one_moment(request, tmp_path):
    """A writer changes two users in each transaction; in the backup they are never apart."""
    with new_database(request.config, tmp_path) as url, seeded(tmp_path, url) as app:
        with app.app_context(), audit.unrecorded():
            for name in ("a", "b"):
                db.session.add(
                    User(name=name, full_name="0", password_hash="x", created_at=datetime.now().astimezone())
                )
            db.session.commit()
        stop, written = Event(), [0]

        def write() -> None:
            with app.app_context():
                while not stop.is_set():
                    written[0] += 1
                    for user in db.session.scalars(select(User)).all():
                        user.full_name = str(written[0])
                    audit.record("user.changed", ("user", 0), by=None)
                    db.session.commit()

        writer = Thread(target=write)
        writer.start()
        try:
            with app.app_context():
                for number in range(5):
                    before = written[0]
                    while written[0] == before:  # the writer is at work
                        assert writer.is_alive()
                    snapshot.write(tmp_path / f"{number}.backup", progress=silent)
        finally:
            stop.set()
            writer.join()

    with place_for(request.config, tmp_path / "empty") as place, place.app_context():
        for number in range(5):
            restore.restore(tmp_path / f"{number}.backup", progress=silent)
            names = set(db.session.scalars(select(User.full_name)))
            assert len(names) == 1
            restore.empty(uploads=True)
    assert written[0] > 5


def test_an_encrypted_backup_opens_with_its_key_alone(city, empty, tmp_path):
    key, other = (pyrage.x25519.Identity.generate() for _ in range(2))
    place = tmp_path / "sealed.backup"
    with city.app_context():
        snapshot.write(place, recipient=str(key.to_public()), progress=silent)

    assert b"Piliang" not in place.read_bytes()
    assert "kunci pribadi" in refused(empty, place)
    assert "tidak membuka" in refused(empty, place, identity=str(other))
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


@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "encrypted"])
@pytest.mark.parametrize(
    "harm",
    [
        flipped,
        lambda body: body[: len(body) // 3],
        lambda body: body[:-20],
        lambda body: b"PK\x03\x04" + body,
        lambda _: b"",
    ],
    ids=["a flipped bit", "cut in the middle", "cut at the end", "something before it", "nothing"],
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
        writer._tar.close()
        writer._gzip.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda name, body: None if name == "tables/complaint.jsonl" else body,
        lambda name, body: body.replace(b"Contoh", b"Conton") if name == "tables/household.jsonl" else body,
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


def test_a_restore_adds_to_nothing(city, made):
    before = content(city)

    assert "sudah berisi" in refused(city, made)
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


def test_a_disk_that_is_full_leaves_no_half_file(city, tmp_path, monkeypatch):
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with city.app_context(), pytest.raises(OSError, match="No space"):
        snapshot.write(tmp_path / "x.backup", progress=silent)

    assert list(tmp_path.iterdir()) == []


def test_the_commands_speak(city, tmp_path):
    def run(args: list[str]) -> Any:
        with city.app_context():
            return city.test_cli_runner().invoke(args=args)

    file, key = tmp_path / "c.backup", tmp_path / "key"

    made = run(args=["backup-key", str(key)])
    assert made.exit_code == 0
    recipient = made.output.strip().removeprefix("BACKUP_RECIPIENT=")
    done = run(args=["backup", str(file), "--recipient", recipient])
    assert (done.exit_code, "encrypted" in done.output) == (0, True), done.output
    again = run(args=["backup", str(file)])
    assert (again.exit_code, len(again.stderr.strip().splitlines())) == (1, 1)
    filled = run(args=["restore", str(file), "--key", str(key)])
    assert (filled.exit_code, len(filled.stderr.strip().splitlines())) == (1, 1)
    assert run(args=["restore", str(tmp_path / "none")]).exit_code == 2
    assert key.stat().st_mode & 0o777 == 0o600


def test_scheduled_backups_are_kept_by_day_week_and_month(city):
    with city.app_context():
        folder = snapshot.folder()
        folder.mkdir(exist_ok=True)
        for days in range(1, 30):
            (folder / rotation.name_for(datetime(2026, 10, 5, 21) - timedelta(days=days))).touch()
        (folder / "mine.txt").touch()

        result = city.test_cli_runner().invoke(args=["backup-scheduled"])

    assert result.exit_code == 0, result.output
    left = sorted(folder.iterdir())
    assert folder / "mine.txt" in left
    newest = max(left, key=lambda place: rotation.made_at(place.name) or datetime.min)
    assert newest.stat().st_size > 1000
    assert 7 <= len(left) - 1 <= rotation.DAYS + rotation.WEEKS + rotation.MONTHS


MOMENTS = st.sets(st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)), min_size=1, max_size=80)


@given(moments=MOMENTS)
def test_rotation_keeps_the_newest_of_every_day_week_and_month_it_promises(moments):
    staying = rotation.kept(moments)

    assert staying <= moments
    assert max(moments) in staying
    assert len(staying) <= rotation.DAYS + rotation.WEEKS + rotation.MONTHS
    for most, period in ((rotation.DAYS, "%Y-%m-%d"), (rotation.WEEKS, "%G-%V"), (rotation.MONTHS, "%Y-%m")):
        newest = sorted({moment.strftime(period) for moment in moments}, reverse=True)[:most]
        assert set(newest) <= {moment.strftime(period) for moment in staying}
    assert rotation.kept(staying) == staying


@given(at=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)))
def test_a_name_says_when(at):
    assert rotation.made_at(rotation.name_for(at)) == at.replace(microsecond=0)
    assert rotation.made_at("portal-yesterday.backup") is None
