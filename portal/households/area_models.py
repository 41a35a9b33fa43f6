"""What cadres report from their kelurahan."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.db import Base, Moment, Versioned, words
from portal.households.models import Household


class ReportKind(StrEnum):
    """What a cadre saw."""

    NEW_FAMILY = "new_family"
    MOVED_WITHIN = "moved_within"
    MOVED_AWAY = "moved_away"
    # Nobody knows where to; until the monthly update the only word for a move.
    MOVED = "moved"
    DIED = "died"
    BORN = "born"
    BETTER_OFF = "better_off"
    NEWLY_POOR = "newly_poor"
    OTHER = "other"


class ReportStatus(StrEnum):
    """Whether somebody of the unit has dealt with it."""

    OPEN = "open"
    SETTLED = "settled"
    SET_ASIDE = "set_aside"


class ReportOutcome(StrEnum):
    """By what a social worker took a report up."""

    EVENT = "event"
    REGISTERED = "registered"
    COMPLAINT = "complaint"


class AreaReport(Versioned, Base):
    """A cadre's word on a family of the own kelurahan; the register changes only when a social worker changes it."""

    __tablename__ = "area_report"
    __table_args__ = (CheckConstraint("(status = 'open') = (settled_by_id IS NULL)", name="settled_by_someone"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    # None: the family is not in the register, or the cadre did not find it there.
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), index=True)
    kind: Mapped[ReportKind] = mapped_column(words(ReportKind))
    family_name: Mapped[str]
    rt: Mapped[str] = mapped_column(default="")
    rw: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="", server_default="")
    phone: Mapped[str] = mapped_column(default="")
    own_words: Mapped[str]
    status: Mapped[ReportStatus] = mapped_column(words(ReportStatus), index=True, default=ReportStatus.OPEN)
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    reported_at: Mapped[datetime] = mapped_column(Moment)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settling_note: Mapped[str] = mapped_column(default="")
    # None: dealt with in the words of `settling_note`.
    outcome: Mapped[ReportOutcome | None] = mapped_column(words(ReportOutcome))
    # The month of the kelurahan that counts it; None where no monthly update is kept.
    update_id: Mapped[int | None] = mapped_column(ForeignKey("monthly_update.id"), index=True)

    household: Mapped[Household | None] = relationship()
    """The row that it was told of; `family_id` is the family that stands for it."""
    reported_by: Mapped[User] = relationship(foreign_keys=[reported_by_id])
    settled_by: Mapped[User | None] = relationship(foreign_keys=[settled_by_id])

    @property
    def family_id(self) -> int | None:
        return (self.household.merged_into_id or self.household.id) if self.household else None
