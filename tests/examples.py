"""How many examples a property is tried with."""

import os


def few(count: int) -> int:
    """So many on SQLite, a third on PostgreSQL: each costs several times as much there, and asks the same rules."""
    return max(4, count // 3) if os.environ.get("TEST_POSTGRESQL") else count
