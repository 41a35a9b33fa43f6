"""Reading proposals: which errors may be proposed, what waits, and what a newer list has already answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from portal.accounts.models import User
from portal.db import db
from portal.decisions.models import ListingError, ListingErrorKind, ListingErrorOutcome
from portal.decisions.queries import day_and_number
from portal.errors import NotFound
from portal.households.lists import is_listed
from portal.households.models import Household
from portal.lists.held import HeldList, said_by_newest
from portal.lists.models import ListProposal, ListProposalLine, ProposalKind, ProposalState
from portal.references import typed_number

ERRORS_OF: Final = {ProposalKind.ADD: ListingErrorKind.EXCLUSION, ProposalKind.DROP: ListingErrorKind.INCLUSION}
SETTLED: Final = (ListingErrorOutcome.ACCEPTED, ListingErrorOutcome.REJECTED)
FILTERS: Final = ("open", "due", "settled")


def get_proposal(number: str) -> ListProposal:
    """Raises NotFound."""
    found = db.session.scalar(select(ListProposal).where(ListProposal.number == typed_number(number)))
    if found is None:
        raise NotFound
    return found


def is_due(on: date) -> ColumnElement[bool]:
    """Work for the unit head: made and not sent yet, or sent and its answer overdue."""
    late = and_(ListProposal.state == ProposalState.SENT, ListProposal.due_on < on)
    return (ListProposal.state == ProposalState.MADE) | late


def proposals(chosen: str, *, on: date, after: Sequence[Any] | None = None, limit: int) -> Sequence[Any]:
    """One of FILTERS: what is open or due, the oldest first; what is settled, the newest first."""
    p = ListProposal
    lines = select(func.count()).where(ListProposalLine.proposal_id == p.id).correlate(p).scalar_subquery()
    statement = select(
        p.id, p.number, p.list_code, p.kind, p.office, p.state, p.waiting, p.made_at, p.sent_on, p.due_on,
        lines.label("families"),
    )  # fmt: skip
    mark = after[0] if after and isinstance(after[0], int) else None
    open_ = p.state.in_((ProposalState.MADE, ProposalState.SENT))
    if chosen == "settled":
        statement = statement.where(~open_).order_by(p.id.desc())
        place = p.id < mark if mark else None
    else:
        statement = statement.where(is_due(on) if chosen == "due" else open_).order_by(p.id)
        place = p.id > mark if mark else None
    if place is not None:
        statement = statement.where(place)
    return db.session.execute(statement.limit(limit)).all()


def lines(proposal_id: int, *, after: int | None, limit: int) -> Sequence[ListProposalLine]:
    """Lines of a proposal in the order of its file, with family and ground."""
    statement = (
        select(ListProposalLine)
        .where(ListProposalLine.proposal_id == proposal_id, ListProposalLine.position > (after or 0))
        .options(
            joinedload(ListProposalLine.household),
            joinedload(ListProposalLine.listing_error).joinedload(ListingError.visitor),
        )
        .order_by(ListProposalLine.position)
        .limit(limit)
    )
    return db.session.scalars(statement).all()


def eligible(
    list_code: str, kind: ProposalKind, *, village_code: str = "", among: Collection[int] | None = None,
    after: Sequence[Any] | None = None, limit: int,
) -> Sequence[Any]:  # fmt: skip
    """Listing errors that may be proposed, the oldest first: not settled, the family's newest, and in no open proposal.

    Families of today alone: who has left the city is not proposed.
    """
    newer, waits = aliased(ListingError), ListProposalLine
    statement = (
        select(
            ListingError.id, ListingError.household_id, ListingError.found_on, ListingError.outcome, ListingError.value,
            ListingError.band, ListingError.instrument_code, ListingError.instrument_version, ListingError.list_as_of,
            Household.head_name, Household.village_code, Household.rt, Household.rw, User.full_name.label("visitor"),
        )
        .join(Household, Household.id == ListingError.household_id)
        .join(User, User.id == ListingError.visitor_id)
        .where(
            ListingError.list_code == list_code, ListingError.kind == ERRORS_OF[kind],
            ListingError.outcome.not_in(SETTLED), Household.closed_on.is_(None),
            ~exists().where(newer.household_id == ListingError.household_id, newer.list_code == list_code,
                            newer.id > ListingError.id),
            ~exists().where(waits.household_id == ListingError.household_id, waits.list_code == list_code,
                            waits.kind == kind, waits.answer.is_(None)),
        )
        .order_by(ListingError.found_on, ListingError.id)
        .limit(limit)
    )  # fmt: skip
    if village_code:
        statement = statement.where(Household.village_code == village_code)
    if among is not None:
        statement = statement.where(ListingError.id.in_(among))
    if place := day_and_number(after):
        statement = statement.where(tuple_(ListingError.found_on, ListingError.id) > tuple_(*place))
    return db.session.execute(statement).all()


@dataclass(frozen=True)
class Fulfilled:
    """A line that waits, and the newer list that already says what it proposed."""

    line_id: int
    position: int
    held: HeldList


def fulfilled(proposal: ListProposal) -> list[Fulfilled]:
    """Lines that wait although the newest entry of their list, of a later day than the error's, agrees with them."""
    if proposal.state is not ProposalState.SENT:
        return []
    waiting = db.session.execute(
        select(ListProposalLine.id, ListProposalLine.position, ListProposalLine.household_id,
               func.coalesce(ListingError.list_as_of, ListingError.found_on).label("since"))
        .join(ListingError, ListingError.id == ListProposalLine.listing_error_id)
        .where(ListProposalLine.proposal_id == proposal.id, ListProposalLine.answer.is_(None))
        .order_by(ListProposalLine.position)
    ).all()  # fmt: skip
    said = said_by_newest(proposal.list_code, [line.household_id for line in waiting])
    wanted = proposal.kind is ProposalKind.ADD
    return [
        Fulfilled(line.id, line.position, HeldList(proposal.list_code, newest.as_of))
        for line in waiting
        if (newest := said.get(line.household_id)) and newest.as_of > line.since and is_listed(newest) is wanted
    ]
