"""The demo's money: aid for families, the gifts that pay it, and a ledger in which every rupiah has a giver."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from portal import clock, money
from portal.demo.city import City
from portal.demo.days import moment
from portal.demo.proofs import add_proof
from portal.demo.sheet import Row
from portal.funds.models import (
    AccountKind,
    Disbursement,
    DisbursementStatus,
    EntryKind,
    Fund,
    LedgerAccount,
    LedgerEntry,
    LedgerLine,
    Method,
)
from portal.partners.models import Donation, DonationStatus, Purpose


@dataclass(frozen=True)
class Book:
    """A fund: one partner, one kind of gift, one purpose; `user` enters the gifts; about `kept` rupiah stay in it."""

    user: str
    partner: str
    kind: str
    purpose: Purpose
    purpose_code: str | None
    bound: str
    kept: int

    @property
    def code(self) -> str:
        """As the portal names a fund that it opens itself: mitra-kenanga-infak-umum."""
        return f"{self.partner}-{self.kind}-{self.bound}"


KENANGA = Book("kenanga", "mitra-kenanga", "infak", Purpose.GENERAL, None, "umum", 6_000_000)
KENANGA_HEALTH = Book("kenanga", "mitra-kenanga", "sedekah", Purpose.FIELD, "health", "kesehatan", 3_000_000)
BRI_HOUSES = Book("bri", "bri", "csr", Purpose.SERVICE, "social-house", "social-house", 2_500_000)
BAZNAS_ZAKAT = Book("baznas", "baznas", "zakat", Purpose.GENERAL, None, "umum", 3_000_000)
BAZNAS_ELDERLY = Book("baznas", "baznas", "infak", Purpose.SERVICE, "social-elderly", "social-elderly", 1_500_000)
LAZISMU = Book("lazismu", "lazismu", "infak", Purpose.FIELD, "social", "sosial", 2_500_000)
BOOKS = (KENANGA, KENANGA_HEALTH, BRI_HOUSES, BAZNAS_ZAKAT, BAZNAS_ELDERLY, LAZISMU)

PAYERS = {
    "edu-basic": (KENANGA,),
    "edu-higher": (KENANGA,),
    "health-medicine": (KENANGA_HEALTH, KENANGA_HEALTH, KENANGA),
    "health-companion": (KENANGA_HEALTH, KENANGA),
    "social-disaster": (KENANGA,),
    "social-house": (BRI_HOUSES, BRI_HOUSES, LAZISMU),
    "social-elderly": (BAZNAS_ZAKAT, BAZNAS_ZAKAT, BAZNAS_ELDERLY, LAZISMU),
}
AMOUNTS = {
    "edu-basic": (350_000, 400_000, 10_000),
    "edu-higher": (500_000, 750_000, 50_000),
    "health-medicine": (1_000_000, 1_500_000, 50_000),
    "health-companion": (300_000, 800_000, 50_000),
    "social-disaster": (1_000_000, 2_000_000, 100_000),
    "social-house": (4_500_000, 9_000_000, 500_000),
    "social-elderly": (300_000, 500_000, 50_000),
}
"""From, to, step; inside the service's band where the paper gives one (services_payakumbuh.toml)."""

GOODS = {
    "social-house": "Semen, seng gelombang, dan kayu",
    "social-disaster": "Beras, kasur, dan alat masak",
}
"""What is handed over for services that are given in goods."""


def _note_of(method: Method, row: Row, at: datetime) -> str:
    """Which goods, or the transfer's reference, as the treasurer has to write."""
    match method:
        case Method.GOODS:
            return GOODS[row["service_code"]]
        case Method.TRANSFER:
            return f"TRF-{clock.local(at):%y%m%d}-{row['id']:04d}"
    return ""


@dataclass
class _Lot:
    """One donation's money in a fund."""

    donation_id: int
    free: int


@dataclass(order=True)
class _Movement:
    at: datetime
    order: int
    kind: EntryKind = field(compare=False)
    book: Book = field(compare=False)
    amount: int = field(compare=False)
    by: Row = field(compare=False)
    disbursement: Row | None = field(compare=False, default=None)
    donation: Row | None = field(compare=False, default=None)


class Books:
    """Gathers what was promised and paid; `close` then finds the gifts for it and posts the ledger."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.helped: set[int] = set()
        self._movements: list[_Movement] = []
        self._funds: dict[Book, Row] = {}
        self._accounts: dict[tuple[Book, AccountKind], Row] = {}
        self._lots: dict[Book, list[_Lot]] = defaultdict(list)
        self._taken: dict[int, list[tuple[int, int]]] = {}
        for book in BOOKS:
            self._open(book)

    def _open(self, book: Book) -> None:
        self._funds[book] = self.city.sheet.add(
            Fund, code=book.code, partner_code=book.partner, kind_code=book.kind, purpose=book.purpose,
            purpose_code=book.purpose_code,
        )  # fmt: skip
        for kind in AccountKind:
            self._accounts[book, kind] = self.city.sheet.add(
                LedgerAccount, fund_id=self._funds[book]["id"], kind=kind, balance=0
            )

    def amount(self, service: str) -> int:
        """A usual grant of this service, whole rupiah."""
        first, last, step = AMOUNTS[service]
        return self.city.rng.randrange(first, last + 1, step)

    def aid(self, service: str, at: datetime, by: str, *, household_id: int, **ground: Any) -> Row:
        """Propose aid and reserve its money; `ground` names complaint and decision or letter."""
        book = ground.pop("book", None) or self.city.rng.choice(PAYERS[service])
        asnaf = {"asnaf": self.city.rng.choice(("fakir", "miskin"))} if book.kind == "zakat" else {}
        row = self.city.sheet.add(
            Disbursement, household_id=household_id, service_code=service,
            amount=ground.pop("amount", None) or self.amount(service), fund_id=self._funds[book]["id"],
            status=DisbursementStatus.PROPOSED, proposed_by_id=self._user(by)["id"], proposed_at=at,
            **asnaf, **ground,
        )  # fmt: skip
        self._move(EntryKind.RESERVATION, at, book, row, self._user(by))
        self._act(at, self._user(by), "disbursement.proposed", row)
        return row

    def wait(self, service: str, at: datetime, by: str, *, household_id: int, reason: str, **ground: Any) -> None:
        """No fund, no promise: the family goes on the waiting list with the reason."""
        row = self.city.sheet.add(
            Disbursement, household_id=household_id, service_code=service, amount=self.amount(service),
            status=DisbursementStatus.WAITING, waiting_reason=reason, proposed_by_id=self._user(by)["id"],
            proposed_at=at, **ground,
        )  # fmt: skip
        self._act(at, self._user(by), "disbursement.put_on_waiting_list", row)

    def approve(self, row: Row, at: datetime) -> None:
        head = self._user("kepala")
        row |= {"status": DisbursementStatus.APPROVED, "approved_by_id": head["id"], "approved_at": at}
        self._act(at, head, "disbursement.approved", row)

    def decline(self, row: Row, at: datetime, reason: str) -> None:
        """What was reserved is free again."""
        head = self._user("kepala")
        row |= {
            "status": DisbursementStatus.DECLINED, "approved_by_id": head["id"], "approved_at": at,
            "settling_reason": reason,
        }  # fmt: skip
        self._move(EntryKind.RELEASE, at, self._book_of(row), row, head)
        self._act(at, head, "disbursement.declined", row)

    def pay(self, row: Row, at: datetime, receiver: str) -> None:
        treasurer, service = self._user("bendahara"), row["service_code"]
        method = Method.GOODS if service in GOODS else self.city.rng.choice((Method.CASH, Method.CASH, Method.TRANSFER))
        if row["asnaf"]:
            row["asnaf_confirmed_by_id"] = self._user("baznas")["id"]
        row |= {
            "status": DisbursementStatus.PAID, "paid_by_id": treasurer["id"], "paid_on": clock.local(at).date(),
            "paid_at": at, "method": method, "received_by": receiver, "payment_note": _note_of(method, row, at),
        }  # fmt: skip
        self.helped.add(row["household_id"])
        self._move(EntryKind.PAYMENT, at, self._book_of(row), row, treasurer)
        self._act(at, treasurer, "disbursement.paid", row)

    def _book_of(self, row: Row) -> Book:
        return next(book for book, fund in self._funds.items() if fund["id"] == row["fund_id"])

    def _user(self, name: str) -> Row:
        return self.city.users[name]

    def _act(self, at: datetime, by: Row, action: str, row: Row) -> None:
        self.city.trail.act(at, by, action, "disbursement", row, row["household_id"], amount=row["amount"])

    def _move(self, kind: EntryKind, at: datetime, book: Book, row: Row, by: Row) -> None:
        self._movements.append(_Movement(at, len(self._movements), kind, book, row["amount"], by, disbursement=row))

    def close(self) -> None:
        """Find a gift for every promise, then post everything in the order of its moments."""
        for book in BOOKS:
            self._gifts(book)
        for movement in sorted(self._movements):
            self._post(movement)

    def _gifts(self, book: Book) -> None:
        """A gift covers what the next month promises and a little more, so no fund is ever overdrawn."""
        needs: dict[tuple[int, int], int] = defaultdict(int)
        for movement in self._movements:
            if movement.kind is EntryKind.RESERVATION and movement.book == book:
                day = clock.local(movement.at).date()
                needs[day.year, day.month] += movement.amount
        today, left = self.city.days.today, 0
        month = date(*min(needs, default=(today.year, today.month)), 1)
        while month <= today:
            given = self.city.days.day(self.city.days.number(month - timedelta(days=self.city.rng.randint(7, 12))))
            need = needs[month.year, month.month]
            if left < need + book.kept // 2:
                amount = -(-(need + book.kept - left) // 500_000) * 500_000
                self.give(book, given, amount)
                left += amount
            left -= need
            month = (month + timedelta(days=32)).replace(day=1)

    def give(
        self, book: Book, on: date, amount: int, status: DonationStatus = DonationStatus.CONFIRMED, reason: str = ""
    ) -> None:
        """A gift: entered by the partner, then confirmed or refused by the treasurer on the next working day."""
        entered, treasurer = moment(on, time(self.city.rng.randint(9, 14), 12)), self._user("bendahara")
        row = self.city.sheet.add(
            Donation, partner_code=book.partner, kind_code=book.kind, given_on=on, amount=amount, purpose=book.purpose,
            purpose_code=book.purpose_code, reference=f"TRF-{on:%y%m%d}-{self.city.rng.randint(100, 999)}",
            entered_by_id=self._user(book.user)["id"], entered_at=entered,
        )  # fmt: skip
        self.city.trail.act(entered, self._user(book.user), "donation.entered", "donation", row, None, amount=amount)
        if status is not DonationStatus.CONFIRMED:
            lines = ("Bukti transfer", row["reference"], money.format_rupiah(amount))
            add_proof(self.city, Donation, row, None, self._user(book.user), entered, lines)
        if status is DonationStatus.ENTERED:
            return
        settled = moment(self.city.days.after(on, 1), time(15, self.city.rng.randint(0, 59)))
        row |= {
            "status": status, "settled_by_id": treasurer["id"], "settled_at": settled, "refusal_reason": reason,
        }  # fmt: skip
        self.city.trail.act(settled, treasurer, f"donation.{status.value}", "donation", row, None, amount=amount)
        if status is DonationStatus.CONFIRMED:
            self._movements.append(
                _Movement(settled, len(self._movements), EntryKind.DONATION, book, amount, treasurer, donation=row)
            )

    def _post(self, movement: _Movement) -> None:
        disbursement = movement.disbursement
        entry = self.city.sheet.add(
            LedgerEntry, kind=movement.kind, posted_on=clock.local(movement.at).date(), posted_at=movement.at,
            posted_by_id=movement.by["id"], disbursement_id=disbursement["id"] if disbursement else None,
        )  # fmt: skip
        source, target = BETWEEN[movement.kind]
        for donation_id, amount in self._parts(movement):
            self._line(entry, movement.book, source, donation_id, -amount)
            self._line(entry, movement.book, target, donation_id, amount)

    def _parts(self, movement: _Movement) -> list[tuple[int, int]]:
        """Of whose money a movement is: first in, first out; what was reserved is paid from the same gifts."""
        if movement.donation is not None:
            self._lots[movement.book].append(_Lot(movement.donation["id"], movement.amount))
            return [(movement.donation["id"], movement.amount)]
        if movement.disbursement is None:
            raise ValueError("money moves for a gift or for aid")
        if movement.kind is EntryKind.RESERVATION:
            return self._taken.setdefault(movement.disbursement["id"], self._take(movement.book, movement.amount))
        parts = self._taken[movement.disbursement["id"]]
        if movement.kind is EntryKind.RELEASE:
            for lot in self._lots[movement.book]:
                lot.free += sum(amount for donation_id, amount in parts if donation_id == lot.donation_id)
        return parts

    def _take(self, book: Book, amount: int) -> list[tuple[int, int]]:
        parts = []
        for lot in self._lots[book]:
            if part := min(lot.free, amount):
                lot.free, amount = lot.free - part, amount - part
                parts.append((lot.donation_id, part))
        if amount:
            raise ValueError(f"{book.code} promises more than it holds")
        return parts

    def _line(self, entry: Row, book: Book, kind: AccountKind, donation_id: int, amount: int) -> None:
        account = self._accounts[book, kind]
        account["balance"] += amount
        self.city.sheet.add(
            LedgerLine, entry_id=entry["id"], account_id=account["id"], donation_id=donation_id, amount=amount
        )


BETWEEN = {
    EntryKind.DONATION: (AccountKind.RECEIVED, AccountKind.AVAILABLE),
    EntryKind.RESERVATION: (AccountKind.AVAILABLE, AccountKind.RESERVED),
    EntryKind.RELEASE: (AccountKind.RESERVED, AccountKind.AVAILABLE),
    EntryKind.PAYMENT: (AccountKind.RESERVED, AccountKind.PAID),
}
"""From which account of the fund to which."""
