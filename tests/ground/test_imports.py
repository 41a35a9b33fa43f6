"""Rooms import from ground to roof (pyproject.toml, `tool.importlinter`)."""

import subprocess
import sys
from pathlib import Path

from portal.config import ROOT


def test_rooms_import_only_what_stands_below_them():
    linter = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]

    # A process of its own: the linter sets up logging anew and would silence the portal's log for later tests.
    checked = subprocess.run(linter, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "0 broken" in checked.stdout
