"""Proposals and decisions, and the listing errors that verification brings to light."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.complaints.models import Complaint
from portal.db import Base, Moment, Versioned, words
from portal.households.models import Household
from portal.visits.models import Assessment, HomeVisit


def _visitor(context: Any) -> int:
    """Who made the visit that the assessment rests on: stored with the decision, so that the database can compare."""
    assessment_id = context.get_current_parameters()["assessment_id"]
    found = select(HomeVisit.visitor_id).join(Assessment).where(Assessment.id == assessment_id)
    return int(context.connection.execute(found).scalar_one())


class DecisionStatus(StrEnum):
    """Proposed by who knows the case, settled by the unit head; returned means: look again, then propose anew."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    RETURNED = "returned"


class Proposal(StrEnum):
    """What is proposed: to help, or to refuse."""

    HELP = "help"
    REFUSE = "refuse"


class Decision(Versioned, Base):
    """One decision on a case. The facts and the rule's outcome are kept as they were when it was proposed."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("(status = 'proposed') = (decided_by_id IS NULL)", name="settled_by_someone"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> visitor_id", name="visitor_does_not_decide"),
        CheckConstraint("status = 'proposed' OR length(decision_reason) > 0", name="reason_written"),
        Index(
            "uq_decision_one_open", "complaint_id", unique=True,
            sqlite_where=text("status = 'proposed'"), postgresql_where=text("status = 'proposed'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    visitor_id: Mapped[int] = mapped_column(ForeignKey("user.id"), default=_visitor)
    # a, b, c, none or pending for Payakumbuh; the codes of decisions/paths.py.
    path: Mapped[str]
    # The facts, reasons and mismatches the rule saw and gave.
    ground: Mapped[dict[str, Any]] = mapped_column(JSON)
    proposal: Mapped[Proposal] = mapped_column(words(Proposal))
    # Renewal of this card, when the case is one.
    renews_card_id: Mapped[int | None]
    proposal_reason: Mapped[str]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[DecisionStatus] = mapped_column(
        words(DecisionStatus, name="status"), default=DecisionStatus.PROPOSED, index=True
    )
    decision_reason: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)

    complaint: Mapped[Complaint] = relationship()
    household: Mapped[Household] = relationship()
    assessment: Mapped[Assessment] = relationship()
    visitor: Mapped[User] = relationship(foreign_keys=[visitor_id])
    proposed_by: Mapped[User] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class ListingErrorKind(StrEnum):
    """Listed but not poor, or poor but not listed (003 Hasil 3)."""

    INCLUSION = "inclusion"
    EXCLUSION = "exclusion"


class ListingErrorOutcome(StrEnum):
    """What became of it; the portal proposes to the list's owner and never deletes anybody from a national list."""

    RECORDED = "recorded"
    PROPOSED_ADD = "proposed_add"
    PROPOSED_DROP = "proposed_drop"
    DELIBERATION = "deliberation"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class ListingError(Versioned, Base):
    """A list and a verified household disagree."""

    __tablename__ = "listing_error"

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"))
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), unique=True)
    kind: Mapped[ListingErrorKind] = mapped_column(words(ListingErrorKind), index=True)
    list_code: Mapped[str]
    list_as_of: Mapped[date | None]
    instrument_code: Mapped[str]
    instrument_version: Mapped[str]
    value: Mapped[int]
    band: Mapped[str]
    visitor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    found_on: Mapped[date]
    reason: Mapped[str]
    outcome: Mapped[ListingErrorOutcome] = mapped_column(
        words(ListingErrorOutcome, name="outcome"), default=ListingErrorOutcome.RECORDED
    )
    # Why the outcome was changed last; every change stands in the trail.
    outcome_reason: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)

    household: Mapped[Household] = relationship()
    visitor: Mapped[User] = relationship(foreign_keys=[visitor_id])
