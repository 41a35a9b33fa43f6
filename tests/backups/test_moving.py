"""The same data moved from SQLite to PostgreSQL by one command."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from portal.backups import restore
from portal.config import ROOT
from portal.db import db
from tests.backups.places import content, silent
from tests.backups.test_upgrade import RELEASE
from tests.conftest import settings
from tests.live import environment_of


def moved(here: Path, url: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "move", url.replace("+psycopg", "")]
    return subprocess.run(
        command, cwd=ROOT, env=environment_of(here), capture_output=True, text=True, timeout=120, check=False
    )


def test_the_data_of_sqlite_is_moved_to_postgresql_by_one_command(
    request: pytest.FixtureRequest, empty: Flask, tmp_path: Path
):
    if request.config.getoption("--database") != "postgresql":
        pytest.skip("moving needs a PostgreSQL to move to")
    source = create_app(**settings(tmp_path, f"sqlite:///{tmp_path / 'portal.db'}"))
    with source.app_context():
        restore.restore(RELEASE, progress=silent)
        db.session.remove()
    before, url = content(source), empty.config["SQLALCHEMY_DATABASE_URI"]

    done = moved(tmp_path, url)

    assert (done.returncode, "restored and proved" in done.stdout) == (0, True), done.stderr
    assert content(empty) == content(source) == before
    assert not list(tmp_path.glob(".moving-*"))

    again = moved(tmp_path, url)  # the place is not empty any more, and nothing is touched
    assert (again.returncode, again.stderr.splitlines()[-2:]) == (
        1,
        ["This database is not empty. Restore into an empty one.", "Nothing was moved."],
    )
    assert content(empty) == content(source) == before
    with source.app_context():
        db.engine.dispose()
