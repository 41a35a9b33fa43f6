"""The systemd units in docs/operations are ones that systemd takes, and call what there is."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal.config import ROOT

FOLDER = ROOT / "docs/operations"
UNITS = sorted([*FOLDER.glob("*.service"), *FOLDER.glob("*.timer")])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze on this machine")
def test_systemd_takes_every_unit(tmp_path: Path):
    """With this machine's own paths in place of the server's, so that every program named is looked for."""
    for unit in UNITS:
        text = unit.read_text().replace("/srv/portal/app/.venv", sys.prefix).replace("/srv/portal/app", str(ROOT))
        (tmp_path / unit.name).write_text(re.sub(r"^(User|Group)=.*$", r"\1=root", text, flags=re.M))

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / unit.name) for unit in UNITS)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    mine = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "portal" in line]
    assert mine == []
    assert done.returncode == 0, done.stderr


def test_a_unit_that_names_no_program_is_noticed(tmp_path: Path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze on this machine")
    broken = tmp_path / "broken.service"
    broken.write_text("[Service]\nExecStart=/nowhere/program\n")

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(broken)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name)
def test_every_command_of_a_unit_is_one_of_the_portal(app, unit: Path):
    commands = re.findall(r"flask --app wsgi ([\w-]+)", unit.read_text())

    assert set(commands) <= set(app.cli.commands)
    assert commands or "gunicorn" in unit.read_text()


@pytest.mark.parametrize("timer", [unit for unit in UNITS if unit.suffix == ".timer"], ids=lambda unit: unit.name)
def test_every_timer_has_its_service(timer: Path):
    assert timer.with_suffix(".service").exists()
