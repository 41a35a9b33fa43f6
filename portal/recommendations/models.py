"""Path (c): an emergency, the request to the mayor, the one-month letter, and the way out of it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.complaints.models import Complaint
from portal.db import Base, Moment, Versioned, words
from portal.households.models import Household


class EventKind(StrEnum):
    """What happened (003 Hasil 3 c: misfortune or disaster, a very pressing need)."""

    HOUSE_FIRE = "house_fire"
    ACUTE_ILLNESS = "acute_illness"
    ACCIDENT = "accident"
    FLOOD = "flood"
    STORM = "storm"
    EARTHQUAKE = "earthquake"
    DEATH = "death"
    OTHER = "other"


class EmergencyEvent(Base):
    """One event that struck one household; one letter answers it."""

    __tablename__ = "emergency_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    kind: Mapped[EventKind] = mapped_column(words(EventKind))
    happened_on: Mapped[date]
    description: Mapped[str]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)


class RecommendationStatus(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"


class Exit(StrEnum):
    """How the case leaves the emergency before the month ends."""

    CARD = "card"
    REFERRAL = "referral"
    CLOSED = "closed"


class EmergencyRecommendation(Versioned, Base):
    """One month of help for a household that cannot wait for a decision: one event, one service, one letter."""

    __tablename__ = "emergency_recommendation"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="ends_after_start"),
        CheckConstraint("amount IS NULL OR amount > 0", name="amount_positive"),
        CheckConstraint("(status = 'proposed') = (decided_by_id IS NULL)", name="settled_by_someone"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint("(status = 'approved') = (letter_number IS NOT NULL)", name="approved_has_letter"),
        CheckConstraint("(status = 'approved') = (verification_code IS NOT NULL)", name="approved_has_code"),
        Index(
            "uq_emergency_recommendation_one_letter", "event_id", unique=True,
            sqlite_where=text("status <> 'declined'"), postgresql_where=text("status <> 'declined'"),
        ),
        Index("ix_emergency_recommendation_waiting", "status", "proposed_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    # The request's own number, for addresses and talk before there is a letter: R-2026-000012.
    number: Mapped[str] = mapped_column(unique=True)
    letter_number: Mapped[str | None] = mapped_column(unique=True)
    verification_code: Mapped[str | None] = mapped_column(unique=True, info={"secret": True})
    event_id: Mapped[int] = mapped_column(ForeignKey("emergency_event.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    resident_name: Mapped[str]
    service_code: Mapped[str] = mapped_column(ForeignKey("service.code"))
    # Rupiah asked for, where the need has an amount.
    amount: Mapped[int | None] = mapped_column(BigInteger)
    urgent: Mapped[bool] = mapped_column(default=False)
    request_reason: Mapped[str]
    # What was unusual about the request, in the sentences the desk was shown and confirmed, one a line.
    confirmed: Mapped[str] = mapped_column(default="", server_default="")
    status: Mapped[RecommendationStatus] = mapped_column(
        words(RecommendationStatus, name="status"), default=RecommendationStatus.PROPOSED
    )
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    # The mayor for whom a dated deputy acted; both names stand on the letter.
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decision_reason: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    exit: Mapped[Exit | None] = mapped_column(words(Exit))
    exit_reason: Mapped[str] = mapped_column(default="")
    exit_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    exit_on: Mapped[date | None]

    event: Mapped[EmergencyEvent] = relationship()
    household: Mapped[Household] = relationship()
    complaint: Mapped[Complaint | None] = relationship()
    proposed_by: Mapped[User] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    on_behalf_of: Mapped[User | None] = relationship(foreign_keys=[on_behalf_of_id])


class Delegation(Versioned, Base):
    """The mayor's office lets a deputy decide emergencies between two dates, both included."""

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("from_user_id <> to_user_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    to_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str]
    ended_on: Mapped[date | None]
    granted_at: Mapped[datetime] = mapped_column(Moment)

    from_user: Mapped[User] = relationship(foreign_keys=[from_user_id])
    to_user: Mapped[User] = relationship(foreign_keys=[to_user_id])
