"""Taking a batch back: what it added goes, what it changed is set again; not once somebody built on it."""

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select, update

from portal import audit
from portal.accounts.models import User
from portal.audit.words import KINDS
from portal.db import Base, db, rows
from portal.duplicates import services as duplicates
from portal.exchange.models import ImportBatch, ImportEffect
from portal.households.models import Household, Listing, Member

TABLES: dict[str, type[Base]] = {table.__tablename__: table for table in (Household, Member, Listing)}
OWN = {*TABLES, "import_row", "import_effect", "duplicate_pair"}


def _of(batch: ImportBatch, table: type[Base], *, added: bool) -> Any:
    """Numbers of the records of this kind that the batch added, or changed."""
    return select(ImportEffect.record_id).where(
        ImportEffect.batch_id == batch.id,
        ImportEffect.record == table.__tablename__,
        ImportEffect.before.is_(None) if added else ImportEffect.before.is_not(None),
    )


def in_the_way(batch: ImportBatch) -> Counter[str]:
    """How many records of each kind (by table) were made or changed since, on what the batch added or changed."""
    found: Counter[str] = Counter()
    for table in (Household, Member):
        added = _of(batch, table, added=True)
        for other in Base.metadata.tables.values():
            if other.name in OWN:
                continue
            for key in other.foreign_keys:
                if key.column.table is table.__table__:
                    found[other.name] += _counted(select(func.count()).where(key.parent.in_(added)))
        found[table.__tablename__] += _edited(batch, table)
    found["member"] += _joined_since(batch)
    found["duplicate_pair"] += duplicates.decided(_of(batch, Member, added=True))
    found["listing"] += _looked_up_since(batch)
    return +found


def _counted(statement: Any) -> int:
    return int(db.session.scalar(statement) or 0)


def _edited(batch: ImportBatch, table: Any) -> int:
    """Records that are not as the batch left them. One that it touched twice is as the last time left it."""
    left = (
        select(ImportEffect.record_id, func.max(ImportEffect.version).label("version"))
        .where(ImportEffect.batch_id == batch.id, ImportEffect.record == table.__tablename__)
        .group_by(ImportEffect.record_id)
        .subquery()
    )
    same = select(func.count()).select_from(left).join(table, table.id == left.c.record_id)
    return _counted(select(func.count()).select_from(left)) - _counted(same.where(table.version == left.c.version))


def _joined_since(batch: ImportBatch) -> int:
    """People whom others added to a family of this batch."""
    families = Member.household_id.in_(_of(batch, Household, added=True))
    return _counted(select(func.count()).where(families, Member.id.not_in(_of(batch, Member, added=True))))


def _looked_up_since(batch: ImportBatch) -> int:
    families = Listing.household_id.in_(_of(batch, Household, added=True))
    return _counted(select(func.count()).where(families, Listing.id.not_in(_of(batch, Listing, added=True))))


def undo(batch: ImportBatch, *, by: User | None) -> None:
    """Set everything back, in one transaction, and say so of every family. The caller looked at `in_the_way`."""
    touched = rows(
        select(ImportEffect.record_id).distinct().where(
            ImportEffect.batch_id == batch.id, ImportEffect.record == Household.__tablename__
        )
    )  # fmt: skip
    duplicates.forget(_of(batch, Member, added=True))
    # The last first: a record that was changed twice gets the oldest values in the end.
    changed = select(ImportEffect).where(ImportEffect.batch_id == batch.id, ImportEffect.before.is_not(None))
    for effect in db.session.scalars(changed.order_by(ImportEffect.id.desc())):
        _set_back(TABLES[effect.record], effect)
    for table in (Listing, Member, Household):
        db.session.execute(delete(table.__table__).where(table.id.in_(_of(batch, table, added=True))))  # type: ignore
    for (household_id,) in map(tuple, touched):
        audit.record("household.import_undone", ("household", household_id), by=by, household_id=household_id,
                     batch=batch.id)  # fmt: skip


def _set_back(table: Any, effect: ImportEffect) -> None:
    values = {name: _typed(table, name, value) for name, value in (effect.before or {}).items()}
    at = table.__table__.c.id == effect.record_id
    db.session.execute(update(table.__table__).where(at).values(version=table.__table__.c.version + 1, **values))


def _typed(table: Any, name: str, value: Any) -> Any:
    kind = table.__table__.c[name].type.python_type
    return date.fromisoformat(value) if kind is date and value else value


def kinds_in_words(found: Counter[str]) -> list[tuple[Any, int]]:
    """For the page: what stands in the way, in words, with its number."""
    return [(KINDS.get(name, name), count) for name, count in sorted(found.items())]
