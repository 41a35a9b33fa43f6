"""The same data moved from SQLite to PostgreSQL by one command, and back by a backup."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal import create_app
from portal.config import ROOT
from tests.backups.test_backups import content
from tests.conftest import new_database, settings
from tests.live import environment_of, flask


def test_the_data_of_sqlite_is_moved_to_postgresql_by_one_command(request: pytest.FixtureRequest, tmp_path: Path):
    if request.config.getoption("--database") != "postgresql":
        pytest.skip("moving needs a PostgreSQL to move to")
    here = environment_of(tmp_path)
    for command in (["db", "upgrade"], ["seed"], ["demo", "--households", "200"]):
        flask(here, *command)

    with new_database(request.config, tmp_path) as url:
        said = flask(here, "move", url.replace("postgresql+psycopg://", "postgresql://"))
        source = create_app(**settings(tmp_path, f"sqlite:///{tmp_path / 'portal.db'}"))
        target = create_app(**settings(tmp_path, url))

        assert "restored and proved" in said
        assert content(source) == content(target)

        # Again: the place is not empty any more, and nothing is touched.
        again = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "move", url.replace("+psycopg", "")],
            cwd=ROOT, env={**os.environ, **here}, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert (again.returncode, "sudah berisi" in again.stderr or "holds a portal" in again.stderr) == (1, True)
        assert content(source) == content(target)
        with target.app_context():
            from portal.db import db

            db.engine.dispose()
