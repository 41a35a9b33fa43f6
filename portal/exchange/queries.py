"""Reading batches and their rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import String, and_, cast, func, not_, or_, select
from sqlalchemy.orm import joinedload

from portal.db import AnyRow, db, rows
from portal.errors import NotFound
from portal.exchange.models import ImportBatch, ImportRow, RowKind
from portal.exchange.reasons import BY_HAND, REASONS
from portal.exchange.writing import WRITABLE
from portal.households.models import Member, Relation
from portal.matching.model import probability_of
from portal.matching.words import for_and_against, percent

_relation: Final = ImportRow.person["relation"].as_string()


class Part(NamedTuple):
    """One sheet of the file: its columns; of each refused row its number, its cells and the codes of its reasons."""

    sheet: str
    titles: list[str]
    rows: Iterable[tuple[int, list[Any], list[str]]]


def get_batch(batch_id: int) -> ImportBatch:
    """Raises NotFound."""
    batch = db.session.get(ImportBatch, batch_id)
    if batch is None:
        raise NotFound
    return batch


def batches(after: int | None, *, size: int) -> Sequence[ImportBatch]:
    """The newest first."""
    earlier = [ImportBatch.id < after] if after else []
    found = select(ImportBatch).where(*earlier).options(joinedload(ImportBatch.uploaded_by))
    return db.session.scalars(found.order_by(ImportBatch.id.desc()).limit(size)).all()


def of_kind(batch: ImportBatch, kind: RowKind, after: int | None, *, size: int) -> Sequence[ImportRow]:
    """Rows of one kind, in the order of the file."""
    mine = [ImportRow.batch_id == batch.id, ImportRow.kind == kind]
    if after:
        mine.append(ImportRow.id > after)
    return db.session.scalars(select(ImportRow).where(*mine).order_by(ImportRow.id).limit(size)).all()


def families_of(found: Sequence[ImportRow]) -> dict[int, int]:
    """By the id of each person whom these rows are about: the family that the register knows them in."""
    people = select(Member.id, Member.household_id).where(Member.id.in_([row.member_id for row in found]))
    return dict(map(tuple, rows(people)))


class Likely(NamedTuple):
    """Somebody of the register whom a row may be: in whole per cent, and why."""

    name: str
    household_id: int
    percent: int
    reasons: str


def likely_of(found: Iterable[ImportRow]) -> dict[int, list[Likely]]:
    """By the rows' numbers, the likeliest first; without who has left the register since."""
    told = {row.id: row.likely for row in found if row.likely and not row.written}
    people = {member for likely in told.values() for member, *_rest in likely}
    names = {
        row.id: row for row in rows(select(Member.id, Member.name, Member.household_id).where(Member.id.in_(people)))
    }
    return {
        number: [
            Likely(names[member].name, names[member].household_id, percent(probability_of(score / 100)),
                   ", ".join(for_and_against(reasons)[0]))
            for member, _household, score, reasons in likely if member in names
        ]
        for number, likely in told.items()
    }  # fmt: skip


def counts(batch: ImportBatch) -> dict[str, int]:
    """Rows of each kind as they are now, how many doubtful ones are taken, and how many are written."""
    mine = ImportRow.batch_id == batch.id
    by_kind = rows(select(ImportRow.kind, func.count()).where(mine).group_by(ImportRow.kind))
    found = {kind.value: 0 for kind in RowKind} | {kind.value: count for kind, count in map(tuple, by_kind)}
    doubtful = mine, ImportRow.kind == RowKind.DOUBT
    found["taken"] = db.session.scalar(select(func.count()).where(*doubtful, ImportRow.taken)) or 0
    found["written"] = db.session.scalar(select(func.count()).where(mine, ImportRow.written)) or 0
    return found


def waiting_for_head(batch: ImportBatch) -> int:
    """New people of families whose head's row is in doubt and not taken: they enter with their head."""
    mine = ImportRow.batch_id == batch.id
    headed = select(ImportRow.family).where(mine, WRITABLE, _relation == Relation.HEAD.value)
    waiting = mine, WRITABLE, ImportRow.household_id.is_(None), ImportRow.family.not_in(headed)
    return db.session.scalar(select(func.count()).where(*waiting)) or 0


def is_anything_to_write(batch: ImportBatch) -> bool:
    """Whether the register would be changed, now or once a person takes a row that is in doubt.

    A national list says something of families that did not change, too: that they are in it, or no more.
    """
    told = (RowKind.UNCHANGED, RowKind.GONE) if batch.list_code else ()
    # The others of a new family enter with their head, whose own row says so.
    enters = or_(ImportRow.household_id.is_not(None), _relation == Relation.HEAD.value)
    by_hand = or_(*(cast(ImportRow.said, String).contains(f'"{code}"', autoescape=True) for code in BY_HAND))
    counts = or_(
        and_(ImportRow.kind.in_((RowKind.NEW, RowKind.CHANGED, *told)), enters),
        and_(ImportRow.kind == RowKind.DOUBT, not_(by_hand)),
    )
    return db.session.scalar(select(ImportRow.id).where(ImportRow.batch_id == batch.id, counts).limit(1)) is not None


def has_refused_rows(batch: ImportBatch) -> bool:
    """Whether they can be given back: the file was read as a whole, and its rows are not forgotten."""
    refused = ImportRow.batch_id == batch.id, ImportRow.kind == RowKind.REFUSED
    return bool(batch.found) and db.session.scalar(select(ImportRow.id).where(*refused).limit(1)) is not None


def refused_parts(batch: ImportBatch) -> list[Part]:
    """The refused rows by sheet, in the order of the file, as they are given back."""
    found = select(ImportRow.sheet, ImportRow.number, ImportRow.cells, ImportRow.said)
    mine = ImportRow.batch_id == batch.id, ImportRow.kind == RowKind.REFUSED
    by_sheet: dict[str, list[AnyRow]] = defaultdict(list)
    for row in rows(found.where(*mine).order_by(ImportRow.id)):
        by_sheet[row.sheet].append(row)
    titles = {one["sheet"]: one["titles"] for one in batch.found if "titles" in one}
    return [
        Part(sheet, titles[sheet], [(row.number, row.cells, _reasons(row.said)) for row in found])
        for sheet, found in by_sheet.items()
    ]


def _reasons(said: list[str]) -> list[str]:
    return [code for code in said if code in REASONS]
