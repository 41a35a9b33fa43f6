"""How far the work on a batch is: told by whoever works, read by the page; and who may work on it at this moment."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial

from sqlalchemy import or_, select, update

from portal import beside, clock
from portal.db import db, writing
from portal.exchange.models import ImportProgress


class Stopped(Exception):
    """Somebody asked for an end of the work."""


class TakenOver(Exception):
    """Another worker holds the batch by now: this one was silent for too long."""


@dataclass(frozen=True)
class HowFar:
    """Rows done, of how many (None: not known yet), rows a second, and seconds left where that can be told."""

    done: int
    total: int | None
    a_second: int
    seconds_left: int | None

    @property
    def percent(self) -> int | None:
        return min(100, self.done * 100 // self.total) if self.total else None


def of(batch_id: int) -> HowFar:
    """Read at this moment (UTC)."""
    row = db.session.get_one(ImportProgress, batch_id)
    passed = (clock.now() - row.began_at).total_seconds() if row.began_at else 0
    a_second = int(row.done / passed) if passed > 0 else 0
    left = (row.total - row.done) // a_second if row.total and a_second else None
    return HowFar(row.done, row.total, a_second, left)


def ended(batch_id: int) -> bool:
    """Whether nobody works on it at this moment."""
    row = db.session.get_one(ImportProgress, batch_id)
    return row.beat_at is None or row.beat_at < clock.now() - beside.SILENT


def taken_up(batch_id: int) -> bool:
    """Whether the caller is to start a worker: nobody works, and nobody else has just started one. Commits."""
    if not ended(batch_id):
        return False
    db.session.rollback()
    with writing():
        idle = or_(ImportProgress.beat_at.is_(None), ImportProgress.beat_at < clock.now() - beside.SILENT)
        mine = update(ImportProgress).where(ImportProgress.batch_id == batch_id, idle).values(beat_at=clock.now())
        first = bool(db.session.execute(mine.values(worker="")).rowcount)  # type: ignore[attr-defined]
        db.session.commit()
    return first


@contextmanager
def held(batch_id: int) -> Iterator[str | None]:
    """Take the work on a batch, and give it back at the end; None when somebody else has it."""
    worker, now = secrets.token_hex(8), clock.now()
    free = or_(
        ImportProgress.worker == "", ImportProgress.beat_at.is_(None), ImportProgress.beat_at < now - beside.SILENT
    )
    taken = update(ImportProgress).where(ImportProgress.batch_id == batch_id, free)
    found = db.session.execute(taken.values(worker=worker, beat_at=now, began_at=now, done=0, total=None))
    db.session.commit()
    if not found.rowcount:  # type: ignore[attr-defined]
        yield None
        return
    try:
        yield worker
    finally:
        db.session.rollback()
        mine = ImportProgress.batch_id == batch_id, ImportProgress.worker == worker
        db.session.execute(update(ImportProgress).where(*mine).values(worker="", beat_at=None))
        db.session.commit()


def tell(batch_id: int, worker: str, *, done: int, total: int | None) -> None:
    """Say how far the work is, in the transaction that does it. Raises Stopped or TakenOver: the caller gives it up."""
    mine = ImportProgress.batch_id == batch_id, ImportProgress.worker == worker
    told = update(ImportProgress).where(*mine).values(beat_at=clock.now(), done=done, total=total)
    if not db.session.execute(told).rowcount:  # type: ignore[attr-defined]
        raise TakenOver
    if db.session.scalar(select(ImportProgress.stop_asked).where(*mine)):
        raise Stopped


@contextmanager
def beating(batch_id: int, worker: str | None) -> Iterator[None]:
    """Signs of life: opening a large file may take a minute without a word."""
    with beside.beating(partial(_beat, batch_id, worker)) if worker else nullcontext():
        yield


def _beat(batch_id: int, worker: str) -> None:
    mine = ImportProgress.batch_id == batch_id, ImportProgress.worker == worker
    db.session.execute(update(ImportProgress).where(*mine).values(beat_at=clock.now()))
    db.session.commit()
