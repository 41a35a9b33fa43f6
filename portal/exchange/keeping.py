"""How long the files of other offices are kept: no longer than somebody works with them (UU 27/2022, purpose)."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select, update

from portal.db import db
from portal.exchange.models import BatchState, ImportBatch, ImportRow
from portal.files.models import StoredFile
from portal.files.services import path_of

ROWS_KEPT: Final = timedelta(days=90)
"""[default] So long a batch can be looked at row by row; what it did to the register can be undone longer."""

ENDED: Final = (BatchState.DONE, BatchState.REFUSED, BatchState.UNDONE)


def forget(now: datetime) -> int:
    """Delete files that nobody reads any more, and empty old rows of what they say; how many of both.

    A row keeps which family and person it was: the next list asks who is gone.
    """
    return _files() + _rows(now)


def _files() -> int:
    wanted = select(ImportBatch.sha256).where(ImportBatch.state.not_in(ENDED))
    over = select(ImportBatch.sha256).distinct().where(
        ImportBatch.state.in_(ENDED), ImportBatch.sha256.not_in(wanted),
        ImportBatch.sha256.not_in(select(StoredFile.sha256)),
    )  # fmt: skip
    places = [place for place in map(path_of, db.session.scalars(over)) if place.exists()]
    for place in places:
        place.unlink()
    return len(places)


def _rows(now: datetime) -> int:
    """A batch whose rows are forgotten has nothing that was `found` any more, so that nobody confirms it (policies)."""
    old = db.session.scalars(
        select(ImportBatch.id).where(
            or_(ImportBatch.ended_at < now - ROWS_KEPT, ImportBatch.uploaded_at < now - 2 * ROWS_KEPT),
            ImportBatch.id.in_(select(ImportRow.batch_id).where(ImportRow.name != "")),
        )
    ).all()
    quietly = {"synchronize_session": False}
    said = update(ImportRow).where(ImportRow.batch_id.in_(old)).values(name="", person={}, changes={}, cells=None)
    emptied = db.session.execute(said, execution_options=quietly).rowcount  # type: ignore[attr-defined]
    found = update(ImportBatch).where(ImportBatch.id.in_(old)).values(found=[])
    db.session.execute(found, execution_options=quietly)
    return int(emptied)
