"""Proving that a restored portal is whole, before anybody says that it is done."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, text

from portal.audit.verify import verify as verify_trail
from portal.backups import snapshot
from portal.db import db
from portal.errors import Refused
from portal.files.services import path_of
from portal.funds.verify import verify as verify_ledger
from portal.migrating import MIGRATIONS

GUARDED = ("audit_event", "audit_head", "book_period", "ledger_entry", "ledger_line")
"""Tables whose rows are only ever added."""
GUARDS = {"sqlite": 3, "postgresql": 2}
"""Triggers on each of them: against UPDATE, DELETE and REPLACE; against UPDATE or DELETE, and TRUNCATE."""
TRIGGERS = {
    "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'"
    ),
}


@dataclass
class Proof:
    """What was found right, in the order of the checks."""

    rows: int = 0
    tables: int = 0
    uploads: int = 0
    missing_uploads: list[str] = field(default_factory=list)
    damaged_uploads: list[str] = field(default_factory=list)
    trail_rows: int = 0
    ledger_entries: int = 0
    migration: str = ""


def newest() -> str:
    """The newest migration this portal knows."""
    return (MIGRATIONS / "HEAD").read_text().strip()


def prove(manifest: dict[str, Any], *, uploads: bool) -> Proof:
    """Counts, figures, the database's own integrity, uploads, ledger and trail. Raises Refused for what is not right.

    A backup without figures is of an earlier release.
    """
    counted = _counted(manifest)
    _integrity()
    _guarded()
    trail, books = verify_trail(), verify_ledger()
    if fault := trail.fault or next(iter(books.faults), None):
        raise not_whole(fault)
    marks = db.session.execute(text(snapshot.NAMED)).scalars().all()
    missing = [mark for mark in marks if not path_of(mark).exists()] if uploads else []
    if set(missing) - set(manifest["missing_uploads"]):
        raise not_whole(f"{len(missing)} uploads are missing")
    db.session.rollback()
    return Proof(
        rows=sum(counted.values()), tables=len(counted), uploads=len(marks) - len(missing), missing_uploads=missing,
        damaged_uploads=manifest.get("damaged_uploads", []), trail_rows=trail.rows, ledger_entries=books.entries,
        migration=manifest["migration"],
    )  # fmt: skip


def _counted(manifest: dict[str, Any]) -> dict[str, int]:
    """Rows of each table; where no migration has come in between, they and the figures are those of the manifest."""
    with snapshot.one_moment(db.engine) as connection:
        figures = snapshot.figures(connection)
        counted = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in snapshot.tables_of(connection)
        }
    wrong = [name for name, count in manifest["counts"].items() if counted.get(name) != count]
    wrong += [name for name, figure in figures.items() if manifest.get(name, figure) != figure]
    if wrong and manifest["migration"] == newest():
        raise not_whole(", ".join(wrong))
    return counted


def _integrity() -> None:
    """SQLite is asked to look at every page and every reference; PostgreSQL has checked each row as it came in."""
    if db.engine.dialect.name != "sqlite":
        return
    said = db.session.execute(text("PRAGMA integrity_check")).scalars().all()
    orphans = db.session.execute(text("PRAGMA foreign_key_check")).all()
    if said != ["ok"] or orphans:
        raise not_whole("; ".join(map(str, [*said[:3], *orphans[:3]])))


def _guarded() -> None:
    """What may only be added to is guarded by the database itself."""
    dialect = db.engine.dialect.name
    found = Counter(db.session.execute(text(TRIGGERS[dialect])).scalars())
    if bare := [table for table in GUARDED if found[table] < GUARDS[dialect]]:
        raise not_whole(f"rows of {', '.join(bare)} could be altered")


def not_whole(why: str) -> Refused:
    return Refused(f"The backup was read but does not prove to be whole: {why}.")
