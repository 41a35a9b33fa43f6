"""What was made since on something that goes back when a merging is taken apart: it goes where its complaint goes.

A visit, a decision, a card and aid belong to a case, and a case is not torn. What rests on both families (a decision on
one's complaint by a visit to the other) stays with its own complaint; while such a thing runs, it stands in the way.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Table, and_, or_, select

from portal import clock
from portal.audit.references import references
from portal.audit.words import KINDS
from portal.cards.models import Card, CardStatus
from portal.db import Base, db
from portal.decisions.models import Decision, DecisionStatus
from portal.funds.grounds import LIVE
from portal.funds.models import Disbursement, DisbursementStatus
from portal.merging import following
from portal.recommendations.models import EmergencyRecommendation as Letter
from portal.recommendations.models import RecommendationStatus


class Row(NamedTuple):
    """A row of any table that hangs on a family."""

    record: str
    record_id: int


LEADS: Final = (
    "complaint_id", "decision_id", "recommendation_id", "visit_id", "listing_error_id", "event_id", "assessment_id",
    "renews_id", "renews_card_id",
)  # fmt: skip
"""Columns by which a row names another one of its family, that by which it belongs to a case first."""
_UNTYPED: Final = {"renews_card_id": "card"}
"""Those without a foreign key, and the table they name."""


@dataclass
class Along:
    """What taking apart does with what was made since on what goes back."""

    rows: list[Row] = field(default_factory=list)
    """Made since, and goes along."""
    left: list[Row] = field(default_factory=list)
    """Rests on both families and is over: it stays with its complaint."""
    in_the_way: list[Row] = field(default_factory=list)
    """Rests on both families and runs: people settle it first."""

    @property
    def counted(self) -> Counter[str]:
        return Counter(row.record for row in self.rows)


def along_with(back: Collection[Row], household_id: int, newest: dict[str, int]) -> Along:
    """Of the family's rows, what goes along with those that go back. Rows beyond `newest` were made since."""
    if not back:
        return Along()
    named = _named_by(household_id)
    made_since = [row for row in named if row.record_id > newest.get(row.record, 0) and row not in back]
    sides = {row: row in back for row in named if row not in set(made_since)}
    for group in _cases(named):
        _take_sides(group, named, sides)
    mixed = _resting_on_both(named, sides)
    running = _running(mixed)
    return Along(
        rows=[row for row in made_since if sides[row]],
        left=[row for row in mixed if row not in running], in_the_way=[row for row in mixed if row in running],
    )  # fmt: skip


def in_words(rows: Iterable[Row]) -> str:
    """Kinds of records with the numbers that people call them by."""
    listed = list(rows)
    numbers = references((row.record, str(row.record_id)) for row in listed)
    said = (f"{KINDS[row.record]} {numbers.get((row.record, str(row.record_id)), '')}".strip() for row in listed)
    return ", ".join(dict.fromkeys(said))


def _named_by(household_id: int) -> dict[Row, list[Row]]:
    """Every row that hangs on the family, with those of them that it names: the leading one first."""
    found: dict[Row, list[Row]] = {}
    for link in following.moving("household"):
        columns = _leads(link.table)
        rows = select(link.table).where(link.column == household_id).order_by(link.table.c.id)
        for row in db.session.execute(rows).mappings():
            names = [Row(there, row[name]) for name, there in columns if row[name] is not None]
            found[Row(link.table.name, row["id"])] = names + list(_subject(row))
    return {row: [each for each in names if each in found] for row, names in found.items()}


def _leads(table: Table) -> list[tuple[str, str]]:
    """Columns of this table that name a row of a family, and the table that they name."""
    keys = {key.parent.name: key.column.table.name for key in table.foreign_keys} | _UNTYPED
    return [(name, keys[name]) for name in LEADS if name in table.c]


def _subject(file: Any) -> Iterator[Row]:
    """Whose file it is: the record that it proves, or what that belongs to."""
    if "subject_type" not in file:
        return
    table = Base.metadata.tables[file["subject_type"]]
    yield Row(table.name, file["subject_id"])
    if columns := _leads(table):
        name, there = columns[0]
        number = db.session.scalar(select(table.c[name]).where(table.c.id == file["subject_id"]))
        if number is not None:
            yield Row(there, number)


def _cases(named: dict[Row, list[Row]]) -> list[list[Row]]:
    """The rows in groups that name each other."""
    group: dict[Row, list[Row]] = {row: [row] for row in named}
    for row, others in named.items():
        for other in others:
            if group[row] is not group[other]:
                group[row] += group[other]
                for each in group[other]:
                    group[each] = group[row]
    return list({id(rows): rows for rows in group.values()}.values())


def _take_sides(group: list[Row], named: dict[Row, list[Row]], sides: dict[Row, bool]) -> None:
    """Whether each row of a case goes back. Where both families have a part in it, a row follows what it belongs to."""
    known = {sides[row] for row in group if row in sides}

    def side(row: Row) -> bool:
        if row not in sides:
            sides[row] = known == {True} or (known == {True, False} and bool(named[row]) and side(named[row][0]))
        return sides[row]

    for row in group:
        side(row)


def _resting_on_both(named: dict[Row, list[Row]], sides: dict[Row, bool]) -> list[Row]:
    """Rows that name something of the other side, and all that rests on them."""
    mixed = {row for row, others in named.items() if any(sides[other] != sides[row] for other in others)}
    while more := {row for row, others in named.items() if row not in mixed and mixed & set(others)}:
        mixed |= more
    return sorted(mixed)


_running_if: dict[Any, Callable[[], ColumnElement[bool]]] = {
    Card: lambda: (Card.status == CardStatus.ISSUED) & (Card.ends_on >= clock.today()),
    Decision: lambda: Decision.status == DecisionStatus.PROPOSED,
    Disbursement: lambda: Disbursement.status.in_(LIVE - {DisbursementStatus.PAID}),
    Letter: lambda: or_(
        Letter.status == RecommendationStatus.PROPOSED,
        and_(Letter.status == RecommendationStatus.APPROVED, Letter.ends_on >= clock.today(), Letter.exit.is_(None)),
    ),
}


def runs_while(model: Any, condition: Callable[[], ColumnElement[bool]]) -> None:
    """A later room says when a record of its own still has an effect or waits for one; it must have a way to be
    settled.
    """
    _running_if[model] = condition


def _running(rows: Iterable[Row]) -> set[Row]:
    """Those of these rows that still have an effect or wait for one."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        wanted[row.record].append(row.record_id)
    return {
        Row(model.__tablename__, number)
        for model, condition in _running_if.items()
        if (ids := wanted.get(model.__tablename__))
        for number in db.session.scalars(select(model.id).where(model.id.in_(ids), condition()))
    }
