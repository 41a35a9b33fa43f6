"""Reading decisions and listing errors: what waits for the unit head, what was settled, and for whom."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from portal.accounts.models import User
from portal.complaints.models import Complaint
from portal.db import AnyRow, AnySelect, db, how_many
from portal.decisions.models import Decision, DecisionStatus, ListingError, ListingErrorKind, ListingErrorOutcome
from portal.errors import NotFound
from portal.households import sought
from portal.households.models import Household
from portal.visits import queries as visits
from portal.visits.models import Assessment
from portal.web.paging import COUNT_LIMIT, every

NO_PROMISE = date(9999, 12, 31)
"""Cases without a promised day come last."""


def get_decision(decision_id: int) -> Decision:
    """Raises NotFound."""
    decision = db.session.get(
        Decision,
        decision_id,
        options=[joinedload(Decision.complaint), joinedload(Decision.household), joinedload(Decision.assessment)],
    )
    if decision is None:
        raise NotFound
    return decision


def waiting_for(complaint_id: int) -> Decision | None:
    """The proposal of this case that nobody has decided yet."""
    return db.session.scalar(
        select(Decision).where(Decision.complaint_id == complaint_id, Decision.status == DecisionStatus.PROPOSED)
    )


def decisions_of(*, household_id: int | None = None, complaint_id: int | None = None) -> Sequence[Decision]:
    """Proposals and decisions of a family or of one case, newest first."""
    belongs = Decision.complaint_id == complaint_id if complaint_id else Decision.household_id == household_id
    return db.session.scalars(
        select(Decision).where(belongs).order_by(Decision.id.desc()).options(joinedload(Decision.decided_by))
    ).all()


def visitors_of(decision: Decision) -> set[int]:
    """Everyone who saw the house for this case: the visitors of its visits, and whose assessment it rests on."""
    went = visits.visitors_of(complaint_id=decision.complaint_id)
    return went | {decision.visitor_id, decision.assessment.by_id}


@dataclass(frozen=True)
class Filters:
    """What the list shows: `settled` False is what waits."""

    settled: bool = False
    village_code: str = ""
    text: str = ""


def narrowed_by(given: Mapping[str, str]) -> Filters:
    """The filter that an address or a form names."""
    settled, text = given.get("state") == "settled", given.get("q", "").strip()[:120]
    return Filters(settled=settled, village_code=given.get("village", ""), text=text)


def _rows() -> AnySelect:
    proposer, decider = aliased(User), aliased(User)
    return (
        select(
            Decision.id, Decision.path, Decision.proposal, Decision.status.label("decision_status"), Decision.ground,
            Decision.renews_card_id, Decision.household_id, Decision.proposed_at, Decision.decided_at, Complaint.number,
            Complaint.service_code, Complaint.urgent, Complaint.promised_on, Complaint.status, Complaint.answered_on,
            Household.head_name, Household.village_code, Household.rt, Household.rw,
            Assessment.value, Assessment.band, Assessment.instrument_code, Assessment.instrument_version,
            proposer.full_name.label("proposed_by"), decider.full_name.label("decided_by"),
            func.coalesce(Complaint.promised_on, NO_PROMISE).label("due_on"),
        )
        .join(Complaint, Decision.complaint_id == Complaint.id)
        .join(Household, Decision.household_id == Household.id)
        .join(Assessment, Decision.assessment_id == Assessment.id)
        .join(proposer, Decision.proposed_by_id == proposer.id)
        .outerjoin(decider, Decision.decided_by_id == decider.id)
    )  # fmt: skip


def decisions(filters: Filters, *, after: Sequence[Any] | None = None, limit: int) -> Sequence[AnyRow]:
    """What waits, the oldest promise first; or what was settled, the newest first."""
    statement = _rows().where(*_conditions(filters)).limit(limit)
    if filters.settled:
        order = (Decision.decided_at, Decision.id)
        statement = statement.order_by(*(column.desc() for column in order))
        if place := _moment_and_id(after):
            statement = statement.where(tuple_(*order) < tuple_(*place))
    else:
        due_on = func.coalesce(Complaint.promised_on, NO_PROMISE)
        statement = statement.order_by(due_on, Decision.id)
        if day_and_id := day_and_number(after):
            statement = statement.where(tuple_(due_on, Decision.id) > tuple_(*day_and_id))
    return db.session.execute(statement).all()


def place_of(row: AnyRow, filters: Filters) -> tuple[Any, int]:
    """Where a row stands in the order of this list."""
    return (row.decided_at.isoformat() if filters.settled else row.due_on), row.id


def all_decisions(filters: Filters, *, size: int) -> Iterator[Sequence[AnyRow]]:
    """Everything that the list shows, in its order: `size` rows at a time."""
    return every(
        lambda after: decisions(filters, after=after, limit=size + 1), lambda row: place_of(row, filters), size=size
    )


def count(filters: Filters) -> int:
    """How many rows the filters leave, at most one more than lists ever count to."""
    return how_many(_rows().where(*_conditions(filters)), COUNT_LIMIT)


def _conditions(filters: Filters) -> list[Any]:
    waiting = Decision.status == DecisionStatus.PROPOSED
    conditions: list[Any] = [~waiting if filters.settled else waiting]
    if filters.village_code:
        conditions.append(Household.village_code == filters.village_code)
    return conditions + sought.papers(filters.text, Complaint.number, Decision.household_id)


def day_and_number(after: Sequence[Any] | None) -> tuple[date, int] | None:
    """A place in a list ordered by day and id; None at its start, and when the mark was tampered with."""
    try:
        day, number = after or ()
        return date.fromisoformat(day), int(number)
    except (TypeError, ValueError):
        return None


def _moment_and_id(after: Sequence[Any] | None) -> tuple[datetime, int] | None:
    try:
        moment, number = after or ()
        at = datetime.fromisoformat(moment)
        return (at.astimezone(UTC), int(number)) if at.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None


def count_waiting() -> int:
    """How many proposals wait for the unit head."""
    return int(
        db.session.scalar(select(func.count()).select_from(Decision).where(Decision.status == DecisionStatus.PROPOSED))
        or 0
    )


@dataclass(frozen=True)
class ErrorFilters:
    """What the list of listing errors shows; empty means all."""

    kind: ListingErrorKind | None = None
    outcome: ListingErrorOutcome | None = None
    village_code: str = ""

    def conditions(self) -> list[Any]:
        found: list[Any] = []
        if self.kind:
            found.append(ListingError.kind == self.kind)
        if self.outcome:
            found.append(ListingError.outcome == self.outcome)
        if self.village_code:
            found.append(Household.village_code == self.village_code)
        return found


def errors_narrowed_by(given: Mapping[str, str]) -> ErrorFilters:
    """The filter that an address or a form names."""
    kind, outcome = given.get("kind"), given.get("outcome")
    return ErrorFilters(
        kind=ListingErrorKind(kind) if kind in set(ListingErrorKind) else None,
        outcome=ListingErrorOutcome(outcome) if outcome in set(ListingErrorOutcome) else None,
        village_code=given.get("village", ""),
    )


def _error_rows(filters: ErrorFilters) -> AnySelect:
    return (
        select(
            ListingError.id, ListingError.kind, ListingError.list_code, ListingError.list_as_of, ListingError.value,
            ListingError.band, ListingError.instrument_code, ListingError.instrument_version, ListingError.found_on,
            ListingError.reason, ListingError.outcome, ListingError.household_id, Household.head_name,
            Household.village_code, User.full_name.label("visitor"),
        )
        .join(Household, ListingError.household_id == Household.id)
        .join(User, ListingError.visitor_id == User.id)
        .where(*filters.conditions())
        .order_by(ListingError.found_on.desc(), ListingError.id.desc())
    )  # fmt: skip


def listing_errors(filters: ErrorFilters, *, after: Sequence[Any] | None = None, limit: int) -> Sequence[AnyRow]:
    """Listing errors, the newest first."""
    statement = _error_rows(filters).limit(limit)
    if place := day_and_number(after):
        statement = statement.where(tuple_(ListingError.found_on, ListingError.id) < tuple_(*place))
    return db.session.execute(statement).all()


def place_of_error(row: AnyRow) -> tuple[date, int]:
    """Where a row stands in the order of listing errors."""
    return row.found_on, row.id


def all_listing_errors(filters: ErrorFilters, *, size: int) -> Iterator[Sequence[AnyRow]]:
    """Every listing error that the list shows, in its order: `size` rows at a time."""
    return every(lambda after: listing_errors(filters, after=after, limit=size + 1), place_of_error, size=size)


def count_listing_errors(filters: ErrorFilters) -> int:
    """How many the filters leave, at most one more than lists ever count to."""
    return how_many(_error_rows(filters), COUNT_LIMIT)


def listing_errors_of(household_id: int) -> Sequence[ListingError]:
    """What the lists and the visits of one family disagree on, newest first."""
    return db.session.scalars(
        select(ListingError).where(ListingError.household_id == household_id).order_by(ListingError.id.desc())
    ).all()
