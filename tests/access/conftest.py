"""A doorman whose house holds something in every state."""

import pytest

from tests.access.matrix import Doorman
from tests.access.walk import in_every_state


@pytest.fixture
def doorman(app, make, request):
    if request.config.getoption("--database") != "sqlite":
        pytest.skip("links are the same on both databases; once is enough")
    doorman = Doorman(app, make)
    in_every_state(make, doorman.samples)
    return doorman
