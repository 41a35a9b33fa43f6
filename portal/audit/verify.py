"""Proving that nothing in the trail was altered."""

from dataclasses import dataclass

from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.audit.services import GENESIS, fingerprint
from portal.db import db


@dataclass(frozen=True)
class Finding:
    """How many rows were checked, the last hash, and the first fault found (None when all is well)."""

    rows: int
    last_hash: str
    fault: str | None


def verify() -> Finding:
    """Walk the whole chain from its first row."""
    expected, previous = 0, GENESIS
    for row in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=1000)):
        expected += 1
        if row.id != expected:
            return Finding(expected - 1, previous, f"row {expected} is missing (the next one is {row.id})")
        if row.previous_hash != previous:
            return Finding(expected - 1, previous, f"row {row.id} does not follow the row before it")
        if fingerprint(row) != row.hash:
            return Finding(expected - 1, previous, f"row {row.id} was altered")
        previous = row.hash
        db.session.expunge(row)
    return Finding(expected, previous, None)
