"""Sentences as they are written in the code, so that a test can say which one it means; files sent in and confirmed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from werkzeug.datastructures import FileStorage

from portal.accounts.models import User
from portal.db import db
from portal.exchange import services
from portal.exchange.models import ImportBatch
from tests.exchange.files import HEAD, xlsx


@pytest.fixture
def english(make) -> Iterator[None]:
    with force_locale("en"):
        yield


@pytest.fixture
def own_uploads(tmp_path: Path, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "UPLOADS_DIR", tmp_path / "uploads")


@pytest.fixture
def officer(make) -> User:
    return make.social_worker()


@pytest.fixture
def bring(tmp_path: Path, officer: User, own_uploads: None) -> Callable[..., ImportBatch]:
    """`bring(rows…)` gives the batch of a file with these rows, read and compared."""
    sent = iter(range(100))

    def of(*people: list[Any], **details: Any) -> ImportBatch:
        number = next(sent)
        # No two files are the same, also where they say the same.
        path = xlsx(tmp_path / f"people-{number}.xlsx", HEAD, *people, sheet=f"Data {number}")
        with path.open("rb") as stream:
            upload = FileStorage(stream, filename="Data Ibuah.xlsx", name="file")
            batch = services.bring_in(upload, by=officer, **details)
        db.session.commit()
        assert services.work(batch.id)
        return batch

    return of


def confirmed(batch: ImportBatch, by: User | None) -> ImportBatch:
    services.confirm(batch, by=by)
    db.session.commit()
    assert services.work(batch.id)
    return batch


@pytest.fixture
def written(bring: Callable[..., ImportBatch], officer: User) -> Callable[..., ImportBatch]:
    """`written(rows…)` is a batch that somebody confirmed."""
    return lambda *people, **details: confirmed(bring(*people, **details), officer)
