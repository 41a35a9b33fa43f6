"""A worker is killed (-9) in the midst of writing; the next one goes on: nothing twice, nothing lost."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

from sqlalchemy import create_engine, text

from portal.config import ROOT
from tests.conftest import new_database
from tests.exchange.files import HEAD, row, xlsx
from tests.live import environment_of, flask

FAMILIES = 4000
LONGEST = 60
"""Seconds to wait for the first families."""


def test_a_killed_import_goes_on_where_it_ended(request, mould, tmp_path):
    with new_database(request.config, tmp_path, like=mould) as url:
        environment, engine = environment_of(tmp_path, url), create_engine(url)
        people = [
            row(
                kk=f"137601{1 + n % 28:02d}0613{n:04d}", nik=f"137601{1 + n % 28:02d}0374{n:04d}", name="ASRIL", born=""
            )
            for n in range(1, FAMILIES + 1)
        ]
        path = xlsx(tmp_path / "people.xlsx", HEAD, *people)

        killed(environment, path, engine)
        before = counted(engine, "household")
        assert 0 < before < FAMILIES, "killed too late to show anything"
        a_while_ago(engine)
        flask(environment, "register", "work", "1")

        assert counted(engine, "household") == counted(engine, "member") == FAMILIES
        assert counted(engine, "import_row WHERE written") == FAMILIES
        assert counted(engine, "audit_event WHERE action = 'household.imported'") == FAMILIES
        assert "unbroken" in flask(environment, "audit", "verify")
        engine.dispose()


def killed(environment, path, engine):
    """Start bringing the file in, and end it the moment families are in the register."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "register", "import", str(path)]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    deadline = time.monotonic() + LONGEST
    while not counted(engine, "household"):
        assert time.monotonic() < deadline
        assert worker.poll() is None
        time.sleep(0.01)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def counted(engine, of):
    with engine.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {of}")).scalar_one()  # noqa: S608 - our own words


def a_while_ago(engine):
    """As if the killed worker had been silent for long."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE import_progress SET beat_at = :at"), {"at": datetime(2020, 1, 1, tzinfo=UTC)})
