"""register duplicates, from a terminal."""

import os
import sys

import click

from portal.db import db
from portal.duplicates import runs
from portal.duplicates.models import DuplicateRun
from portal.errors import PortalError


@click.command("duplicates")
@click.option("--work", "run_id", type=int, hidden=True, help="A search that the server asked for.")
def duplicates_command(run_id: int | None) -> None:
    """Search the whole register for people who are in it twice; the pairs wait at /duplicates for a decision."""
    if run_id is not None:
        if hasattr(os, "nice"):
            os.nice(5)
        runs.work(run_id)
        return
    try:
        run = runs.ask(by=None)
        db.session.commit()
        runs.work(run.id)
    except PortalError as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)
    done = db.session.get_one(DuplicateRun, run.id, populate_existing=True)
    click.echo(f"{done.people:>7} people compared")
    click.echo(f"{done.found:>7} pairs are likely one person")
    click.echo(f"{done.added:>7} of them are new in the queue")
