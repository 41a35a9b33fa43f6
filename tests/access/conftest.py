"""A doorman whose house holds something in every state."""

import pytest

from tests.access.matrix import Doorman
from tests.access.walk import in_every_state


@pytest.fixture
def doorman(app, make):
    doorman = Doorman(app, make)
    in_every_state(make, doorman.samples)
    return doorman
