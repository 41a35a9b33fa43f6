"""A city's spreadsheet brought in: from upload to committed batch, beside a bare loop that reads and inserts the same,
into the register's own tables, and into one without any index.

`python -m tests.bench.importing` measures it alone: invented people beside those of the register, 15 columns, XLSX.
"""

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Any

from openpyxl import Workbook

from portal.config import ROOT
from tests.bench import city, servers
from tests.bench.export import page_ms
from tests.live import Visitor

HEADS = (
    "Nomor KK", "NIK", "Nama", "Hubungan keluarga", "Jenis kelamin", "Tanggal lahir", "Alamat", "RT", "RW",
    "Kelurahan", "Kecamatan", "Kode kelurahan", "Agama", "Pendidikan", "Pekerjaan",
)  # fmt: skip
RELATIONS = {"head": "Kepala keluarga", "spouse": "Istri", "child": "Anak", "parent": "Orang tua"}
OLDER = timedelta(days=41)
"""Nobody of the file is somebody of the register: each was born some weeks before the person lent the name."""

FAMILIES = (
    "SELECT h.id, m.name, m.relation, m.sex, m.birth_date, h.address, h.rt, h.rw, r.name, d.name, r.code "
    "FROM household h JOIN member m ON m.household_id = h.id JOIN region r ON r.code = h.village_code "
    "JOIN region d ON d.code = r.parent_code WHERE m.left_on IS NULL AND m.birth_date > '' "
    "ORDER BY h.id, m.position, m.id"
)


def workbook_of(database: Path, path: Path, people: int) -> int:
    """Write so many invented people (whole families) into a workbook of text cells; how many there are."""
    workbook, count = Workbook(write_only=True), 0
    sheet = workbook.create_sheet("penduduk")
    sheet.append(HEADS)
    for row in _invented(database):
        if row[3] == RELATIONS["head"] and count >= people:
            break
        sheet.append(row)
        count += 1
    workbook.save(path)
    return count


def _invented(database: Path) -> Iterator[tuple[str, ...]]:
    """The families of the city once and again, each time with numbers of their own."""
    with sqlite3.connect(database) as open_database:
        found = open_database.execute(FAMILIES).fetchall()
    serial, kk = 0, 0
    for turn in range(1, 100):
        before = 0
        for household, name, relation, sex, born, *place, village, district, code in found:
            if household != before:
                kk, before = kk + 1, household
            serial += 1
            yield _row(serial, kk, turn, name, relation, sex, date.fromisoformat(born), place, village, district, code)


def _row(
    serial: int, kk: int, turn: int, name: str, relation: str, sex: str, born: date, place: list[str], village: str,
    district: str, code: str,
) -> tuple[str, ...]:  # fmt: skip
    born -= OLDER * turn
    digits = code.replace(".", "")[:6]
    day = born.day + (40 if sex == "P" else 0)
    nik = f"{digits}{day:02}{born:%m%y}{serial % 9000 + 1000:04}"
    return (
        f"{digits}{kk % 28 + 1:02}{kk // 28 % 12 + 1:02}{kk // 336 % 100:02}{kk % 8999 + 1000:04}", nik, name,
        RELATIONS.get(relation, "Famili lain"), sex, f"{born:%d-%m-%Y}", *place, village, district, code,
        "Islam", "Tamat SD", "Buruh harian",
    )  # fmt: skip


def measured(place: Path, folder: Path, people: int, rounds: int) -> dict[str, Any]:
    """The item of bench.json; seconds are medians of rounds taken in turns, memory is the most of any round."""
    path = folder / "people.xlsx"
    rows = workbook_of(place / "portal.db", path, people)
    ours, floors, plain = [], [], []
    for number in range(rounds):
        ours.append(_brought_in(city.copied(place, folder / f"import-{number}"), path))
        register = city.copied(place, folder / f"floor-{number}")
        floors.append(_floor(path, register / "portal.db"))
        plain.append(_floor(path, folder / f"plain-{number}.db", "--plain"))
        if ours[-1]["written"] < rows * 0.9:  # who looks like somebody known waits for a person
            raise RuntimeError(f"import: {ours[-1]} of {rows} rows")
        shutil.rmtree(folder / f"import-{number}")
        shutil.rmtree(register)
    seconds, bare, least = (median(each["seconds"] for each in found) for found in (ours, floors, plain))
    return {
        "item": "import", "rows": rows, "portal_s": round(seconds, 2), "floor_s": round(bare, 2),
        "plain_s": round(least, 2), "ratio_wall": round(seconds / bare, 1), "ratio_plain": round(seconds / least, 1),
        "peak_mib": round(max(each["peak_mib"] for each in ours), 1),
        **_beside(place, folder / "import-pages", path),
    }  # fmt: skip


def _brought_in(portal: Path, path: Path) -> dict[str, float]:
    return _ran([sys.executable, "-m", "tests.bench.importing_once", str(path)], city.environment(portal))


def _floor(path: Path, database: Path, *how: str) -> dict[str, float]:
    return _ran([sys.executable, "-m", "tests.bench.importing_floor", str(path), str(database), *how], dict(os.environ))


def _ran(command: list[str], environment: dict[str, str]) -> dict[str, float]:
    """What a process says at its end, and the memory that it and its children took at most (PSS, MiB)."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    over, peak = Event(), [0.0]

    def look() -> None:
        while not over.wait(0.05):
            peak[0] = max(peak[0], sum(_mib(pid) for pid in _family(process.pid)))

    thread = Thread(target=look)
    thread.start()
    told, _ = process.communicate(timeout=1800)
    over.set()
    thread.join()
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return {**json.loads(told.splitlines()[-1]), "peak_mib": peak[0]}


def _family(pid: int) -> list[int]:
    try:
        return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    except OSError:
        return []


def _mib(pid: int) -> float:
    try:
        return servers.pss_mib(pid)
    except (OSError, StopIteration):
        return 0.0


def _beside(place: Path, portal: Path, path: Path) -> dict[str, float]:
    """What a page takes in quiet, and while the file is read and written."""
    copy = city.copied(place, portal)
    with servers.portal(copy) as server:
        visitor = Visitor(server.port).sign_in("kepala", "anak-nagari")
        quiet = page_ms(visitor)
        command = [sys.executable, "-m", "tests.bench.importing_once", str(path), "--nice"]
        environment = city.environment(copy)
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
            waits = []
            while process.poll() is None:
                began = time.perf_counter()
                if visitor.get("/households").status != 200:
                    raise RuntimeError("a page failed beside an import")
                waits.append((time.perf_counter() - began) * 1000)
                time.sleep(0.05)
    return {"page_ms": round(quiet, 1), "page_ms_beside": round(median(waits), 1), "page_ms_worst": round(max(waits))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=36_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--city", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        place = city.found(given.city or Path(name), given.households)
        sys.stdout.write(json.dumps(measured(place, Path(name), given.people, given.rounds), indent=2) + "\n")


if __name__ == "__main__":
    main()
