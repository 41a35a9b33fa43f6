"""A partner's sheet of givers as a record: the payroll infak of a month, who gave what, and the gifts it became."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.db import Base, Moment, Versioned, words
from portal.partners.models import Donation, Partner, Purpose
from portal.partners.pledge_models import Pledge


class SheetState(StrEnum):
    """Nothing is a gift before somebody of the partner entered it."""

    UNMAPPED = "unmapped"  # nobody knows its columns yet
    READY = "ready"  # every row is judged; a person looks
    ENTERED = "entered"  # its givers stand beneath gifts
    TAKEN_BACK = "taken_back"  # by the partner, before any of it was confirmed, or before it was entered


class GiverSheet(Versioned, Base):
    """One file of a partner: the givers of one month, one kind and one purpose."""

    __tablename__ = "giver_sheet"
    __table_args__ = (
        CheckConstraint("(purpose = 'general') = (purpose_code IS NULL)", name="purpose_named"),
        CheckConstraint("state <> 'entered' OR entered_at IS NOT NULL", name="entered_at_a_moment"),
        CheckConstraint("(state = 'taken_back') = (taken_back_at IS NOT NULL)", name="taken_back_at_a_moment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_code: Mapped[str] = mapped_column(ForeignKey("partner.code"), index=True)
    # The first day of the month it is of.
    month: Mapped[date]
    # The day the money was or will be sent to the unit's account.
    given_on: Mapped[date]
    kind_code: Mapped[str] = mapped_column(ForeignKey("donation_kind.code"))
    purpose: Mapped[Purpose] = mapped_column(words(Purpose))
    purpose_code: Mapped[str | None]
    asnaf: Mapped[str | None]
    # The promise that its gifts keep.
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id"))
    # Each office sends its own transfer, so that each is a gift of its own; else one transfer and one gift.
    per_office: Mapped[bool] = mapped_column(default=True)
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    state: Mapped[SheetState] = mapped_column(words(SheetState), index=True)
    # What was found: the head's row, columns used and not used, the sum that the file itself states.
    found: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime | None] = mapped_column(Moment)
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    taken_back_at: Mapped[datetime | None] = mapped_column(Moment)
    taken_back_reason: Mapped[str] = mapped_column(default="")

    partner: Mapped[Partner] = relationship()
    pledge: Mapped[Pledge | None] = relationship()
    uploaded_by: Mapped[User] = relationship(foreign_keys=[uploaded_by_id])
    taken_back_by: Mapped[User | None] = relationship(foreign_keys=[taken_back_by_id])

    @property
    def number(self) -> str:
        """What people call it."""
        return self.file_name


class RowKind(StrEnum):
    """What a row of such a sheet means."""

    GOOD = "good"
    DOUBT = "doubt"  # entered only when a person takes it
    REFUSED = "refused"
    KNOWN = "known"  # stands in an earlier sheet of the month with the same amount: once more only for a reason


class GiverRow(Base):
    """One giver: what the row says, and beneath which gift it stands, at which place."""

    __tablename__ = "giver_row"
    __table_args__ = (
        UniqueConstraint("donation_id", "position"),
        CheckConstraint("(donation_id IS NULL) = (position IS NULL)", name="place_beneath_a_gift"),
        CheckConstraint("amount > 0 OR kind = 'refused'", name="amount_positive"),
        Index("ix_giver_row_kind", "sheet_id", "kind", "id"),
        Index("ix_giver_row_nip", "nip"),
    )
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("giver_sheet.id"))
    # In the file.
    number: Mapped[int]
    kind: Mapped[RowKind] = mapped_column(words(RowKind, name="giverkind"))
    name: Mapped[str]
    # Of name and office as they are compared where there is no NIP.
    name_key: Mapped[str]
    # A civil servant's 18 digits; empty where the row has none or Excel broke it.
    nip: Mapped[str] = mapped_column(default="")
    office: Mapped[str]
    amount: Mapped[int | None] = mapped_column(BigInteger)
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Codes of reasons.REASONS, DOUBTS or NOTED.
    said: Mapped[list[Any]] = mapped_column(JSON, default=list)
    # The original cells of a refused row, to be given back.
    cells: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    # Somebody looked at a doubtful or known row and takes it all the same.
    taken: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Why a giver who stands in an earlier sheet counts once more, or a row left out was entered later.
    taken_reason: Mapped[str] = mapped_column(default="", server_default="")
    donation_id: Mapped[int | None] = mapped_column(ForeignKey("donation.id"))
    position: Mapped[int | None]

    sheet: Mapped[GiverSheet] = relationship()
    donation: Mapped[Donation | None] = relationship()


OF_THE_UNIT = text("partner_code IS NULL")


class LayoutKind(StrEnum):
    """Which files a layout reads."""

    GIVERS = "givers"
    BANK = "bank"


class SheetLayout(Base):
    """Which column holds what in a partner's files or those of a bank: said once by a person, kept by name.

    What a partner said is its own: another one's columns of the same names may hold something else.
    """

    __tablename__ = "sheet_layout"
    __table_args__ = (
        # Givers' layouts without a partner are those of an earlier release that was started again: nobody reads them.
        CheckConstraint("kind = 'givers' OR partner_code IS NULL", name="partner_of_givers"),
        Index("uq_sheet_layout_of_the_unit", "kind", "name", unique=True, sqlite_where=OF_THE_UNIT,
              postgresql_where=OF_THE_UNIT),
        Index("uq_sheet_layout_of_a_partner", "partner_code", "name", unique=True),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LayoutKind] = mapped_column(words(LayoutKind))
    partner_code: Mapped[str | None] = mapped_column(ForeignKey("partner.code"))
    name: Mapped[str]
    # Field to the title of its column.
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
