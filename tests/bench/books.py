"""What books cost with 100,000 gifts and 250,000 entries; `python -m tests.bench.books` measures them alone.

SQLite, one process without a server; each is asked in turns with its floor, and the median of its processor time is
told. The floor asks the same database by bare sqlite3 and joins strings: no rights, no trail, no templates.
"""

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import time_machine
from flask import Flask
from sqlalchemy import text

from portal import audit
from portal.accounts.models import User
from portal.db import db
from portal.funds.recount import Recount
from portal.funds.verify import verify
from tests.bench import settling
from tests.bench.filled import Filled
from tests.conftest import MONDAY, seeded
from tests.factories import Make
from tests.pages import Desk

GIFTS = 100_000
GOALS = {
    "fund page": 10, "statement of a year": 2, "transparency": 10, "monthly report": 2,
    "payment list of 300 settled": 5,
}  # fmt: skip
"""The most that each may cost, as a multiple of its floor: one page 10, what adds up a period 2, a settlement 5."""
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


RECOUNT = (
    "SELECT e.id, sum(l.amount) FROM ledger_entry e JOIN ledger_line l ON l.entry_id = e.id GROUP BY 1 HAVING "
    "sum(l.amount) <> 0",
    "SELECT id, sum(amount) OVER (PARTITION BY account_id ORDER BY entry_id, id) FROM ledger_line",
)


def measured(folder: Path, gifts: int, rounds: int) -> dict[str, Any]:
    """The item of bench.json: gifts, entries, seconds of one `ledger verify`, and the cost of each piece of work."""
    place = folder / "portal.db"
    with time_machine.travel(MONDAY, tick=True), seeded(folder, f"sqlite:///{place}") as app:
        with app.app_context():
            reader_id, entries = _filled(gifts)
        settled = _row("payment list of 300 settled", settling.measured(app, place, rounds))
        with app.app_context():
            db.session.execute(text("ANALYZE"))
            db.session.commit()
            rows = [*_pages(app, place, reader_id, rounds), settled]
            seconds = _verified()
    return {"gifts": gifts, "entries": entries, "verify_s": seconds, "items": rows}


def _filled(gifts: int) -> tuple[int, int]:
    """Who looks at the pages, and how many entries there are."""
    make = Make()
    people, treasurer = [make.social_worker().id, make.unit_head().id, make.treasurer().id], make.treasurer()
    with audit.unrecorded():
        entries = Filled(people).fill(gifts)
        db.session.commit()
    return treasurer.id, entries


def _pages(app: Flask, place: Path, reader_id: int, rounds: int) -> list[dict[str, Any]]:
    browser, bare = Desk(app).sign_in(db.session.get_one(User, reader_id)), sqlite3.connect(place)
    rows = []
    for name, url in PAGES.items():
        acts = (lambda url=url: _get(browser, url)), (lambda name=name: _floor(bare, FLOOR[name]))
        rows.append(_row(name, _in_turns(acts, rounds)))
    recount = (lambda: Recount().run()), (lambda: _floor(bare, RECOUNT))
    rows.append(_row("recount of all entries", _in_turns(recount, 1)))
    bare.close()
    return rows


def _row(name: str, costs: tuple[float, float]) -> dict[str, Any]:
    ours, floor = costs
    row = {"item": name, "portal_cpu_ms": round(ours, 2), "floor_cpu_ms": round(floor, 2)}
    return row | {"ratio_cpu": round(ours / floor, 2), "goal": GOALS.get(name)}


def _verified() -> float:
    """Seconds of one `ledger verify`."""
    began = time.perf_counter()
    # What is invented at once has no trail; everything else must hold.
    faults = [fault for fault in verify().faults if not fault.endswith("the trail says nothing")]
    seconds = time.perf_counter() - began
    if faults:
        raise RuntimeError(f"the books do not hold: {faults[:5]}")
    return round(seconds, 1)


def _get(browser: Any, url: str) -> None:
    assert browser.client.get(url).status_code == 200, url


def _floor(bare: sqlite3.Connection, statements: tuple[str, ...]) -> str:
    """The rows as text, as a page of nothing but rows."""
    return "".join("<td>".join(map(str, row)) for statement in statements for row in bare.execute(statement))


def _in_turns(acts: tuple[Callable[[], Any], Callable[[], Any]], rounds: int) -> tuple[float, float]:
    """The median processor time of each, in milliseconds."""
    times: list[list[float]] = [[], []]
    for _ in range(rounds):
        for act, taken in zip(acts, times, strict=True):
            began = time.process_time()
            act()
            taken.append((time.process_time() - began) * 1000)
    return median(times[0]), median(times[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gifts", type=int, default=GIFTS)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        sys.stdout.write(json.dumps(measured(Path(name), given.gifts, given.rounds), indent=2) + "\n")


if __name__ == "__main__":
    main()
