"""What settling a payment list of 300 costs, beside one bare transaction that writes the very same rows.

The floor is told by the portal itself: the database is compared before and after, and every row that was added or
changed (aid, lines, entries of the ledger with their lines, balances, months, complaints and their steps, the chained
trail) is written anew by sqlite3 into a copy of the database as it was, with the same indexes, triggers and checks,
and is on disk at the end. The floor knows all values before it begins; the portal finds them.
"""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.payments import services
from portal.payments.models import ListState, PaymentLine, PaymentList

NAME = "Yurnalis Piliang"
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON")


Rows = list[tuple[Any, ...]]


class Write(NamedTuple):
    """One statement and the values of all rows that it writes."""

    statement: str
    rows: Rows


def measured(app: Flask, database: Path, rounds: int) -> tuple[float, float]:
    """Processor time of the portal and of the floor, in milliseconds: medians of rounds taken in turns."""
    before, copy = database.with_name("before.db"), database.with_name("floor.db")
    _kept(app, database, before)
    _settled(app)
    writes = list(_differences(before, database))
    taken: list[tuple[float, float]] = []
    for _ in range(rounds):
        for place in (database, copy):
            _put(before, place)
        taken.append((_settled(app), _written(copy, writes)))
    return median(ours for ours, _ in taken), median(floor for _, floor in taken)


def _kept(app: Flask, database: Path, target: Path) -> None:
    """The whole database in one file, which nobody has open."""
    _let_go(app)
    with sqlite3.connect(database) as one:
        one.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(database, target)


def _put(kept: Path, place: Path) -> None:
    """The database as it was, without what was still to be written into the one that stood there."""
    for ending in ("", "-wal", "-shm"):
        place.with_name(place.name + ending).unlink(missing_ok=True)
    shutil.copyfile(kept, place)


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _settled(app: Flask) -> float:
    """The whole list handed over, in one transaction, by a server that has served before."""
    with app.app_context():
        db.session.execute(select(1))
        db.session.rollback()
        taken = _cpu_ms(_settle)
    _let_go(app)
    return taken


def _settle() -> None:
    payments = db.session.scalars(select(PaymentList).where(PaymentList.state == ListState.OPEN)).one()
    lines = db.session.scalars(select(PaymentLine.id).where(PaymentLine.list_id == payments.id))
    told = services.Settlement(clock.today(), {each: services.Outcome(paid=True, received_by=NAME) for each in lines})
    services.settle(payments, told, by=payments.made_by)
    db.session.commit()


def _cpu_ms(act: Callable[[], None]) -> float:
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000


def _differences(before: Path, after: Path) -> Iterator[Write]:
    """What to write into the one database to have the other: statements in an order that foreign keys allow."""
    with sqlite3.connect(after) as database:
        database.execute("ATTACH DATABASE ? AS before", (str(before),))
        for table in _tables(database):
            columns = database.execute(f'PRAGMA table_info("{table}")').fetchall()
            old, new = (_only_in(database, *pair) for pair in _both_ways(table))
            yield from _of_table(table, [column[1] for column in columns], [c[0] for c in columns if c[5]], old, new)


def _tables(database: sqlite3.Connection) -> list[str]:
    """Those of the portal; what the search for words keeps is written by triggers."""
    found = database.execute("SELECT name FROM main.sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in found if not name.startswith("sqlite_") and "fts" not in name]


def _both_ways(table: str) -> list[tuple[str, str]]:
    places = [f'{place}."{table}"' for place in ("before", "main")]
    return [(places[0], places[1]), (places[1], places[0])]


def _only_in(database: sqlite3.Connection, here: str, there: str) -> Rows:
    return database.execute(f"SELECT * FROM {here} EXCEPT SELECT * FROM {there} ORDER BY 1").fetchall()  # noqa: S608 - names of the schema


def _of_table(table: str, names: list[str], keys: list[int], old: Rows, new: Rows) -> Iterator[Write]:
    def key(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(row[place] for place in keys)

    known = {key(row): row for row in old}
    if added := [row for row in new if key(row) not in known]:
        yield Write(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(names))})', added)  # noqa: S608 - a name of the schema
    if changed := [(known[key(row)], row) for row in new if key(row) in known]:
        yield _update(table, names, keys, changed)


def _update(table: str, names: list[str], keys: list[int], pairs: list[tuple[Any, Any]]) -> Write:
    """The columns that differ in any of these rows, set in all of them."""
    places = [place for place in range(len(names)) if any(old[place] != new[place] for old, new in pairs)]
    values = ", ".join(f'"{names[place]}" = ?' for place in places)
    where = " AND ".join(f'"{names[place]}" = ?' for place in keys)
    rows = [tuple(new[place] for place in (*places, *keys)) for _, new in pairs]
    return Write(f'UPDATE "{table}" SET {values} WHERE {where}', rows)  # noqa: S608 - names of the schema


def _written(database: Path, writes: list[Write]) -> float:
    """The same rows in one transaction, by statements that are given all their rows at once."""
    bare = sqlite3.connect(database, isolation_level=None)
    for pragma in PRAGMAS:
        bare.execute(f"PRAGMA {pragma}")

    def write() -> None:
        bare.execute("BEGIN IMMEDIATE")
        for statement, rows in writes:
            bare.executemany(statement, rows)
        bare.execute("COMMIT")

    taken = _cpu_ms(write)
    bare.close()
    return taken
