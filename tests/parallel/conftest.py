"""Looks that take their time, and a portal that really serves."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import audit
from portal.db import db
from portal.units import catalogue
from portal.units.models import Setting, UnitProfile
from tests.live import environment_of, served


@pytest.fixture
def environment(own_portal: Flask, tmp_path: Path) -> dict[str, str]:
    """What the portal of the test is served with; a password is enough for everybody, and nobody is sent away."""
    with audit.unrecorded():
        db.session.get(Setting, "second_factor_roles").value = []
        db.session.execute(select(UnitProfile)).scalar_one().revision += 1
        db.session.commit()
    catalogue.forget()
    url = str(own_portal.config["SQLALCHEMY_DATABASE_URI"]).replace("+psycopg", "")
    found = environment_of(tmp_path, None if url.startswith("sqlite") else url)
    return found | {"WAITING": "60", "PATIENCE": "30"}


@pytest.fixture
def live(environment: dict[str, str]) -> Callable[[], Any]:
    """`with live() as port`: the portal of the test, served."""

    def serve() -> Any:
        db.session.remove()
        return served(environment, workers=2, threads=40)

    return serve
