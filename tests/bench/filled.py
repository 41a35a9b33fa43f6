"""Books of a size: gifts of one amount on a thousand days, three in four paid, and a list that waits to be settled."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from itertools import groupby
from random import Random
from typing import Any

from sqlalchemy import insert, update

from portal import clock
from portal.complaints.models import Complaint, ComplaintStatus, ComplaintStep
from portal.db import db
from portal.funds import monthly
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
from portal.households.models import Household
from portal.partners.models import Donation, DonationStatus, Purpose
from portal.payments.models import LineOutcome, ListState, PaymentLine, PaymentList
from portal.units.catalogue import catalogue
from tests.conftest import MONDAY

BOOKS = (
    ("mitra-kenanga", "education", "edu-basic"), ("mitra-kenanga", "health", "health-medicine"),
    ("baznas", "social", "social-elderly"), ("lazismu", "social", "social-elderly"), ("bri", "social", "social-house"),
)  # fmt: skip
FIRST, DAYS, AMOUNT, FAMILIES = date(2024, 1, 1), 1000, 50_000, 10_000
LINES = 300
"""Lines of the list that waits to be settled."""


class Filled:
    """Gifts of one amount; three in four are paid, each to one family."""

    def __init__(self, people: list[int]) -> None:
        self.people, self.random = people, Random(1)
        self.entries: list[dict[str, Any]] = []
        self.lines: list[dict[str, Any]] = []
        self.balances: dict[int, int] = {}

    def fill(self, gifts: int) -> int:
        """How many entries there are then."""
        villages = sorted(catalogue().villages)
        homes = [self.random.choice(villages) for _ in range(FAMILIES)]
        _add(Household, (
            {"id": n, "head_name": f"Keluarga {n}", "village_code": village, "rw": "", "rt": "", "address": "",
             "phone": "", "note": "", "created_at": MONDAY, "version": 1} for n, village in enumerate(homes, start=1)
        ))  # fmt: skip
        for n, (partner, _, service) in enumerate(BOOKS):
            fund = {"id": n + 1, "code": f"bench-{n}", "partner_code": partner, "kind_code": "infak"}
            _add(Fund, [fund | {"purpose": Purpose.SERVICE, "purpose_code": f"{service}-{n}"}])
            _add(LedgerAccount, (
                {"id": n * 4 + k, "fund_id": n + 1, "kind": kind, "balance": 0}
                for k, kind in enumerate(AccountKind, start=1)
            ))  # fmt: skip
        given, aid = [], []
        for n in range(1, gifts + 1):
            given.append(self._gift(n, FIRST + timedelta(days=n * DAYS // gifts)))
            if n % 4:
                aid.append(self._aid(n, given[-1]["given_on"], homes))
        cases = [self._case(n) for n in range(gifts - gifts % 4, 0, -4)[:LINES]]
        aid += [self._approved(case) for case in cases]
        for model, rows in (
            (Donation, given), (Complaint, cases), (Disbursement, aid), (LedgerEntry, self.entries),
            (LedgerLine, self.lines), (ComplaintStep, map(self._step, cases)), (PaymentList, [self._list()]),
            (PaymentLine, (_line(place, case["id"]) for place, case in enumerate(cases, start=1))),
        ):  # fmt: skip
            _add(model, rows)
        for account, balance in self.balances.items():
            db.session.execute(update(LedgerAccount).where(LedgerAccount.id == account).values(balance=balance))
        monthly.count_all()
        return len(self.entries)

    def _gift(self, n: int, on: date) -> dict[str, Any]:
        book, at = n % len(BOOKS), datetime.combine(on, hour(5), UTC)
        self._post(EntryKind.DONATION, n, None, on, AccountKind.RECEIVED, AccountKind.AVAILABLE)
        return {
            "id": n, "number": f"D-{n}", "partner_code": BOOKS[book][0], "kind_code": "infak", "given_on": on,
            "amount": AMOUNT, "purpose": Purpose.SERVICE, "purpose_code": f"{BOOKS[book][2]}-{book}", "reference": "",
            "note": "", "status": DonationStatus.CONFIRMED, "entered_by_id": self.people[0], "entered_at": at,
            "settled_by_id": self.people[2], "settled_at": at, "refusal_reason": "", "version": 1,
        }  # fmt: skip

    def _case(self, n: int) -> dict[str, Any]:
        """A complaint that was decided, for which money was given that nobody has spent."""
        family = self.random.randint(1, FAMILIES)
        return {
            "id": n, "number": f"K-{n}", "tracking_code": "ACDEFG", "household_id": family, "own_words": "",
            "applicant_name": f"Keluarga {family}", "applicant_phone": "", "service_code": BOOKS[n % len(BOOKS)][2],
            "urgent": False, "status": ComplaintStatus.APPROVED, "received_on": clock.today(),
            "taken_by_id": self.people[0], "taken_at": MONDAY, "closing_reason": "", "version": 1,
        }  # fmt: skip

    def _step(self, case: dict[str, Any]) -> dict[str, Any]:
        step = {"complaint_id": case["id"], "status": ComplaintStatus.APPROVED, "at": MONDAY, "note": ""}
        return step | {"by_id": self.people[1]}

    def _approved(self, case: dict[str, Any]) -> dict[str, Any]:
        """Aid on this complaint that nobody has paid yet."""
        n, none = case["id"], dict.fromkeys(("paid_by_id", "paid_on", "paid_at", "method", "district_code"))
        self._post(EntryKind.RESERVATION, n, n, clock.today(), AccountKind.AVAILABLE, AccountKind.RESERVED)
        return none | {
            "id": n, "number": f"S-{n}", "household_id": case["household_id"], "complaint_id": n, "amount": AMOUNT,
            "service_code": case["service_code"], "amount_reason": "", "fund_id": n % len(BOOKS) + 1,
            "waiting_reason": "", "status": DisbursementStatus.APPROVED, "proposed_by_id": self.people[0],
            "proposed_at": MONDAY, "approved_by_id": self.people[1], "approved_at": MONDAY, "settling_reason": "",
            "received_by": "", "payment_note": "", "version": 1,
        }  # fmt: skip

    def _list(self) -> dict[str, Any]:
        made = {"id": 1, "number": "DB-1", "method": Method.CASH, "planned_on": clock.today(), "place": ""}
        return made | {"state": ListState.OPEN, "made_by_id": self.people[2], "made_at": MONDAY, "version": 1}

    def _aid(self, n: int, on: date, homes: list[str]) -> dict[str, Any]:
        book, at, family = n % len(BOOKS), datetime.combine(on, hour(6), UTC), self.random.randint(1, FAMILIES)
        self._post(EntryKind.RESERVATION, n, n, on, AccountKind.AVAILABLE, AccountKind.RESERVED)
        self._post(EntryKind.PAYMENT, n, n, on, AccountKind.RESERVED, AccountKind.PAID)
        return {
            "id": n, "number": f"S-{n}", "household_id": family, "complaint_id": None, "amount": AMOUNT,
            "service_code": BOOKS[book][2], "amount_reason": "", "fund_id": book + 1, "waiting_reason": "",
            "status": DisbursementStatus.PAID,
            "proposed_by_id": self.people[0], "proposed_at": at, "approved_by_id": self.people[1], "approved_at": at,
            "settling_reason": "", "paid_by_id": self.people[2], "paid_on": on, "paid_at": at, "method": Method.CASH,
            "district_code": catalogue().village_district[homes[family - 1]], "received_by": "", "payment_note": "",
            "version": 1,
        }  # fmt: skip

    def _post(self, kind: EntryKind, n: int, aid: int | None, on: date, *places: AccountKind) -> None:
        entry = {"id": len(self.entries) + 1, "kind": kind, "posted_on": on, "posted_at": MONDAY, "note": ""}
        self.entries.append(entry | {"posted_by_id": self.people[0], "disbursement_id": aid, "reverses_id": None})
        kinds = list(AccountKind)
        for place, sign in zip(places, (-1, 1), strict=True):
            account = n % len(BOOKS) * 4 + kinds.index(place) + 1
            self.balances[account] = self.balances.get(account, 0) + sign * AMOUNT
            self.lines.append(
                {"entry_id": entry["id"], "account_id": account, "donation_id": n, "amount": sign * AMOUNT}
            )


def _line(position: int, aid_id: int) -> dict[str, Any]:
    return {"list_id": 1, "position": position, "disbursement_id": aid_id, "outcome": LineOutcome.OPEN}


def _parts(rows: Any, size: int = 5000) -> Iterator[list[Any]]:
    for _, part in groupby(enumerate(rows), key=lambda numbered: numbered[0] // size):
        yield [row for _, row in part]


def _add(model: Any, rows: Any) -> None:
    for part in _parts(rows):
        db.session.execute(insert(model.__table__), part)
