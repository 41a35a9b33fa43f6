"""One import as the page does it, timed: `python -m tests.bench.importing_once FILE [--nice]`; prints its figures."""

import json
import os
import sys
import time
from pathlib import Path

from werkzeug.datastructures import FileStorage

from portal.app import create_app
from portal.db import db
from portal.exchange import services


def main(path: str, *how: str) -> None:
    """Seconds from upload to committed batch, of which until it can be looked at; rows written."""
    if "--nice" in how:
        os.nice(5)
    with create_app(QUIET=True).app_context(), Path(path).open("rb") as stream:
        began = time.perf_counter()
        batch = services.bring_in(FileStorage(stream, filename="people.xlsx", name="file"), by=None)
        db.session.commit()
        services.work(batch.id)
        looked_at = time.perf_counter() - began
        services.confirm(batch, by=None)
        db.session.commit()
        services.work(batch.id)
        seconds = time.perf_counter() - began
        told = {"seconds": seconds, "preview_s": looked_at, "written": batch.counts.get("written", 0)}
        sys.stdout.write(json.dumps(told | {"counts": batch.counts}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
