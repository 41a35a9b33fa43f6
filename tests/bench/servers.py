"""The two servers under test, started as processes of our own and ended by their ids; what they cost, from /proc."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from portal.config import ROOT
from tests.bench.city import environment

WORKERS, THREADS = 2, 6
"""As gunicorn.conf.py serves the portal, and so the floor."""
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """A running server: where it listens, how long it took until its first answer, and its processes."""

    port: int
    process: subprocess.Popen[bytes]
    start_s: float

    def pids(self) -> list[int]:
        """The master and its workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [self.process.pid, *map(int, children.split())]

    def cpu_ms(self) -> float:
        """Milliseconds of processor time that all its processes have used so far, in user and in system mode."""
        return sum(map(_cpu_ticks, self.pids())) * 1000 / TICK

    def pss_mib(self) -> float:
        """Memory of all its processes, what they share counted once, in MiB."""
        return sum(map(pss_mib, self.pids()))


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def pss_mib(pid: int) -> float:
    """Memory of one process, its share of what it has in common with others, in MiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def portal(folder: Path) -> Iterator[Server]:
    """As the README starts it: gunicorn with gunicorn.conf.py."""
    settings = environment(folder) | {"WORKERS": str(WORKERS), "THREADS": str(THREADS)}
    with _served(["--config", "gunicorn.conf.py"], settings, folder) as server:
        yield server


@contextmanager
def floor(folder: Path) -> Iterator[Server]:
    """The same gunicorn with the same workers and threads."""
    settings = environment(folder) | {"FLOOR_DATABASE": str(folder / "portal.db")}
    options = ["tests.bench.floor:app", "--worker-class", "gthread", "--preload", "--log-level", "warning",
               "--workers", str(WORKERS), "--threads", str(THREADS)]  # fmt: skip
    with _served(options, settings, folder) as server:
        yield server


@contextmanager
def _served(options: list[str], settings: dict[str, str], folder: Path) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", *options, "--bind", f"127.0.0.1:{port}"]
    with (folder / "server.log").open("wb") as log:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env={**settings, "PORT": str(port)}, stdout=log, stderr=log)
    try:
        _await_answer(port, process, folder / "server.log")
        yield Server(port, process, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _await_answer(port: int, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(log.read_text())
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.02)
    raise RuntimeError(f"no answer in {seconds} s: {log.read_text()}")
