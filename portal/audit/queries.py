"""Reading the trail, newest first."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.audit import words
from portal.audit.columns import WORDS_OF_TIME, WORDS_SHOWN, is_hidden, is_time
from portal.audit.models import AuditEvent
from portal.db import AnyRow, db
from portal.language import gettext, of_reader

DAY = re.compile(r"(19|20)\d\d-\d\d-\d\d")
MOMENT = re.compile(DAY.pattern + r"T\d\d:\d\d:\d\d(\.\d+)?(\+\d\d:\d\d|Z)?")


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


@dataclass(frozen=True)
class Unfolded:
    """An event's own words and every change it made; `families_words`: whether there are texts not for every reader."""

    words: list[tuple[str, str]]
    changes: list[Change]
    families_words: bool


def unfolded(event: AnyRow, *, in_full: bool) -> Unfolded:
    """What an event holds; texts about a family only `in_full`, else that there are some (audit/columns.py)."""
    body = json.loads(event.details)
    subjects = [("", event.subject_type, body.pop("changes", {}))]
    subjects += [
        (f"{words.kind(other['type'])} {other['id']}", other["type"], other["changes"])
        for other in body.pop("also", [])
    ]
    changes, private = [], False
    for name, table, fields in subjects:
        for field, (before, after) in fields.items():
            hidden = is_hidden(table, field)
            private = private or hidden
            tell = _telling(hidden=hidden and not in_full, time=is_time(table, field))
            changes.append(Change(name, field, tell(before), tell(after)))
    own = []
    for key, value in body.items():
        hidden = key not in WORDS_SHOWN
        private = private or hidden
        own.append((key, _telling(hidden=hidden and not in_full, time=key in WORDS_OF_TIME)(value)))
    return Unfolded(own, changes, private)


def _telling(*, hidden: bool, time: bool) -> Callable[[Any], str]:
    if hidden:
        return _hidden
    return _time if time else _text


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _time(value: Any) -> str:
    """Days and moments as pages write them; the trail keeps them as ISO 8601 does."""
    text = _text(value)
    try:
        if DAY.fullmatch(text):
            return clock.format_day(date.fromisoformat(text), lang=of_reader())
        if MOMENT.fullmatch(text):
            local = clock.local(datetime.fromisoformat(text))
            return f"{clock.format_day(local.date(), lang=of_reader(), short=True)} {local:%H.%M.%S} WIB"
    except ValueError:  # a trail altered by hand may hold a day that no calendar has
        pass
    return text


def _hidden(value: Any) -> str:
    """That there is something; not how long it is, because the length of a code gives the code away."""
    return gettext("hidden here") if _text(value) else ""
