"""Who works on a kelurahan's month."""

import pytest


@pytest.fixture
def cadre(make):
    return make.cadre()


@pytest.fixture
def phone(cadre, sign_in):
    return sign_in(cadre)


@pytest.fixture
def head(make, sign_in):
    return sign_in(make.unit_head())
