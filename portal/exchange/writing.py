"""The second half of an import: what was confirmed enters the register, some families a transaction.

Each transaction looks at the register once more: whoever changed a family after it was compared loses nothing, and a
worker that is killed leaves whole families behind it, each marked, so that the next goes on after them.
"""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.exc import IntegrityError

from portal.db import AnyRow, db, rows
from portal.exchange.entering import Entry
from portal.exchange.models import ImportBatch, ImportRow, RowKind
from portal.exchange.staging import households_gone

AT_ONCE: Final = 200
"""Families that are written in one transaction: others wait to write for less than a tenth of a second."""

TRIES: Final = 3

WRITABLE: Final = or_(
    ImportRow.kind.in_((RowKind.NEW, RowKind.CHANGED, RowKind.UNCHANGED)),
    and_(ImportRow.kind == RowKind.DOUBT, ImportRow.taken),
)
"""Rows that enter the register when their batch is confirmed (new people only with the head of their family)."""

Tell = Callable[[int, int | None], None]


def write(batch: ImportBatch, tell: Tell) -> None:
    """Write what is not written yet. Commits as it goes; `tell` stops it between two families."""
    mine = ImportRow.batch_id == batch.id
    last = db.session.scalar(select(func.max(ImportRow.family)).where(mine)) or 0
    total = db.session.scalar(select(func.count()).where(mine, WRITABLE)) or 0
    done = db.session.scalar(select(func.count()).where(mine, WRITABLE, ImportRow.written)) or 0
    for start in range(1, last + 1, AT_ONCE):
        done += _some(batch, start, lambda count, so_far=done: tell(so_far + count, total))  # type: ignore[misc]
    gone = Entry(batch)
    gone.unlist(households_gone(batch))
    gone.store()


def _some(batch: ImportBatch, start: int, tell: Callable[[int], None]) -> int:
    """One transaction; anew when somebody registered one of these numbers at this very moment."""
    for left in reversed(range(TRIES)):
        try:
            count = Entry(batch).enter(_waiting(batch, start))
            tell(count)
            return count
        except IntegrityError:
            db.session.rollback()
            if not left:
                raise
    raise AssertionError


_WAITING = (
    select(ImportRow.__table__)
    .where(
        ImportRow.batch_id == bindparam("batch"),
        ImportRow.family.between(bindparam("first"), bindparam("last")),
        WRITABLE,
        ImportRow.written.is_(False),
    )
    .order_by(ImportRow.family, ImportRow.id)
)
"""Columns and not records: a city's file has a hundred thousand of them."""


def _waiting(batch: ImportBatch, start: int) -> Sequence[AnyRow]:
    return rows(_WAITING, batch=batch.id, first=start, last=start + AT_ONCE - 1)
