"""A merging, and every single change that it made: what taking it apart sets back."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.db import Base, Moment, Versioned, words
from portal.households.models import Household, Member


class MergeKind(StrEnum):
    """One person who stood in two families, or one family that stood twice in the register."""

    PERSON = "person"
    FAMILY = "family"


class Merge(Versioned, Base):
    """Two rows of the register that are one: `kept_…` stands from then on, `other_…` leads there.

    Of a person also the two families are named as they were; they may be one.
    """

    __tablename__ = "merge"
    __table_args__ = (
        CheckConstraint("(kind = 'person') = (kept_member_id IS NOT NULL)", name="person_kept"),
        CheckConstraint("(kind = 'person') = (other_member_id IS NOT NULL)", name="person_merged"),
        CheckConstraint(
            "(kind = 'person' AND kept_member_id <> other_member_id) "
            "OR (kind = 'family' AND kept_household_id <> other_household_id)",
            name="two_rows",
        ),
        CheckConstraint("(taken_apart_at IS NULL) = (taken_apart_by_id IS NULL)", name="taken_apart_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MergeKind] = mapped_column(words(MergeKind))
    kept_household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    other_household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    kept_member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    other_member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    reason: Mapped[str]
    # By table, the last number when it was merged: rows of the kept family beyond it came later.
    newest: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    merged_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    merged_at: Mapped[datetime] = mapped_column(Moment)
    taken_apart_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    taken_apart_at: Mapped[datetime | None] = mapped_column(Moment)
    taken_apart_reason: Mapped[str] = mapped_column(default="")

    kept_household: Mapped[Household] = relationship(foreign_keys=[kept_household_id])
    other_household: Mapped[Household] = relationship(foreign_keys=[other_household_id])
    kept_member: Mapped[Member | None] = relationship(foreign_keys=[kept_member_id])
    other_member: Mapped[Member | None] = relationship(foreign_keys=[other_member_id])
    merged_by: Mapped[User] = relationship(foreign_keys=[merged_by_id])
    taken_apart_by: Mapped[User | None] = relationship(foreign_keys=[taken_apart_by_id])
    steps: Mapped[list["MergeStep"]] = relationship(order_by="MergeStep.id", viewonly=True)


class MergeStep(Base):
    """One field of one row of any table, before and after. No foreign key: it may be of any room."""

    __tablename__ = "merge_step"
    __table_args__ = (Index("ix_merge_step_record", "record", "record_id"),)
    # These rows are themselves the history; the trail keeps the register's own changes, numbers masked.
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    merge_id: Mapped[int] = mapped_column(ForeignKey("merge.id"), index=True)
    record: Mapped[str]
    record_id: Mapped[int]
    field: Mapped[str]
    old: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    new: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
