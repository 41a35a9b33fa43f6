"""A list that leaves the portal: its columns, its rows in batches, and what was counted of them on the way."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

Value = str | int | date | None
Batch = Sequence[Sequence[Value]]


@dataclass(frozen=True)
class Column:
    """A column's head, and its width in characters."""

    title: str
    width: int = 16


def as_text(value: Value) -> str:
    """A cell as everybody reads it; days as day-month-year."""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    return "" if value is None else str(value)


class Tally:
    """What went through: `rows`, and the SHA-256 of their texts, which is the same in every kind of file.

    Cells are joined with a tab and rows end with a line feed, in UTF-8; the head is no part of it.
    """

    def __init__(self) -> None:
        self.rows = 0
        self._hash = hashlib.sha256()

    def counted(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        for batch in batches:
            self.rows += len(batch)
            lines = ["\t".join([as_text(value) for value in row]) + "\n" for row in batch]
            self._hash.update("".join(lines).encode("utf-8", "replace"))
            yield batch

    def digest(self) -> str:
        return self._hash.hexdigest()
