"""Reading the trail, newest first."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEvent
from portal.db import AnyRow, db


@dataclass(frozen=True)
class Narrowed:
    """What the reader looks for; empty fields narrow nothing. Days are the unit's, both included."""

    actor: str = ""
    action: str = ""
    subject_type: str = ""
    household_id: int | None = None
    first_on: date | None = None
    last_on: date | None = None


COLUMNS = (
    AuditEvent.id, AuditEvent.at, AuditEvent.actor_name, AuditEvent.action, AuditEvent.subject_type,
    AuditEvent.subject_id, AuditEvent.household_id, AuditEvent.details, AuditEvent.request_id,
)  # fmt: skip


def events(narrowed: Narrowed, *, before: int | None, size: int) -> Sequence[AnyRow]:
    """At most `size` rows older than the row `before`."""
    statement = select(*COLUMNS).where(*_conditions(narrowed)).order_by(AuditEvent.id.desc()).limit(size)
    return db.session.execute(statement if before is None else statement.where(AuditEvent.id < before)).all()


def last_change(subject_type: str, subject_id: str) -> AnyRow | None:
    """The newest act that changed something with this record as its subject: who, and when."""
    statement = select(AuditEvent.actor_id, AuditEvent.actor_name, AuditEvent.at).where(
        AuditEvent.subject_type == subject_type,
        AuditEvent.subject_id == subject_id,
        AuditEvent.details.contains('"changes"'),  # a quoted word: in a text the quotes would be escaped
    )
    return db.session.execute(statement.order_by(AuditEvent.id.desc()).limit(1)).first()


def _conditions(narrowed: Narrowed) -> list[Any]:
    found: list[Any] = []
    if narrowed.actor:
        found.append(AuditEvent.actor_name == narrowed.actor.lower())
    if narrowed.action:
        found.append(AuditEvent.action.startswith(narrowed.action.lower(), autoescape=True))
    if narrowed.subject_type:
        found.append(AuditEvent.subject_type == narrowed.subject_type)
    if narrowed.household_id is not None:
        found.append(AuditEvent.household_id == narrowed.household_id)
    if narrowed.first_on:
        found.append(AuditEvent.at >= _midnight(narrowed.first_on))
    if narrowed.last_on:
        found.append(AuditEvent.at < _midnight(narrowed.last_on + timedelta(days=1)))
    return found


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), tzinfo=clock.ZONE)


@dataclass(frozen=True)
class Change:
    """One field of one record, before and after, as the trail keeps it (identity numbers masked, secrets hidden)."""

    record: str
    field: str
    before: str
    after: str


def unfolded(details: str) -> tuple[list[tuple[str, str]], list[Change]]:
    """An event's own words, and every change it made."""
    body = json.loads(details)
    changes = [Change("", field, _text(old), _text(new)) for field, (old, new) in body.pop("changes", {}).items()]
    for other in body.pop("also", []):
        name = f"{other['type']} {other['id']}"
        changes += [Change(name, field, _text(old), _text(new)) for field, (old, new) in other["changes"].items()]
    return [(key, _text(value)) for key, value in body.items()], changes


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
