"""What leads on: rows of the register that were merged into another one, whose numbers and addresses keep working.

`merged_into_id` always names a row that stands, so there is one step to take, however many were merged in a row.
The room portal/merging merges and takes apart; how it tells of that is registered here with `tell_of`.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from portal.db import db, rows
from portal.errors import Elsewhere, Refused
from portal.households.models import Household, Member
from portal.language import gettext as _

standing_family = func.coalesce(Household.merged_into_id, Household.id)
"""The number of the family that stands for a row of `household`."""

_here: Any = bindparam("household")
_INTO = select(Household.id).where(Household.merged_into_id == _here).order_by(Household.id)

_tellers: list[Callable[[int], str]] = []


def tell_of(tell: Callable[[int], str]) -> None:
    """Let a later room say when and by whom this family was merged, as one sentence."""
    _tellers.append(tell)


def merged_here(household_id: int) -> list[int]:
    """Families that this one stands for."""
    return [row.id for row in rows(_INTO, household=household_id)]


def all_of(household_id: int) -> list[int]:
    """This family, after those that it stands for: where something was noted before they were merged."""
    return [*merged_here(household_id), household_id]


def lead_on(household: Household) -> None:
    """Raises Elsewhere for a family that was merged into another one."""
    if household.merged_into_id is not None:
        told = next((told for tell in _tellers if (told := tell(household.id))), "")
        sentence = told or _("This family was merged with another one; this is the page of both.")
        raise Elsewhere(sentence, url=f"/households/{household.merged_into_id}")


def standing(household: Household) -> Household:
    """The family itself, or the one that it was merged into."""
    return db.session.get_one(Household, household.merged_into_id) if household.merged_into_id else household


def refuse_merged(household: Household) -> None:
    """Nothing happens any more in a family that was merged into another one. Raises Refused."""
    if household.merged_into_id is not None:
        raise Refused(_("This family was merged with another one. Please open its page and do it there."))


def family_of_person() -> Any:
    """For a select from `member`: the row that stands for a person, and its join."""
    stands = aliased(Member)
    return stands, stands.id == func.coalesce(Member.merged_into_id, Member.id)
