"""The unit's one-year cards."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.db import Base, Moment, Versioned, words
from portal.decisions.models import Decision
from portal.households.models import Household


class CardStatus(StrEnum):
    """Issued or revoked. Whether it is valid today follows from its dates."""

    ISSUED = "issued"
    REVOKED = "revoked"


class Card(Versioned, Base):
    """A card for a poor family outside the list (path b), valid one year, renewed on the latest data."""

    __tablename__ = "card"
    __table_args__ = (
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        CheckConstraint("length(verification_code) >= 16", name="code_long_enough"),
        CheckConstraint("(status = 'revoked') = (revoked_on IS NOT NULL)", name="revoked_some_day"),
        Index("ix_card_household_ends", "household_id", "ends_on"),
        Index("ix_card_status_ends", "status", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    verification_code: Mapped[str] = mapped_column(unique=True, info={"secret": True})
    card_type_code: Mapped[str] = mapped_column(ForeignKey("card_type.code"))
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    # As printed on the card; the register may be corrected later.
    holder_name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    renews_id: Mapped[int | None] = mapped_column(ForeignKey("card.id"), unique=True)
    status: Mapped[CardStatus] = mapped_column(words(CardStatus, name="status"), default=CardStatus.ISSUED)
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    issued_at: Mapped[datetime] = mapped_column(Moment)
    revoked_on: Mapped[date | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    revocation_reason: Mapped[str] = mapped_column(default="")

    household: Mapped[Household] = relationship()
    decision: Mapped[Decision] = relationship()
    issued_by: Mapped[User] = relationship(foreign_keys=[issued_by_id])
    renews: Mapped["Card | None"] = relationship(remote_side="Card.id")
