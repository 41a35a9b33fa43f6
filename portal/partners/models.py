"""Partners and their donations."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, Moment, Versioned, words


class Partner(Base):
    """An organisation that helps (LKS, Baznas, a LAZ, a company); `body` is its entry in seeds/partners_*.toml."""

    __tablename__ = "partner"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(default=True)
    # Whether the partner agreed to be named on the public totals; the partner itself says so, and may take it back.
    named_publicly: Mapped[bool] = mapped_column(default=False, server_default=false())


class DonationKind(Base):
    """Infak, sedekah, zakat, CSR, grant: with the restriction that law or agreement puts on each."""

    __tablename__ = "donation_kind"

    code: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class DonationStatus(StrEnum):
    """Entered by the partner, then confirmed or refused by the treasurer."""

    ENTERED = "entered"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Purpose(StrEnum):
    """How far the giver bound the gift: anything this partner funds, one field, or one service."""

    GENERAL = "general"
    FIELD = "field"
    SERVICE = "service"


class Donation(Versioned, Base):
    """Money that a partner says it gave. Spendable only after the treasurer has seen it arrive."""

    __tablename__ = "donation"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("(purpose = 'general') = (purpose_code IS NULL)", name="purpose_named"),
        CheckConstraint("(status = 'entered') = (settled_by_id IS NULL)", name="settled_by_someone"),
        CheckConstraint("settled_by_id IS NULL OR settled_by_id <> entered_by_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    partner_code: Mapped[str] = mapped_column(ForeignKey("partner.code"), index=True)
    kind_code: Mapped[str] = mapped_column(ForeignKey("donation_kind.code"))
    given_on: Mapped[date]
    amount: Mapped[int] = mapped_column(BigInteger)
    purpose: Mapped[Purpose] = mapped_column(words(Purpose))
    purpose_code: Mapped[str | None]
    # Zakat only: for which of the eight groups (Q.S. 9:60) the amil gives it.
    asnaf: Mapped[str | None]
    # The promise that this gift keeps, wholly or in part.
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id"), index=True)
    # From whom the partner had it; empty: the partner's own, or of the givers beneath it. `giver_hidden`: a giver who
    # wants to be "hamba Allah" before everybody but the partner.
    giver_name: Mapped[str] = mapped_column(default="", server_default="")
    giver_hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    # How many people stand beneath it, whose names came in a sheet (collection room); 0: it is a gift of its own.
    givers: Mapped[int] = mapped_column(default=0, server_default="0")
    reference: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    status: Mapped[DonationStatus] = mapped_column(
        words(DonationStatus, name="status"), default=DonationStatus.ENTERED, index=True
    )
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime] = mapped_column(Moment)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    refusal_reason: Mapped[str] = mapped_column(default="")

    partner: Mapped[Partner] = relationship()
