"""Bringing the tables up to date. Alembic takes a tenth of a start, and a server migrates nothing: loaded only here."""

import os
import sys

from flask import Flask, current_app

from portal.config import ROOT
from portal.db import db

MIGRATIONS = ROOT / "migrations"


def init_app(app: Flask) -> None:
    """For Flask's own commands (`flask db upgrade`), and for whoever has loaded Flask-Migrate already."""
    if os.environ.get("FLASK_RUN_FROM_CLI") or "flask_migrate" in sys.modules:
        _register(app)


def _register(app: Flask) -> None:
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)


def bring_up_to(revision: str = "head") -> None:
    """Run the migrations up to this one, in the app at hand."""
    from flask_migrate import upgrade

    if "migrate" not in current_app.extensions:
        _register(current_app._get_current_object())  # type: ignore[attr-defined]
    upgrade(revision=revision)
