"""The register: households, their members, what the national lists say of them, the cards of others they hold."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, Moment, Versioned, words
from portal.units.models import Region

NIK_SHAPE = "length({0}) = 16"


class Sex(StrEnum):
    """As on the family card: L laki-laki, P perempuan."""

    MALE = "L"
    FEMALE = "P"


class Relation(StrEnum):
    """A member's place in the family card."""

    HEAD = "head"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    GRANDCHILD = "grandchild"
    OTHER = "other"


class Departure(StrEnum):
    """Why somebody is in no family of the register any more; a person's second row counts as a mistake, too."""

    DIED = "died"
    MOVED_AWAY = "moved_away"
    MISTAKEN = "mistaken"


def _merged_into(table: str) -> Any:
    return mapped_column(ForeignKey(f"{table}.id"))


def _of_merged(table: str) -> Index:
    only = text("merged_into_id IS NOT NULL")
    return Index(f"ix_{table}_merged_into_id", "merged_into_id", sqlite_where=only, postgresql_where=only)


class Household(Versioned, Base):
    """A family with one address and at most one family card; closed when its last member has left, and kept.

    One that was written down twice is merged into the other (portal/merging): closed, and its numbers lead there.

    `head_name` repeats the head's name so that lists filter and order by one index; a closed family keeps the last.
    """

    __tablename__ = "household"
    __table_args__ = (
        CheckConstraint("kk_no IS NULL OR length(kk_no) = 16", name="kk_no_shape"),
        Index("ix_household_list", "village_code", "head_name", "id"),
        Index("ix_household_name", "head_name", "id"),
        Index(
            "ix_household_closed", "head_name", "id",
            sqlite_where=text("closed_on IS NOT NULL"), postgresql_where=text("closed_on IS NOT NULL"),
        ),
        CheckConstraint(
            "merged_into_id IS NULL OR (closed_on IS NOT NULL AND merged_into_id <> id)", name="merged_is_closed"
        ),
        _of_merged("household"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    # "Not known yet" is NULL, a state of its own and never a value two families share.
    kk_no: Mapped[str | None] = mapped_column(unique=True, info={"masked": True})
    head_name: Mapped[str]
    village_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    rw: Mapped[str] = mapped_column(default="")
    rt: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    # The day on which its last member left.
    closed_on: Mapped[date | None]
    # The family that it is; always one that stands, however many were merged one after the other.
    merged_into_id: Mapped[int | None] = _merged_into("household")

    village: Mapped[Region] = relationship()
    # Who belongs to the family now, its head first. Nobody is deleted: who has left is found by the family's events.
    members: Mapped[list["Member"]] = relationship(
        back_populates="household",
        order_by=lambda: (Member.relation != Relation.HEAD, Member.position, Member.id),
        primaryjoin="and_(Household.id == Member.household_id, Member.left_on.is_(None))",
    )  # fmt: skip
    listings: Mapped[list["Listing"]] = relationship(order_by="Listing.as_of.desc(), Listing.id.desc()")
    membership_cards: Mapped[list["MembershipCard"]] = relationship(order_by="MembershipCard.id")


class Member(Versioned, Base):
    """A person: one row for life, so that nobody is in two households; one active member of each is its head.

    `household_id` is the household of a person who has left the register (died, moved away) as it was last.
    """

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint("nik IS NULL OR length(nik) = 16", name="nik_shape"),
        Index(
            "uq_member_one_head", "household_id", unique=True,
            sqlite_where=text("relation = 'head' AND left_on IS NULL"),
            postgresql_where=text("relation = 'head' AND left_on IS NULL"),
        ),
        CheckConstraint("(left_on IS NULL) = (left_because IS NULL)", name="left_for_a_reason"),
        CheckConstraint(
            "merged_into_id IS NULL OR (left_on IS NOT NULL AND left_because = 'mistaken' AND merged_into_id <> id)",
            name="merged_has_left",
        ),
        _of_merged("member"),
        # Who may be somebody who is typed (likeness.py): born that day, or of that name and born on a day like it.
        Index("ix_member_birth", "birth_date", "name_key"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    position: Mapped[int] = mapped_column(default=1)
    nik: Mapped[str | None] = mapped_column(unique=True, info={"masked": True})
    name: Mapped[str]
    # The name as it is searched: folded spelling, without titles (households/identity.py).
    name_key: Mapped[str] = mapped_column(index=True)
    sex: Mapped[Sex] = mapped_column(words(Sex))
    birth_date: Mapped[date | None]
    relation: Mapped[Relation] = mapped_column(words(Relation))
    in_school: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")

    left_on: Mapped[date | None]
    left_because: Mapped[Departure | None] = mapped_column(words(Departure))
    # The row that stands for the same person, where somebody was written down twice.
    merged_into_id: Mapped[int | None] = _merged_into("member")

    household: Mapped[Household] = relationship(back_populates="members")

    @hybrid_property
    def active(self) -> bool:
        """Whether the person lives in the household now; whoever counts or lists members asks this."""
        return self.left_on is None

    @active.inplace.expression
    @classmethod
    def _active(cls) -> ColumnElement[bool]:
        return cls.left_on.is_(None)


class Listing(Base):
    """What one national list (PPLS, DTSEN) of one date says about a household. Rows are added, not edited."""

    __tablename__ = "listing"
    __table_args__ = (
        CheckConstraint("decile IS NULL OR decile BETWEEN 1 AND 10", name="decile_range"),
        # All that counting a list asks for, in one pass: what the newest entry of each family says.
        Index("ix_listing_of_list", "list_code", "as_of", "household_id", "id", "present", "decile", "batch_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    list_code: Mapped[str]
    as_of: Mapped[date]
    # In the list at all; for DTSEN, which ranks everybody, "listed" is decided by the decile and the unit's setting.
    present: Mapped[bool]
    decile: Mapped[int | None]
    # Who looked it up, and when: a renewal asks for a fresh look.
    checked_on: Mapped[date]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    # The file that brought it, with all others of its list; None: somebody looked this family up.
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))


class MembershipCard(Base):
    """A KPS or KKS (or another recognised card) that a family holds; never issued by the unit."""

    __tablename__ = "membership_card"

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    kind: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    seen_on: Mapped[date]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ended_on: Mapped[date | None]
