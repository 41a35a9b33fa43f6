"""Keluhan: what a family brought to the desk, the papers it showed, and how far its case has come."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.db import Base, Moment, Versioned, words
from portal.households.models import Household


class ComplaintStatus(StrEnum):
    """The states of a case (domain.md section 4)."""

    RECEIVED = "received"
    INCOMPLETE = "incomplete"
    SCHEDULED = "scheduled"
    VISITED = "visited"
    ASSESSED = "assessed"
    APPROVED = "approved"
    DECLINED = "declined"
    REFERRED = "referred"
    DELIVERED = "delivered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


OPEN_STATUSES = frozenset(ComplaintStatus) - {
    ComplaintStatus.DECLINED, ComplaintStatus.CLOSED, ComplaintStatus.WITHDRAWN, ComplaintStatus.DELIVERED,
}  # fmt: skip


class Complaint(Versioned, Base):
    """One complaint; with all that follows it, it is the case file."""

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint("length(tracking_code) = 6", name="tracking_code_shape"),
        Index("ix_complaint_status_promise", "status", "promised_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    # Stands on the receipt; with the number it opens /track.
    tracking_code: Mapped[str] = mapped_column(info={"secret": True})
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    applicant_name: Mapped[str]
    applicant_phone: Mapped[str] = mapped_column(default="")
    # The family's own words first; what it means for the catalogue second.
    own_words: Mapped[str]
    service_code: Mapped[str] = mapped_column(ForeignKey("service.code"))
    urgent: Mapped[bool] = mapped_column(default=False)
    status: Mapped[ComplaintStatus] = mapped_column(
        words(ComplaintStatus, name="status"), default=ComplaintStatus.RECEIVED
    )
    received_on: Mapped[date] = mapped_column(index=True)
    # None where the service has no time standard ("tentative", "by partner").
    promised_on: Mapped[date | None]
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    taken_at: Mapped[datetime] = mapped_column(Moment)
    # The day the family had what was promised, see complaints/promise.py; None until then.
    answered_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    closing_reason: Mapped[str] = mapped_column(default="")

    household: Mapped[Household] = relationship()
    taken_by: Mapped[User] = relationship()
    documents: Mapped[list["ComplaintDocument"]] = relationship(
        order_by="ComplaintDocument.id", cascade="all, delete-orphan"
    )
    steps: Mapped[list["ComplaintStep"]] = relationship(order_by="ComplaintStep.id")


class ComplaintDocument(Base):
    """A paper the service asks for: brought or still missing."""

    __tablename__ = "complaint_document"
    __table_args__ = (UniqueConstraint("complaint_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    code: Mapped[str]
    brought_on: Mapped[date | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))


class ComplaintStep(Base):
    """The status history: rows are added, not edited."""

    __tablename__ = "complaint_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    status: Mapped[ComplaintStatus] = mapped_column(words(ComplaintStatus, name="status"))
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str] = mapped_column(default="")
