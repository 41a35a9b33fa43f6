"""A server loads what it serves with, and nothing that only commands need."""

import json
import os
import subprocess
import sys

import pytest

from portal.config import ROOT

WITH = """import json, sys, wsgi
names = ("alembic", "flask_migrate", "portal.demo", "zxcvbn", "openpyxl")
print(json.dumps([name for name in names if name in sys.modules]))"""


@pytest.mark.parametrize(("cli", "loaded"), [("", []), ("true", ["alembic", "flask_migrate"])])
def test_a_server_does_not_load_what_commands_need(tmp_path, cli, loaded):
    environment = {
        **os.environ,
        "SECRET_KEY": "for tests only",
        "INSTANCE_DIR": str(tmp_path),
        "FLASK_RUN_FROM_CLI": cli,
    }
    done = subprocess.run([sys.executable, "-c", WITH], cwd=ROOT, env=environment, capture_output=True, text=True)

    assert json.loads(done.stdout) == loaded
