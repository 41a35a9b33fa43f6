"""The first half of an import: read the file, compare it with the register, keep every row to be looked at."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import delete, select

from portal import bulk
from portal.audit.changes import plain
from portal.db import db, only_reading, rows
from portal.exchange import layouts
from portal.exchange.checking import Checked, check
from portal.exchange.comparing import OF_HOUSEHOLD, OF_MEMBER, Finding, compare
from portal.exchange.families import Family
from portal.exchange.models import BatchState, ImportBatch, ImportRow, RowKind
from portal.exchange.people import Person
from portal.exchange.tables import Table
from portal.files.services import path_of
from portal.households.likeness import Candidate
from portal.matching.model import as_data

AT_ONCE: Final = 1_000
"""Families that are compared by one set of statements and kept in one transaction."""

_LET_GO: Final = Family([], None)
Tell = Callable[[int, int | None], None]
"""Told how many rows were done, of how many."""


def read(batch: ImportBatch, tell: Tell) -> None:
    """Keep every row of the file, from its beginning; commits as it goes, and leaves the batch itself to the caller.

    Raises Refused for a file that cannot be used at all.
    """
    batch_id, path, format_code, village = batch.id, path_of(batch.sha256), batch.format_code, batch.village_code
    db.session.execute(delete(ImportRow).where(ImportRow.batch_id == batch_id))
    known = layouts.kept()
    # From here on the batch itself is not asked: each question would begin a transaction, and nobody else could write.
    db.session.commit()
    checked = check(path, format_code, lambda count: tell(count, None), village=village, also=known)
    counted, done, total = Counter[RowKind](), 0, len(checked.people)
    found = [*map(_described, checked.tables), *({"sheet": sheet, "passed": True} for sheet in checked.passed)]
    for kept in _compared(batch_id, checked):
        bulk.insert(ImportRow, kept)
        counted.update(row["kind"] for row in kept)
        done += len(kept)
        tell(done, total)
    counted[RowKind.GONE] = _keep_gone(batch)
    batch.found = found
    batch.counts = {kind.value: counted[kind] for kind in RowKind}


def counted(
    path: Path, format_code: str | None, tell: Callable[[int], None], *, village: str | None = None
) -> tuple[Checked, Counter[str]]:
    """What bringing the file in would do, without keeping anything: rows of each kind. Raises Refused."""
    checked = check(path, format_code, tell, village=village, also=layouts.kept())
    schooled = _schooled(checked)
    kinds: Counter[str] = Counter()
    for start in range(0, len(checked.families), AT_ONCE):
        for findings in compare(checked.families[start : start + AT_ONCE], schooled):
            kinds.update(finding.kind.value for finding in findings)
    return checked, kinds


def _compared(batch_id: int, checked: Checked) -> Iterator[list[dict[str, Any]]]:
    """Rows to be kept, some families at a time; while they are compared everybody else may write.

    What was compared is let go, so that the memory that comparing takes is not added to that of the whole file.
    """
    schooled, families = _schooled(checked), checked.families
    for _table, people in checked.tables:
        people.clear()
    for start in range(0, len(families), AT_ONCE):
        some = families[start : start + AT_ONCE]
        families[start : start + AT_ONCE] = [_LET_GO] * len(some)
        with only_reading():
            found = list(compare(some, schooled))
            db.session.rollback()
        yield [_row(batch_id, start + at, one) for at, findings in enumerate(found, start=1) for one in findings]


def _schooled(checked: Checked) -> set[str]:
    """The sheets that say who goes to school: an empty cell of any other says nothing."""
    return {table.sheet for table, _people in checked.tables if "in_school" in table.columns}


def _row(batch_id: int, family: int, finding: Finding) -> dict[str, Any]:
    person, household, member = finding.person, finding.household, finding.member
    return {
        "batch_id": batch_id, "family": family, "sheet": person.row.sheet, "number": person.row.number,
        "kind": finding.kind, "name": person.name, "person": _said_of(person), "changes": finding.changes,
        "said": finding.said, "likely": [_likely(one) for one in finding.likely],
        "cells": [plain(cell) for cell in person.row.cells] if finding.kind is RowKind.REFUSED else None,
        "household_id": household.id if household else None,
        "household_version": household.version if household else None,
        "member_id": member.id if member else None, "member_version": member.version if member else None,
        "taken": False, "written": False,
    }  # fmt: skip


def _likely(one: Candidate) -> list[Any]:
    return [one.member_id, one.household_id, *as_data(one.likeness)]


def _said_of(person: Person) -> dict[str, Any]:
    """Without what the row leaves empty."""
    told = {name: plain(getattr(person, name)) for name in (*OF_MEMBER, *OF_HOUSEHOLD, "percentile", "decile")}
    return {name: value for name, value in told.items() if value not in (None, "")}


def _described(found: tuple[Table, list[Person]]) -> dict[str, Any]:
    """What a reader wants to know of a sheet: where its head stood, what was used, left out and why, and not used."""
    table, people = found
    return {
        "sheet": table.sheet, "format": table.format.code, "head_row": table.head_row, "rows": len(people),
        "used": {name: table.titles[at] for name, at in table.columns.items()},
        "titles": table.titles,
        "left_out": [[title, why.reason_id, why.reason_en] for title, why in table.left_out], "unused": table.unused,
    }  # fmt: skip


def _keep_gone(batch: ImportBatch) -> int:
    """Keep who was in the last batch of this list and is not in this file; how many."""
    last = last_of_list(batch)
    if last is None:
        return 0
    still = select(ImportRow.member_id).where(ImportRow.batch_id == batch.id, ImportRow.member_id.is_not(None))
    gone = rows(
        select(ImportRow.name, ImportRow.person, ImportRow.household_id, ImportRow.member_id)
        .where(ImportRow.batch_id == last.id, ImportRow.member_id.is_not(None), ImportRow.member_id.not_in(still))
        .where(ImportRow.written | (ImportRow.kind == RowKind.UNCHANGED))
        .order_by(ImportRow.id)
    )
    kept = [
        {
            "batch_id": batch.id, "family": 0, "sheet": "", "number": 0, "kind": RowKind.GONE, "name": row.name,
            "person": row.person, "changes": {}, "said": ["gone"], "cells": None, "household_id": row.household_id,
            "household_version": None, "member_id": row.member_id, "member_version": None,
            "taken": False, "written": False, "likely": [],
        }
        for row in gone
    ]  # fmt: skip
    bulk.insert(ImportRow, kept)
    return len(kept)


def last_of_list(batch: ImportBatch) -> ImportBatch | None:
    """The newest batch of the same national list that was written, of an earlier day."""
    if not batch.list_code:
        return None
    return db.session.scalar(
        select(ImportBatch)
        .where(
            ImportBatch.list_code == batch.list_code, ImportBatch.list_as_of < batch.list_as_of,
            ImportBatch.state == BatchState.DONE,
        )
        .order_by(ImportBatch.list_as_of.desc(), ImportBatch.id.desc())
        .limit(1)
    )  # fmt: skip


def households_gone(batch: ImportBatch) -> list[int]:
    """Families that the list no longer names: all their people who were in it are gone."""
    still = select(ImportRow.household_id).where(
        ImportRow.batch_id == batch.id, ImportRow.kind != RowKind.GONE, ImportRow.household_id.is_not(None)
    )
    gone = (
        select(ImportRow.household_id)
        .distinct()
        .where(ImportRow.batch_id == batch.id, ImportRow.kind == RowKind.GONE, ImportRow.household_id.not_in(still))
    )
    return [household_id for household_id in db.session.scalars(gone) if household_id is not None]
