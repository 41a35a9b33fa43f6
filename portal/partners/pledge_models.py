"""What a partner promised to give."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, Moment, Versioned, words
from portal.partners.models import Partner, Purpose


class Pledge(Versioned, Base):
    """A promised amount, by when and for what. Nothing is spent on a promise, only on gifts that arrived."""

    __tablename__ = "pledge"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("(purpose = 'general') = (purpose_code IS NULL)", name="purpose_named"),
        CheckConstraint("(called_off_at IS NULL) = (called_off_by_id IS NULL)", name="called_off_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    partner_code: Mapped[str] = mapped_column(ForeignKey("partner.code"), index=True)
    kind_code: Mapped[str] = mapped_column(ForeignKey("donation_kind.code"))
    amount: Mapped[int] = mapped_column(BigInteger)
    due_on: Mapped[date]
    purpose: Mapped[Purpose] = mapped_column(words(Purpose))
    purpose_code: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    pledged_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    pledged_at: Mapped[datetime] = mapped_column(Moment)
    called_off_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    called_off_at: Mapped[datetime | None] = mapped_column(Moment)
    called_off_reason: Mapped[str] = mapped_column(default="")

    partner: Mapped[Partner] = relationship()
