"""Looks that take their time, and a portal that really serves."""

import time
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
from tests.together import LONG


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


@pytest.fixture
def slow(monkeypatch):
    """`slow(module, name)`: that look takes its time before whoever looked goes on."""

    def make_slow(module, name):
        looks = getattr(module, name)

        def looking(*given, **named):
            seen = looks(*given, **named)
            time.sleep(LONG)
            return seen

        monkeypatch.setattr(module, name, looking)

    return make_slow
