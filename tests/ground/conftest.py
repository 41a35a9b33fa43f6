"""A filled portal with a database of its own, for tests of the schema."""

from collections.abc import Iterator

import pytest
from flask import Flask

from portal import audit
from portal.db import db
from portal.demo import fill
from tests.conftest import portal_of_its_own


@pytest.fixture(scope="module")
def filled(request: pytest.FixtureRequest, mould: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Migrated, seeded, and lived in by 200 households."""
    with portal_of_its_own(request.config, tmp_path_factory.mktemp("filled"), mould) as app:
        with app.app_context(), audit.unrecorded():
            fill(200, lambda _part, _done, _of: None)
            db.session.commit()
            db.session.remove()
        yield app
