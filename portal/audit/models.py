"""The trail: one row for each change and each reading of a case, chained by hashes, never edited or deleted."""

from datetime import datetime

from sqlalchemy import Index
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
