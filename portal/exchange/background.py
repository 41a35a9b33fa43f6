"""Starts the process that works on a batch, beside the server: its pages keep answering, and may be closed."""

import os
import subprocess
import sys
import threading

from flask import current_app

from portal.config import ROOT
from portal.exchange import progress
from portal.exchange.models import WORKED_ON, ImportBatch


def begin(batch: ImportBatch) -> None:
    """Let the work begin, or go on where a worker ended without a word; a second worker finds it taken and ends.

    Called after the commit, and by each page that shows a batch being worked on: so a restart of the server, which may
    end the worker too, loses nothing but time.
    """
    if not current_app.config["BACKGROUND"] or batch.state not in WORKED_ON or not progress.taken_up(batch.id):
        return
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "register", "work", str(batch.id)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=ROOT, env=os.environ, stdin=quiet, stdout=quiet, start_new_session=True
    )
    # Somebody waits for its end, or it would stay in the list of processes.
    threading.Thread(target=process.wait, daemon=True).start()
