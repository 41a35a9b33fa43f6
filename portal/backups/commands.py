"""backup, backup-scheduled, backup-key, restore and move, from a terminal or a timer."""

import os
import subprocess
import sys
import tempfile
import time
from functools import wraps
from pathlib import Path
from typing import Any

import click
import pyrage
from flask import current_app
from flask_babel import gettext

from portal import clock
from portal.backups import restore as restoring
from portal.backups import rotation, snapshot
from portal.config import ROOT
from portal.errors import PortalError, Refused

RECIPIENT = "BACKUP_RECIPIENT"


def _progress(part: str, done: int, of: int) -> None:
    if sys.stderr.isatty() or done == of:
        click.echo(f"  {part}: {done}/{of}", err=True, nl=done == of)
        if done != of:
            click.echo("\r", err=True, nl=False)


def one_line(command: Any) -> Any:
    """A sentence on stderr and exit 1 for what is refused, and for a disk that is full or not writable."""

    @wraps(command)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except PortalError as refusal:
            click.echo(str(refusal), err=True)
        except OSError as error:
            click.echo(f"{error.filename or ''} {error.strerror or error}".strip(), err=True)
        sys.exit(1)

    return told


def _recipient(given: str) -> str:
    return given or os.environ.get(RECIPIENT, "")


def _made(file: Path, recipient: str) -> None:
    began = time.monotonic()
    manifest = snapshot.write(file, recipient=_recipient(recipient), progress=_progress)
    for mark in manifest["missing_uploads"]:
        click.echo(f"warning: upload {mark[:12]}… is named in the database but not on disk", err=True)
    rows, size = sum(manifest["counts"].values()), file.stat().st_size
    sealed = "encrypted" if _recipient(recipient) else "not encrypted"
    click.echo(
        f"{file}: {rows} rows, {manifest['uploads']} uploads, {size / 1e6:.1f} MB, {sealed}, "
        f"{time.monotonic() - began:.1f} s"
    )


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
        raise Refused(gettext("%(file)s is there already.", file=file))
    _made(file, recipient)


@click.command("backup-scheduled")
@recipient_option
@one_line
def scheduled_command(recipient: str) -> None:
    """A backup in INSTANCE_DIR/backups; of the older ones the newest of 7 days, 5 weeks and 12 months stay."""
    folder = snapshot.folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    _made(folder / rotation.name_for(clock.local(clock.now())), recipient)
    for name in rotation.forget(folder):
        click.echo(f"removed {name}")


@click.command("backup-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@one_line
def key_command(file: Path) -> None:
    """Make a pair of keys: the private one into FILE, to be kept away from this machine; the public one is shown."""
    if file.exists():
        raise Refused(gettext("%(file)s is there already.", file=file))
    identity = pyrage.x25519.Identity.generate()
    file.touch(mode=0o600)
    file.write_text(f"{identity}\n")
    click.echo(f"{RECIPIENT}={identity.to_public()}")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="File with the private key.")
@click.option("--database-only", is_flag=True, help="Leave uploads and heads of the trail in INSTANCE_DIR as they are.")
@one_line
def restore_command(file: Path, key: Path | None, database_only: bool) -> None:
    """Fill an empty portal from a backup, and prove it: counts, integrity, uploads, ledger, trail."""
    began = time.monotonic()
    identity = key.read_text() if key else ""
    proof = restoring.restore(file, identity=identity, uploads=not database_only, progress=_progress)
    for mark in proof.missing_uploads:
        click.echo(f"warning: upload {mark[:12]}… was missing when the backup was made", err=True)
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

    Uploads stay where they are. Nothing is removed here: start again with DATABASE_URL set to URL.
    """
    with tempfile.TemporaryDirectory(dir=current_app.config["INSTANCE_DIR"]) as name:
        file = Path(name) / "moving"
        snapshot.write(file, progress=_progress)
        restore = [sys.executable, "-m", "flask", "--app", "wsgi", "restore", "--database-only", str(file)]
        done = subprocess.run(restore, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=False)  # noqa: S603
    if done.returncode:
        raise Refused(gettext("Nothing was moved."))
    click.echo("moved. Start the portal again with DATABASE_URL set to this address.")


COMMANDS = (backup_command, scheduled_command, key_command, restore_command, move_command)
