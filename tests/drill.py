"""`make drill`: backup while somebody writes, destroy, restore, compare; says what was lost, and how long it took.

`python -m tests.drill [--households 10000]`; on SQLite, and on PostgreSQL where TEST_POSTGRESQL names a server.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

from flask import Flask
from sqlalchemy import create_engine, select, text

from portal import audit, clock, config, create_app
from portal.accounts import services as accounts
from portal.accounts.models import User
from portal.backups import proof, restore, snapshot
from portal.db import db
from portal.files.content import JPEG, Content
from portal.files.models import StoredFile
from portal.files.services import path_of, write
from tests.live import environment_of, flask

MOST_SECONDS = 60
"""From the order to back up to a proven portal, with ten thousand households."""
PHOTO = 200_000
"""Bytes of a photo as a phone takes it and the portal keeps it; one family in five has one."""
ANEW = {"user": ("language", "version")}
"""What the writer changes; the trail tells how it was when the backup was made."""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--households", type=int, default=10_000)
    households = arguments.parse_args().households
    found = [drill(kind, households) for kind in kinds()]
    lost, slow = sum(lost for lost, _ in found), max(seconds for _, seconds in found) > MOST_SECONDS
    sys.stdout.write(f"drill: {lost or 'nothing'} lost\n")
    if slow:
        sys.stdout.write(f"drill: backup and restore took longer than {MOST_SECONDS} s\n")
    return 1 if lost or slow else 0


def kinds() -> Iterator[str]:
    """SQLite, and PostgreSQL where there is one; SOAK_ONLY names the only one."""
    only = os.environ.get("SOAK_ONLY", "")
    if only != "postgresql":
        yield "sqlite"
    if only == "sqlite":
        return
    if os.environ.get("TEST_POSTGRESQL"):
        yield "postgresql"
    else:
        sys.stdout.write("PostgreSQL: skipped, TEST_POSTGRESQL names no server\n")


def _told(what: str, act: Callable[[], Any]) -> tuple[Any, float]:
    began = time.monotonic()
    found = act()
    took = time.monotonic() - began
    sys.stdout.write(f"  {what:<44} {took:6.1f} s\n")
    sys.stdout.flush()
    return found, took


def drill(kind: str, households: int) -> tuple[int, float]:
    """Everything once on this kind of database; how many rows and files were lost or changed, and how long it took.

    Seconds of backup and restore together.
    """
    sys.stdout.write(f"{kind}, {households} households\n")
    with tempfile.TemporaryDirectory(prefix="portal-drill-") as name:
        folder = Path(name)
        with place(kind, folder / "before") as app, place(kind, folder / "after") as after:
            _told("the city is invented", lambda: _city(app, households))
            _told("its photos are taken", lambda: _photos(app, households // 5))
            with _writer(app):
                made, backed_up = _told("backup, while somebody writes", lambda: _backup(app, folder / "kept"))
            then = _content_at(app, made)
            _told("the portal is destroyed", lambda: _destroy(app))
            _proof, restored = _told("restore, with every proof", lambda: _restore(after, folder / "kept"))
            lost, _ = _told("compared row by row and file by file", lambda: _differences(then, _content(after)))
            size = (folder / "kept").stat().st_size / 1e6
    what = f"{sum(made['counts'].values())} rows, {made['uploads']} uploads, {size:.0f} MB"
    sys.stdout.write(f"  {what}; lost: {lost or 'nothing'}; backup and restore {backed_up + restored:.1f} s\n")
    return lost, backed_up + restored


@contextmanager
def place(kind: str, folder: Path) -> Iterator[Flask]:
    """An empty portal of its own; its database goes away at the end."""
    folder.mkdir(parents=True)
    server, name = os.environ.get("TEST_POSTGRESQL", ""), f"drill_{folder.name}_{os.getpid()}"
    admin = None
    if kind != "sqlite":
        admin = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
    url = f"sqlite:///{folder / 'portal.db'}" if admin is None else server.rsplit("/", 1)[0] + f"/{name}"
    environment = environment_of(folder, None if admin is None else url)
    os.environ.setdefault("SECRET_KEY", "for the drill only")
    settings = {
        **config.from_environment(), "INSTANCE_DIR": folder, "UPLOADS_DIR": folder / "uploads", "QUIET": True,
        "SQLALCHEMY_DATABASE_URI": url.replace("postgresql://", "postgresql+psycopg://"),
    }  # fmt: skip
    app = create_app(**settings)
    app.config["DRILL_ENVIRONMENT"] = environment
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    if admin is not None:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


def _city(app: Flask, households: int) -> None:
    for command in (["db", "upgrade"], ["seed"], ["demo", "--households", str(households)]):
        flask(app.config["DRILL_ENVIRONMENT"], *command)


def _photos(app: Flask, number: int) -> None:
    """As large and as little to be packed as photos are."""
    with app.app_context(), audit.unrecorded():
        user = db.session.scalars(select(User.id).where(User.name == "rani")).one()
        for household in range(1, number + 1):
            kept = Content(random.randbytes(PHOTO), JPEG)
            write(kept)
            stored = StoredFile(
                sha256=kept.sha256, media_type=JPEG, size=PHOTO, name="rumah.jpg", subject_type="household",
                subject_id=household, household_id=household, uploaded_by_id=user, uploaded_at=clock.now(),
            )  # fmt: skip
            db.session.add(stored)
        db.session.commit()


@contextmanager
def _writer(app: Flask) -> Iterator[None]:
    """Somebody adds to the trail all the while, in one transaction after the other."""
    stop, begun = Event(), Event()

    def write() -> None:
        with app.app_context():
            user = db.session.scalars(select(User).where(User.name == "rani")).one()
            while not stop.is_set():
                accounts.set_language(user, "en" if user.language == "id" else "id")
                db.session.commit()
                begun.set()

    writer = Thread(target=write)
    writer.start()
    begun.wait(30)
    try:
        yield
    finally:
        stop.set()
        writer.join()


def _backup(app: Flask, file: Path) -> dict[str, Any]:
    with app.app_context():
        return snapshot.write(file, progress=lambda *_: None)


def _content(app: Flask) -> dict[str, Any]:
    """Every row of every table, and the hash of every file."""
    found: dict[str, Any] = {}
    with app.app_context(), snapshot.one_moment(db.engine) as connection:
        for table in db.metadata.sorted_tables:
            key = list(table.primary_key)
            columns = [column for column in table.c if column.name not in ANEW.get(table.name, ())]
            found[table.name] = [tuple(row) for row in connection.execute(select(*columns).order_by(*key))]
        marks = connection.execute(text("SELECT DISTINCT sha256 FROM stored_file ORDER BY sha256")).scalars().all()
        found["files"] = [restore.file_hash(path_of(mark)) for mark in marks]
    return found


def _content_at(app: Flask, made: dict[str, Any]) -> dict[str, Any]:
    """As it was when the backup was made: without what the writer has added since."""
    found, rows = _content(app), made["counts"]["audit_event"]
    found["audit_event"] = found["audit_event"][:rows]
    found.pop("audit_end")  # `restore` has compared it with the last row of the trail
    return found


def _destroy(app: Flask) -> None:
    """Database and files are gone."""
    with app.app_context():
        db.session.remove()
        db.drop_all()
        db.engine.dispose()
    shutil.rmtree(app.config["INSTANCE_DIR"])


def _restore(app: Flask, file: Path) -> proof.Proof:
    with app.app_context():
        return restore.restore(file, progress=lambda *_: None)


def _differences(then: dict[str, Any], now: dict[str, Any]) -> int:
    return sum(
        abs(len(rows) - len(now[name])) + sum(a != b for a, b in zip(rows, now[name], strict=False))
        for name, rows in then.items()
    )


if __name__ == "__main__":
    sys.exit(main())
