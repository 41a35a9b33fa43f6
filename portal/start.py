"""`make run`: prepare what is missing, say where the portal is, serve it. In production gunicorn starts alone."""

import os
import secrets
import socket
import sys
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import select

from portal import audit
from portal.cli import show_progress
from portal.config import ROOT, instance_dir
from portal.db import db
from portal.demo import AlreadyFilled, fill
from portal.demo.accounts import ACCOUNTS
from portal.errors import Refused
from portal.migrating import bring_up_to
from portal.seeding import seed
from portal.units.models import UnitProfile

UNIT = "upt-kan"
HOUSEHOLDS = 1700


def main() -> None:
    """Exit 1 with one line when the port is taken."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    _refuse_taken_port(host, int(port))
    os.environ["INSTANCE_DIR"] = str(instance_dir())
    os.environ["SECRET_KEY"] = os.environ.get("SECRET_KEY") or kept_secret(instance_dir())
    from portal.app import create_app

    portal = create_app()
    with portal.app_context():
        prepare(portal)
        _tell(portal, f"http://{host}:{port}")
    os.chdir(ROOT)
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py")]
    os.execv(sys.executable, gunicorn)  # noqa: S606 - our own server, without a shell


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refusal:
            click.echo(f"{host}:{port} cannot be used ({refusal.strerror}). Try: make run PORT={port + 1}", err=True)
            sys.exit(1)


def kept_secret(folder: Path) -> str:
    """The random secret of this instance, made at its first start and readable by its owner alone."""
    place = folder / "secret_key"
    if not place.exists():
        folder.mkdir(parents=True, exist_ok=True)
        place.touch(mode=0o600)
        place.write_text(secrets.token_hex(32))
    return place.read_text().strip()


def prepare(portal: Flask) -> None:
    """Migrate, load the unit, and fill an empty portal with the demo; what is there already stays as it is."""
    bring_up_to()
    code = db.session.scalar(select(UnitProfile.code)) or UNIT
    load = seed(code, show_progress if db.session.get(UnitProfile, code) is None else _quietly)
    if load.new or load.changed:
        audit.record("unit.seeded", ("unit_profile", code), by=None, new=load.new, changed=load.changed)
    db.session.commit()
    try:
        city = fill(HOUSEHOLDS, show_progress)
    except (AlreadyFilled, Refused):
        db.session.rollback()
        return
    audit.record("demo.filled", ("unit_profile", code), by=None, households=len(city.houses))
    db.session.commit()


def _quietly(part: str, done: int, of: int) -> None:
    """Nothing to tell when everything is there."""


def _tell(portal: Flask, address: str) -> None:
    """The address, and in a demo portal the accounts with their password."""
    click.echo(f"\nPortal Anak Nagari: {address}\n")
    if not db.session.scalar(select(UnitProfile.demo)):
        return
    click.echo(f"An invented city. Demo accounts, all with the password {portal.config['DEMO_PASSWORD']}:\n")
    for account in ACCOUNTS:
        click.echo(f"  {account.name:<12} {account.full_name}, {account.title}")
    click.echo("\nStop with Ctrl+C.\n")


if __name__ == "__main__":
    main()
