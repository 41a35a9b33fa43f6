"""A short soak: two kills on this database."""

import os
import subprocess
import sys

import pytest

from portal.config import ROOT


@pytest.mark.proof
def test_what_was_acknowledged_outlives_the_server(request):
    kind = request.config.getoption("--database")
    environment = {**os.environ, "SOAK_ONLY": kind, "SECRET_KEY": "for the soak only"}

    done = subprocess.run(
        [sys.executable, "-m", "tests.soak", "--rounds", "2", "--seed", "7"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert "soak: no faults" in done.stdout
    assert f"{kind}: 2 rounds" in done.stdout
