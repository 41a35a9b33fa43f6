"""The ledger, and the disbursements it pays. Entries are balanced and only ever added."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.complaints.models import Complaint
from portal.db import Base, Moment, Versioned, words
from portal.households.models import Household, Member
from portal.partners.models import Donation, Partner, Purpose


class Fund(Base):
    """One book: one partner, one kind of gift, one purpose; of zakat also one asnaf (UU 23/2011 art. 28)."""

    __tablename__ = "fund"
    __table_args__ = (
        UniqueConstraint("partner_code", "kind_code", "purpose", "purpose_code", "asnaf"),
        CheckConstraint("(purpose = 'general') = (purpose_code IS NULL)", name="purpose_named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    partner_code: Mapped[str] = mapped_column(ForeignKey("partner.code"), index=True)
    kind_code: Mapped[str] = mapped_column(ForeignKey("donation_kind.code"))
    purpose: Mapped[Purpose] = mapped_column(words(Purpose))
    purpose_code: Mapped[str | None]
    asnaf: Mapped[str | None]

    partner: Mapped[Partner] = relationship()
    accounts: Mapped[list["LedgerAccount"]] = relationship(order_by="LedgerAccount.id")


class AccountKind(StrEnum):
    """Where a fund's money is: received from givers (negative, the source), free, reserved for a grant, paid out."""

    RECEIVED = "received"
    AVAILABLE = "available"
    RESERVED = "reserved"
    PAID = "paid"


class LedgerAccount(Base):
    """One of a fund's four accounts with its balance, kept in the same transaction as the lines that make it."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        UniqueConstraint("fund_id", "kind"),
        # The database itself refuses an overdraft, whoever posts and however many at once.
        CheckConstraint(
            "(kind = 'received' AND balance <= 0) OR (kind <> 'received' AND balance >= 0)", name="no_overdraft"
        ),
    )
    # Its history is the ledger itself.
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    kind: Mapped[AccountKind] = mapped_column(words(AccountKind))
    balance: Mapped[int] = mapped_column(BigInteger, default=0)

    fund: Mapped[Fund] = relationship(back_populates="accounts")


class EntryKind(StrEnum):
    """Why money moved."""

    DONATION = "donation"
    RESERVATION = "reservation"
    RELEASE = "release"
    PAYMENT = "payment"
    REVERSAL = "reversal"


class LedgerEntry(Base):
    """One movement of money; its lines add up to zero. Triggers refuse UPDATE, DELETE and REPLACE."""

    __tablename__ = "ledger_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[EntryKind] = mapped_column(words(EntryKind))
    posted_on: Mapped[date] = mapped_column(index=True)
    posted_at: Mapped[datetime] = mapped_column(Moment)
    posted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str] = mapped_column(default="")
    disbursement_id: Mapped[int | None] = mapped_column(ForeignKey("disbursement.id"), index=True)
    # The entry this one takes back; a second reversal of the same entry is refused.
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.id"), unique=True)

    lines: Mapped[list["LedgerLine"]] = relationship(order_by="LedgerLine.id")


class LedgerLine(Base):
    """An amount added to an account (negative: taken from it), of one donation's money: every rupiah has a giver."""

    __tablename__ = "ledger_line"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        Index("ix_ledger_line_lot", "donation_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entry.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), index=True)
    donation_id: Mapped[int] = mapped_column(ForeignKey("donation.id"))
    amount: Mapped[int] = mapped_column(BigInteger)

    account: Mapped[LedgerAccount] = relationship()
    donation: Mapped[Donation] = relationship()


class BookPeriod(Base):
    """Days whose books are closed, with the report as it stood then. Triggers refuse to alter it, and entries in it."""

    __tablename__ = "book_period"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    starts_on: Mapped[date] = mapped_column(unique=True)
    ends_on: Mapped[date] = mapped_column(unique=True)
    # The newest entry of the books when they were closed; a later one belongs to a later period.
    last_entry_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.id"))
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    closed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    closed_at: Mapped[datetime] = mapped_column(Moment)

    closed_by: Mapped[User] = relationship()


class DisbursementStatus(StrEnum):
    """Waiting has no money behind it yet; from proposed on it is reserved; paid is corrected by reversal alone.

    Failed: it was to be handed over and did not reach the family; its money is free again.
    """

    WAITING = "waiting"
    PROPOSED = "proposed"
    APPROVED = "approved"
    PAID = "paid"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    REVERSED = "reversed"
    FAILED = "failed"


class Method(StrEnum):
    """How aid is to be handed over, and how it was."""

    CASH = "cash"
    TRANSFER = "transfer"
    GOODS = "goods"


class Disbursement(Versioned, Base):
    """Aid for one household: proposed by who knows the case, approved by the head, paid by the treasurer."""

    __tablename__ = "disbursement"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint(
            "(status IN ('waiting','cancelled') AND fund_id IS NULL) OR fund_id IS NOT NULL", name="fund_behind_promise"
        ),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint(
            "paid_by_id IS NULL OR (paid_by_id <> approved_by_id AND paid_by_id <> proposed_by_id)", name="three_people"
        ),
        CheckConstraint("status <> 'paid' OR (paid_on IS NOT NULL AND method IS NOT NULL)", name="paid_some_day"),
        Index("ix_disbursement_status", "status", "id"),
        Index("ix_disbursement_paid_on", "paid_on"),
        # The waiting list in its order.
        Index("ix_disbursement_need", "status", "need_order", "proposed_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    # The decision or the letter that opens it; one of the two.
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    recommendation_id: Mapped[int | None] = mapped_column(ForeignKey("emergency_recommendation.id"))
    service_code: Mapped[str] = mapped_column(ForeignKey("service.code"))
    # For whom in the family; None: for the family as a whole.
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    # Why the amount lies outside the service's band.
    amount_reason: Mapped[str] = mapped_column(default="")
    fund_id: Mapped[int | None] = mapped_column(ForeignKey("fund.id"), index=True)
    waiting_reason: Mapped[str] = mapped_column(default="")
    # Where it stands among those that wait, the smallest first (waiting.py); None: it never waited.
    need_order: Mapped[int | None]
    # How it is to be handed over, and for a transfer the account; the bank's file is made from these.
    planned_method: Mapped[Method | None] = mapped_column(words(Method, name="planned_method"))
    bank_name: Mapped[str] = mapped_column(default="", server_default="")
    bank_account: Mapped[str] = mapped_column(default="", server_default="", info={"masked": True})
    bank_holder: Mapped[str] = mapped_column(default="", server_default="")
    # For money of zakat: one of the eight asnaf, confirmed by the partner's amil.
    asnaf: Mapped[str | None]
    asnaf_confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    status: Mapped[DisbursementStatus] = mapped_column(words(DisbursementStatus, name="status"))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    settling_reason: Mapped[str] = mapped_column(default="")
    paid_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    paid_on: Mapped[date | None]
    # Where the family lived when it was paid: months that are over do not change when it moves.
    district_code: Mapped[str | None]
    paid_at: Mapped[datetime | None] = mapped_column(Moment)
    method: Mapped[Method | None] = mapped_column(words(Method))
    received_by: Mapped[str] = mapped_column(default="")
    payment_note: Mapped[str] = mapped_column(default="")

    household: Mapped[Household] = relationship()
    recipient: Mapped[Member | None] = relationship()
    items: Mapped[list["AidItem"]] = relationship(order_by="AidItem.position")
    concerns: Mapped[list["AidConcern"]] = relationship(order_by="AidConcern.id")
    complaint: Mapped[Complaint | None] = relationship()
    fund: Mapped[Fund | None] = relationship()
    proposed_by: Mapped[User] = relationship(foreign_keys=[proposed_by_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])
    paid_by: Mapped[User | None] = relationship(foreign_keys=[paid_by_id])


class AidItem(Base):
    """Goods of one kind that aid consists of: how many, at which price, from which supplier."""

    __tablename__ = "aid_item"
    __table_args__ = (
        UniqueConstraint("disbursement_id", "position"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("price >= 0", name="price_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    disbursement_id: Mapped[int] = mapped_column(ForeignKey("disbursement.id"))
    position: Mapped[int]
    what: Mapped[str]
    quantity: Mapped[int]
    # Whole rupiah for one.
    price: Mapped[int] = mapped_column(BigInteger)
    supplier: Mapped[str] = mapped_column(default="")

    @property
    def amount(self) -> int:
        return self.quantity * self.price


class AidConcern(Base):
    """What a guard had against aid (guards.py), what its proposer says of it, and who overruled it and why."""

    __tablename__ = "aid_concern"
    __table_args__ = (
        UniqueConstraint("disbursement_id", "guard"),
        CheckConstraint("(answered_by_id IS NULL) = (answered_at IS NULL)", name="answered_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    disbursement_id: Mapped[int] = mapped_column(ForeignKey("disbursement.id"))
    guard: Mapped[str]
    # What was found, by names that guards.py puts into a sentence of the reader's language.
    found: Mapped[dict[str, Any]] = mapped_column(JSON)
    explained: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)

    answered_by: Mapped[User | None] = relationship()


class PaperKind(StrEnum):
    """What a file that belongs to aid is."""

    BILL = "bill"
    SIGNED = "signed"
    PHOTO = "photo"
    TRANSFER = "transfer"


class AidPaper(Base):
    """A file that proves aid: the supplier's bill, the signed receipt, a photo, the bank's slip. Only ever added."""

    __tablename__ = "aid_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    disbursement_id: Mapped[int] = mapped_column(ForeignKey("disbursement.id"), index=True)
    kind: Mapped[PaperKind] = mapped_column(words(PaperKind))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    added_at: Mapped[datetime] = mapped_column(Moment)

    disbursement: Mapped[Disbursement] = relationship()


class AidTotal(Base):
    """What was paid in a month in a kecamatan for a service, kept by monthly.py; an empty code is the sum over all."""

    __tablename__ = "aid_total"
    # Its history are the payments themselves.
    __audited__ = False

    month: Mapped[date] = mapped_column(primary_key=True)
    district_code: Mapped[str] = mapped_column(primary_key=True)
    service_code: Mapped[str] = mapped_column(primary_key=True)
    families: Mapped[int]
    amount: Mapped[int] = mapped_column(BigInteger)
