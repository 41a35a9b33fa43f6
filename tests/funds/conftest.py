"""Books of a month that is over."""

from datetime import UTC, datetime

import pytest

from tests.funds import factories


@pytest.fixture
def september(make, clock):
    """A gift and two payments of September, seen from October; gives the fund and the two payments."""
    clock.move_to(datetime(2026, 9, 14, 2, tzinfo=UTC))
    money = factories.fund(make, 2_000_000)
    paid = [factories.paid(make, money, 400_000), factories.paid(make, money, 350_000)]
    factories.proposed(make, money, 380_000)
    clock.move_to(datetime(2026, 10, 5, 2, tzinfo=UTC))
    return money, paid
