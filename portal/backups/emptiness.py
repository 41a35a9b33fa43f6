"""The place a restore fills: empty before, and empty again when the restore fails or was broken off."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app
from sqlalchemy import Connection, inspect, text

from portal.audit import heads
from portal.backups import snapshot
from portal.db import db
from portal.errors import Refused

MARK = "place.json"
BROKEN_OFF = (
    "Another restore is at work here, or was broken off. If none is at work, and nobody has worked with what it left: "
    "`restore --anew FILE` removes that and begins again."
)


def waiting() -> Path:
    """Where rows wait until their tables are made; while this folder is there, the place is not proved."""
    return Path(current_app.config["INSTANCE_DIR"]) / ".restoring"


def refuse_filled(*, uploads: bool) -> None:
    """A restore adds to nothing: it would mix two portals."""
    if waiting().exists():
        raise Refused(BROKEN_OFF)
    if inspect(db.engine).get_table_names():
        raise Refused("This database is not empty. Restore into an empty one.")
    folder = Path(current_app.config["UPLOADS_DIR"])
    if uploads and (heads.place().exists() or (folder.exists() and any(folder.rglob("*")))):
        raise Refused("INSTANCE_DIR holds uploads or heads of a trail already. Restore into an empty one.")


@contextmanager
def filling(*, uploads: bool) -> Iterator[Path]:
    """While the place is filled: a folder for rows that wait. Whatever goes wrong inside leaves the place empty."""
    refuse_filled(uploads=uploads)
    folder = waiting()
    folder.mkdir(mode=0o700, parents=True)
    (folder / MARK).write_text(json.dumps({"database": _database(), "uploads": uploads}))
    try:
        yield folder
    except BaseException:
        empty(uploads=uploads)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear_broken() -> None:
    """Remove what a restore that was broken off has left, and nothing else. Raises Refused where none was."""
    mark = waiting() / MARK
    if not mark.exists():
        raise Refused("No restore was broken off here.")
    place = json.loads(mark.read_text())
    if place["database"] != _database():
        raise Refused(f"The restore that was broken off was filling another database: {place['database']}")
    empty(uploads=place["uploads"])
    shutil.rmtree(waiting())


def _database() -> str:
    return db.engine.url.render_as_string(hide_password=True)


def empty(*, uploads: bool) -> None:
    """Take back what a restore has put here; only for a place where `refuse_filled` found nothing."""
    db.session.remove()
    with db.engine.begin() as connection:
        _drop_tables(connection)
    if uploads:
        shutil.rmtree(current_app.config["UPLOADS_DIR"], ignore_errors=True)
        heads.place().unlink(missing_ok=True)


def _drop_tables(connection: Connection) -> None:
    """The tables of the migrations and what belongs to them; extensions and rights of the database stay."""
    cascade = "CASCADE" if connection.dialect.name == "postgresql" else ""
    for table in reversed(snapshot.tables_of(connection)):
        connection.exec_driver_sql(f'DROP TABLE "{table.name}" {cascade}')
    for name in ("member_search_terms", "member_search_words", "member_search", snapshot.VERSION):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    if cascade:
        connection.execute(text("DROP FUNCTION IF EXISTS only_ever_added, learn_words_of_names, books_are_closed"))
