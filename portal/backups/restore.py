"""Reading a backup into an empty place, and proving it before saying that it is done."""

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from flask import current_app
from flask_babel import gettext
from flask_migrate import upgrade
from sqlalchemy import Connection, Table, func, inspect, select, text

from portal.audit import heads
from portal.audit.verify import verify as verify_trail
from portal.backups import archive, snapshot, values
from portal.db import db
from portal.errors import Refused
from portal.files.services import path_of
from portal.funds.verify import verify as verify_ledger

AT_ONCE = 1_000
EARLIEST = "0003"
"""The migration of the first portal whose backups can be read."""


@dataclass
class Proof:
    """What was found right, in the order of the checks."""

    rows: int = 0
    tables: int = 0
    uploads: int = 0
    missing_uploads: list[str] = field(default_factory=list)
    trail_rows: int = 0
    ledger_entries: int = 0
    migration: str = ""


def restore(place: Path, *, identity: str = "", uploads: bool = True, progress: snapshot.Progress) -> Proof:
    """Fill this empty portal from the file, check everything, and give what was checked.

    Raises Refused when the place is not empty, the file is damaged, of a later portal, or does not prove to be whole;
    the place is empty again then. Without `uploads` the files of this INSTANCE_DIR stay as they are (moving databases).
    """
    refuse_filled(uploads=uploads)
    try:
        with archive.opened(place, identity=identity) as plain:
            manifest = _load(plain, uploads, progress)
        proof = _prove(manifest, uploads=uploads)
    except BaseException as error:
        empty(uploads=uploads)
        if isinstance(error, EOFError | gzip.BadGzipFile | zlib.error | tarfile.TarError | ValueError | KeyError):
            raise archive.refused(error) from error
        raise
    return proof


def refuse_filled(*, uploads: bool) -> None:
    """A restore adds to nothing: it would mix two portals."""
    if inspect(db.engine).get_table_names():
        raise Refused(gettext("This database holds a portal already. Restore into an empty one."))
    folder = Path(current_app.config["UPLOADS_DIR"])
    if uploads and (heads.place().exists() or (folder.exists() and any(folder.rglob("*")))):
        raise Refused(gettext("INSTANCE_DIR holds uploads or heads of a trail already. Restore into an empty one."))


def empty(*, uploads: bool) -> None:
    """Take back what a restore that failed has put here; only called where `refuse_filled` found nothing."""
    db.session.remove()
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        else:
            for name in reversed([table.name for table in snapshot.tables_of(connection)]):
                connection.exec_driver_sql(f'DROP TABLE "{name}"')
            connection.exec_driver_sql("DROP TABLE IF EXISTS member_search")
            connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    if uploads:
        shutil.rmtree(current_app.config["UPLOADS_DIR"], ignore_errors=True)
        heads.place().unlink(missing_ok=True)


def _load(plain: IO[bytes], uploads: bool, progress: snapshot.Progress) -> dict[str, Any]:
    """Every part as it comes by. The tables are made as of the backup's own release, which only the manifest names, so
    rows wait in files beside until it was read.
    """
    with _waiting() as waiting:
        manifest = _unpack(plain, waiting, uploads)
        _refuse_foreign(manifest)
        upgrade(revision=manifest["migration"])
        with db.engine.begin() as connection, _children_first(connection):
            tables = snapshot.tables_of(connection)
            for number, table in enumerate(tables, start=1):
                _fill(connection, table, waiting / f"{table.name}.jsonl", manifest["counts"])
                progress("tables", number, len(tables))
        upgrade()
    return manifest


@contextmanager
def _waiting() -> Iterator[Path]:
    folder = Path(current_app.config["INSTANCE_DIR"]) / ".restoring"
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpack(plain: IO[bytes], waiting: Path, uploads: bool) -> dict[str, Any]:
    """Store each part where it belongs; gives the manifest, once every part had the hash it names."""
    hashes: dict[str, str] = {}
    manifest: dict[str, Any] | None = None
    with tarfile.open(fileobj=plain, mode="r|") as tar:
        for part in tar:
            body = archive.Counted(tar.extractfile(part) or io.BytesIO())
            if part.name == archive.MANIFEST:
                manifest = json.loads(body.read())
                continue
            _store(part.name, body, waiting, uploads)
            hashes[part.name] = body.hexdigest
    if manifest is None:
        raise Refused(gettext("This backup is damaged or cut off: %(why)s.", why=gettext("its end is missing")))
    wrong = {name for name, mark in manifest["parts"].items() if hashes.pop(name, None) != mark} | set(hashes)
    if wrong:
        raise Refused(gettext("This backup is damaged or cut off: %(why)s.", why=", ".join(sorted(wrong)[:3])))
    return manifest


def _store(name: str, body: archive.Counted, waiting: Path, uploads: bool) -> None:
    folder, _, leaf = name.rpartition("/")
    if folder == "tables" and leaf.endswith(".jsonl") and leaf.replace("_", "").replace(".", "").isalnum():
        _copy(body, waiting / leaf)
    elif folder == "uploads" and len(leaf) == 64 and leaf.isalnum():
        _copy(body, path_of(leaf)) if uploads else body.read()
        if body.hexdigest != leaf:
            raise Refused(gettext("This backup is damaged or cut off: %(why)s.", why=f"upload {leaf[:12]}"))
    elif name == heads.FILE:
        _copy(body, heads.place()) if uploads else body.read()
    else:
        raise Refused(gettext("This file is no backup of the portal."))


def _copy(body: archive.Counted, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as out:
        place.chmod(0o600)
        while chunk := body.read(1024 * 1024):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())


def _newest() -> str:
    """The newest migration this portal knows."""
    return (Path(current_app.extensions["migrate"].directory) / "HEAD").read_text().strip()


def _refuse_foreign(manifest: dict[str, Any]) -> None:
    newest = _newest()
    if manifest["format"] > snapshot.FORMAT or manifest["migration"] > newest:
        raise Refused(
            gettext("This backup was made by a later portal (migration %(its)s, this one knows %(ours)s).",
                    its=manifest["migration"], ours=newest)
        )  # fmt: skip
    if manifest["migration"] < EARLIEST:
        raise Refused(gettext("This file is no backup of the portal."))


@contextmanager
def _children_first(connection: Connection) -> Iterator[None]:
    """Rows that point to later rows of their own table: SQLite looks at the end, PostgreSQL takes them in key order."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    yield
    if connection.dialect.name == "postgresql":
        _set_sequences(connection)


def _set_sequences(connection: Connection) -> None:
    for table in snapshot.tables_of(connection):
        if "id" not in table.c:
            continue
        named = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": f'"{table.name}"'}
        ).scalar()
        last = connection.execute(select(func.max(table.c.id))).scalar()
        if named and last:
            connection.execute(text("SELECT setval(:name, :last)"), {"name": named, "last": last})


def _fill(connection: Connection, table: Table, place: Path, counts: dict[str, int]) -> None:
    with place.open(encoding="utf-8") as lines:
        reader = values.Reader(table, json.loads(next(lines)))
        batch: list[dict[str, Any]] = []
        count = 0
        for line in lines:
            batch.append(reader.row(line))
            count += 1
            if len(batch) == AT_ONCE:
                connection.execute(table.insert(), batch)
                batch = []
        if batch:
            connection.execute(table.insert(), batch)
    if count != counts[table.name]:
        raise Refused(gettext("This backup is damaged or cut off: %(why)s.", why=table.name))


def _prove(manifest: dict[str, Any], *, uploads: bool) -> Proof:
    """Counts, the database's own integrity, uploads, ledger and trail. Raises Refused for what is not right."""
    counted = _counts()
    wrong = [name for name, count in manifest["counts"].items() if counted.get(name) != count]
    if wrong and manifest["migration"] == _newest():  # later migrations may add rows of their own
        _not_whole(", ".join(wrong))
    _integrity()
    finding, books = verify_trail(), verify_ledger()
    if finding.fault:
        _not_whole(finding.fault)
    if books.faults:
        _not_whole(books.faults[0])
    marks = db.session.execute(text("SELECT DISTINCT sha256 FROM stored_file")).scalars().all()
    missing = [mark for mark in marks if not path_of(mark).exists()] if uploads else []
    if set(missing) - set(manifest["missing_uploads"]):
        _not_whole(f"{len(missing)} uploads")
    proof = Proof(
        rows=sum(counted.values()), tables=len(counted), uploads=len(marks) - len(missing), missing_uploads=missing,
        trail_rows=finding.rows, ledger_entries=books.entries, migration=manifest["migration"],
    )  # fmt: skip
    db.session.rollback()
    return proof


def _counts() -> dict[str, int]:
    with snapshot.one_moment(db.engine) as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in snapshot.tables_of(connection)
        }


def _integrity() -> None:
    """SQLite is asked to look at every page and every reference; PostgreSQL has checked each row as it came in."""
    if db.engine.dialect.name != "sqlite":
        return
    said = db.session.execute(text("PRAGMA integrity_check")).scalars().all()
    orphans = db.session.execute(text("PRAGMA foreign_key_check")).all()
    if said != ["ok"] or orphans:
        _not_whole("; ".join(map(str, [*said[:3], *orphans[:3]])))


def _not_whole(why: str) -> None:
    raise Refused(gettext("The backup was read but does not prove to be whole: %(why)s.", why=why))


def file_hash(place: Path) -> str:
    """To compare copies of one file."""
    with place.open("rb") as body:
        return hashlib.file_digest(body, "sha256").hexdigest()
