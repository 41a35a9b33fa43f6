"""Starts the process that works on a batch, beside the server: its pages keep answering, and may be closed."""

from flask import current_app

from portal import beside
from portal.exchange import progress
from portal.exchange.models import WORKED_ON, ImportBatch


def begin(batch: ImportBatch) -> None:
    """Let the work begin, or go on where a worker ended without a word; a second worker finds it taken and ends.

    Called after the commit, and by each page that shows a batch being worked on: so a restart of the server, which may
    end the worker too, loses nothing but time.
    """
    if not current_app.config["BACKGROUND"] or batch.state not in WORKED_ON or not progress.taken_up(batch.id):
        return
    beside.start("register", "work", str(batch.id))
