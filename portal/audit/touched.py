"""Whose files were touched between two moments: the first question after a breach (UU PDP 27/2022 art. 46)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from portal.audit.models import AuditEvent
from portal.db import db


@dataclass(frozen=True)
class Touched:
    """One family's files: how often they were opened and changed, by whom, and when first and last (UTC)."""

    household_id: int
    opened: int
    changed: int
    by: str
    first_at: datetime
    last_at: datetime


def between(since: datetime, until: datetime, *, actor: str = "") -> Iterator[Touched]:
    """Families whose files were opened or changed from `since` up to before `until` (aware), by number.

    `actor` narrows it to one account, such as the one whose password leaked.
    """
    reading = case((AuditEvent.action.like("%read"), 1), else_=0)
    statement = (
        select(
            AuditEvent.household_id, AuditEvent.actor_name, func.sum(reading).label("opened"),
            func.count().label("acts"), func.min(AuditEvent.at).label("first_at"),
            func.max(AuditEvent.at).label("last_at"),
        )
        .where(AuditEvent.at >= since, AuditEvent.at < until, AuditEvent.household_id.is_not(None))
        .group_by(AuditEvent.household_id, AuditEvent.actor_name)
        .order_by(AuditEvent.household_id, AuditEvent.actor_name)
    )  # fmt: skip
    if actor:
        statement = statement.where(AuditEvent.actor_name == actor.lower())
    rows: list[tuple[int, str, int, int, datetime, datetime]] = []
    for row in db.session.execute(statement):
        if rows and rows[0][0] != row.household_id:
            yield _together(rows)
            rows = []
        rows.append((row.household_id, row.actor_name, row.opened, row.acts, row.first_at, row.last_at))
    if rows:
        yield _together(rows)


def _together(rows: list[tuple[int, str, int, int, datetime, datetime]]) -> Touched:
    opened, acts = sum(row[2] for row in rows), sum(row[3] for row in rows)
    return Touched(
        household_id=rows[0][0],
        opened=opened,
        changed=acts - opened,
        by=" ".join(row[1] for row in rows),
        first_at=min(row[4] for row in rows),
        last_at=max(row[5] for row in rows),
    )
