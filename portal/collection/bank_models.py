"""Statements of the unit's bank accounts: what came in, and which gift each line is."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.db import Base, Moment, Versioned, words
from portal.money import format_rupiah
from portal.partners.models import Donation

STANDS = text("undone_at IS NULL")


class StatementState(StrEnum):
    """Read when its columns are known."""

    UNMAPPED = "unmapped"
    READ = "read"


class BankStatement(Versioned, Base):
    """One file of the bank; lines that an earlier one brought are not brought again."""

    __tablename__ = "bank_statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    state: Mapped[StatementState] = mapped_column(words(StatementState))
    # Columns used and not used; rows that were no credit, known before, or could not be read (with their reasons).
    found: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Moment)

    uploaded_by: Mapped[User] = relationship()

    @property
    def number(self) -> str:
        """What people call it."""
        return self.file_name


class BankRow(Versioned):
    """What a bank says of money that came in or went out. `mark` tells it from every other, also of later files."""

    # Its row in the file.
    place: Mapped[int]
    account: Mapped[str]
    day: Mapped[date]
    amount: Mapped[int] = mapped_column(BigInteger)
    description: Mapped[str] = mapped_column(default="")
    reference: Mapped[str] = mapped_column(default="")
    mark: Mapped[str] = mapped_column(unique=True)


class BankLine(BankRow, Base):
    """Money that came in: a credit of a statement."""

    __tablename__ = "bank_line"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("(aside_by_id IS NULL) = (length(aside_reason) = 0)", name="aside_for_a_reason"),
        Index("ix_bank_line_amount", "amount", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("bank_statement.id"), index=True)
    # It is no gift (interest, a transfer of the unit's own): who says so, and why.
    aside_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    aside_reason: Mapped[str] = mapped_column(default="")

    statement: Mapped[BankStatement] = relationship()

    @property
    def number(self) -> str:
        """What people call it: its day and amount."""
        return f"{self.day:%d-%m-%Y} {format_rupiah(self.amount)}"


class BankDebit(BankRow, Base):
    """Money that went out: looked at only to see whether it sent a credit back."""

    __tablename__ = "bank_debit"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        Index("ix_bank_debit_amount", "amount", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("bank_statement.id"))
    # The credit that it sent back, as the treasurer says.
    line_id: Mapped[int | None] = mapped_column(ForeignKey("bank_line.id"), unique=True)


class BankMatch(Versioned, Base):
    """This line is that gift, or a part of it is. A gift is one line and a line is matched once, whoever presses at the
    same moment: every matching begins with part 1."""

    __tablename__ = "bank_match"
    __table_args__ = (
        CheckConstraint("(undone_at IS NULL) = (undone_by_id IS NULL)", name="undone_by_someone"),
        Index("uq_bank_match_part", "line_id", "part", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
        Index("uq_bank_match_one_line", "donation_id", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("bank_line.id"))
    donation_id: Mapped[int] = mapped_column(ForeignKey("donation.id"))
    # Of one transfer for several gifts, which of them.
    part: Mapped[int] = mapped_column(default=1, server_default="1")
    # Whether the portal found it without a doubt, and one click confirmed all of its kind.
    sure: Mapped[bool]
    # Whether this match confirmed the gift; a gift that was confirmed by hand before stays so when it is undone.
    confirmed: Mapped[bool]
    matched_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    matched_at: Mapped[datetime] = mapped_column(Moment)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undo_reason: Mapped[str] = mapped_column(default="")

    line: Mapped[BankLine] = relationship()
    donation: Mapped[Donation] = relationship()
    matched_by: Mapped[User] = relationship(foreign_keys=[matched_by_id])
