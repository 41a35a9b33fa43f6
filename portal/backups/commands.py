"""backup, backup-scheduled, backup-key, restore and move, from a terminal or a timer."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click
import pyrage
from flask import current_app
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from portal import clock
from portal.backups import restore as restoring
from portal.backups import rotation, snapshot
from portal.config import ROOT
from portal.db import db
from portal.errors import PortalError, Refused

RECIPIENT = "BACKUP_RECIPIENT"


def _progress(part: str, done: int, of: int) -> None:
    if sys.stderr.isatty() or done == of:
        click.echo(f"  {part}: {done}/{of}", err=True, nl=done == of)
        if done != of:
            click.echo("\r", err=True, nl=False)


def one_line(command: Any) -> Any:
    """A sentence on stderr and exit 1 for what is refused, and for a disk or a database that does not go along."""

    @wraps(command)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            with _stoppable():
                return command(*args, **kwargs)
        except PortalError as refusal:
            click.echo(str(refusal), err=True)
        except SQLAlchemyError as error:
            said = str(getattr(error, "orig", None) or error).strip()
            click.echo(f"The database does not go along: {' '.join(said.split())}", err=True)
        except OSError as error:
            click.echo(f"{error.filename or ''} {error.strerror or error}".strip(), err=True)
        sys.exit(1)

    return told


@contextmanager
def _stoppable() -> Iterator[None]:
    """Whoever is asked to stop leaves nothing half behind: SIGTERM ends a command as an error does."""

    def stop(_number: int, _frame: Any) -> None:
        raise SystemExit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _recipient(given: str) -> str:
    return given or os.environ.get(RECIPIENT, "")


def _made(file: Path, recipient: str) -> None:
    began = time.monotonic()
    manifest = snapshot.write(file, recipient=_recipient(recipient), progress=_progress)
    _warn(manifest["missing_uploads"], "is named in the database but not on disk")
    _warn(manifest["damaged_uploads"], "is not what was uploaded any more; it is saved as it lies on the disk")
    rows, size = sum(manifest["counts"].values()), file.stat().st_size
    sealed = "encrypted" if _recipient(recipient) else "not encrypted"
    click.echo(
        f"{file}: {rows} rows, {manifest['uploads']} uploads, {size / 1e6:.1f} MB, {sealed}, "
        f"{time.monotonic() - began:.1f} s"
    )


def _warn(marks: list[str], what: str) -> None:
    for mark in marks:
        click.echo(f"warning: upload {mark[:12]}… {what}", err=True)


recipient_option = click.option(
    "--recipient", default="", help=f"Encrypt for this age public key (age1…); {RECIPIENT} unless given."
)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@recipient_option
@one_line
def backup_command(file: Path, recipient: str) -> None:
    """One consistent file of database and uploads, while the portal runs."""
    if file.exists():
        raise Refused(f"{file} is there already.")
    _made(file, recipient)


@click.command("backup-scheduled")
@recipient_option
@one_line
def scheduled_command(recipient: str) -> None:
    """A backup in INSTANCE_DIR/backups; of the older ones the newest of 7 days, 5 weeks and 12 months stay."""
    folder = snapshot.folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    made = folder / rotation.name_for(clock.local(clock.now()))
    _made(made, recipient)
    for name in rotation.forget(folder, made):
        click.echo(f"removed {name}")


@click.command("backup-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@one_line
def key_command(file: Path) -> None:
    """Make a pair of keys: the private one into FILE, to be kept away from this machine; the public one is shown."""
    if file.exists():
        raise Refused(f"{file} is there already.")
    identity = pyrage.x25519.Identity.generate()
    file.touch(mode=0o600)
    file.write_text(f"{identity}\n")
    click.echo(f"{RECIPIENT}={identity.to_public()}")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="File with the private key.")
@click.option("--database-only", is_flag=True, help="Leave uploads and heads of the trail in INSTANCE_DIR as they are.")
@click.option("--anew", is_flag=True, help="First remove what a restore that was broken off (power, kill) left here.")
@one_line
def restore_command(file: Path, key: Path | None, database_only: bool, anew: bool) -> None:
    """Fill an empty portal from a backup, and prove it: counts, integrity, uploads, ledger, trail."""
    began = time.monotonic()
    identity = key.read_text() if key else ""
    proof = restoring.restore(file, identity=identity, uploads=not database_only, anew=anew, progress=_progress)
    _warn(proof.missing_uploads, "was missing when the backup was made")
    _warn(proof.damaged_uploads, "was damaged when the backup was made")
    click.echo(
        f"restored and proved: {proof.rows} rows in {proof.tables} tables, {proof.uploads} uploads, "
        f"trail unbroken over {proof.trail_rows} rows, ledger balanced over {proof.ledger_entries} entries, "
        f"{time.monotonic() - began:.1f} s"
    )


@click.command("move")
@click.argument("url")
@one_line
def move_command(url: str) -> None:
    """Copy this portal's database to the empty one at URL (postgresql://…), and prove the copy. Stop the portal first.

    Uploads stay where they are. Nothing is removed here: start again with DATABASE_URL set to URL. A password belongs
    in PGPASSWORD or ~/.pgpass, because others on this machine can read what stands on a command line.
    """
    _refuse_nonsense(url)
    with tempfile.TemporaryDirectory(dir=current_app.config["INSTANCE_DIR"], prefix=".moving-") as name:
        file = Path(name) / "rows"
        manifest = snapshot.write(file, uploads=False, progress=_progress)
        _restore_elsewhere(file, url)
    with snapshot.one_moment(db.engine) as connection:
        if snapshot.figures(connection)["trail"] != manifest["trail"]:
            raise Refused(
                "Somebody worked here meanwhile, and the copy lacks it. Stop the portal, empty URL, move again."
            )
    click.echo("moved. Start the portal again with DATABASE_URL set to this address.")


def _refuse_nonsense(url: str) -> None:
    try:
        make_url(url)
    except ArgumentError as error:
        raise Refused("This is no address of a database (postgresql://…).") from error


def _restore_elsewhere(file: Path, url: str) -> None:
    """Another process, because a portal knows one database. It says itself why it refuses."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "restore", "--database-only", str(file)]
    child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url})  # noqa: S603
    try:
        done = child.wait()
    except BaseException:
        child.terminate()  # it empties the place it was filling
        child.wait()
        raise
    if done:
        raise Refused("Nothing was moved.")


COMMANDS = (backup_command, scheduled_command, key_command, restore_command, move_command)
