"""Proposals to the office that owns a national list: which families to add or to drop, and what it answered."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.db import Base, Moment, Versioned, words
from portal.decisions.models import ListingError
from portal.households.models import Household


class ProposalKind(StrEnum):
    """Poor and not listed: to be added. Listed and not poor: to be dropped (003 Hasil 3)."""

    ADD = "add"
    DROP = "drop"


class ProposalState(StrEnum):
    """Made: its file is written and looked at. Sent: followed until every line is answered."""

    MADE = "made"
    SENT = "sent"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class LineAnswer(StrEnum):
    """What the office says of one family; withdrawn is what the unit itself said instead."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DELIBERATION = "deliberation"
    WITHDRAWN = "withdrawn"


class ListProposal(Versioned, Base):
    """One dispatch to the owner of a list. `waiting` counts its lines without an answer."""

    __tablename__ = "list_proposal"
    __table_args__ = (
        CheckConstraint("state <> 'made' OR sent_on IS NULL", name="made_is_not_sent"),
        CheckConstraint("state NOT IN ('sent', 'answered') OR sent_on IS NOT NULL", name="sent_on_a_day"),
        CheckConstraint("(sent_on IS NULL) = (due_on IS NULL)", name="answer_due"),
        CheckConstraint("(state IN ('answered', 'withdrawn')) = (waiting = 0)", name="followed_until_answered"),
        CheckConstraint("(state = 'withdrawn') = (length(withdrawal_reason) > 0)", name="withdrawn_for_a_reason"),
        Index("ix_list_proposal_due", "state", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    list_code: Mapped[str]
    kind: Mapped[ProposalKind] = mapped_column(words(ProposalKind))
    # The owner of the list, and the layout of its file (seeds/list_formats).
    office: Mapped[str]
    format_code: Mapped[str]
    state: Mapped[ProposalState] = mapped_column(words(ProposalState, name="state"), default=ProposalState.MADE)
    waiting: Mapped[int]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    # SHA-256 of the file as it was fetched last before it was sent.
    file_sha256: Mapped[str] = mapped_column(default="")
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    sent_on: Mapped[date | None]
    # Number of the letter it went out with.
    letter: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    withdrawal_reason: Mapped[str] = mapped_column(default="")

    made_by: Mapped[User] = relationship(foreign_keys=[made_by_id])
    sent_by: Mapped[User | None] = relationship(foreign_keys=[sent_by_id])
    lines: Mapped[list["ListProposalLine"]] = relationship(
        back_populates="proposal", order_by="ListProposalLine.position"
    )


class ListProposalLine(Base):
    """One family of a proposal, with the listing error it rests on and the office's answer.

    List and kind repeat the proposal's, so that the database sees to it that a family waits for one answer at a time.
    """

    __tablename__ = "list_proposal_line"
    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_on IS NULL)", name="answered_on_a_day"),
        CheckConstraint(
            "answer IS NULL OR answer NOT IN ('rejected', 'withdrawn') OR length(reason) > 0",
            name="refused_for_a_reason",
        ),
        UniqueConstraint("proposal_id", "position"),
        Index(
            "uq_list_proposal_line_one_waiting", "household_id", "list_code", "kind", unique=True,
            sqlite_where=text("answer IS NULL"), postgresql_where=text("answer IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("list_proposal.id"))
    # The line's number in the file.
    position: Mapped[int]
    listing_error_id: Mapped[int] = mapped_column(ForeignKey("listing_error.id"), index=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    list_code: Mapped[str]
    kind: Mapped[ProposalKind] = mapped_column(words(ProposalKind, name="kind"))
    answer: Mapped[LineAnswer | None] = mapped_column(words(LineAnswer, name="answer"))
    reason: Mapped[str] = mapped_column(default="")
    answered_on: Mapped[date | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    proposal: Mapped[ListProposal] = relationship(back_populates="lines")
    listing_error: Mapped[ListingError] = relationship()
    household: Mapped[Household] = relationship()
