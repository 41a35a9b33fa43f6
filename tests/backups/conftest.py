"""A small city, a backup of it, and an empty place."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal import audit, clock
from portal.audit import heads
from portal.backups import emptiness, snapshot
from portal.db import db
from portal.households.models import Departure, Member, Relation
from portal.units import catalogue
from tests.backups.places import is_empty, place_for, silent
from tests.conftest import invent, portal_of_its_own


@pytest.fixture(scope="package")
def city(request: pytest.FixtureRequest, mould: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A portal lived in by 200 households."""
    with portal_of_its_own(request.config, tmp_path_factory.mktemp("city"), mould) as app:
        with app.app_context():
            invent(200)
            with audit.unrecorded():
                _somebody_twice()
                heads.write(datetime(2026, 10, 5).date())
                db.session.commit()
            db.session.remove()
        yield app


def _somebody_twice() -> None:
    """A row that leads to a later one of its own table, as when two rows of a person were merged."""
    rows = select(Member).where(Member.active, Member.relation != Relation.HEAD).order_by(Member.id)
    first, *_others, last = db.session.scalars(rows)
    first.left_on, first.left_because, first.merged_into_id = clock.today(), Departure.MISTAKEN, last.id


@pytest.fixture
def made(city: Flask, tmp_path: Path) -> Path:
    """A backup of it."""
    place = tmp_path / "city.backup"
    with city.app_context():
        snapshot.write(place, progress=silent)
    return place


@pytest.fixture(scope="package")
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A second portal, because each costs a second or two."""
    with place_for(request.config, tmp_path_factory.mktemp("second") / "place") as app:
        yield app


@pytest.fixture
def empty(place: Flask) -> Iterator[Flask]:
    """A place without anything, on the database that is being tested."""
    assert is_empty(place)
    yield place
    with place.app_context():
        emptiness.empty(uploads=True)
    shutil.rmtree(Path(place.config["INSTANCE_DIR"]) / ".restoring", ignore_errors=True)
    catalogue.forget()
