"""A filled portal with a database of its own, for tests of the schema."""

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.db import db
from tests.conftest import invent, portal_of_its_own


@pytest.fixture(scope="module")
def filled(request: pytest.FixtureRequest, mould: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Migrated, seeded, and lived in by 200 households."""
    with portal_of_its_own(request.config, tmp_path_factory.mktemp("filled"), mould) as app:
        with app.app_context():
            invent(200)
            db.session.remove()
        yield app
