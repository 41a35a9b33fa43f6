"""Who sends sheets in."""

import pytest


@pytest.fixture
def kenanga(make, sign_in):
    return sign_in(make.partner_user())
