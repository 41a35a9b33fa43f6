"""The floor of an export: the same rows by one question, appended by a bare loop to openpyxl's write-only sheet.

`python -m tests.bench.export_floor DATABASE FILE` prints {"rows", "seconds", "peak_mib"}; it knows no user, no trail
and no hash, and gives nothing before the whole file is there.
"""

import json
import sqlite3
import sys
import time
from datetime import date
from pathlib import Path

from openpyxl import Workbook

PEOPLE = (
    "SELECT h.kk_no, m.nik, m.name, m.relation, m.sex, m.birth_date, h.address, h.rt, h.rw, r.name, d.name, r.code "
    "FROM household h CROSS JOIN member m ON m.household_id = h.id JOIN region r ON r.code = h.village_code "
    "LEFT JOIN region d ON d.code = r.parent_code ORDER BY h.head_name, h.id, m.position, m.id"
)


def main(database: str, path: str) -> None:
    began, count = time.perf_counter(), 0
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("register")
    for row in sqlite3.connect(database).execute(PEOPLE):
        born = date.fromisoformat(row[5]) if row[5] else None
        sheet.append((*row[:5], born, *row[6:]))
        count += 1
    workbook.save(path)
    seconds = time.perf_counter() - began
    # Not ru_maxrss, which a process takes over from the one that started it.
    status = Path("/proc/self/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024
    sys.stdout.write(json.dumps({"rows": count, "seconds": seconds, "peak_mib": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
