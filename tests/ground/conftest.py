"""A filled portal with a database of its own, for tests of the schema."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_migrate import upgrade

from portal import audit, create_app
from portal.db import db
from portal.demo import fill
from portal.seeding import seed
from portal.units import catalogue
from tests.conftest import new_database, settings


@pytest.fixture(scope="module")
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Migrated, seeded, and lived in by 200 households."""
    folder = tmp_path_factory.mktemp("filled")
    with new_database(request.config, folder) as url:
        app = create_app(**settings(folder, url))
        catalogue.forget()
        with app.app_context():
            upgrade()
            with audit.unrecorded():
                seed("upt-kan")
                db.session.commit()
                fill(200, lambda _part, _done, _of: None)
                db.session.commit()
            db.session.remove()
        yield app
        with app.app_context():
            db.engine.dispose()
        catalogue.forget()
