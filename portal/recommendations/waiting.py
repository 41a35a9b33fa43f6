"""How long an emergency waits for the mayor, and when that is too long."""

from typing import Any

from portal import clock
from portal.units.catalogue import catalogue


def waiting_hours(row: Any) -> int:
    """Plain hours since the request (anything with `proposed_at`): an emergency knows no closing time."""
    return int((clock.now() - row.proposed_at).total_seconds() // 3600)


def is_late(row: Any) -> bool:
    """Longer than the standard of the letter: one day if urgent, else three (services_payakumbuh.toml, data-letter)."""
    unit = catalogue()
    days = unit.setting("emergency_urgent_days") if row.urgent else unit.service("data-letter").days
    return days is not None and waiting_hours(row) > 24 * int(days)
