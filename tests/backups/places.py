"""Places to back up and to restore into, and what stands in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from portal import create_app
from portal.audit import heads
from portal.backups import restore, snapshot
from portal.db import db
from portal.errors import Refused
from tests.conftest import new_database, settings


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
    uploads = folder.exists() and any(folder.rglob("*"))
    return not (left or uploads or (folder.parent / heads.FILE).exists() or (folder.parent / ".restoring").exists())


def refused(app: Flask, place: Path, **how: Any) -> str:
    with app.app_context(), pytest.raises(Refused) as refusal:
        restore.restore(place, progress=silent, **how)
    return str(refusal.value)


def run(app: Flask, *args: str) -> Any:
    """A command, as from a terminal."""
    with app.app_context():
        return app.test_cli_runner().invoke(args=list(args))
