"""A file that an office sent, as a record: what each row says, what became of it, and what would have to be undone."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, and_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.db import Base, Moment, Versioned, words


class BatchState(StrEnum):
    """What happens to a batch now; nothing is in the register before somebody confirmed it."""

    WAITING = "waiting"  # to be read
    READY = "ready"  # read and compared: a person looks, takes what is in doubt, and confirms
    CONFIRMED = "confirmed"  # to be written, or being written
    DONE = "done"
    STOPPED = "stopped"  # by a person; what was written until then stays, and can be undone
    REFUSED = "refused"  # the whole file
    UNMAPPED = "unmapped"  # nobody knows its columns: a person says what they are
    UNDONE = "undone"


WORKED_ON = (BatchState.WAITING, BatchState.CONFIRMED)
WRITTEN = (BatchState.CONFIRMED, BatchState.DONE, BatchState.STOPPED)
"""States in which rows may stand in the register."""


class RowKind(StrEnum):
    """What a row means for the register."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DOUBT = "doubt"  # written only when a person takes it
    REFUSED = "refused"
    GONE = "gone"  # in the last batch of this list, and not in this file


class ImportBatch(Versioned, Base):
    """One file, brought in once. `list_code` and `list_as_of` name the national list and its day, if it is one."""

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint("(list_code IS NULL) = (list_as_of IS NULL)", name="list_with_day"),
        CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name="undone_at_a_moment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    # The format that was chosen; None: recognised by its heads.
    format_code: Mapped[str | None]
    # Where everybody lives whose row names no kelurahan.
    village_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    list_code: Mapped[str | None]
    list_as_of: Mapped[date | None]
    state: Mapped[BatchState] = mapped_column(words(BatchState), default=BatchState.WAITING, index=True)
    # The one sentence for a file that was refused whole, in the language of who sent it.
    refusal: Mapped[str] = mapped_column(default="")
    # What was found: sheets, their heads, columns used, left out (and why) and not used.
    found: Mapped[list[Any]] = mapped_column(JSON, default=list)
    # Rows of each kind, by RowKind; and how many of them were written.
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # None, here and below: whoever runs the portal, from a terminal.
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undo_reason: Mapped[str] = mapped_column(default="")

    uploaded_by: Mapped[User | None] = relationship(foreign_keys=[uploaded_by_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])
    undone_by: Mapped[User | None] = relationship(foreign_keys=[undone_by_id])

    @hybrid_property
    def had_nothing(self) -> bool:
        """It ended when it was compared: nothing in it was to be written, so nobody confirmed it."""
        return self.state is BatchState.DONE and self.confirmed_at is None

    @had_nothing.inplace.expression
    @classmethod
    def _had_nothing(cls) -> ColumnElement[bool]:
        return and_(cls.state == BatchState.DONE, cls.confirmed_at.is_(None))


class ImportProgress(Base):
    """How far the work on a batch is; `worker` holds it as long as it says so (`beat_at`) now and then."""

    __tablename__ = "import_progress"
    __audited__ = False

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), primary_key=True)
    worker: Mapped[str] = mapped_column(default="")
    beat_at: Mapped[datetime | None] = mapped_column(Moment)
    began_at: Mapped[datetime | None] = mapped_column(Moment)
    # Rows; the total is not known while the file is still being read.
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    stop_asked: Mapped[bool] = mapped_column(default=False)


class ImportRow(Base):
    """One row of the file, read and compared; kept until it means nothing any more (`due`)."""

    __tablename__ = "import_row"
    __table_args__ = (
        Index("ix_import_row_kind", "batch_id", "kind", "id"),
        Index("ix_import_row_family", "batch_id", "family", "id"),
    )
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    # Which rows are one family: counted through the file, 0 for a row that has left the list.
    family: Mapped[int]
    sheet: Mapped[str]
    number: Mapped[int]
    kind: Mapped[RowKind] = mapped_column(words(RowKind))
    name: Mapped[str]
    # What the row says of the person, by the fields of the register, and of the household (kk_no, address …).
    person: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Field by field: what stands in the register, and what the file says.
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # Codes of reasons.REASONS or DOUBTS, whatever `kind` asks for; and of what is only worth a word.
    said: Mapped[list[str]] = mapped_column(JSON, default=list)
    # The original cells of a refused row, to be given back.
    cells: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    # Whom it was compared with, as they were then. No foreign keys: what was undone is gone from the register.
    household_id: Mapped[int | None]
    household_version: Mapped[int | None]
    member_id: Mapped[int | None]
    member_version: Mapped[int | None]
    # Who of the register this may be as well, when compared: [member, household, score, reasons], best first.
    likely: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    # Somebody looked at the doubt and takes the row all the same.
    taken: Mapped[bool] = mapped_column(default=False)
    written: Mapped[bool] = mapped_column(default=False)


class ImportEffect(Base):
    """One record that a batch added or changed: `before` is what undoing sets again, None where it was added."""

    __tablename__ = "import_effect"
    __table_args__ = (Index("ix_import_effect_record", "batch_id", "record", "record_id"),)
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    # household, member or listing
    record: Mapped[str]
    record_id: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # As the batch left it: another version later is somebody's work on it.
    version: Mapped[int] = mapped_column(default=1)


class ImportMapping(Base):
    """How a person said that an unknown file is to be read, kept by name: which column holds what, what codes mean."""

    __tablename__ = "import_mapping"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
