"""What hangs on a family or a person, and how each follows when two rows become one.

Every foreign key to `household` or `member` is named here; tests see to it. What people or the ledger only ever add to
stays where it was written, and reading follows (households/merged.py).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, Table, func, select, update

from portal.db import Base, db
from portal.funds import monthly
from portal.funds.models import Disbursement, DisbursementStatus
from portal.households.models import Listing


class Follows(StrEnum):
    """MOVES: stands with the surviving row from then on. STAYS: keeps the row that it was written for."""

    MOVES = "moves"
    STAYS = "stays"


MOVES, STAYS = Follows.MOVES, Follows.STAYS

FOLLOWS: Final[dict[str, Follows]] = {
    "assessment.household_id": MOVES,
    "card.household_id": MOVES,
    "complaint.household_id": MOVES,
    "decision.household_id": MOVES,
    # The rupiah are in the ledger, which names no family; here stands only who is helped.
    "disbursement.household_id": MOVES,
    # For whom in the family it is: a person's second row leads to the first.
    "disbursement.recipient_id": MOVES,
    "emergency_event.household_id": MOVES,
    "emergency_recommendation.household_id": MOVES,
    "home_visit.household_id": MOVES,
    "listing.household_id": MOVES,
    "listing_error.household_id": MOVES,
    # One that waits for an answer for each list: two are settled first (families.py says so).
    "list_proposal_line.household_id": MOVES,
    "membership_card.household_id": MOVES,
    "referral.household_id": MOVES,
    "stored_file.household_id": MOVES,
    # People are moved one by one, each with the place in the family (families.py).
    "member.household_id": STAYS,
    "household.merged_into_id": STAYS,
    "member.merged_into_id": STAYS,
    # What happened is only ever added; a family's story reads its own events and those of the families merged into it.
    "family_event.household_id": STAYS,
    "family_step.from_household_id": STAYS,
    "family_step.to_household_id": STAYS,
    "family_step.member_id": STAYS,
    # What two rows are to each other, and what was said of a family in a month, is said of the rows as they were: an
    # open month reads both as one (households/month_lines.py), a closed one is frozen with its reports.
    "area_report.household_id": STAYS,
    "duplicate_pair.lower_id": STAYS,
    "duplicate_pair.higher_id": STAYS,
    "monthly_line.household_id": STAYS,
    "merge.kept_household_id": STAYS,
    "merge.other_household_id": STAYS,
    "merge.kept_member_id": STAYS,
    "merge.other_member_id": STAYS,
    # The trail is never edited; a file of an office is compared anew before it is written.
    "audit_event.household_id": STAYS,
    "import_row.household_id": STAYS,
    "import_row.member_id": STAYS,
}
"""By table and column. The last three, and `stored_file`, name a row without a foreign key."""


class Link(NamedTuple):
    """A column that names a household or a member."""

    table: Table
    column: Column[Any]

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name}"


def links_to(target: str) -> Iterator[Link]:
    """Every column by which a row of any room names a row of `target` (household or member), in one order."""
    for table in sorted(Base.metadata.tables.values(), key=lambda each: each.name):
        for column in table.columns:
            keys = {key.column.table.name for key in column.foreign_keys}
            if target in keys or (not keys and column.name == f"{target}_id"):
                yield Link(table, column)


def moving(target: str) -> list[Link]:
    """Those whose rows stand with the surviving household or member."""
    return [link for link in links_to(target) if FOLLOWS.get(link.name) is MOVES]


def hanging(target: str, record_id: int) -> Counter[str]:
    """How many rows of each table would move."""
    found: Counter[str] = Counter()
    for link in moving(target):
        statement = select(func.count()).select_from(link.table).where(link.column == record_id)
        found[link.table.name] += int(db.session.scalar(statement) or 0)
    return +found


def _belonging() -> list[Link]:
    """By what rows belong to a family: what moves, and its people."""
    moves = {link.name for link in moving("household")}
    return [link for link in links_to("household") if link.name in moves | {"member.household_id"}]


def newest() -> dict[str, int]:
    """The last number of every table whose rows hang on a family, people too: what is beyond it comes later."""
    tables = {link.table.name: link.table for link in _belonging()}
    return {name: int(db.session.scalar(select(func.max(table.c.id))) or 0) for name, table in sorted(tables.items())}


def beyond(household_id: int, marks: dict[str, int]) -> Counter[str]:
    """How many rows of each table came to this family after these marks."""
    found: Counter[str] = Counter()
    for link in _belonging():
        later = link.table.c.id > marks.get(link.table.name, 0)
        statement = select(func.count()).select_from(link.table).where(link.column == household_id, later)
        found[link.table.name] += int(db.session.scalar(statement) or 0)
    return +found


class Moved(NamedTuple):
    """A row that stands with another household or member now."""

    record: str
    record_id: int
    field: str
    old: int | None = None
    new: int | None = None


def move(target: str, old: int, new: int) -> list[Moved]:
    """Let everything that hangs on `old` hang on `new`. Versions stay: nobody at work on such a row is disturbed."""
    stays, goes = outweighed(old, new) if target == "household" else ([], [])
    found = []
    for link in moving(target):
        ids = db.session.scalars(select(link.table.c.id).where(link.column == old).order_by(link.table.c.id)).all()
        ids = [number for number in ids if link.table is not LISTED or number not in stays]
        put(link.table, link.column.name, ids, new)
        found += [Moved(link.table.name, number, link.column.name, old, new) for number in ids]
    put(LISTED, "household_id", goes, old)
    found += [Moved(LISTED.name, number, "household_id", new, old) for number in goes]
    _count_anew(each.record_id for each in found if each.record == Disbursement.__tablename__)
    return found


LISTED: Final = Base.metadata.tables[Listing.__tablename__]


def outweighed(old: int, new: int) -> tuple[list[int], list[int]]:
    """Entries of both families by which they are not in a list of a day, where the other one is in it.

    The family was found under one of its rows, so it is in the list: what was said of the other row stands with the row
    that is merged away, where no list is counted.
    """

    def entries(household_id: int, *, present: bool) -> dict[int, tuple[str, date]]:
        of_family = (LISTED.c.household_id == household_id, LISTED.c.present == present)
        rows = db.session.execute(select(LISTED.c.id, LISTED.c.list_code, LISTED.c.as_of).where(*of_family))
        return {row.id: (row.list_code, row.as_of) for row in rows}

    def absent(one: int, other: int) -> list[int]:
        found = set(entries(other, present=True).values())
        return sorted(number for number, of_day in entries(one, present=False).items() if of_day in found)

    return absent(old, new), absent(new, old)


def put(table: Table, field: str, ids: Iterable[int], value: Any) -> None:
    """Set one column of these rows."""
    if ids := list(ids):
        db.session.execute(
            update(table).where(table.c.id.in_(ids)).values({field: value}),
            execution_options={"synchronize_session": False},
        )


def moved_back(moved: Iterable[Moved]) -> None:
    """To be called once rows stand where they stood before."""
    _count_anew(each.record_id for each in moved if each.record == Disbursement.__tablename__)


def _count_anew(aid_ids: Iterable[int]) -> None:
    """Two families that were helped in one month are one now: the month's number of families follows."""
    db.session.flush()
    db.session.expire_all()
    paid = select(Disbursement).where(
        Disbursement.id.in_(list(aid_ids)), Disbursement.status == DisbursementStatus.PAID
    )
    for aid in db.session.scalars(paid.order_by(Disbursement.paid_on, Disbursement.id)):
        monthly.keep(aid)
