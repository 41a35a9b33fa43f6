"""Rows of a table as bars: what each is of the largest, in the thousandths that its drawing is wide."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from portal.public.money import Row

WIDE: Final = 1000


class Bar(NamedTuple):
    """A line of a chart: widths of what was received (None: not told) and given (None: hidden)."""

    name: str
    received: int | None
    given: int | None


def bars(rows: Sequence[Row]) -> list[Bar]:
    """Every row with its two bars, on one scale."""
    most = max((max(row.received or 0, row.given.amount or 0) for row in rows), default=0)

    def wide(amount: int | None) -> int | None:
        return None if amount is None else round(WIDE * max(amount, 0) / most) if most else 0

    return [Bar(row.name, wide(row.received), wide(row.given.amount)) for row in rows]
