"""Proving that nothing in the trail was altered: changed, removed, exchanged, cut off, or written in afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.audit import heads
from portal.audit.models import AuditEnd, AuditEvent
from portal.audit.services import GENESIS, fingerprint
from portal.db import db

INVENTED = "demo.filled"
"""What the demo invents of the past stands behind the seeding of today; what comes after this row may not be older."""


@dataclass(frozen=True)
class Finding:
    """How many rows were found good, the last hash, and the first fault found (None when all is well)."""

    rows: int
    last_hash: str
    fault: str | None


def verify(brought: Iterable[str] = ()) -> Finding:
    """Walk the whole chain from its first row; `brought` are heads that somebody kept, as "ROWS:HASH".

    Raises Refused for a head that cannot be read.
    """
    walk = _Walk(heads.known(brought))
    for row in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=1000)):
        if fault := walk.step(row):
            return Finding(walk.rows, walk.hash, fault)
        db.session.expunge(row)
    return Finding(walk.rows, walk.hash, walk.end())


class _Walk:
    """What is known so far while the rows go by."""

    def __init__(self, known: list[heads.Head]) -> None:
        self.rows, self.hash, self.backdated = 0, GENESIS, 0
        self.latest: datetime | None = None
        self.heads: dict[int, list[heads.Head]] = {}
        for head in known:
            self.heads.setdefault(head.rows, []).append(head)

    def step(self, row: AuditEvent) -> str | None:
        """The fault of this row, if it has one."""
        fault = self._broken(row) or self._unlike_its_heads(row)
        if fault:
            return fault
        if self.latest is not None and row.at < self.latest:
            self.backdated = self.backdated or row.id
        if row.action == INVENTED:
            self.backdated = 0
        self.rows, self.hash, self.latest = row.id, row.hash, row.at
        return None

    def _broken(self, row: AuditEvent) -> str | None:
        if row.id != self.rows + 1:
            return f"row {self.rows + 1} is missing (the next one is {row.id})"
        if row.previous_hash != self.hash:
            return f"row {row.id} does not follow the row before it"
        return f"row {row.id} was altered" if fingerprint(row) != row.hash else None

    def _unlike_its_heads(self, row: AuditEvent) -> str | None:
        for head in self.heads.pop(row.id, ()):
            if not row.hash.startswith(head.hash):
                return f"row {row.id} is not the one that was kept as {head.source}"
        return None

    def end(self) -> str | None:
        """What only shows when all rows have gone by."""
        if self.backdated:
            return f"row {self.backdated} is older than the row before it"
        end = db.session.get(AuditEnd, 1)
        if (end.last_id, end.last_hash) != (self.rows, self.hash) if end else self.rows:
            return (
                f"rows after {self.rows} are missing ({end.last_id} were written)" if end else "the end mark is missing"
            )
        longest = max(self.heads, default=0)
        if longest > self.rows:
            return f"rows after {self.rows} are missing ({longest} were kept as {self.heads[longest][0].source})"
        return None
