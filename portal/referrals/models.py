"""Referrals: handing a case to an office, with an answer due."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.complaints.models import Complaint
from portal.db import Base, Moment, Versioned, words
from portal.households.models import Household


class ReferralOutcome(StrEnum):
    """What the office says it did."""

    SERVED = "served"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Referral(Versioned, Base):
    """A case handed to an office with the least data it needs; open until an outcome is recorded."""

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint("(outcome IS NULL) = (answered_at IS NULL)", name="answered_with_outcome"),
        Index("ix_referral_office_due", "office", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    office: Mapped[str]
    service_code: Mapped[str | None] = mapped_column(ForeignKey("service.code"))
    reason: Mapped[str]
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    sent_at: Mapped[datetime] = mapped_column(Moment)
    due_on: Mapped[date]
    outcome: Mapped[ReferralOutcome | None] = mapped_column(words(ReferralOutcome))
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)

    household: Mapped[Household] = relationship()
    complaint: Mapped[Complaint | None] = relationship()
    sent_by: Mapped[User] = relationship(foreign_keys=[sent_by_id])
