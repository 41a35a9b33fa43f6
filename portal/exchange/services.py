"""Bringing a file in: it is kept, read and compared, looked at by a person, confirmed, written; and taken back.

`work` does the long parts, in a process of its own; what it does is idempotent, so that a killed one is begun again.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from flask_babel import force_locale
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm.attributes import flag_modified
from werkzeug.datastructures import FileStorage

from portal import audit, clock
from portal.accounts.models import User
from portal.db import db, hold, take_turns_about
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.exchange import mapping, policies, progress, queries, staging, undoing, writing
from portal.exchange.checking import UnknownColumns
from portal.exchange.formats import Format
from portal.exchange.models import (
    WORKED_ON,
    BatchState,
    ImportBatch,
    ImportEffect,
    ImportMapping,
    ImportProgress,
    ImportRow,
    RowKind,
)
from portal.exchange.reasons import BY_HAND
from portal.exchange.sheets import Bounds, refuse
from portal.exchange.steadily import few_collections
from portal.files import services as files
from portal.files.content import Content
from portal.files.fields import size_of
from portal.language import gettext
from portal.units.catalogue import catalogue


class BroughtInBefore(Refused):
    """This very file is in the register, or on its way; `batch_id` is where."""

    def __init__(self, batch_id: int) -> None:
        super().__init__(gettext("This file was brought in before. Nothing was changed."), field="file")
        self.batch_id = batch_id


SPREADSHEET = "application/octet-stream"


def bring_in(
    upload: FileStorage, *, by: User | None, format_code: str | None = None, village_code: str | None = None,
    list_code: str | None = None, list_as_of: date | None = None,
) -> ImportBatch:  # fmt: skip
    """Keep the file, to be read by `work`. Raises BroughtInBefore for one that was not undone or refused.

    One that had nothing to write may have by now: the register was changed meanwhile.
    """
    if not policies.may_bring_in(by):
        raise NotAllowed
    if list_as_of and list_as_of > clock.today():
        raise Refused(gettext("The list cannot be from the future."), field="list_as_of")
    if village_code and village_code not in catalogue().villages:
        unknown = gettext("The unit has no kelurahan with the code %(code)s.", code=village_code)
        raise Refused(unknown, field="village_code")
    size = size_of(upload)
    if not size:
        raise Refused(gettext("This file is empty. Please choose it again."), field="file")
    if size > Bounds().file_bytes:
        raise Refused(refuse("bytes").sentence, field="file")
    kept = Content(upload.stream.read(), SPREADSHEET)
    take_turns_about(f"import:{kept.sha256}")
    ended = (BatchState.REFUSED, BatchState.UNDONE)
    same = ImportBatch.sha256 == kept.sha256, ImportBatch.state.not_in(ended), ~ImportBatch.had_nothing
    if before := db.session.scalar(select(ImportBatch.id).where(*same).order_by(ImportBatch.id.desc()).limit(1)):
        raise BroughtInBefore(before)
    files.write(kept)
    name = files.clean_name(upload.filename or "", "")
    suffix = (upload.filename or "").rpartition(".")[2].lower()
    batch = ImportBatch(
        file_name=f"{name}.{suffix}" if suffix.isalnum() and len(suffix) <= 4 else name, sha256=kept.sha256, size=size,
        format_code=format_code, village_code=village_code, list_code=list_code, list_as_of=list_as_of,
        uploaded_by_id=by.id if by else None, uploaded_at=clock.now(),
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    db.session.add(ImportProgress(batch_id=batch.id))
    audit.record("import.uploaded", batch, by=by)
    return batch


def take(batch: ImportBatch, row_ids: Collection[int], *, taken: bool, by: User | None) -> int:
    """Say of doubtful rows of a page that they are right all the same (or not after all); how many that changed."""
    changed = _take(batch, ImportRow.id.in_(row_ids), taken=taken, by=by)
    if changed:
        audit.record("import.taken", batch, by=by, taken=taken, rows=[row.number for row in changed])
    return len(changed)


def take_all(batch: ImportBatch, *, taken: bool, by: User | None) -> int:
    """The same for every doubtful row of the batch."""
    changed = _take(batch, ImportRow.kind == RowKind.DOUBT, taken=taken, by=by)
    if changed:
        audit.record("import.taken", batch, by=by, taken=taken, rows=len(changed))
    return len(changed)


def _take(batch: ImportBatch, which: ColumnElement[bool], *, taken: bool, by: User | None) -> list[ImportRow]:
    if not policies.may_bring_in(by):
        raise NotAllowed
    if not policies.may_confirm(by, batch):
        raise AlreadySettled(_settled())
    mine = ImportRow.batch_id == batch.id, ImportRow.kind == RowKind.DOUBT, which
    open_ones = ImportRow.written.is_(False), ImportRow.taken.is_(not taken)
    changed = [row for row in db.session.scalars(select(ImportRow).where(*mine, *open_ones)) if may_be_taken(row)]
    for row in changed:
        row.taken = taken
    if changed:
        flag_modified(batch, "counts")  # who decides on the same page meanwhile is told
    return changed


def may_be_taken(row: ImportRow) -> bool:
    return row.kind is RowKind.DOUBT and not BY_HAND.intersection(row.said)


def confirm(batch: ImportBatch, *, by: User | None) -> None:
    """Let `work` write what was looked at."""
    if not policies.may_bring_in(by):
        raise NotAllowed
    hold(batch)
    if not policies.may_confirm(by, batch):
        raise AlreadySettled(_settled())
    batch.state, batch.confirmed_by_id, batch.confirmed_at = BatchState.CONFIRMED, by.id if by else None, clock.now()
    batch.ended_at, batch.refusal = None, ""
    db.session.execute(update(ImportProgress).where(ImportProgress.batch_id == batch.id).values(stop_asked=False))
    audit.record("import.confirmed", batch, by=by)


def read_again(batch: ImportBatch, *, by: User | None) -> None:
    """Let `work` read a file from its beginning that was stopped on the way."""
    if not policies.may_bring_in(by):
        raise NotAllowed
    hold(batch)
    if not policies.may_read_again(by, batch):
        raise AlreadySettled(_settled())
    batch.state, batch.ended_at, batch.refusal = BatchState.WAITING, None, ""
    db.session.execute(update(ImportProgress).where(ImportProgress.batch_id == batch.id).values(stop_asked=False))
    audit.record("import.read_again", batch, by=by)


def map_columns(batch: ImportBatch, format_: Format, *, by: User | None) -> None:
    """Keep what a person said of the columns, by its name, and let `work` read the file with it. Raises Refused."""
    if not policies.may_bring_in(by):
        raise NotAllowed
    if not policies.may_map(by, batch):
        raise AlreadySettled(_settled())
    take_turns_about(f"mapping:{format_.name_id}")
    if db.session.scalar(select(ImportMapping.id).where(ImportMapping.name == format_.name_id)):
        raise Refused(gettext("There is a layout of this name already. Choose another."), field="layout")
    kept = ImportMapping(
        name=format_.name_id, body=mapping.to_dict(format_), created_by_id=by.id if by else None,
        created_at=clock.now(),
    )  # fmt: skip
    db.session.add(kept)
    db.session.flush()
    batch.state, batch.ended_at = BatchState.WAITING, None
    audit.record("import.columns_mapped", batch, by=by)


def stop(batch: ImportBatch, *, by: User | None) -> None:
    """Ask whoever works on it to end; where nobody does, it ends here. What was written until then stays."""
    if not policies.may_bring_in(by):
        raise NotAllowed
    if batch.state not in WORKED_ON:
        raise AlreadySettled(_settled())
    db.session.execute(update(ImportProgress).where(ImportProgress.batch_id == batch.id).values(stop_asked=True))
    audit.record("import.stop_asked", batch, by=by)
    if progress.ended(batch.id):
        _end(batch, BatchState.STOPPED)


def in_the_way(batch: ImportBatch) -> list[tuple[Any, int]]:
    """What was made or changed since on what the batch wrote: kinds of record in words, with their numbers."""
    return undoing.kinds_in_words(undoing.in_the_way(batch))


def undo(batch: ImportBatch, reason: str, *, by: User | None) -> None:
    """Take back what the batch wrote. Raises Refused, naming what was built on it."""
    if not policies.may_bring_in(by):
        raise NotAllowed
    hold(batch)
    if not policies.may_undo(by, batch):
        raise AlreadySettled(_settled())
    if found := undoing.in_the_way(batch):
        named = ", ".join(f"{words} ({count})" for words, count in undoing.kinds_in_words(found))
        raise Refused(gettext("People have worked on it since: %(what)s. It cannot be undone any more.", what=named))
    undoing.undo(batch, by=by)
    db.session.execute(update(ImportRow).where(ImportRow.batch_id == batch.id).values(written=False))
    db.session.execute(delete(ImportEffect).where(ImportEffect.batch_id == batch.id))
    batch.state, batch.undone_by_id, batch.undone_at = BatchState.UNDONE, by.id if by else None, clock.now()
    batch.undo_reason = reason
    audit.record("import.undone", batch, by=by)


def _settled() -> str:
    return gettext("This file is further on than the page you see. Please open it anew.")


def work(batch_id: int) -> bool:
    """Do what waits to be done on a batch; False when somebody else does it, or nothing is to be done."""
    with progress.held(batch_id) as worker, progress.beating(batch_id, worker), few_collections():
        batch = db.session.get_one(ImportBatch, batch_id)
        if worker is None or batch.state not in WORKED_ON:
            return False
        try:
            _read(batch, worker) if batch.state is BatchState.WAITING else _write(batch, worker)
        except progress.TakenOver:
            return False
        except progress.Stopped:
            db.session.rollback()
            _end(db.session.get_one(ImportBatch, batch_id), BatchState.STOPPED)
        except Exception:
            _broke_off(batch_id)
            raise
        db.session.commit()
        return True


def _broke_off(batch_id: int) -> None:
    """A fault of the program: the work ends, so that no page begins it again and again, and a person is told."""
    db.session.rollback()
    batch = db.session.get_one(ImportBatch, batch_id)
    with force_locale(batch.uploaded_by.language if batch.uploaded_by else "id"):
        batch.refusal = gettext("The work broke off by a fault of the portal. Tell whoever runs it, and try again.")
    _end(batch, BatchState.STOPPED)
    db.session.commit()


def _read(batch: ImportBatch, worker: str) -> None:
    tell, reader = _teller(batch.id, worker), batch.uploaded_by
    try:
        with force_locale(reader.language if reader else "id"):
            staging.read(batch, tell)
    except UnknownColumns:
        db.session.rollback()
        _end(batch, BatchState.UNMAPPED)
    except Refused as refusal:
        db.session.rollback()
        batch.refusal = refusal.sentence
        _end(batch, BatchState.REFUSED)
    else:
        # Where the file says nothing new there is nothing to confirm.
        batch.state = BatchState.READY if queries.is_anything_to_write(batch) else BatchState.DONE
        batch.ended_at = clock.now() if batch.state is BatchState.DONE else None
        audit.record("import.compared", batch, by=None)


def _teller(batch_id: int, worker: str) -> writing.Tell:
    def tell(done: int, total: int | None) -> None:
        progress.tell(batch_id, worker, done=done, total=total)
        db.session.commit()

    return tell


def _write(batch: ImportBatch, worker: str) -> None:
    writing.write(batch, _teller(batch.id, worker))
    _end(batch, BatchState.DONE)


def _end(batch: ImportBatch, state: BatchState) -> None:
    batch.state, batch.ended_at = state, clock.now()
    if state is not BatchState.REFUSED:
        batch.counts = queries.counts(batch)
    audit.record(f"import.{state.value}", batch, by=batch.confirmed_by)
