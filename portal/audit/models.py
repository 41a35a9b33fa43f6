"""The trail: one row for each change and each reading of a case, chained by hashes, never edited or deleted."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Moment


class AuditEvent(Base):
    """Who did what, when, to which record, from which request, with what before and after.

    `id` counts without gaps. `hash` covers the row and the hash of the row before it, so that a changed, removed or
    exchanged row breaks the chain.
    """

    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "household_id", "id"), Index(None, "subject_type", "subject_id", "id"))
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    subject_type: Mapped[str]
    subject_id: Mapped[str]
    household_id: Mapped[int | None]
    # JSON text, not a JSON column: the hash is over these very characters.
    details: Mapped[str]
    request_id: Mapped[str]
    previous_hash: Mapped[str]
    hash: Mapped[str]


class AuditEnd(Base):
    """The one row that says where the trail ends, so that a cut tail shows; written with every addition."""

    __tablename__ = "audit_end"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_id: Mapped[int]
    last_hash: Mapped[str]


class AuditHead(Base):
    """How the trail stood on a day: its length and the hash of its last row. The auditor keeps copies of it."""

    __tablename__ = "audit_head"
    __audited__ = False

    on: Mapped[date] = mapped_column(primary_key=True)
    rows: Mapped[int]
    hash: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(Moment)
