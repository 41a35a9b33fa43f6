"""One portal a test session, one transaction a test; PostgreSQL with `--database postgresql`."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, text

from portal import audit, create_app
from portal.db import db
from portal.demo import fill
from portal.seeding import seed
from portal.units import catalogue
from tests.factories import Make
from tests.pages import Browser, Desk

# A Monday morning in Payakumbuh: working day, no holiday near, office hours.
MONDAY = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", default="sqlite", choices=["sqlite", "postgresql"], help="run the suite on this database"
    )


@contextmanager
def new_database(config: pytest.Config, folder: Path, *, like: str = "") -> Iterator[str]:
    """The address of a database of the kind that is being tested, empty or a copy; it goes away at the end."""
    if config.getoption("--database") == "sqlite":
        if like:
            shutil.copyfile(like.removeprefix("sqlite:///"), folder / "portal.db")
        yield f"sqlite:///{folder / 'portal.db'}"
        return
    server = os.environ.get("TEST_POSTGRESQL")
    if not server:
        pytest.skip("TEST_POSTGRESQL names no server")
    name = f"portal_{uuid.uuid4().hex[:12]}"
    template = f' TEMPLATE "{like.rpartition("/")[2]}"' if like else ""
    admin = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"{template}'))
    yield server.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://") + f"/{name}"
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture(scope="session")
def mould(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database that is migrated and seeded once in a test process, and only copied from then on."""
    folder = tmp_path_factory.mktemp("mould")
    with new_database(request.config, folder) as url:
        with seeded(folder, url):
            pass
        yield url


def settings(folder: Path, url: str) -> dict[str, object]:
    """Settings of a portal under test."""
    from portal import config

    os.environ.setdefault("SECRET_KEY", "for tests only")
    return {
        **config.from_environment(),
        "SECRET_KEY": "for tests only",
        "TESTING": True,
        "QUIET": True,
        # A test client does not close its answers, which is when a request leaves the gate.
        "WORKING": 0,
        # A process beside the tests would not see what they have not committed; they do its work themselves.
        "BACKGROUND": False,
        "INSTANCE_DIR": folder,
        # Every test portal shows the same templates: translated to bytecode once, not once a portal.
        "TEMPLATE_CACHE": Path(tempfile.gettempdir()) / f"portal-templates-{os.getuid()}",
        "UPLOADS_DIR": folder / "uploads",
        "SQLALCHEMY_DATABASE_URI": url,
    }


@contextmanager
def opened(folder: Path, url: str, *, empty: bool = False) -> Iterator[Flask]:
    """A portal with this database; an empty one is migrated and seeded for UPT-KAN first."""
    portal = create_app(**settings(folder, url))
    catalogue.forget()
    with portal.app_context():
        if empty:
            upgrade()
            with audit.unrecorded():
                seed("upt-kan")
                db.session.commit()
        portal.extensions["catalogue as seeded"] = catalogue.catalogue()
        db.session.remove()
    yield portal
    with portal.app_context():
        db.engine.dispose()
    catalogue.forget()


@contextmanager
def seeded(folder: Path, url: str) -> Iterator[Flask]:
    """A portal in an empty database, migrated and seeded for UPT-KAN."""
    with opened(folder, url, empty=True) as portal:
        yield portal


@contextmanager
def portal_of_its_own(config: pytest.Config, folder: Path, mould: str) -> Iterator[Flask]:
    """A seeded portal in a database that nobody else uses."""
    with new_database(config, folder, like=mould) as url, opened(folder, url) as portal:
        yield portal


@pytest.fixture(scope="session")
def app(request: pytest.FixtureRequest, mould: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The portal of this test process."""
    with portal_of_its_own(request.config, tmp_path_factory.mktemp("instance"), mould) as portal:
        yield portal


@pytest.fixture
def own_portal(request: pytest.FixtureRequest, mould: str, tmp_path: Path) -> Iterator[Flask]:
    """A portal with a database of the test's own, in which commits are real and threads may meet."""
    with portal_of_its_own(request.config, tmp_path, mould) as portal, portal.app_context():
        yield portal
        db.session.remove()


def invent(households: int) -> None:
    """Fill the portal of this context with a small city, as `flask demo` does."""
    fill(households, lambda _part, _done, _of: None)
    audit.record("demo.filled", ("unit_profile", "upt-kan"), by=None, households=households)
    db.session.commit()


@contextmanager
def undone(app: Flask) -> Iterator[None]:
    """Everything committed inside is undone at the end; the catalogue is read once and not with every test."""
    seeded_with = app.extensions.get("catalogue as seeded")
    catalogue.forget(but=seeded_with)
    with app.app_context():
        engines = db.engines
        engine = engines[None]
        connection = engine.connect()
        outer = connection.begin()
        engines[None] = connection  # type: ignore[assignment]
        try:
            yield
        finally:
            db.session.remove()
            outer.rollback()
            connection.close()
            engines[None] = engine
    catalogue.forget(but=seeded_with)


@pytest.fixture
def transaction(app: Flask) -> Iterator[Flask]:
    """Everything a test commits is undone after it."""
    with undone(app):
        yield app


@pytest.fixture
def clock() -> Iterator[Any]:
    """The time stands still on a Monday morning, 5 October 2026, 09.00 WIB, until the test moves it."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def make(transaction: Flask, clock: Any) -> Make:
    """Arranges what a test needs."""
    return Make()


@pytest.fixture
def desk(transaction: Flask, make: Make) -> Desk:
    """Opens test browsers."""
    return Desk(transaction)


@pytest.fixture
def sign_in(desk: Desk) -> object:
    """`sign_in(user)` gives a browser in which this person is signed in."""
    return desk.sign_in


@pytest.fixture
def stranger(desk: Desk) -> Browser:
    """A browser in which nobody is signed in."""
    return desk.browser()


@pytest.fixture
def worker(make: Make, desk: Desk) -> Browser:
    """A browser in which a social worker is signed in."""
    return desk.sign_in(make.social_worker())
