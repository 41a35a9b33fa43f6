"""Writing a backup: every row of one moment, and every upload these rows speak of."""

import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Connection, Engine, MetaData, Table, inspect, select, text

from portal import clock
from portal.audit import heads
from portal.backups import archive, values
from portal.db import db, only_reading
from portal.errors import Refused
from portal.files.services import path_of

Progress = Callable[[str, int, int], None]
VERSION = "alembic_version"
PART = 8 * 1024 * 1024
"""Bytes of rows in one part: what is held in memory, so that no row waits on the disk in plain text."""
AT_ONCE = 2_000
FORMAT = 2
"""1: each table in one part. 2: in one part after another."""


@contextmanager
def one_moment(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it is now, whatever others write meanwhile; it stops nobody."""
    with only_reading(), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            connection.execute(text("SELECT 1 FROM alembic_version"))  # the moment is that of the first look
            yield connection


def tables_of(connection: Connection) -> list[Table]:
    """The tables as they stand in the database, parents before children; the search in names makes itself anew."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name != VERSION and not name.startswith("member_search"))
    return found.sorted_tables


def figures(connection: Connection) -> dict[str, Any]:
    """What every copy of a portal must agree on: where its trail ends, and the rupiah on each kind of account."""
    last = connection.execute(text("SELECT id, hash FROM audit_event ORDER BY id DESC LIMIT 1")).first()
    held = connection.execute(text("SELECT kind, sum(balance) FROM ledger_account GROUP BY kind ORDER BY kind")).all()
    return {"trail": list(last) if last else [], "ledger": {kind: int(amount) for kind, amount in held}}


def write(place: Path, *, recipient: str = "", uploads: bool = True, progress: Progress) -> dict[str, Any]:
    """Make a backup at `place` while the portal runs; gives its manifest.

    Without `uploads` it is only good for moving the database. Raises Refused for a wrong key, or without a portal.
    """
    _refuse_empty()

    def fill(writer: archive.Writer) -> dict[str, Any]:
        kept = heads.place().read_bytes() if heads.place().exists() else b""  # before the moment: it knows no later row
        with one_moment(db.engine) as connection:
            manifest = _rows(writer, connection, progress)
            marks = _marks(connection) if uploads else []
        writer.add(heads.FILE, io.BytesIO(kept), len(kept))
        return {**manifest, **_uploads(writer, marks, progress)}

    return archive.write(place, fill, recipient=recipient)


def _refuse_empty() -> None:
    with only_reading(), db.engine.connect() as connection:
        if not inspect(connection).has_table(VERSION):
            raise Refused("There is no portal in this database yet.")


def _rows(writer: archive.Writer, connection: Connection, progress: Progress) -> dict[str, Any]:
    tables, counts = tables_of(connection), {}
    for number, table in enumerate(tables, start=1):
        counts[table.name] = _table(writer, connection, table)
        progress("tables", number, len(tables))
    return {
        "format": FORMAT,
        "made_at": clock.now().isoformat(),
        "database": connection.dialect.name,
        "migration": connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one(),
        "counts": counts,
        **figures(connection),
    }


def _table(writer: archive.Writer, connection: Connection, table: Table) -> int:
    """The names of the columns, then a row a line, in the order of the key; gives how many rows."""
    columns = values.selected(table)
    statement = (
        select(*columns).order_by(*(column for column in table.primary_key)).execution_options(yield_per=AT_ONCE)
    )
    count = 0

    def lines() -> Iterator[bytes]:
        nonlocal count
        for row in connection.execute(statement):
            count += 1
            yield f"{values.as_text(row)}\n".encode()

    names = f"{values.as_text([column.name for column in columns])}\n".encode()
    for number, part in enumerate(_parts(names, lines()), start=1):
        writer.add(f"tables/{table.name}.{number:06}.jsonl", io.BytesIO(part), len(part))
    return count


def _parts(names: bytes, lines: Iterable[bytes]) -> Iterator[bytes]:
    """Each part begins with the names of the columns and can be read by itself; an empty table has one, too."""
    part = bytearray(names)
    for line in lines:
        if len(part) + len(line) > PART and len(part) > len(names):
            yield bytes(part)
            part = bytearray(names)
        part += line
    yield bytes(part)


NAMED = (
    "SELECT sha256 FROM stored_file UNION "
    "SELECT sha256 FROM import_batch WHERE state NOT IN ('done', 'refused', 'undone') ORDER BY sha256"
)
"""What lies in the uploads: proofs, and files of offices that somebody still works with (exchange/keeping.py)."""


def _marks(connection: Connection) -> list[str]:
    return list(connection.execute(text(NAMED)).scalars())


def _uploads(writer: archive.Writer, marks: list[str], progress: Progress) -> dict[str, Any]:
    """Each uploaded file once. They are named by content, so they fit this moment and any later.

    One that is gone, or is not what its name says, is named; it must not keep the others from being saved.
    """
    missing, damaged = [], []
    for number, mark in enumerate(marks, start=1):
        found = _upload(writer, mark)
        if found is None:
            missing.append(mark)
        elif found != mark:
            damaged.append(mark)
        if number % 200 == 0 or number == len(marks):
            progress("uploads", number, len(marks))
    return {"uploads": len(marks) - len(missing), "missing_uploads": missing, "damaged_uploads": damaged}


def _upload(writer: archive.Writer, mark: str) -> str | None:
    """The hash of what lies on the disk under this name; None when nothing does."""
    try:
        with path_of(mark).open("rb") as body:
            size = os.fstat(body.fileno()).st_size
            return writer.add(f"uploads/{mark}", body, size, level=archive.STORED)
    except FileNotFoundError:
        return None


def folder() -> Path:
    """Where scheduled backups are kept."""
    return Path(current_app.config["INSTANCE_DIR"]) / "backups"
