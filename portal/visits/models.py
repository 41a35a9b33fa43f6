"""Home visits, and the instruments filled in there."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.complaints.models import Complaint
from portal.db import Base, Moment, Versioned, words
from portal.households.models import Household


class VisitStatus(StrEnum):
    """Booked, done, or not: nobody at home, moved to another day."""

    BOOKED = "booked"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


class HomeVisit(Versioned, Base):
    """An officer goes to the house; the findings are the ground of any decision (003 Hasil 2)."""

    __tablename__ = "home_visit"
    __table_args__ = (
        CheckConstraint("(status = 'done') = (done_at IS NOT NULL)", name="done_at_some_time"),
        Index("ix_home_visit_agenda", "visitor_id", "visit_on", "visit_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    visitor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    visit_on: Mapped[date]
    visit_time: Mapped[time]
    status: Mapped[VisitStatus] = mapped_column(words(VisitStatus, name="status"), default=VisitStatus.BOOKED)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(default="")
    # Why it did not take place.
    missed_reason: Mapped[str] = mapped_column(default="")
    booked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    booked_at: Mapped[datetime] = mapped_column(Moment)

    household: Mapped[Household] = relationship()
    complaint: Mapped[Complaint | None] = relationship()
    visitor: Mapped[User] = relationship(foreign_keys=[visitor_id])
    assessment: Mapped["Assessment | None"] = relationship(back_populates="visit")


class AssessmentStatus(StrEnum):
    """A draft while it is filled in; final once the visitor has finished it, then nobody changes it."""

    DRAFT = "draft"
    FINAL = "final"


class Assessment(Versioned, Base):
    """A filled-in instrument. `value` and `band` are stored when it is made final, with the instrument's version."""

    __tablename__ = "assessment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["instrument_code", "instrument_version"], ["instrument_version.code", "instrument_version.version"]
        ),
        CheckConstraint("(status = 'final') = (final_at IS NOT NULL)", name="final_at_some_time"),
        CheckConstraint("status = 'draft' OR (value IS NOT NULL AND band IS NOT NULL)", name="final_has_result"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("home_visit.id"), unique=True)
    instrument_code: Mapped[str]
    instrument_version: Mapped[str]
    status: Mapped[AssessmentStatus] = mapped_column(
        words(AssessmentStatus, name="status"), default=AssessmentStatus.DRAFT
    )
    assessed_on: Mapped[date]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    final_at: Mapped[datetime | None] = mapped_column(Moment)
    # Number of criteria met, or score.
    value: Mapped[int | None]
    band: Mapped[str | None]

    household: Mapped[Household] = relationship()
    visit: Mapped[HomeVisit] = relationship(back_populates="assessment")
    by: Mapped[User] = relationship()
    answers: Mapped[list["Answer"]] = relationship(order_by="Answer.id", cascade="all, delete-orphan")


class KnownBy(StrEnum):
    """How an answer is known."""

    SEEN = "seen"
    TOLD = "told"
    DOCUMENT = "document"
    PHOTO = "photo"


class Answer(Base):
    """One raw answer (square metres, rupiah, a material), as text in the instrument's own vocabulary.

    `known_by` may still be open in a draft, so that nothing typed is lost; a final assessment has it for every answer.
    """

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("assessment_id", "field"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    field: Mapped[str]
    value: Mapped[str]
    known_by: Mapped[KnownBy | None] = mapped_column(words(KnownBy))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    answered_at: Mapped[datetime] = mapped_column(Moment)
