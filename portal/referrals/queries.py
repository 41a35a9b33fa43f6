"""Finding referrals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from portal.accounts.models import User
from portal.complaints.promise import overdue_before
from portal.db import AnyRow, AnySelect, db, how_many
from portal.errors import NotFound
from portal.households import sought
from portal.households.models import Household
from portal.referrals import policies
from portal.referrals.models import Referral, ReferralOutcome
from portal.web.paging import COUNT_LIMIT, every

IS_OPEN: ColumnElement[bool] = or_(Referral.outcome.is_(None), Referral.outcome == ReferralOutcome.ACCEPTED)
"""Until the office says what became of it; to have accepted it is not the end (lessons: the sender must hear back)."""


def is_late(on: date) -> ColumnElement[bool]:
    """No answer at all, and a working day has begun after the one it was due."""
    return and_(Referral.outcome.is_(None), Referral.due_on < overdue_before(on))


def get_referral(referral_id: int, *, reader: User) -> Referral:
    """Raises NotFound, also for a referral to another office than the reader's."""
    found = db.session.get(Referral, referral_id)
    if found is None or not policies.may_see(reader, found):
        raise NotFound
    return found


def open_referral(household_id: int, complaint_id: int | None, office: str) -> Referral | None:
    """The newest that this office has not settled; one that names no case may be about any case of the family."""
    statement = select(Referral).where(Referral.household_id == household_id, Referral.office == office, IS_OPEN)
    if complaint_id is not None:
        statement = statement.where(or_(Referral.complaint_id == complaint_id, Referral.complaint_id.is_(None)))
    return db.session.scalars(statement.order_by(Referral.id.desc()).limit(1)).first()


@dataclass(frozen=True)
class Filters:
    """What the list shows: referrals that are open, late or answered; `office` narrows them to one office."""

    chosen: str = "open"
    text: str = ""
    office: str | None = None


CHOICES = ("open", "late", "answered")


def narrowed_by(given: Mapping[str, str], *, reader: User) -> Filters:
    """The filter that an address or a form names; an office has its own referrals. Raises NotFound for no such list."""
    chosen = given.get("filter", "open")
    if chosen not in CHOICES:
        raise NotFound
    office = None if policies.may_see_all(reader) else reader.office or ""
    return Filters(chosen, given.get("q", "").strip()[:120], office)


def _rows(filters: Filters, on: date) -> AnySelect:
    """Open and late ones begin with the one that was sent first, answered ones with the newest."""
    r, answered = Referral, filters.chosen == "answered"
    found = [~IS_OPEN if answered else IS_OPEN]
    if filters.chosen == "late":
        found.append(is_late(on))
    if filters.office is not None:
        found.append(r.office == filters.office)
    # An office knows of a family its head alone (portal/referrals/views.py).
    found += sought.papers(filters.text, None, r.household_id, heads=filters.office is not None)
    return (
        select(
            r.id, r.office, r.service_code, r.due_on, r.outcome, r.sent_at, r.answered_at, Household.head_name,
            Household.village_code, r.household_id,
        )
        .join(Household, Household.id == r.household_id)
        .where(*found)
        .order_by(r.id.desc() if answered else r.id)
    )  # fmt: skip


def listed(filters: Filters, *, after: Sequence[Any] | None, size: int, on: date) -> Sequence[AnyRow]:
    """One page of the list, at most `size`."""
    r, mark, statement = Referral, after[0] if after and isinstance(after[0], int) else None, _rows(filters, on)
    if mark:
        statement = statement.where(r.id < mark if filters.chosen == "answered" else r.id > mark)
    return db.session.execute(statement.limit(size)).all()


def place_of(row: AnyRow) -> list[int]:
    """Where a row stands in the order of this list."""
    return [row.id]


def all_listed(filters: Filters, *, size: int, on: date) -> Iterator[Sequence[AnyRow]]:
    """Every referral that the list shows, in its order: `size` rows at a time."""
    return every(lambda after: listed(filters, after=after, size=size + 1, on=on), place_of, size=size)


def count(filters: Filters, on: date) -> int:
    """How many the filters leave, at most one more than lists ever count to."""
    return how_many(_rows(filters, on), COUNT_LIMIT)
