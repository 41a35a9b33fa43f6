"""The two floors of an import: calamine reads the workbook, `executemany` stores its rows. No check, no trail.

`python -m tests.bench.importing_floor FILE DATABASE` stores them in the register of that portal (a copy of it), as
families and people, with the indexes and the search by names that stand there; `--plain` in a table of text
without any.
It prints {"rows", "seconds"}.
"""

import json
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

from python_calamine import CalamineWorkbook

HOUSEHOLD = (
    "INSERT INTO household (id, kk_no, head_name, village_code, rw, rt, address, phone, note, created_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, '', '', '2026-01-01 00:00:00')"
)
MEMBER = (
    "INSERT INTO member (household_id, position, nik, name, name_key, sex, birth_date, relation, in_school, note) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, '')"
)
RELATIONS = {"Kepala keluarga": "head", "Istri": "spouse", "Anak": "child", "Orang tua": "parent"}

Rows = Sequence[Sequence[Any]]


def main(path: str, database: str, *how: str) -> None:
    began = time.perf_counter()
    head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    with sqlite3.connect(database) as target:
        target.execute("PRAGMA journal_mode=WAL")
        if "--plain" in how:
            target.execute(f"CREATE TABLE person ({', '.join(f'c{place} TEXT' for place, _ in enumerate(head))})")
            target.executemany(f"INSERT INTO person VALUES ({', '.join('?' for _ in head)})", rows)  # noqa: S608
        else:
            _into_the_register(target, rows)
    sys.stdout.write(json.dumps({"rows": len(rows), "seconds": time.perf_counter() - began}) + "\n")


def _into_the_register(target: sqlite3.Connection, rows: Rows) -> None:
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        target.execute(f"PRAGMA {pragma}")
    last = target.execute("SELECT max(id) FROM household").fetchone()[0]
    families = {kk: last + place for place, kk in enumerate(dict.fromkeys(row[0] for row in rows), 1)}
    heads = (row for row in rows if row[3] == "Kepala keluarga")
    target.executemany(
        HOUSEHOLD, ((families[row[0]], row[0], row[2], row[11], row[8], row[7], row[6]) for row in heads)
    )
    target.executemany(MEMBER, _people(rows, families))


def _people(rows: Rows, families: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    for place, (kk, nik, name, relation, sex, born, *_more) in enumerate(rows):
        day = f"{born[6:]}-{born[3:5]}-{born[:2]}"
        yield families[kk], place, nik, name, name.lower(), sex, day, RELATIONS.get(relation, "other")


if __name__ == "__main__":
    main(*sys.argv[1:])
