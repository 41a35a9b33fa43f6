"""What a partner keeps of itself: whom to call, what it gives for, its agreement with the unit, its permits."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.db import Base, Moment, Versioned, words
from portal.partners.models import Partner


class PartnerProfile(Versioned, Base):
    """Whom the unit calls, and for what the partner gives at present, within what the catalogue names."""

    __tablename__ = "partner_profile"

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_code: Mapped[str] = mapped_column(ForeignKey("partner.code"), unique=True)
    contact_person: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    # Fields of work; None: all that the catalogue names.
    gives_for: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))

    partner: Mapped[Partner] = relationship()


class PaperKind(StrEnum):
    """The agreement with the unit, and the permits that a law asks for (permits.py names them)."""

    AGREEMENT = "agreement"
    PUB_PERMIT = "pub_permit"
    LAZ_LICENCE = "laz_licence"


class PartnerPaper(Versioned, Base):
    """An agreement or a permit with its days; a renewed one is a new record, and one that ended early says why."""

    __tablename__ = "partner_paper"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= dated_on", name="until_after_its_day"),
        CheckConstraint("kind = 'agreement' OR until IS NOT NULL", name="permit_ends"),
        CheckConstraint("(ended_on IS NULL) = (length(ended_reason) = 0)", name="ended_for_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_code: Mapped[str] = mapped_column(ForeignKey("partner.code"), index=True)
    kind: Mapped[PaperKind] = mapped_column(words(PaperKind))
    number: Mapped[str]
    issuer: Mapped[str] = mapped_column(default="")
    dated_on: Mapped[date]
    # The last day on which it holds; an agreement may have none.
    until: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    added_at: Mapped[datetime] = mapped_column(Moment)
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str] = mapped_column(default="")

    partner: Mapped[Partner] = relationship()
    added_by: Mapped[User] = relationship()
