"""Keeping an uploaded spreadsheet as it came, no longer than somebody works with it (UU 27/2022, purpose)."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from werkzeug.datastructures import FileStorage

from portal import audit
from portal.collection.bank_models import BankStatement
from portal.collection.layouts import BOUNDS
from portal.collection.models import GiverRow, GiverSheet, SheetState
from portal.db import db
from portal.errors import Refused
from portal.exchange.keeping import ROWS_KEPT
from portal.exchange.models import ImportBatch
from portal.exchange.sheets import refuse
from portal.files import services as files
from portal.files.content import Content
from portal.files.fields import size_of
from portal.files.models import StoredFile
from portal.language import gettext
from portal.units.catalogue import catalogue

SPREADSHEET = "application/octet-stream"
SETTLED: Final = (SheetState.ENTERED, SheetState.TAKEN_BACK)


def checked(upload: FileStorage) -> Content:
    """What was sent. Raises Refused, naming the field, for a file that is empty or too large."""
    size = size_of(upload)
    if not size:
        raise Refused(gettext("This file is empty. Please choose it again."), field="file")
    if size > BOUNDS.file_bytes:
        raise Refused(refuse("bytes").sentence, field="file")
    return Content(upload.stream.read(), SPREADSHEET)


def name_of(upload: FileStorage) -> str:
    """What it was called, tidied."""
    suffix = (upload.filename or "").rpartition(".")[2].lower()
    return files.clean_name(upload.filename or "", f".{suffix}" if suffix.isalnum() and len(suffix) <= 4 else "")


def forget(now: datetime) -> int:
    """Delete the files of sheets that are settled, and after ninety days the rows that became nobody's gift; how many.

    A sheet that nobody enters is settled by time. The givers beneath a gift stay: their receipts are made of them. A
    bank's statement stays as it came: it is the proof of what arrived.
    """
    _settle_by_time(now)
    return _files() + _rows(now)


def _settle_by_time(now: datetime) -> None:
    """Forget who stands in sheets that were sent in and not entered within the days that the unit set."""
    days = timedelta(days=int(catalogue().setting("unentered_sheet_days")))
    old = GiverSheet.state.not_in(SETTLED), GiverSheet.uploaded_at < now - days
    for sheet in db.session.scalars(select(GiverSheet).where(*old).order_by(GiverSheet.id)):
        db.session.execute(delete(GiverRow).where(GiverRow.sheet_id == sheet.id))
        sheet.state, sheet.taken_back_at, sheet.found = SheetState.TAKEN_BACK, now, {}
        audit.record("givers.forgotten", sheet, by=None)
    db.session.flush()


def _files() -> int:
    wanted = select(GiverSheet.sha256).where(GiverSheet.state.not_in(SETTLED)).union(
        select(BankStatement.sha256), select(StoredFile.sha256), select(ImportBatch.sha256)
    )  # fmt: skip
    over = select(GiverSheet.sha256).distinct().where(GiverSheet.state.in_(SETTLED), GiverSheet.sha256.not_in(wanted))
    places = [place for place in map(files.path_of, db.session.scalars(over)) if place.exists()]
    for place in places:
        place.unlink()
    return len(places)


def _rows(now: datetime) -> int:
    old = select(GiverSheet.id).where(GiverSheet.state.in_(SETTLED), GiverSheet.uploaded_at < now - ROWS_KEPT)
    nobodys = delete(GiverRow).where(GiverRow.sheet_id.in_(old), GiverRow.donation_id.is_(None))
    deleted = db.session.execute(nobodys, execution_options={"synchronize_session": False})
    return int(deleted.rowcount)  # type: ignore[attr-defined]
