"""register duplicates, from a terminal."""

import os
import sys
from functools import partial

import click

from portal.db import db
from portal.duplicates import engine as embedded
from portal.duplicates import runs, spark
from portal.duplicates.models import DuplicateRun
from portal.errors import PortalError


@click.command("duplicates")
@click.option("--work", "run_id", type=int, hidden=True, help="A search that the server asked for.")
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="What compares: a database in this process, or Spark on as many machines as it has.",
)
@click.option("--master", default=spark.HERE, show_default=True, help="Spark's master, such as spark://host:7077.")
def duplicates_command(run_id: int | None, engine: str, master: str) -> None:
    """Search the whole register for people who are in it twice; the pairs wait at /duplicates for a decision."""
    if run_id is not None:
        if hasattr(os, "nice"):
            os.nice(5)
        runs.work(run_id)
        return
    try:
        on_spark = engine == "spark"
        run = runs.ask(by=None, engine=spark if on_spark else embedded)
        db.session.commit()
        runs.work(run.id, partial(spark.Cluster, master) if on_spark else embedded.Embedded)
    except PortalError as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)
    done = db.session.get_one(DuplicateRun, run.id, populate_existing=True)
    click.echo(f"{done.people:>7} people compared")
    click.echo(f"{done.found:>7} pairs are likely one person")
    click.echo(f"{done.added:>7} of them are new in the queue")
