"""The same data moved from SQLite to PostgreSQL by one command."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from portal.backups import restore
from portal.db import db
from tests.backups.places import content, run, silent
from tests.backups.test_upgrade import RELEASE
from tests.conftest import settings


@pytest.fixture
def source(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A filled portal on SQLite; its commands find it in their environment, too."""
    if request.config.getoption("--database") != "postgresql":
        pytest.skip("moving needs a PostgreSQL to move to")
    monkeypatch.setenv("INSTANCE_DIR", str(tmp_path))
    app = create_app(**settings(tmp_path, f"sqlite:///{tmp_path / 'portal.db'}"))
    with app.app_context():
        restore.restore(RELEASE, progress=silent)
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def test_the_data_of_sqlite_is_moved_to_postgresql_by_one_command(source, empty, tmp_path, capfd):
    command = ["move", empty.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")]
    before = content(source)

    done = run(source, *command)

    assert done.exit_code == 0, done.output + capfd.readouterr().err
    assert "restored and proved" in capfd.readouterr().out
    assert content(empty) == content(source) == before
    assert not list(tmp_path.glob(".*"))

    again = run(source, *command)  # the place is not empty any more, and nothing is touched

    assert (again.exit_code, again.stderr.splitlines()[-1]) == (1, "Nothing was moved.")
    assert "not empty" in capfd.readouterr().err
    assert content(empty) == content(source) == before
