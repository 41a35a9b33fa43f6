"""A stranger clones the repository and types `make run`; what is typed in stays over a restart."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from portal.config import ROOT
from tests.live import Visitor, free_port, until_it_answers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("make"), reason="no make on this machine: apt-get install make"),
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this folder is no git clone, so it cannot be cloned"),
]

# A fresh environment takes minutes and the network; the CI takes them, a desk borrows the environment of the tests.
PREPARATION = 600 if os.environ.get("CI") else 120
BORROWED = [] if os.environ.get("CI") else [f"VENV={sys.prefix}"]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository as a stranger has it after `git clone`."""
    folder = tmp_path_factory.mktemp("clone") / "portal"
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{ROOT}", folder], check=True)
    return folder


@contextmanager
def started(clone: Path, instance: Path, port: int) -> Iterator[Path]:
    """`make run` until the block ends; gives its log. What was started is ended, and nothing else."""
    log = instance.parent / f"log-{port}"
    unset = {"SECRET_KEY", "DATABASE_URL", "INSTANCE_DIR", "DEMO_PASSWORD"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    with log.open("w") as out:
        server = subprocess.Popen(
            ["make", "run", f"PORT={port}", f"INSTANCE_DIR={instance}", *BORROWED],
            cwd=clone, env=environment, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    try:
        until_it_answers(port, server, log, PREPARATION)
        yield log
    finally:
        _end(server)


def _end(server: "subprocess.Popen[Any]") -> None:
    """The group of the process that we started: make and the gunicorn below it."""
    os.killpg(server.pid, signal.SIGTERM)
    server.wait(timeout=30)


def test_a_fresh_clone_serves_the_demo_and_keeps_what_was_typed_in(clone: Path, tmp_path: Path):
    instance = tmp_path / "instance"

    with started(clone, instance, port := free_port()) as log:
        rani = Visitor(port).sign_in("rani", "anak-nagari")
        assert rani.get("/").status == 200
        assert rani.get("/account").status == 200
        told = log.read_text()
        answer = rani.post("/language", {"csrf_token": rani.token("/account"), "language": "en"})
        assert answer.status == 303

    assert "1700 households" in told
    assert f"http://127.0.0.1:{port}" in told
    assert "anak-nagari" in told
    assert "walikota" in told
    assert (instance / "secret_key").stat().st_mode & 0o777 == 0o600

    with started(clone, instance, port := free_port()) as log:
        rani = Visitor(port).sign_in("rani", "anak-nagari")
        assert '<html lang="en"' in rani.get("/account").text
        assert "1700 households" not in log.read_text()
