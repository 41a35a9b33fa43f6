"""The floor of an import: calamine reads the workbook, `executemany` stores its rows. No check, no register, no trail.

`python -m tests.bench.importing_floor FILE DATABASE` prints {"rows", "seconds"}.
"""

import json
import sqlite3
import sys
import time

from python_calamine import CalamineWorkbook


def main(path: str, database: str) -> None:
    began = time.perf_counter()
    head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    with sqlite3.connect(database) as target:
        target.execute("PRAGMA journal_mode=WAL")
        target.execute(f"CREATE TABLE person ({', '.join(f'c{place} TEXT' for place, _ in enumerate(head))})")
        target.executemany(f"INSERT INTO person VALUES ({', '.join('?' for _ in head)})", rows)  # noqa: S608
    sys.stdout.write(json.dumps({"rows": len(rows), "seconds": time.perf_counter() - began}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
