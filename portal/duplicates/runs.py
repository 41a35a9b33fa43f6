"""A search through the whole register as a piece of work: asked for, done by one worker, its pairs kept."""

import secrets
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Final

from sqlalchemy import select, update

from portal import audit, beside, clock
from portal.accounts.models import User
from portal.db import db, take_turns_about
from portal.duplicates import engine as embedded
from portal.duplicates import policies, search
from portal.duplicates.engine import Embedded, Engine
from portal.duplicates.models import DuplicateRun, PairSource, RunState
from portal.duplicates.services import keep
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.language import gettext as _
from portal.matching.model import as_data

AT_WORK: Final = (RunState.WAITING, RunState.WORKING)


def ask(*, by: User | None, engine: ModuleType = embedded) -> DuplicateRun:
    """Let the register be searched, by this engine. Raises NotAllowed, AlreadySettled while one is at work, Refused."""
    if not policies.may_search(by):
        raise NotAllowed
    if not engine.installed():
        raise Refused(engine.MISSING)
    take_turns_about("duplicates:search")
    running = db.session.scalar(select(DuplicateRun).where(DuplicateRun.state.in_(AT_WORK)).limit(1))
    if running is not None:
        if not silent(running):
            raise AlreadySettled(_("A search is at work already."))
        _end(running, RunState.FAILED)
        audit.record("duplicates.failed", running, by=by)
    run = DuplicateRun(asked_by_id=by.id if by else None, asked_at=clock.now(), beat_at=clock.now())
    db.session.add(run)
    db.session.flush()
    audit.record("duplicates.asked", run, by=by)
    return run


def silent(run: DuplicateRun) -> bool:
    """Whether its worker has ended without a word."""
    return run.beat_at is None or run.beat_at < clock.now() - beside.SILENT


def work(run_id: int, opened: Callable[[], Engine] = Embedded) -> bool:
    """Do a search that waits; False when another worker does it, or did. Commits as it goes."""
    worker = secrets.token_hex(8)
    free = DuplicateRun.id == run_id, DuplicateRun.state == RunState.WAITING
    now = {"worker": worker, "state": RunState.WORKING, "beat_at": clock.now()}
    with audit.unrecorded():
        taken = db.session.execute(update(DuplicateRun).where(*free).values(now)).rowcount  # type: ignore[attr-defined]
        db.session.commit()
    if not taken:
        return False
    try:
        # Comparing 360,000 people is one step and takes minutes.
        with beside.beating(partial(_tell, run_id, worker)):
            _search(run_id, worker, opened)
    except Exception:
        db.session.rollback()
        run = db.session.get_one(DuplicateRun, run_id)
        _end(run, RunState.FAILED)
        audit.record("duplicates.failed", run, by=run.asked_by)
        db.session.commit()
        raise
    return True


def _search(run_id: int, worker: str, opened: Callable[[], Engine]) -> None:
    found, people = search.whole_register(lambda step: _tell(run_id, worker, step), opened)
    run = db.session.get_one(DuplicateRun, run_id, with_for_update=True, populate_existing=True)
    if run.worker != worker or run.state is not RunState.WORKING:
        return db.session.rollback()  # it was silent for too long, and another search was asked for
    run.people, run.found = people, len(found)
    run.added = keep([(one, other, *as_data(why)) for one, other, why in found], PairSource.RUN)
    _end(run, RunState.DONE)
    audit.record("duplicates.searched", run, by=run.asked_by, people=people, new=run.added)
    db.session.commit()
    return None


def _tell(run_id: int, worker: str, step: int | None = None) -> None:
    """A sign of life, and which step is done."""
    mine = DuplicateRun.id == run_id, DuplicateRun.worker == worker
    told = {"beat_at": clock.now()} | ({"step": step} if step else {})
    with audit.unrecorded():
        db.session.execute(update(DuplicateRun).where(*mine).values(told))
        db.session.commit()


def _end(run: DuplicateRun, state: RunState) -> None:
    run.state, run.ended_at = state, clock.now()
