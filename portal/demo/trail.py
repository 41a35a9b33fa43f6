"""The trail of the invented past, so that each story says who did what; chained like any other."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from portal.audit import changes
from portal.audit.models import AuditEvent
from portal.audit.services import GENESIS, fingerprint, mark_end
from portal.db import db
from portal.demo.sheet import MOST_AT_ONCE, Row


class Trail:
    """Acts in any order; written in the order of their moments."""

    def __init__(self) -> None:
        self._acts: list[Row] = []

    def act(
        self, at: datetime, by: Row | None, action: str, subject: str, row: Row, household_id: int | None, **more: Any
    ) -> None:
        """`by` did this to the record `row` of the table `subject`."""
        details = json.dumps(more, ensure_ascii=False, default=changes.plain, sort_keys=True)
        self._acts.append({
            "at": at.astimezone(UTC), "actor_id": by["id"] if by else None, "actor_name": by["name"] if by else "-",
            "action": action, "subject_type": subject, "subject_id": str(row["id"]), "household_id": household_id,
            "details": details, "request_id": "",
        })  # fmt: skip

    def __len__(self) -> int:
        return len(self._acts)

    def write(self) -> None:
        """Chain everything to what the trail holds already."""
        last = db.session.execute(
            select(AuditEvent.id, AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)
        ).first()
        before, previous = (last.id, last.hash) if last else (0, GENESIS)
        rows = []
        for number, act in enumerate(sorted(self._acts, key=lambda act: act["at"]), start=before + 1):
            row = act | {"id": number, "previous_hash": previous}
            previous = row["hash"] = fingerprint(AuditEvent(**row))
            rows.append(row)
        for start in range(0, len(rows), MOST_AT_ONCE):
            db.session.execute(insert(AuditEvent), rows[start : start + MOST_AT_ONCE])
        if rows:
            mark_end(db.session(), rows[-1]["id"], previous)
