"""A command of our own that works beside the server: its pages keep answering, and may be closed."""

import os
import subprocess
import sys
import threading

from portal.config import ROOT


def start(*arguments: str) -> None:
    """Begin `flask <arguments>` in a process of its own; nobody waits for it."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=ROOT, env=os.environ, stdin=quiet, stdout=quiet, start_new_session=True
    )
    # Somebody waits for its end, or it would stay in the list of processes.
    threading.Thread(target=process.wait, daemon=True).start()
