"""More connections than the portal can serve: some are answered, the others told; nothing acknowledged is lost."""

import http.client
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from portal.config import ROOT
from portal.web.gate import Gate
from portal.web.once import new_key
from tests.conftest import new_database
from tests.live import Visitor, environment_of, flask, free_port, until_it_answers
from tests.parallel.test_real_requests import PASSWORD, complaint

BURST = 300


@contextmanager
def as_in_production(environment: dict[str, str]) -> Iterator[int]:
    """gunicorn with the portal's own settings; ends only the process it started."""
    port = free_port()
    log = Path(environment["INSTANCE_DIR"]) / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"],
            cwd=ROOT, env={**environment, "PORT": str(port), "HOST": "127.0.0.1"}, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        until_it_answers(port, server, log)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=40)


@pytest.fixture
def portal(request: pytest.FixtureRequest, mould: str, tmp_path: Path) -> Iterator[tuple[int, str]]:
    with new_database(request.config, tmp_path, like=mould) as url:
        environment = environment_of(tmp_path, url) | {"WAITING": "6", "PATIENCE": "5"}
        flask(environment, "user", "add", "rani", "--role", "social_worker", "--password", PASSWORD)
        with as_in_production(environment) as port:
            yield port, url


def test_a_burst_is_answered_or_told_and_everything_acknowledged_is_there(portal):
    port, url = portal
    clerk = Visitor(port).sign_in("rani", PASSWORD)
    token = clerk.token("/complaints/new")

    def asks(number: int) -> tuple[int, str, str]:
        """A complaint, or a page; status, Retry-After and where it led."""
        try:
            if number % 3:
                answer = clerk.get("/households")
            else:
                answer = clerk.post("/complaints/new", complaint(token, f"Keluarga Contoh {number}", new_key()))
        except (OSError, http.client.HTTPException) as error:
            return 0, type(error).__name__, ""
        return answer.status, answer.headers.get("Retry-After") or "", answer.location

    with ThreadPoolExecutor(BURST) as pool:
        answers = list(pool.map(asks, range(BURST)))
    ended = time.monotonic()
    normal = clerk.get("/households").status
    took = time.monotonic() - ended

    statuses = Counter(status for status, _after, _where in answers)
    assert set(statuses) <= {200, 303, 503}, statuses
    assert statuses[503] > 0, "the burst was no pressure"
    assert statuses[200] > 0
    assert all(after.isdigit() for status, after, _where in answers if status == 503)
    assert (normal, took < 2) == (200, True)
    acknowledged = {re.search(r"K-\d{4}-\d{6}", where).group() for status, _a, where in answers if status == 303}
    with create_engine(url).connect() as connection:
        stored = set(connection.execute(text("SELECT number FROM complaint")).scalars())
    assert acknowledged
    assert acknowledged <= stored
    assert sorted(int(number[-6:]) for number in stored) == list(range(1, len(stored) + 1))


class Slow:
    """A program that answers when it is told to."""

    def __init__(self) -> None:
        self.go = Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.go.wait(10)
        start_response("200 OK", [])
        return [b"done"]


def knock(gate: Gate, path: str = "/") -> tuple[str, dict[str, str]]:
    said: list[Any] = []
    body = gate({"PATH_INFO": path}, lambda status, headers: said.extend((status, dict(headers))))
    list(body)
    if hasattr(body, "close"):
        body.close()
    return said[0], said[1]


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_the_queue_has_a_length_and_whoever_finds_it_full_is_told_at_once():
    slow = Slow()
    gate = Gate(slow, b"full", working=1, waiting=1, patience=5)
    inside: list[Any] = []
    threads = [Thread(target=lambda: inside.append(knock(gate)[0])) for _ in range(2)]
    for thread in threads:
        thread.start()
    until(lambda: gate._places._value == 0)

    status, headers = knock(gate)
    assert status.startswith("503")
    assert headers["Retry-After"].isdigit()

    slow.go.set()
    for thread in threads:
        thread.join()
    assert inside == ["200 OK"] * 2
    assert knock(gate)[0] == "200 OK"


def test_who_waits_too_long_is_told_and_gives_the_place_back():
    slow = Slow()
    gate = Gate(slow, b"full", working=1, waiting=1, patience=0.05)
    thread = Thread(target=knock, args=(gate,))
    thread.start()
    until(lambda: gate._turns._value == 0)

    assert knock(gate)[0].startswith("503")
    slow.go.set()
    thread.join()
    assert (gate._turns._value, gate._places._value) == (1, 2)


def test_a_program_that_fails_gives_its_place_back():
    def broken(_environ: Any, _start: Any) -> list[bytes]:
        raise RuntimeError

    gate = Gate(broken, b"full", working=1, waiting=0, patience=1)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            knock(gate)


def test_the_health_check_never_waits():
    slow = Slow()
    slow.go.set()
    gate = Gate(slow, b"full", working=1, waiting=0, patience=0.01)
    gate._turns.acquire()
    gate._places.acquire()

    assert knock(gate)[0].startswith("503")
    assert knock(gate, "/healthz")[0] == "200 OK"
