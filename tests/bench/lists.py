"""What comparing lists costs in a large city: `python -m tests.bench.lists [--households 100000]`.

Eight whole lists of a quarter each, and an assessment for two families in five, on SQLite; each page is asked three
times in one process without a server, and the least processor time and wall time of it are printed.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from datetime import time as hour
from pathlib import Path
from random import Random
from typing import Any

import time_machine
from sqlalchemy import insert, text

from portal import audit, clock
from portal.db import db
from portal.exchange.models import BatchState, ImportBatch, RowKind
from portal.households.models import Household, Listing
from portal.units.catalogue import catalogue
from portal.visits.models import Assessment, AssessmentStatus, HomeVisit, VisitStatus
from tests.conftest import MONDAY, seeded
from tests.factories import Make
from tests.pages import Desk
from tests.reports.factories import instrument_version

QUARTERS = 8
PAGES = (
    "/lists", "/lists/{list}", "/lists/changes", "/lists/changes/families?change=into",
    "/lists/changes/families?change=into&village={village}", "/lists/visits",
    "/lists/visits/families?finding=exclusion", "/lists/visits/families?finding=exclusion&village={village}",
    "/list-proposals/new",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--households", type=int, default=100_000)
    households = parser.parse_args().households
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(MONDAY, tick=True):
        place = Path(folder)
        with seeded(place, f"sqlite:///{place / 'portal.db'}") as app, app.app_context():
            make = Make()
            head, worker = make.unit_head(), make.social_worker()
            with audit.unrecorded():
                last = _fill(households, worker.id)
                db.session.commit()
            db.session.execute(text("ANALYZE"))
            db.session.commit()
            given = {"list": f"dtsen-{last}", "village": sorted(catalogue().villages)[3]}
            browser = Desk(app).sign_in(head)
            for url, wall, cpu in _asked(browser, [page.format(**given) for page in PAGES]):
                print(f"{url:72} {cpu * 1000:6.0f} ms of work {wall * 1000:7.0f} ms")  # noqa: T201


def _asked(browser: Any, urls: list[str]) -> Iterator[tuple[str, float, float]]:
    for url in urls:
        times = []
        for _ in range(3):
            wall, cpu = time.perf_counter(), time.process_time()
            assert browser.client.get(url).status_code == 200, url
            times.append((time.perf_counter() - wall, time.process_time() - cpu))
        yield url, min(wall for wall, _cpu in times), min(cpu for _wall, cpu in times)


def _fill(households: int, worker_id: int) -> date:
    """The day of the last list."""
    random, now, villages = Random(1), clock.now(), sorted(catalogue().villages)
    _add(Household, (
        {"id": number, "head_name": f"Keluarga {random.randrange(10**6)}", "village_code": random.choice(villages),
         "rw": "001", "rt": "001", "address": "", "phone": "", "note": "", "created_at": now, "version": 1}
        for number in range(1, households + 1)
    ))  # fmt: skip
    for quarter in range(QUARTERS):
        as_of = date(2024 + (quarter + 3) // 4, (quarter + 3) % 4 * 3 + 1, 1)
        batch = ImportBatch(
            file_name=f"dtsen-{as_of}.xlsx", sha256="0" * 64, size=1, state=BatchState.DONE, list_code="dtsen",
            list_as_of=as_of, uploaded_at=now, confirmed_at=now, ended_at=now, found=[],
            counts={kind.value: 1 for kind in RowKind},
        )  # fmt: skip
        db.session.add(batch)
        db.session.flush()
        _add(Listing, (
            {"household_id": number, "list_code": "dtsen", "as_of": as_of, "present": True,
             "decile": random.randint(1, 10), "checked_on": as_of, "batch_id": batch.id}
            for number in range(1, households + 1) if random.random() < 0.97
        ))  # fmt: skip
    _visit(random, households, worker_id)
    return as_of


def _visit(random: Random, households: int, worker_id: int) -> None:
    version, now, visits, found = instrument_version(), clock.now(), [], []
    for number in range(1, households * 2 // 5 + 1):
        on, value = clock.today() - timedelta(days=random.randint(4, 900)), random.randint(0, 12)
        of = {"id": number, "household_id": random.randint(1, households), "version": 1}
        visits.append(of | {
            "visitor_id": worker_id, "visit_on": on, "visit_time": hour(9), "status": VisitStatus.DONE, "done_at": now,
            "note": "", "missed_reason": "", "booked_by_id": worker_id, "booked_at": now,
        })  # fmt: skip
        found.append(of | {
            "visit_id": number, "instrument_code": "payakumbuh_12", "instrument_version": version,
            "status": AssessmentStatus.FINAL, "assessed_on": on, "by_id": worker_id, "final_at": now, "value": value,
            "band": "poor" if value >= 8 else "review" if value >= 6 else "not_poor",
        })  # fmt: skip
    _add(HomeVisit, visits)
    _add(Assessment, found)


def _add(model: Any, values: Any) -> None:
    db.session.execute(insert(model.__table__), list(values))


if __name__ == "__main__":
    main()
