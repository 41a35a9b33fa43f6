"""A command of our own that works beside the server: its pages keep answering, and may be closed."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from flask import Flask, current_app
from sqlalchemy.exc import OperationalError

from portal.config import ROOT
from portal.db import db

SILENT: Final = timedelta(seconds=30)
"""A worker that has said nothing for so long has ended: another may do its work."""
BEAT: Final = 5
"""Seconds between two signs of life, well below SILENT."""


def start(*arguments: str) -> None:
    """Begin `flask <arguments>` in a process of its own; nobody waits for it."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=ROOT, env=os.environ, stdin=quiet, stdout=quiet, start_new_session=True
    )
    # Somebody waits for its end, or it would stay in the list of processes.
    threading.Thread(target=process.wait, daemon=True).start()


@contextmanager
def beating(beat: Callable[[], None]) -> Iterator[None]:
    """Signs of life from a thread, while the work says nothing for minutes; `beat` writes one and commits.

    The work commits what it has done before it leaves.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if not app.config["BACKGROUND"]:
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_beat, args=(app, beat, over), daemon=True)
    thread.start()
    try:
        yield
    except BaseException:
        # What this work holds, the thread may be waiting for; and here its end is waited for.
        db.session.rollback()
        raise
    finally:
        over.set()
        thread.join()


def _beat(app: Flask, beat: Callable[[], None], over: threading.Event) -> None:
    while not over.wait(BEAT):
        with app.app_context():
            try:
                beat()
            except OperationalError:
                db.session.rollback()  # the database was busy: the next sign of life comes in a moment
            finally:
                db.session.remove()
