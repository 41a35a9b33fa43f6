"""Reading a backup into an empty place, and proving it before saying that it is done."""

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Table, func, select, text

from portal.audit import heads
from portal.backups import archive, emptiness, proof, snapshot, values
from portal.db import db
from portal.errors import Refused
from portal.files.services import path_of
from portal.migrating import bring_up_to

AT_ONCE = 1_000
EARLIEST = "0003"
"""The migration of the first portal whose backups can be read."""
DAMAGES = (EOFError, gzip.BadGzipFile, zlib.error, tarfile.TarError, ValueError, KeyError)


def restore(
    place: Path, *, identity: str = "", uploads: bool = True, anew: bool = False, progress: snapshot.Progress
) -> proof.Proof:
    """Fill this empty portal from the file, check everything, and give what was checked.

    Raises Refused when the place is not empty, the file is damaged, of a later portal, or does not prove to be whole;
    the place is empty again then. Without `uploads` the files of this INSTANCE_DIR stay as they are (moving databases).
    `anew` first removes what a restore that was broken off has left.
    """
    if anew:
        emptiness.clear_broken()
    with emptiness.filling(uploads=uploads) as waiting:
        try:
            with archive.opened(place, identity=identity) as plain:
                manifest = _load(plain, waiting, uploads, progress)
        except DAMAGES as error:
            raise archive.refused(error) from error
        return proof.prove(manifest, uploads=uploads)


def _load(plain: IO[bytes], waiting: Path, uploads: bool, progress: snapshot.Progress) -> dict[str, Any]:
    """Every part as it comes by. The tables are made as of the backup's own release, which only the manifest names, so
    rows wait in files beside until it was read.
    """
    manifest = _unpack(plain, waiting, uploads)
    _refuse_foreign(manifest)
    bring_up_to(manifest["migration"])
    with db.engine.begin() as connection, _children_first(connection):
        tables = snapshot.tables_of(connection)
        for number, table in enumerate(tables, start=1):
            _fill(connection, table, waiting, manifest["counts"])
            progress("tables", number, len(tables))
    bring_up_to()
    return manifest


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
    while plain.read(1024 * 1024):  # what follows the tar's own end is proved too: a cut there raises EOFError
        pass
    if manifest is None:
        raise archive.damaged("its end is missing")
    _refuse_altered(manifest, hashes)
    return manifest


def _refuse_altered(manifest: dict[str, Any], hashes: dict[str, str]) -> None:
    """Every part is there as it was written, and every upload is what its name says, unless it was not even then."""
    parts, known = manifest["parts"], manifest.get("damaged_uploads", [])
    wrong = {name for name in parts.keys() | hashes.keys() if parts.get(name) != hashes.get(name)}
    for name, mark in hashes.items():
        folder, _, leaf = name.partition("/")
        if folder == "uploads" and leaf != mark and leaf not in known:
            wrong.add(name)
    if wrong:
        raise archive.damaged(", ".join(sorted(wrong)[:3]))


def _store(name: str, body: archive.Counted, waiting: Path, uploads: bool) -> None:
    folder, _, leaf = name.rpartition("/")
    if folder == "tables" and leaf.endswith(".jsonl") and leaf.replace("_", "").replace(".", "").isalnum():
        _copy(body, waiting / leaf)
    elif folder == "uploads" and len(leaf) == 64 and leaf.isalnum():
        _copy(body, path_of(leaf)) if uploads else _pass_by(body)
    elif name == heads.FILE:
        _copy(body, heads.place()) if uploads else _pass_by(body)
    else:
        raise Refused("This file is no backup of the portal.")


def _chunks(body: archive.Counted) -> Iterator[bytes]:
    return iter(lambda: body.read(1024 * 1024), b"")


def _pass_by(body: archive.Counted) -> None:
    for _chunk in _chunks(body):
        pass


def _copy(body: archive.Counted, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as out:
        place.chmod(0o600)
        for chunk in _chunks(body):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())


def _refuse_foreign(manifest: dict[str, Any]) -> None:
    its, newest = manifest["migration"], proof.newest()
    if manifest["format"] > snapshot.FORMAT or its > newest:
        raise Refused(f"This backup was made by a later portal (migration {its}, this one knows {newest}).")
    if its < EARLIEST:
        raise Refused("This file is no backup of the portal.")


@contextmanager
def _children_first(connection: Connection) -> Iterator[None]:
    """Rows may point to later rows of their own table, as of families that were merged: looked at in the end."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        yield
        return
    own_keys = [
        f'ALTER TABLE "{table.name}" ALTER CONSTRAINT "{key.name}"'
        for table in snapshot.tables_of(connection)
        for key in table.foreign_key_constraints
        if key.referred_table is table
    ]
    for key in own_keys:
        connection.exec_driver_sql(f"{key} DEFERRABLE INITIALLY DEFERRED")
    yield
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for key in own_keys:
        connection.exec_driver_sql(f"{key} NOT DEFERRABLE")
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


def _fill(connection: Connection, table: Table, waiting: Path, counts: dict[str, int]) -> None:
    """All parts of one table, in their order."""
    count = 0
    for part in sorted(waiting.glob(f"{table.name}.*jsonl")):
        count += _fill_part(connection, table, part)
    if count != counts[table.name]:
        raise archive.damaged(table.name)


def _fill_part(connection: Connection, table: Table, place: Path) -> int:
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
    return count


def file_hash(place: Path) -> str:
    """To compare copies of one file."""
    with place.open("rb") as body:
        return hashlib.file_digest(body, "sha256").hexdigest()
