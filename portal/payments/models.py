"""A payment list and its lines; what became of each line is also what became of its aid (funds/services.py)."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.db import Base, Moment, Versioned, words
from portal.funds.models import Disbursement, Method


class ListState(StrEnum):
    """Open until its last line is settled."""

    OPEN = "open"
    SETTLED = "settled"
    CALLED_OFF = "called_off"


class PaymentList(Versioned, Base):
    """Approved aid that is handed over in one way on one day, kelurahan by kelurahan."""

    __tablename__ = "payment_list"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_at_a_moment"),
        Index("ix_payment_list_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    method: Mapped[Method] = mapped_column(words(Method, name="list_method"))
    planned_on: Mapped[date]
    place: Mapped[str] = mapped_column(default="")
    state: Mapped[ListState] = mapped_column(words(ListState), default=ListState.OPEN)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    # Why it was called off.
    reason: Mapped[str] = mapped_column(default="")

    made_by: Mapped[User] = relationship()
    lines: Mapped[list["PaymentLine"]] = relationship(back_populates="payment_list", order_by="PaymentLine.position")


class LineOutcome(StrEnum):
    """What became of a line; taken out: the list was called off, or the aid was, before it was to be handed over."""

    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"
    TAKEN_OUT = "taken_out"


class PaymentLine(Base):
    """One piece of aid in a list."""

    __tablename__ = "payment_line"
    __table_args__ = (
        UniqueConstraint("list_id", "position"),
        UniqueConstraint("list_id", "disbursement_id"),
        # Aid is in one open list at a time; two people who collect at the same moment do not pay it twice.
        Index(
            "uq_payment_line_one_open", "disbursement_id", unique=True,
            sqlite_where=text("outcome = 'open'"), postgresql_where=text("outcome = 'open'"),
        ),
        Index("ix_payment_line_disbursement_id", "disbursement_id"),
        CheckConstraint("(outcome = 'open') = (settled_at IS NULL)", name="settled_at_a_moment"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("payment_list.id"))
    position: Mapped[int]
    disbursement_id: Mapped[int] = mapped_column(ForeignKey("disbursement.id"))
    outcome: Mapped[LineOutcome] = mapped_column(words(LineOutcome), default=LineOutcome.OPEN)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)

    payment_list: Mapped[PaymentList] = relationship(back_populates="lines")
    disbursement: Mapped[Disbursement] = relationship()
