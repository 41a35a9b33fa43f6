"""What an open month says of each family, where one was written down twice and merged: one line a family.

What was said of a row that was merged away is said of the family that stands; a reported change outweighs "unchanged".
Nothing is written by that before the month is closed, so that a merging can be taken apart. A closed month is frozen:
it keeps the lines of both rows, as it counted them.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, delete, func, literal, or_, select
from sqlalchemy.orm import aliased

from portal.db import db, upsert
from portal.households.merged import standing_family
from portal.households.models import Household
from portal.households.month_models import LineState, MonthlyLine, MonthlyUpdate

Twin = aliased(Household, name="twin")
_line = MonthlyLine.__table__.c
_reported: Any = literal(LineState.REPORTED, _line.state.type)
_confirmed: Any = literal(LineState.CONFIRMED, _line.state.type)


def said_of(update_id: int) -> list[ColumnElement[bool]]:
    """Of whom this open month says something, of the family's own row or of one that was merged into it."""
    own = select(_line.household_id).where(_line.update_id == update_id, _line.household_id == Household.id)
    # Few were ever merged: they are looked up once, and not for each family.
    twins = select(Twin.merged_into_id).join(MonthlyLine, _line.household_id == Twin.id)
    twins = twins.where(Twin.merged_into_id.is_not(None), _line.update_id == update_id)
    return [or_(own.exists(), Household.id.in_(twins))]


def said_in(month: Any) -> ColumnElement[bool]:
    """Families of which the month of their own kelurahan says something by a row that was merged into them."""
    stands = aliased(Household)
    twins = (
        select(Twin.merged_into_id)
        .join(MonthlyLine, _line.household_id == Twin.id)
        .join(MonthlyUpdate, MonthlyUpdate.id == _line.update_id)
        .join(stands, stands.id == Twin.merged_into_id)
        .where(MonthlyUpdate.month == month, MonthlyUpdate.village_code == stands.village_code)
    )
    return Household.id.in_(twins)


def told(update_id: int) -> Subquery:
    """Each family that stands with what an open month says of it, and since when."""
    reports = func.max(case((_line.state == LineState.REPORTED, 1), else_=0))
    return (
        select(
            standing_family.label("household_id"), func.max(_line.at).label("at"),
            case((reports == 1, _reported), else_=_confirmed).label("state"),
        )
        .join(Household, Household.id == _line.household_id)
        .where(_line.update_id == update_id)
        .group_by(standing_family)
        .subquery("told")
    )  # fmt: skip


def of_merged(update_ids: Collection[int]) -> dict[tuple[int, int], list[Any]]:
    """By month and family that stands, the lines of both rows, where one of them was merged into it."""
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    twins = select(Twin.merged_into_id.label("stands"), *_line).join(Twin, Twin.id == _line.household_id)
    # Which month is asked here: told of it as well, SQLite reads all its lines and not those of the few merged rows.
    for row in db.session.execute(twins.where(Twin.merged_into_id.is_not(None))):
        if row.update_id in update_ids:
            found[row.update_id, row.stands].append(row)
    own = select(*_line).where(_line.update_id.in_(update_ids), _line.household_id.in_({key[1] for key in found}))
    for row in db.session.execute(own) if found else ():
        if (row.update_id, row.household_id) in found:
            found[row.update_id, row.household_id].append(row)
    return found


def together(lines: Collection[Any]) -> LineState:
    return max((line.state for line in lines), key=lambda state: state is LineState.REPORTED)


def one_line_each(update_id: int) -> None:
    """As a month is closed, the lines of both rows become one of the family that stands."""
    for (_update, household_id), lines in of_merged([update_id]).items():
        state = together(lines)
        newest = max((line for line in lines if line.state is state), key=lambda line: line.at)
        said = {"state": state, "by_id": newest.by_id, "at": newest.at}
        put = upsert(MonthlyLine).values(update_id=update_id, household_id=household_id, **said)
        db.session.execute(put.on_conflict_do_update(index_elements=["update_id", "household_id"], set_=said))
        twins = {line.household_id for line in lines} - {household_id}
        db.session.execute(
            delete(MonthlyLine.__table__).where(_line.update_id == update_id, _line.household_id.in_(twins))  # type: ignore[arg-type]
        )
