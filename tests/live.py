"""A portal that really serves: gunicorn with its own empty database, for parallel requests and browser journeys."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import html5lib

from portal.config import ROOT


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def flask(environment: dict[str, str], *arguments: str) -> str:
    """Run a portal command; its output, or an error with what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return done.stdout


def environment_of(folder: Path, url: str | None = None) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "INSTANCE_DIR"}}
    return {
        **kept,
        "SECRET_KEY": "for live tests only",
        "INSTANCE_DIR": str(folder),
        **({"DATABASE_URL": url} if url else {}),
    }


@contextmanager
def served(environment: dict[str, str], *, workers: int = 2, threads: int = 4) -> Iterator[int]:
    """Serve the portal on a free port of 127.0.0.1 until the block ends; ends only the process it started."""
    port = free_port()
    log = Path(environment.get("LOG_DIR") or environment["INSTANCE_DIR"]) / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}",
             "--workers", str(workers), "--threads", str(threads), "--worker-class", "gthread"],
            cwd=ROOT, env=environment, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        until_it_answers(port, server, log)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def until_it_answers(port: int, server: subprocess.Popen[Any], log: Path, seconds: float = 60) -> None:
    """Wait until /healthz says ok; an early end of the server or too long a wait is an error."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            if Visitor(port).get("/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"no answer in {seconds} s: {log.read_text()}")


class Answer:
    """Status, headers and text of one answer."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers = response.status, response.headers
        self.text = response.read().decode(errors="replace")

    @property
    def location(self) -> str:
        return str(self.headers.get("Location", ""))


class Visitor:
    """A small browser for load: cookies and forms, nothing else."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, SimpleCookie()

    def _send(self, method: str, path: str, body: str | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            for cookie in response.headers.get_all("Set-Cookie") or ():
                self.cookies.load(cookie)
            return Answer(response)
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        return self._send("GET", path)

    def post(self, path: str, fields: dict[str, Any]) -> Answer:
        return self._send("POST", path, urlencode(fields, doseq=True))

    def token(self, path: str) -> str:
        """The CSRF token of the forms on this page."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).text)
        assert found, f"no form on {path}"
        return found.group(1)

    def sign_in(self, name: str, password: str) -> "Visitor":
        token = self.token("/sign-in")
        answer = self.post("/sign-in", {"csrf_token": token, "name": name, "password": password})
        assert answer.status == 303, answer.text
        return self


def form_on(markup: str, holding: str) -> dict[str, list[str]]:
    """All that the form with the field `holding` would send as it stands on the page."""
    space = "{http://www.w3.org/1999/xhtml}"
    for form in html5lib.parse(markup).iter(f"{space}form"):
        fields: dict[str, list[str]] = {}
        for element in form.iter():
            name, kind = element.get("name"), element.get("type", "text")
            if not name or kind in {"submit", "button", "file"}:
                continue
            if element.tag == f"{space}select":
                chosen = [option for option in element.iter(f"{space}option") if option.get("selected") is not None]
                fields.setdefault(name, []).extend(option.get("value", "") for option in chosen[:1])
            elif element.tag == f"{space}textarea":
                fields.setdefault(name, []).append("".join(element.itertext()))
            elif element.tag == f"{space}input" and (
                kind not in {"radio", "checkbox"} or element.get("checked") is not None
            ):
                fields.setdefault(name, []).append(element.get("value", ""))
        if holding in fields:
            return fields
    raise AssertionError(f"no form with {holding}")


def _counts(element: Any, kind: str) -> bool:
    return kind not in {"radio", "checkbox"} or element.get("checked") is not None
