"""One invented city for all tests of this folder, filled on a Monday morning and undone at the end."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from portal.db import db
from portal.demo import fill
from portal.demo.city import City
from portal.units import catalogue
from tests.conftest import MONDAY


def quietly(_part: str, _done: int, _of: int) -> None:
    """No progress shown."""


@pytest.fixture(scope="module")
def city(app: Flask) -> Iterator[City]:
    """1,700 households with their two years, in the database until the module's last test."""
    catalogue.forget()
    with time_machine.travel(MONDAY, tick=False), app.app_context():
        engines = db.engines
        engine = engines[None]
        connection = engine.connect()
        outer = connection.begin()
        engines[None] = connection  # type: ignore[assignment]
        try:
            filled = fill(1700, quietly)
            db.session.flush()
            yield filled
        finally:
            db.session.remove()
            outer.rollback()
            connection.close()
            engines[None] = engine
    catalogue.forget()
