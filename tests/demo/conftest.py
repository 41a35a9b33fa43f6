"""One invented city for all tests of this folder, filled on a Monday morning and undone at the end."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from portal import audit
from portal.db import db
from portal.demo import fill
from portal.demo.city import City
from tests.conftest import MONDAY, undone


def quietly(_part: str, _done: int, _of: int) -> None:
    """No progress shown."""


@pytest.fixture(scope="module")
def city(app: Flask) -> Iterator[City]:
    """1,700 households with their two years, in the database until the module's last test."""
    with time_machine.travel(MONDAY, tick=False), undone(app):
        filled = fill(1700, quietly)
        audit.record("demo.filled", ("unit_profile", "upt-kan"), by=None)
        db.session.commit()
        yield filled
