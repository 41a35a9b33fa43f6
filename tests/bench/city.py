"""The data: an invented city of so many families, one copy of it for each side."""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.config import ROOT

SEED = 2026
SECRET = "for the benchmark only"


def environment(folder: Path) -> dict[str, str]:
    """What the portal of this folder is started with, on SQLite whatever the caller's own portal uses."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "PUBLIC_URL", "PORT"}}
    return {**kept, "SECRET_KEY": SECRET, "INSTANCE_DIR": str(folder), "DEMO_PASSWORD": "anak-nagari"}


def found(folder: Path, households: int) -> Path:
    """The city in this folder, invented when it is not there yet."""
    place = folder / f"city-{households}"
    if not (place / "ready").exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for command in (["db", "upgrade"], ["seed"], ["demo", "--households", str(households)]):
            _flask(place, *command)
        with sqlite3.connect(place / "portal.db") as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (place / "ready").touch()
    return place


def _flask(folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment(folder), check=True, stdout=subprocess.DEVNULL)


def copied(city: Path, target: Path) -> Path:
    """A copy that may be written to."""
    shutil.copytree(city, target)
    return target


@dataclass(frozen=True)
class Samples:
    """What is asked for: the same questions in the same order on both sides."""

    villages: list[str]
    fragments: list[str]
    niks: list[str]
    families: list[int]
    cases: list[tuple[int, str]]
    papers: dict[str, list[str]]
    months: list[str]
    rng: random.Random = field(default_factory=lambda: random.Random(SEED))


def samples(city: Path) -> Samples:
    """Drawn from the city with a fixed seed. Families with a story, names in pieces, families without a case."""
    rng = random.Random(SEED)
    with sqlite3.connect(city / "portal.db") as database:
        ask = database.execute
        names = [row[0] for row in ask("SELECT name FROM member ORDER BY id")]
        served = "id IN (SELECT household_id FROM complaint)"
        known, fresh = (
            [row[0] for row in ask(f"SELECT id FROM household WHERE closed_on IS NULL AND {those} ORDER BY id")]  # noqa: S608
            for those in (served, f"NOT {served}")
        )
        services = _services(ask("SELECT code, body FROM service WHERE active ORDER BY position"))
        return Samples(
            villages=[row[0] for row in ask("SELECT DISTINCT village_code FROM household ORDER BY 1")],
            fragments=[_fragment(rng, name) for name in rng.sample(names, 200)],
            niks=rng.sample([row[0] for row in ask("SELECT nik FROM member WHERE nik > '' ORDER BY id")], 300),
            families=rng.sample(known, 200),
            cases=_cases(rng, fresh, list(services)),
            papers=services,
            months=[
                row[0] for row in ask("SELECT DISTINCT substr(paid_on, 1, 7) FROM disbursement WHERE paid_on > ''")
            ],
        )


def _fragment(rng: random.Random, name: str) -> str:
    """Four to seven letters out of one word of a name."""
    word = rng.choice([part for part in name.split() if len(part) >= 4 and part.isalpha()] or ["Siti"])
    length = min(len(word), rng.randint(4, 7))
    start = rng.randint(0, len(word) - length)
    return word[start : start + length].lower()


def _services(rows: Any) -> dict[str, list[str]]:
    bodies = {code: json.loads(body) for code, body in rows}
    return {code: list(body.get("documents", [])) for code, body in bodies.items() if body.get("public", True)}


def _cases(rng: random.Random, families: list[int], services: list[str]) -> list[tuple[int, str]]:
    """Families without a case, each with a service; a second round takes the next service."""
    rng.shuffle(families)
    return [
        (family, services[(place + turn) % len(services)])
        for turn in range(len(services))
        for place, family in enumerate(families)
    ][:100_000]
