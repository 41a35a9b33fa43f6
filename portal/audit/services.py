"""Writing the trail. Services call `record`; the rows are chained and inserted as the last act of the transaction."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from flask import g, has_request_context
from sqlalchemy import event, insert, inspect, select, text, update
from sqlalchemy.orm import Session

from portal import bulk, clock
from portal.audit import changes
from portal.audit.models import AuditEnd, AuditEvent
from portal.db import db, writing
from portal.web.access import signed_in_user
from portal.web.errors import when_compared

PENDING = "audit_pending"
UNRECORDED = "audit_unrecorded"
GENESIS = "0" * 64
LOCK = 7_205_921  # any constant: writers of the trail on PostgreSQL take their turn under it


class UnrecordedChange(RuntimeError):
    """A service changed a record and did not say so to the trail: a fault in the program."""


class Actor(NamedTuple):
    """Who did something, without the record."""

    id: int
    name: str


class Act(NamedTuple):
    """What is being done, until the trail is written; `changed` names the records that had been changed by then."""

    action: str
    subject: Any
    by: Any
    household_id: int | None
    details: dict[str, Any]
    changed: frozenset[int] = frozenset()


def record(action: str, subject: Any, *, by: Any, household_id: int | None = None, **details: Any) -> None:
    """Say what is being done, in the transaction that does it.

    `subject` is a record (or a plain (type, id) pair), `by` the person (None: the portal itself, or the public).
    Before and after of every changed record are added by themselves, to the first act that is told once it is changed.
    """
    session = db.session()
    act = Act(action, subject, by, household_id, details, changes.so_far(session))
    session.info.setdefault(PENDING, []).append(act)


def record_reading(subject: Any, *, by: Any, household_id: int | None, action: str = "", **details: Any) -> None:
    """Say that a case file is being read; written before the page leaves the house (see `write_readings`)."""
    # Told by names and numbers, because the records themselves would be loaded anew in the transaction that writes it.
    what, who = (kind_of(subject), identity_of(subject)), Actor(by.id, by.name)
    family = _household_of(subject, household_id)
    g.setdefault("readings", []).append(Act(action or f"{what[0]}.read", what, who, family, details))


def record_compared(record: Any) -> None:
    """Two versions of a family's record are shown to whoever sent the later one: that is a reading too."""
    if inspect(record, raiseerr=False) is not None and _household_of(record, None) is not None:
        record_reading(record, by=signed_in_user(), household_id=None)


def kind_of(subject: Any) -> str:
    return subject[0] if isinstance(subject, tuple) else type(subject).__tablename__


def identity_of(subject: Any) -> str:
    if isinstance(subject, tuple):
        return str(subject[1])
    return "/".join(
        str(value) for value in inspect(subject).identity or inspect(subject).mapper.primary_key_from_instance(subject)
    )


_content_of = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def fingerprint(row: Any) -> str:
    """SHA-256 over the content of a row of the trail and the hash before it."""
    content = [
        row.id, row.at.isoformat(), row.actor_id, row.actor_name, row.action, row.subject_type, row.subject_id,
        row.household_id, row.details, row.request_id, row.previous_hash,
    ]  # fmt: skip
    return hashlib.sha256(_content_of(content).encode()).hexdigest()


_LAST = select(AuditEvent.id, AuditEvent.hash, AuditEvent.at).order_by(AuditEvent.id.desc()).limit(1)


def _tail(session: Session) -> tuple[int, str, datetime | None]:
    """Number, hash and moment of the last row, locked until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    last = session.connection().execute(_LAST).first()
    return (last.id, last.hash, last.at) if last else (0, GENESIS, None)


_END = AuditEnd.__table__
_MOVE_END = update(_END).where(_END.c.id == 1)  # type: ignore[arg-type]
_FIRST_END = insert(_END)  # type: ignore[arg-type]


def mark_end(session: Session, last_id: int, last_hash: str) -> None:
    """Say where the trail ends now."""
    values = {"last_id": last_id, "last_hash": last_hash}
    if session.connection().execute(_MOVE_END, values).rowcount == 0:
        session.connection().execute(_FIRST_END, {"id": 1, **values})


def _household_of(subject: Any, given: int | None) -> int | None:
    if given is not None or isinstance(subject, tuple):
        return given
    if kind_of(subject) == "household":
        return int(subject.id)
    return getattr(subject, "household_id", None)


class _Row(NamedTuple):
    """A row of the trail before it is stored: the columns of AuditEvent."""

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str
    action: str
    subject_type: str
    subject_id: str
    household_id: int | None
    details: str
    request_id: str
    previous_hash: str
    hash: str = ""


_details_of = json.JSONEncoder(ensure_ascii=False, default=changes.plain, sort_keys=True).encode


def _row(number: int, previous: str, at: datetime, act: Act, details: dict[str, Any]) -> _Row:
    action, subject, by, household_id = act[:4]
    row = _Row(
        id=number,
        at=at,
        actor_id=getattr(by, "id", None),
        actor_name=getattr(by, "name", None) or "-",
        action=action,
        subject_type=kind_of(subject),
        subject_id=identity_of(subject),
        household_id=_household_of(subject, household_id),
        details=_details_of(details),
        request_id=g.get("request_id", "") if has_request_context() else "",
        previous_hash=previous,
    )
    return row._replace(hash=fingerprint(row))


def _described(acts: list[Act], changed: dict[int, tuple[Any, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Each act's details: its own words, its subject's changes, and what else was changed when it was told.

    What was changed after the last act was told goes with that one.
    """
    described: list[dict[str, Any]] = []
    for act in acts:
        own = changed.pop(id(act.subject), None)
        described.append({**act.details, **({"changes": own[1]} if own else {})})
    for act, details in zip(acts, described, strict=True):
        last = details is described[-1]
        also = [changed.pop(key) for key in list(changed if last or act.changed else ()) if last or key in act.changed]
        if also:
            details["also"] = [
                {"type": kind_of(record), "id": identity_of(record), "changes": values} for record, values in also
            ]
    return described


def write(session: Session) -> None:
    """Just before the commit: chain the recorded acts to the trail; a change that nobody recorded stops everything."""
    if session.in_nested_transaction():
        return  # a savepoint inside a transaction: the trail is written once, when that ends
    session.flush()
    acts = session.info.pop(PENDING, [])
    changed = session.info.pop(changes.KEY, {})
    if session.info.get(UNRECORDED):
        return
    if changed and not acts:
        kinds = sorted({kind_of(record) for record, _ in changed.values()})
        raise UnrecordedChange(f"changed without audit.record: {', '.join(kinds)}")
    if not acts:
        return
    number, previous, last_at = _tail(session)
    at = max(clock.now(), last_at or clock.now())  # a clock that was set back must not look like a backdated row
    rows = []
    for act, details in zip(acts, _described(acts, changed), strict=True):
        number += 1
        rows.append(_row(number, previous, at, act, details))
        previous = rows[-1].hash
    bulk.insert(AuditEvent, [row._asdict() for row in rows])
    mark_end(session, number, previous)


@contextmanager
def unrecorded() -> Iterator[None]:
    """For seeds and for arranging tests: what is stored here is nobody's act."""
    db.session.info[UNRECORDED] = True
    try:
        yield
    finally:
        db.session.info.pop(UNRECORDED, None)


def write_readings(response: Any) -> Any:
    """After the view, before the answer leaves: a page that showed a case file is only sent when that is on record.

    Also a page that refuses what was typed (422); an error page shows no case (`forget_readings` of portal.web.errors).
    """
    readings = g.pop("readings", [])
    if not readings:
        return response
    db.session.rollback()  # the page is rendered; end the reading transaction so that a writing one can begin
    with writing():
        db.session.info[PENDING] = readings
        db.session.commit()
    return response


changes.watch(db.session)
event.listen(db.session, "before_commit", write)
event.listen(db.session, "after_soft_rollback", lambda session, _previous: session.info.pop(PENDING, None))
when_compared(record_compared)


def init_app(app: Any) -> None:
    app.after_request(write_readings)
