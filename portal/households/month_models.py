"""The monthly update of a kelurahan: what cadres confirmed of its families, and what its month came to."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Moment, Versioned, words


class MonthState(StrEnum):
    """A closed month is frozen; the unit head alone opens it again."""

    OPEN = "open"
    CLOSED = "closed"


class LineState(StrEnum):
    """What a month says of one family. Of whom an open month says nothing is carried on from the month before."""

    CONFIRMED = "confirmed"
    REPORTED = "reported"
    UNCONFIRMED = "unconfirmed"


class MonthlyUpdate(Versioned, Base):
    """A kelurahan's month, made when the first word of it is written; `month` is its first day.

    `figures` are written by closing (`month_figures.Figures`); `file_code` and `file_sha256` are those of the file that
    was fetched last since then.
    """

    __tablename__ = "monthly_update"
    __table_args__ = (
        UniqueConstraint("village_code", "month"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_a_moment"),
        CheckConstraint("(sent_on IS NULL) = (sent_to = '')", name="sent_to_an_office"),
        CheckConstraint("sent_on IS NULL OR state = 'closed'", name="closed_before_sent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    month: Mapped[date]
    state: Mapped[MonthState] = mapped_column(words(MonthState), default=MonthState.OPEN)
    # None: the portal itself, when the month began.
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closing_reason: Mapped[str] = mapped_column(default="")
    reopening_reason: Mapped[str] = mapped_column(default="")
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    file_code: Mapped[str] = mapped_column(default="")
    file_sha256: Mapped[str] = mapped_column(default="")
    sent_to: Mapped[str] = mapped_column(default="")
    sent_on: Mapped[date | None]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class MonthlyLine(Base):
    """What a month says of one family. A month that opens has none: a city of 360,000 people is not copied each month.

    Written as sets of rows, each set with one act in the trail that names its families.
    """

    __tablename__ = "monthly_line"

    update_id: Mapped[int] = mapped_column(ForeignKey("monthly_update.id"), primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), primary_key=True, index=True)
    state: Mapped[LineState] = mapped_column(words(LineState))
    # None: nobody confirmed it before the month was closed.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(Moment)
