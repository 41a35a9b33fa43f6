"""What books cost with 100,000 gifts and 250,000 entries: `python -m tests.bench.books [--gifts 100000]`.

SQLite, one process without a server; each is asked three times in turns with its floor, and the least processor time is
printed. The floor asks the same database by bare sqlite3 and joins strings: no rights, no trail, no templates.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

import time_machine
from sqlalchemy import insert, text, update

from portal import audit
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
from portal.funds.recount import Recount
from portal.households.models import Household
from portal.partners.models import Donation, DonationStatus, Purpose
from portal.units.catalogue import catalogue
from tests.conftest import MONDAY, seeded
from tests.factories import Make
from tests.pages import Desk

BOOKS = (
    ("mitra-kenanga", "education", "edu-basic"), ("mitra-kenanga", "health", "health-medicine"),
    ("baznas", "social", "social-elderly"), ("lazismu", "social", "social-elderly"), ("bri", "social", "social-house"),
)  # fmt: skip
FIRST, DAYS, AMOUNT, FAMILIES = date(2024, 1, 1), 1000, 50_000, 10_000
YEAR = ("2025-01-01", "2025-12-31")
WITHIN = f"e.posted_on BETWEEN '{YEAR[0]}' AND '{YEAR[1]}'"
OURS = "f.partner_code = 'mitra-kenanga'"
OF_FUND = "JOIN ledger_account a ON a.id = l.account_id JOIN fund f ON f.id = a.fund_id"

FLOOR = {
    "fund page": (
        "SELECT a.kind, a.balance FROM ledger_account a WHERE a.fund_id = 1",
        "SELECT substr(d.paid_on, 1, 7), d.service_code, count(*), sum(l.amount) FROM ledger_line l "
        "JOIN ledger_account a ON a.id = l.account_id JOIN ledger_entry e ON e.id = l.entry_id "
        "JOIN disbursement d ON d.id = e.disbursement_id WHERE a.fund_id = 1 AND a.kind = 'paid' GROUP BY 1, 2",
        "SELECT e.id, e.kind, e.posted_on, l.amount FROM ledger_entry e JOIN ledger_line l ON l.entry_id = e.id "
        "JOIN ledger_account a ON a.id = l.account_id WHERE a.fund_id = 1 ORDER BY e.id DESC LIMIT 50",
    ),
    "statement of a year": (
        f"SELECT f.code, a.kind, sum(CASE WHEN e.posted_on < '{YEAR[0]}' THEN l.amount END), "  # noqa: S608
        "sum(CASE WHEN e.posted_on >= '" + YEAR[0] + "' THEN l.amount END) FROM ledger_line l " + OF_FUND + " "
        f"JOIN ledger_entry e ON e.id = l.entry_id WHERE {OURS} AND e.posted_on <= '{YEAR[1]}' "
        "GROUP BY 1, 2",
        "SELECT d.service_code, d.district_code, count(DISTINCT d.household_id), sum(l.amount) FROM ledger_line l "  # noqa: S608
        f"{OF_FUND} JOIN ledger_entry e ON e.id = l.entry_id JOIN disbursement d ON d.id = e.disbursement_id "
        f"WHERE a.kind = 'paid' AND {OURS} AND {WITHIN} "
        "GROUP BY 1, 2",
        "SELECT l.donation_id, sum(CASE WHEN a.kind = 'paid' THEN l.amount END) FROM ledger_line l "  # noqa: S608
        f"{OF_FUND} JOIN ledger_entry e ON e.id = l.entry_id WHERE f.partner_code = 'mitra-kenanga' "
        f"AND e.posted_on <= '{YEAR[1]}' GROUP BY 1 ORDER BY 1 DESC LIMIT 25",
    ),
    "transparency": tuple(
        f"SELECT {key}, count(DISTINCT d.household_id), sum(l.amount) FROM ledger_line l {OF_FUND} "  # noqa: S608
        "JOIN ledger_entry e ON e.id = l.entry_id JOIN disbursement d ON d.id = e.disbursement_id "
        f"WHERE a.kind = 'paid' AND e.posted_on BETWEEN '{YEAR[0]}' AND '{YEAR[1]}' GROUP BY 1"
        for key in ("substr(e.posted_on, 1, 7)", "d.service_code", "d.district_code", "f.partner_code")
    ),
    "monthly report": (
        "SELECT d.district_code, d.service_code, count(DISTINCT d.household_id), sum(d.amount) FROM disbursement d "
        "WHERE d.status = 'paid' AND d.paid_on BETWEEN '2025-05-01' AND '2025-05-31' GROUP BY 1, 2",
    ),
}  # fmt: skip
PAGES = {
    "fund page": "/funds/bench-0",
    "statement of a year": "/partners/mitra-kenanga/statement?since=1-1-2025&until=31-12-2025",
    "transparency": "/transparency?year=2025",
    "monthly report": "/reports?month=2025-05",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gifts", type=int, default=100_000)
    gifts = parser.parse_args().gifts
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(MONDAY, tick=True):
        place = Path(folder) / "portal.db"
        with seeded(Path(folder), f"sqlite:///{place}") as app, app.app_context():
            make = Make()
            people, head = [make.social_worker().id, make.unit_head().id, make.treasurer().id], make.treasurer()
            with audit.unrecorded():
                entries = Filled(people).fill(gifts)
                db.session.commit()
            db.session.execute(text("ANALYZE"))
            db.session.commit()
            _print(f"{gifts} gifts, {entries} entries")
            browser, bare = Desk(app).sign_in(head), sqlite3.connect(place)
            for name, url in PAGES.items():
                page, floor = _in_turns(lambda url=url: _get(browser, url), lambda name=name: _floor(bare, FLOOR[name]))
                _print(f"{name:24} {page:8.1f} ms, floor {floor:8.1f} ms, ratio {page / floor:5.1f}")
            once, floor = _in_turns(lambda: Recount().run(), lambda: _floor(bare, RECOUNT))
            _print(f"{'recount of all entries':24} {once:8.1f} ms, floor {floor:8.1f} ms, ratio {once / floor:5.1f}")


RECOUNT = (
    "SELECT e.id, sum(l.amount) FROM ledger_entry e JOIN ledger_line l ON l.entry_id = e.id GROUP BY 1 HAVING "
    "sum(l.amount) <> 0",
    "SELECT id, sum(amount) OVER (PARTITION BY account_id ORDER BY entry_id, id) FROM ledger_line",
)


def _get(browser: Any, url: str) -> None:
    assert browser.client.get(url).status_code == 200, url


def _floor(bare: sqlite3.Connection, statements: tuple[str, ...]) -> str:
    """The rows as text, as a page of nothing but rows."""
    return "".join("<td>".join(map(str, row)) for statement in statements for row in bare.execute(statement))


def _in_turns(*acts: Callable[[], Any]) -> list[float]:
    """The least processor time of each, in milliseconds."""
    times: list[list[float]] = [[] for _ in acts]
    for _ in range(3):
        for act, taken in zip(acts, times, strict=True):
            began = time.process_time()
            act()
            taken.append((time.process_time() - began) * 1000)
    return [min(taken) for taken in times]


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
        for model, rows in (
            (Donation, given),
            (Disbursement, aid),
            (LedgerEntry, self.entries),
            (LedgerLine, self.lines),
        ):
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

    def _aid(self, n: int, on: date, homes: list[str]) -> dict[str, Any]:
        book, at, family = n % len(BOOKS), datetime.combine(on, hour(6), UTC), self.random.randint(1, FAMILIES)
        self._post(EntryKind.RESERVATION, n, n, on, AccountKind.AVAILABLE, AccountKind.RESERVED)
        self._post(EntryKind.PAYMENT, n, n, on, AccountKind.RESERVED, AccountKind.PAID)
        return {
            "id": n, "number": f"S-{n}", "household_id": family, "service_code": BOOKS[book][2], "amount": AMOUNT,
            "amount_reason": "", "fund_id": book + 1, "waiting_reason": "", "status": DisbursementStatus.PAID,
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


def _parts(rows: Any, size: int = 5000) -> Iterator[list[Any]]:
    for _, part in groupby(enumerate(rows), key=lambda numbered: numbered[0] // size):
        yield [row for _, row in part]


def _add(model: Any, rows: Any) -> None:
    for part in _parts(rows):
        db.session.execute(insert(model.__table__), part)


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
