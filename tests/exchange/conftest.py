"""Sentences as they are written in the code, so that a test can say which one it means."""

from collections.abc import Iterator

import pytest
from flask_babel import force_locale


@pytest.fixture
def english(make) -> Iterator[None]:
    with force_locale("en"):
        yield
