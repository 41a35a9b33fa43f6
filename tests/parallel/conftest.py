"""Looks that take their time."""

import time

import pytest

from tests.together import LONG


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
