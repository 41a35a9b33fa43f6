"""The floor: the least that the same work can cost here. Bare WSGI, `sqlite3`, joined strings; no users, no forms.

It asks the database all that the portal's page tells of families, with the same promises (WAL, FULL, BEGIN IMMEDIATE),
and answers with a small page that holds the same rows. It knows nobody: no session, no rights, no language, no token.
"""

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from html import escape
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs

PAGE = (
    "<!doctype html><html lang=id><head><meta charset=utf-8><title>{0}</title></head>"
    "<body><h1>{0}</h1>{1}</body></html>"
)
_here = threading.local()


def database() -> sqlite3.Connection:
    """This thread's connection, with the pragmas of portal/db.py."""
    if not hasattr(_here, "connection"):
        connection = sqlite3.connect(os.environ["FLOOR_DATABASE"], isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000",
                       "cache_size=-16000"):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}")
        _here.connection = connection
    return _here.connection


def items(rows: Iterable[tuple[Any, ...]]) -> str:
    return "".join([f"<li>{escape(' '.join([str(value) for value in row if value is not None]))}</li>" for row in rows])


def listed(title: str, total: int, rows: list[tuple[Any, ...]]) -> str:
    marks = marks_of([row[0] for row in rows])
    lines = [
        f'<li><a href="/households/{row[0]}">{escape(row[1])}</a> {row[2]} {row[3]}/{row[4]} {marks[row[0]]}</li>'
        for row in rows
    ]
    return PAGE.format(title, f"<p>{total}</p><ul>{''.join(lines)}</ul>")


LISTINGS = (
    "SELECT household_id, list_code, decile, present FROM listing WHERE household_id IN ({}) AND +list_code = 'dtsen' "
    "ORDER BY as_of, id"
)
KINDS = (
    "SELECT DISTINCT household_id, kind FROM membership_card WHERE household_id IN ({}) AND ended_on IS NULL "
    "ORDER BY household_id, kind"
)
CARDS = "SELECT household_id, status, starts_on, ends_on FROM card WHERE household_id IN ({}) ORDER BY 1, 4"
EMERGENCIES = (
    "SELECT household_id, status FROM emergency_recommendation WHERE household_id IN ({}) "
    "AND (status = 'proposed' OR ends_on >= ?) ORDER BY 1, id"
)


def marks_of(families: list[int]) -> dict[int, str]:
    """What stands beside each family: its place in the list, cards of others, a valid card, an open emergency."""
    ask, today, holes = database().execute, date.today().isoformat(), ",".join("?" * len(families))
    found: dict[int, str] = dict.fromkeys(families, "")
    latest = {family: entry for family, *entry in ask(LISTINGS.format(holes), families)}
    for family, (code, decile, present) in latest.items():
        found[family] += f"<b>{code} {decile or ''}</b>" if present else ""
    for family, kind in ask(KINDS.format(holes), families):
        found[family] += f"<b>{kind}</b>"
    for family, status, starts_on, ends_on in ask(CARDS.format(holes), families):
        if status == "issued" and starts_on <= today <= ends_on:
            found[family] += f"<b>{ends_on}</b>"
    for family, status in ask(EMERGENCIES.format(holes), (*families, today)):
        found[family] += f"<b>{status}</b>"
    return found


COLUMNS = "h.id, h.head_name, r.name, h.rt, h.rw FROM household h JOIN region r ON r.code = h.village_code"


def households(asked: dict[str, list[str]]) -> str:
    """The register: of a kelurahan, by a whole NIK, or by a fragment of anybody's name; 25 families and how many."""
    text = asked.get("q", [""])[0]
    if not text:
        return _of_village(asked["village"][0])
    return _by_nik(text) if text.isdigit() else _by_name(text)


def _of_village(code: str) -> str:
    ask = database().execute
    total = ask("SELECT count(*) FROM household WHERE village_code = ?", (code,)).fetchone()[0]
    sql = f"SELECT {COLUMNS} WHERE h.village_code = ? ORDER BY h.head_name, h.id LIMIT 25"
    return listed("Keluarga", total, ask(sql, (code,)).fetchall())


def _by_nik(nik: str) -> str:
    rows = database().execute(f"SELECT {COLUMNS} JOIN member m ON m.household_id = h.id WHERE m.nik = ?", (nik,))
    found = rows.fetchall()
    return listed("Keluarga", len(found), found)


def _by_name(text: str) -> str:
    ask, like = database().execute, (f"%{text}%",)
    total = ask("SELECT count(DISTINCT household_id) FROM member WHERE name LIKE ?", like).fetchone()[0]
    named = "h.id IN (SELECT household_id FROM member WHERE name LIKE ?)"
    sql = f"SELECT {COLUMNS} WHERE {named} ORDER BY h.head_name, h.id LIMIT 25"
    return listed("Keluarga", total, ask(sql, like).fetchall())


STORY = (
    "SELECT name, relation, nik, birth_date FROM member WHERE household_id = ? ORDER BY position, id",
    "SELECT number, received_on, service_code, status, own_words FROM complaint WHERE household_id = ? ORDER BY id",
    "SELECT c.number, s.status, s.at, s.by_id, s.note FROM complaint_step s JOIN complaint c ON c.id = s.complaint_id "
    "WHERE c.household_id = ? ORDER BY s.id",
    "SELECT c.number, d.code, d.brought_on FROM complaint_document d JOIN complaint c ON c.id = d.complaint_id "
    "WHERE c.household_id = ? ORDER BY d.id",
    "SELECT visit_on, visit_time, status, visitor_id, done_at, missed_reason FROM home_visit WHERE household_id = ? "
    "ORDER BY id",
    "SELECT assessed_on, instrument_code, status, value, band FROM assessment WHERE household_id = ? ORDER BY id",
    "SELECT a.field, a.value, a.known_by FROM answer a WHERE a.assessment_id IN (SELECT id FROM assessment "
    "WHERE household_id = ? AND status = 'final' ORDER BY assessed_on DESC, id DESC LIMIT 3) ORDER BY a.id",
    "SELECT path, proposal, proposal_reason, status, decision_reason, decided_by_id, decided_at FROM decision "
    "WHERE household_id = ? ORDER BY id",
    "SELECT number, starts_on, ends_on, status FROM card WHERE household_id = ? ORDER BY id",
    "SELECT number, letter_number, service_code, status, starts_on, ends_on FROM emergency_recommendation "
    "WHERE household_id = ? ORDER BY id",
    "SELECT number, service_code, amount, status, paid_on FROM disbursement WHERE household_id = ? ORDER BY id",
    "SELECT d.number, e.kind, e.posted_at, e.posted_by_id FROM ledger_entry e JOIN disbursement d "
    "ON d.id = e.disbursement_id WHERE d.household_id = ? AND e.kind IN ('payment', 'reversal') ORDER BY e.id",
    "SELECT office, service_code, reason, due_on, outcome, answer FROM referral WHERE household_id = ? ORDER BY id",
    "SELECT kind, list_code, reason, found_on, outcome FROM listing_error WHERE household_id = ? ORDER BY id",
    "SELECT list_code, as_of, present, decile, checked_on FROM listing WHERE household_id = ? ORDER BY as_of, id",
    "SELECT kind, number FROM membership_card WHERE household_id = ? AND ended_on IS NULL ORDER BY id",
    "SELECT at, actor_name, action FROM audit_event WHERE household_id = ? "
    "AND subject_type IN ('household', 'member', 'listing', 'membership_card') AND action NOT LIKE '%.read' "
    "ORDER BY id DESC LIMIT 100",
)


def household(number: int) -> str:
    """A family's whole story, as its page tells it; the reading is on record before it is sent."""
    ask = database().execute
    name, address = ask("SELECT head_name, address FROM household WHERE id = ?", (number,)).fetchone()
    parts = [f"<ul>{items(ask(sql, (number,)))}</ul>" for sql in STORY]
    ask("BEGIN IMMEDIATE")
    trail("household.read", "household", number, number, {})
    ask("COMMIT")
    return PAGE.format(escape(name), f"<p>{escape(address)}</p>{''.join(parts)}")


def trail(action: str, kind: str, number: int, family: int, details: dict[str, Any]) -> None:
    """One row of the trail, chained by its hash to the one before."""
    ask = database().execute
    last, previous = ask("SELECT id, hash FROM audit_event ORDER BY id DESC LIMIT 1").fetchone()
    at, said = datetime.now(UTC), json.dumps(details)
    row = [last + 1, at.isoformat(), 1, "floor", action, kind, str(number), family, said, token_hex(8), previous]
    row.append(hashlib.sha256(json.dumps(row).encode()).hexdigest())
    row[1] = f"{at:%Y-%m-%d %H:%M:%S.%f}"
    ask(
        "INSERT INTO audit_event (id, at, actor_id, actor_name, action, subject_type, subject_id, household_id, "
        "details, request_id, previous_hash, hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", row,
    )  # fmt: skip
    ask("UPDATE audit_end SET last_id = ?, last_hash = ? WHERE id = 1", (row[0], row[-1]))


def complaint(form: dict[str, list[str]]) -> str:
    """A complaint with its number, papers, first step and trail in one transaction; the address of its page."""
    ask, family, today = database().execute, int(form["household_id"][0]), date.today()
    ask("BEGIN IMMEDIATE")
    once, now = form.get("once", [token_hex(8)])[0], datetime.now(UTC).isoformat(sep=" ")
    ask(
        "INSERT INTO once_key (key, endpoint, user_id, location, used_at) VALUES (?,'complaints',1,'',?) "
        "ON CONFLICT (key) DO NOTHING RETURNING key", (once, now),
    ).fetchone()  # fmt: skip
    ask("SELECT number, status, service_code FROM complaint WHERE household_id = ? ORDER BY id", (family,)).fetchall()
    (last,) = ask(
        "INSERT INTO number_series (kind, year, last) VALUES ('complaint', ?, 1) "
        "ON CONFLICT (kind, year) DO UPDATE SET last = last + 1 RETURNING last", (today.year,),
    ).fetchone()  # fmt: skip
    number, at = f"K-{today.year}-{last:06d}", datetime.now(UTC).isoformat(sep=" ")
    name, phone = ask("SELECT head_name, phone FROM household WHERE id = ?", (family,)).fetchone()
    service, words = form["service_code"][0], form["own_words"][0]
    case = ask(
        "INSERT INTO complaint (number, tracking_code, household_id, applicant_name, applicant_phone, own_words, "
        "service_code, urgent, status, received_on, promised_on, taken_by_id, taken_at, closing_reason) "
        "VALUES (?,?,?,?,?,?,?,0,'received',?,?,1,?,'')",
        (number, token_hex(3), family, name, phone, words, service, today.isoformat(), today.isoformat(), at),
    ).lastrowid  # fmt: skip
    papers = form.get("brought", [])
    for code in papers:
        ask("INSERT INTO complaint_document (complaint_id, code, brought_on) VALUES (?,?,?)", (case, code, str(today)))
    ask("INSERT INTO complaint_step (complaint_id, status, at, by_id, note) VALUES (?,'received',?,1,'')", (case, at))
    trail("complaint.received", "complaint", case, family, {"number": number, "own_words": words, "papers": papers})
    ask("UPDATE once_key SET location = ? WHERE key = ?", (f"/complaints/{number}", once))
    ask("COMMIT")
    return f"/complaints/{number}"


REPORT = (
    "SELECT r.parent_code, d.service_code, substr(d.paid_on, 1, 7) AS month, count(DISTINCT d.household_id), "
    "sum(d.amount) FROM disbursement d JOIN household h ON h.id = d.household_id "
    "JOIN region r ON r.code = h.village_code WHERE d.status = 'paid' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
)


def report(asked: dict[str, list[str]]) -> str:
    """Kecamatan x service x month: the whole is counted, the month asked for and the sum of each month are shown."""
    wanted, sums, rows = asked["month"][0], {}, []
    for district, service, month, families, amount in database().execute(REPORT):
        sums[month] = sums.get(month, 0) + amount
        if month == wanted:
            rows.append((district, service, families, amount))
    return PAGE.format(wanted, f"<ul>{items(rows)}</ul><ul>{items(sums.items())}</ul>")


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    path, asked = environ["PATH_INFO"], parse_qs(environ["QUERY_STRING"])
    if environ["REQUEST_METHOD"] == "POST":
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
        start_response("303 See Other", [("Location", complaint(parse_qs(body))), ("Content-Length", "0")])
        return [b""]
    if path == "/healthz":
        text = "ok"
    elif path == "/reports":
        text = report(asked)
    else:
        text = households(asked) if path == "/households" else household(int(path.rpartition("/")[2]))
    answer = text.encode()
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(answer)))])
    return [answer]
