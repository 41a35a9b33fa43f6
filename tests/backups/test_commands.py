"""The commands say in one line what they did or why not, and leave nothing half behind."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal.accounts import services as accounts
from portal.accounts.models import User
from portal.backups import commands, emptiness
from portal.config import ROOT
from portal.db import db
from tests.backups.places import content, is_empty, run
from tests.live import environment_of


def one_line(result: Any) -> str:
    """What a refusal says: exit 1, one line on stderr."""
    lines = result.stderr.strip().splitlines()
    assert (result.exit_code, len(lines)) == (1, 1), result.output
    return lines[0]


def test_a_backup_is_made_with_a_key_and_refused_where_a_file_is(city, tmp_path):
    file, key = tmp_path / "c.backup", tmp_path / "key"

    made = run(city, "backup-key", str(key))
    assert made.exit_code == 0
    recipient = made.output.strip().removeprefix("BACKUP_RECIPIENT=")
    done = run(city, "backup", str(file), "--recipient", recipient)
    assert (done.exit_code, ", encrypted" in done.output) == (0, True), done.output
    assert "is there already" in one_line(run(city, "backup", str(file)))
    assert "not empty" in one_line(run(city, "restore", str(file), "--key", str(key)))
    assert run(city, "restore", str(tmp_path / "none")).exit_code == 2
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_disk_or_database_that_does_not_go_along_is_said_in_one_line(city, empty, tmp_path, request):
    assert "No such file" in one_line(run(city, "backup", str(tmp_path / "none" / "x.backup")))
    assert "no portal" in one_line(run(empty, "backup", str(tmp_path / "x.backup")))
    assert "no address" in one_line(run(city, "move", "nonsense"))
    assert "broken off" in one_line(run(empty, "restore", str(ROOT / "README.md"), "--anew"))
    assert "no backup" in one_line(run(empty, "restore", str(ROOT / "README.md")))


def test_a_database_that_does_not_answer_is_said_in_one_line(tmp_path, made):
    nowhere = environment_of(tmp_path / "here", "postgresql://nobody@127.0.0.1:1/none")
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "restore", str(made)]

    done = subprocess.run(command, cwd=ROOT, env=nowhere, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1), done.stderr
    assert "does not go along" in done.stderr


def ask_to_stop(_part: str, _done: int, _of: int) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_a_restore_that_is_asked_to_stop_leaves_the_place_empty(made, empty, monkeypatch):
    monkeypatch.setattr(commands, "_progress", ask_to_stop)

    assert run(empty, "restore", str(made)).exit_code == 128 + signal.SIGTERM
    assert is_empty(empty)


def test_a_backup_that_is_asked_to_stop_leaves_no_half_file(city, tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "_progress", ask_to_stop)

    assert run(city, "backup", str(tmp_path / "x.backup")).exit_code == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, sys
from pathlib import Path
from portal import create_app
from portal.backups import restore

def die(part, done, of):
    if done == 20:
        os._exit(9)

with create_app().app_context():
    restore.restore(Path(sys.argv[1]), progress=die)
"""


def test_a_restore_that_was_killed_is_removed_and_begun_anew_on_request_alone(city, made, empty, tmp_path):
    url = empty.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
    here = environment_of(Path(empty.config["INSTANCE_DIR"]), url)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(made)], cwd=ROOT, env=here, check=False, timeout=60)

    assert killed.returncode == 9
    assert "--anew" in one_line(run(empty, "restore", str(made)))
    again = run(empty, "restore", "--anew", str(made))
    assert again.exit_code == 0, again.output
    assert content(empty) == content(city)
    assert "broken off" in one_line(run(empty, "restore", "--anew", str(made)))
    assert content(empty) == content(city)


def test_what_was_broken_off_in_one_database_is_not_removed_from_another(city, made):
    """A `move` that was killed leaves its mark in the INSTANCE_DIR of the portal it was copying."""
    mark, before = Path(city.config["INSTANCE_DIR"]) / ".restoring", content(city)
    mark.mkdir()
    (mark / emptiness.MARK).write_text('{"database": "postgresql://elsewhere/portal", "uploads": false}')
    try:
        assert "another database" in one_line(run(city, "restore", "--anew", str(made)))
    finally:
        shutil.rmtree(mark)

    assert content(city) == before


def test_progress_is_shown_and_every_command_has_help(city, tmp_path):
    done = run(city, "backup", str(tmp_path / "x.backup"))

    tables = len(db.metadata.tables)
    assert f"tables: {tables}/{tables}" in done.stderr
    for command in commands.COMMANDS:
        helped = run(city, command.name, "--help")
        assert (helped.exit_code, "Usage:" in helped.output) == (0, True)


def test_a_move_notices_that_somebody_went_on_working(city, tmp_path, monkeypatch):

    from portal.db import db

    def work_meanwhile(_file: Path, _url: str) -> None:
        user = db.session.scalars(select(User).where(User.name == "rani")).one()
        accounts.set_language(user, "en" if user.language == "id" else "id")
        db.session.commit()

    monkeypatch.setattr(commands, "_restore_elsewhere", work_meanwhile)
    result = run(city, "move", "postgresql://elsewhere/portal")

    assert result.exit_code == 1
    assert "Somebody worked here meanwhile" in result.stderr
    assert "moved" not in result.stdout
