"""What happened in families: dated events, each with the steps of the people it concerned. Rows are only ever added."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, Moment, words
from portal.households.models import Departure, Household, Member, Relation


class EventKind(StrEnum):
    """What happened; `reversed` takes another event back that was noted by mistake."""

    BORN = "born"
    DIED = "died"
    MARRIED = "married"
    DIVORCED = "divorced"
    MOVED_WITHIN = "moved-within"
    MOVED_AWAY = "moved-away"
    SPLIT = "split"
    JOINED = "joined"
    NEW_HEAD = "new-head"
    RETURNED = "returned"
    MISTAKEN = "mistaken"
    REVERSED = "reversed"


class FamilyEvent(Base):
    """Something that happened in a household on a day; `moved_from`, `moved_to`: [kelurahan, RW, RT, address]."""

    __tablename__ = "family_event"
    __table_args__ = (
        CheckConstraint("(kind = 'reversed') = (reverses_id IS NOT NULL)", name="reverses_an_event"),
        CheckConstraint("(moved_from IS NULL) = (moved_to IS NULL)", name="moved_from_and_to"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    kind: Mapped[EventKind] = mapped_column(words(EventKind))
    on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
    moved_from: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    moved_to: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    # An event is taken back once.
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("family_event.id"), unique=True)
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    noted_at: Mapped[datetime] = mapped_column(Moment)

    household: Mapped[Household] = relationship()
    steps: Mapped[list["FamilyStep"]] = relationship(order_by="FamilyStep.id", viewonly=True)


class FamilyStep(Base):
    """Where one person stood before an event and after it; before it nowhere, for who came into the register by it."""

    __tablename__ = "family_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("family_event.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    from_household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), index=True)
    from_relation: Mapped[Relation | None] = mapped_column(words(Relation, name="from_relation"))
    from_left_on: Mapped[date | None]
    from_left_because: Mapped[Departure | None] = mapped_column(words(Departure, name="from_left_because"))
    to_household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    to_relation: Mapped[Relation] = mapped_column(words(Relation, name="to_relation"))
    to_left_on: Mapped[date | None]
    to_left_because: Mapped[Departure | None] = mapped_column(words(Departure, name="to_left_because"))

    member: Mapped[Member] = relationship()
