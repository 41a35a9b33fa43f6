"""The check for duplicates when a family is typed, beside one scan of everybody's name.

`python -m tests.bench.entry DATABASE` prints {"people", "check_ms", "scan_ms", "worst_ms", "ratio_cpu"}: medians of the
processor's time in one process, in turns. Each typed family is one of the register, every name and number with a slip.
"""

import json
import random
import sqlite3
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from portal.app import create_app
from portal.households import compared, likeness
from portal.households.names import fold_name
from portal.matching.people import Person
from tests.bench.city import SECRET, SEED

FAMILIES = 60
OF_FAMILY = (
    "SELECT m.name, m.birth_date, m.nik, m.sex, h.kk_no, h.phone, h.village_code FROM member m "
    "JOIN household h ON h.id = m.household_id WHERE h.id = ? AND m.left_on IS NULL ORDER BY m.position, m.id"
)
SCAN = "SELECT count(DISTINCT household_id) FROM member WHERE name LIKE ?"


def measured(database: Path) -> dict[str, Any]:
    """One item of bench.json; milliseconds of processor time."""
    settings = {"SECRET_KEY": SECRET, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{database}", "TESTING": True, "WORKING": 0}
    app = create_app(**settings, QUIET=True, INSTANCE_DIR=database.parent, BACKGROUND=False)
    with sqlite3.connect(database) as connection, app.app_context():
        rng = random.Random(SEED)
        people, most = connection.execute("SELECT count(*), max(household_id) FROM member").fetchone()
        families = [
            typed for number in rng.sample(range(1, most + 1), FAMILIES) if (typed := _typed(connection, number, rng))
        ]
        likeness.candidates([families[0]])  # statements are built and the model is read once
        checks, scans = [], []
        for family in families:
            checks.append(_ms(lambda typed=family: likeness.candidates([typed])))  # type: ignore[misc]
            name = family[0].name
            scans.append(_ms(lambda text=name: connection.execute(SCAN, (f"%{text}%",)).fetchone()))  # type: ignore[misc]
    check, scan = median(checks), median(scans)
    return {
        "item": "entry_check", "people": people, "check_ms": round(check, 2), "scan_ms": round(scan, 2),
        "worst_ms": round(max(checks), 2), "ratio_cpu": round(check / scan, 2),
    }  # fmt: skip


def _typed(connection: sqlite3.Connection, household: int, rng: random.Random) -> list[Person]:
    """The family with one letter of each name gone and one digit of each number wrong."""
    rows = connection.execute(OF_FAMILY, (household,)).fetchall()
    names = [(fold_name(name), date.fromisoformat(born) if born else None) for name, born, *_ in rows]
    found = []
    for at, (name, born, nik, sex, kk, phone, village) in enumerate(rows):
        cut = rng.randrange(1, max(2, len(name)))
        found.append(compared.prepared(
            -1 - at, None, name_key=fold_name(name[:cut] + name[cut + 1 :]), sex=sex, phone=phone,
            kk=_slip(kk), nik=_slip(nik), born=date.fromisoformat(born) if born else None, village=village,
            others=names[:at] + names[at + 1 :],
        ))  # fmt: skip
    return found


def _slip(number: str | None) -> str | None:
    return number and number[:8] + str((int(number[8]) + 1) % 10) + number[9:]


def _ms(act: Callable[[], Any]) -> float:
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000


def main(database: str) -> None:
    sys.stdout.write(json.dumps(measured(Path(database))) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
