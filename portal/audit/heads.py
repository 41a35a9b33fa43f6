"""The daily head of the trail: its length and last hash, kept where whoever alters the database does not reach.

It stands in the database, in a file beside it, and on a page to print. `audit verify` compares all of them, and any
copy an auditor brings.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEvent, AuditHead
from portal.db import db
from portal.errors import Refused
from portal.language import gettext

FILE = "trail-heads.txt"


@dataclass(frozen=True)
class Head:
    """The trail had so many rows, and the last one this hash; `source` says who remembers it."""

    rows: int
    hash: str
    source: str


def place() -> Path:
    """The file of heads; a copy of it elsewhere (another machine, the auditor's mail) is what makes it strong."""
    return Path(current_app.config["INSTANCE_DIR"]) / FILE


def write(on: date) -> AuditHead | None:
    """Keep the head of this day, once; None when it is kept already or the trail is empty.

    The file gets its line before the database has its row: a head that was only written down does no harm.
    """
    last = db.session.execute(select(AuditEvent.id, AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)).first()
    if last is None or db.session.get(AuditHead, on) is not None:
        return None
    head = AuditHead(on=on, rows=last.id, hash=last.hash, written_at=clock.now())
    with place().open("a", encoding="utf-8") as file:
        file.write(f"{on.isoformat()} {head.rows} {head.hash}\n")
    place().chmod(0o600)
    db.session.add(head)
    return head


def newest() -> AuditHead | None:
    return db.session.scalars(select(AuditHead).order_by(AuditHead.on.desc()).limit(1)).first()


def listed(*, before: date | None = None, size: int) -> Sequence[AuditHead]:
    """The newest first."""
    statement = select(AuditHead).order_by(AuditHead.on.desc()).limit(size)
    return db.session.scalars(statement if before is None else statement.where(AuditHead.on < before)).all()


def known(brought: Iterable[str] = ()) -> list[Head]:
    """Every head that anybody remembers: database, file, and those brought as "ROWS:HASH" (or a beginning of it)."""
    found = [Head(head.rows, head.hash, f"head of {head.on}") for head in db.session.scalars(select(AuditHead))]
    if place().exists():
        for line in place().read_text(encoding="utf-8").splitlines():
            day, _, rest = line.partition(" ")
            found.append(_read(rest.replace(" ", ":"), f"{FILE}, {day}"))
    return found + [_read(text, f"the head {text}") for text in brought]


def _read(text: str, source: str) -> Head:
    rows, _, mark = text.partition(":")
    if not rows.isdigit() or not mark:
        raise Refused(gettext("This is no head of the trail: %(text)s. It has the form ROWS:HASH.", text=text))
    return Head(int(rows), mark.strip().lower(), source)
