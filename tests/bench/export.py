"""The register as a file: rows a second beside a bare openpyxl loop, the first byte, memory, and pages meanwhile."""

import http.client
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Any
from urllib.parse import urlencode

from tests.bench import servers
from tests.bench.servers import Server
from tests.bench.work import cookies_of
from tests.live import Visitor

PAGE = "/households"
PAGES = 60
"""So many pages are asked for, one after another, in quiet and beside exports that follow each other."""


def measured(portal: Server, database: Path, folder: Path, rounds: int) -> dict[str, Any]:
    """The item of bench.json; medians of rounds taken in turns."""
    asked, ours, floors = _Asked(portal), [], []
    for _ in range(rounds):
        ours.append(asked.once())
        floors.append(_floor(database, folder / "floor.xlsx"))
    speed, bare = (median(each["rows"] / each["seconds"] for each in found) for found in (ours, floors))
    rows = floors[0]["rows"]
    quiet = page_ms(asked.visitor)
    with _memory(portal) as memory, asked.without_end():
        beside = page_ms(asked.visitor)
    return {
        "item": "export", "rows": rows, "portal_rows_s": round(speed), "floor_rows_s": round(bare),
        "ratio_rows": round(speed / bare, 2), "first_byte_s": round(median(each["first"] for each in ours), 3),
        "peak_pss_mib": round(memory["peak"], 1), "grown_mib": round(memory["peak"] - memory["rest"], 1),
        "floor_peak_mib": round(median(each["peak_mib"] for each in floors), 1),
        "page_ms": round(quiet, 1), "page_ms_beside": round(beside, 1),
    }  # fmt: skip


class _Asked:
    """The head of unit, who asks for the whole register with all numbers."""

    def __init__(self, portal: Server) -> None:
        self.port, self.visitor = portal.port, Visitor(portal.port).sign_in("kepala", "anak-nagari")
        token = self.visitor.token("/exports/households")
        self._body = urlencode({"csrf_token": token, "numbers": "full", "reason": "benchmark"})
        self._rows = 0

    def once(self) -> dict[str, float]:
        """Seconds to the first byte and to the last. Raises RuntimeError for a file without an end."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        head = {"Cookie": cookies_of(self.visitor), "Content-Type": "application/x-www-form-urlencoded"}
        began = time.perf_counter()
        connection.request("POST", "/exports/households.xlsx", self._body, head)
        answer = connection.getresponse()
        found = answer.read(1)
        first = time.perf_counter() - began
        parts = [found]
        while part := answer.read(64 * 1024):
            parts.append(part)
        seconds = time.perf_counter() - began
        connection.close()
        if answer.status != 200 or b"PK\x05\x06" not in parts[-1] + parts[-2]:
            raise RuntimeError(f"export: {answer.status}, {sum(map(len, parts))} bytes, and no end")
        self._rows = self._rows or _rows_of(b"".join(parts))
        return {"rows": self._rows, "seconds": seconds, "first": first}

    @contextmanager
    def without_end(self) -> Iterator[None]:
        """One export after another, for as long as the block lasts."""
        over = Event()

        def follow() -> None:
            while not over.is_set():
                self.once()

        thread = Thread(target=follow)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _rows_of(file: bytes) -> int:
    with zipfile.ZipFile(BytesIO(file)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").count(b"<row ") - 1


def _floor(database: Path, path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.export_floor", str(database), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    return dict(json.loads(done.stdout))


def page_ms(visitor: Visitor) -> float:
    waits = []
    for _ in range(PAGES):
        began = time.perf_counter()
        if visitor.get(PAGE).status != 200:
            raise RuntimeError(f"{PAGE} failed beside an export")
        waits.append((time.perf_counter() - began) * 1000)
    return median(waits)


@contextmanager
def _memory(portal: Server) -> Iterator[dict[str, float]]:
    """MiB (PSS) of the largest process of the server: at rest before, and at most while the block lasts."""
    over, found = Event(), {"rest": _largest(portal), "peak": 0.0}

    def look() -> None:
        while not over.wait(0.02):
            found["peak"] = max(found["peak"], _largest(portal))

    thread = Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def _largest(portal: Server) -> float:
    return max(servers.pss_mib(pid) for pid in portal.pids())
