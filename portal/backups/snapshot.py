"""Writing a backup: every row of one moment, and every upload these rows speak of."""

import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Connection, Engine, MetaData, Table, select, text

from portal import clock
from portal.audit import heads
from portal.backups import archive, values
from portal.db import db, only_reading
from portal.files.services import path_of

Progress = Callable[[str, int, int], None]
VERSION = "alembic_version"
IN_MEMORY = 16 * 1024 * 1024
AT_ONCE = 2_000
FORMAT = 1


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


def write(place: Path, *, recipient: str = "", progress: Progress) -> dict[str, Any]:
    """Make a backup at `place` while the portal runs; gives its manifest. Raises Refused for a wrong key."""

    def fill(writer: archive.Writer) -> dict[str, Any]:
        kept = heads.place().read_bytes() if heads.place().exists() else b""  # before the moment: it knows no later row
        with one_moment(db.engine) as connection:
            manifest = _fill(writer, connection, progress)
        writer.add(heads.FILE, io.BytesIO(kept), len(kept))
        return manifest

    return archive.write(place, fill, recipient=recipient)


def _fill(writer: archive.Writer, connection: Connection, progress: Progress) -> dict[str, Any]:
    tables, counts = tables_of(connection), {}
    for number, table in enumerate(tables, start=1):
        counts[table.name] = _table(writer, connection, table)
        progress("tables", number, len(tables))
    uploads, missing = _uploads(writer, connection, progress)
    return {
        "format": FORMAT,
        "made_at": clock.now().isoformat(),
        "database": connection.dialect.name,
        "migration": connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one(),
        "counts": counts,
        "uploads": uploads,
        "missing_uploads": missing,
    }


def _table(writer: archive.Writer, connection: Connection, table: Table) -> int:
    """One part a table: the names of its columns, then a row a line, in the order of its key."""
    statement = select(table).order_by(*(column for column in table.primary_key)).execution_options(yield_per=AT_ONCE)
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as body:
        body.write((values.as_text([column.name for column in table.c]) + "\n").encode())
        count = 0
        for row in connection.execute(statement):
            body.write((values.as_text(row) + "\n").encode())
            count += 1
        size = body.tell()
        body.seek(0)
        writer.add(f"tables/{table.name}.jsonl", body, size)
    return count


def _uploads(writer: archive.Writer, connection: Connection, progress: Progress) -> tuple[int, list[str]]:
    """Each uploaded file once. They are named by content and never removed, so they fit this moment and any later."""
    marks = [row[0] for row in connection.execute(text("SELECT DISTINCT sha256 FROM stored_file ORDER BY sha256"))]
    missing = []
    for number, mark in enumerate(marks, start=1):
        place = path_of(mark)
        if place.exists():
            with place.open("rb") as body:
                writer.add(f"uploads/{mark}", body, place.stat().st_size)
        else:
            missing.append(mark)
        if number % 200 == 0 or number == len(marks):
            progress("uploads", number, len(marks))
    return len(marks) - len(missing), missing


def folder() -> Path:
    """Where scheduled backups are kept."""
    return Path(current_app.config["INSTANCE_DIR"]) / "backups"
