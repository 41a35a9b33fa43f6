"""`python -m tests.bench`: measure, print the table, write bench.json. Only 127.0.0.1, only processes of its own."""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from portal.config import ROOT
from tests.bench import city, measure, report
from tests.bench.work import CONNECTION


def options(typed: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--households", type=int, default=10_000, help="families in the invented city (200 or more)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each side is measured, in turns")
    only = "work items to measure; all unless given"
    parser.add_argument("--only", nargs="*", default=[], choices=measure.NAMES, metavar="ITEM", help=only)
    parser.add_argument("--keep-alive", action="store_true", help="few connections that stay open, on both sides")
    parser.add_argument("--city", type=Path, help="folder in which the invented city is kept for the next time")
    parser.add_argument("--out", type=Path, default=ROOT / "bench.json", help="where the figures are written")
    return parser.parse_args(typed)


def main() -> None:
    given = options()
    if given.keep_alive:
        CONNECTION.clear()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        place = city.found(given.city or Path(name), given.households)
        figures = measure.everything(place, Path(name), given.households, rounds=given.rounds, only=given.only)
    given.out.write_text(json.dumps(figures, indent=2) + "\n")
    report.show(figures)


if __name__ == "__main__":
    main()
