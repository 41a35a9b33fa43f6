"""Finding emergencies, letters and delegations."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import and_, or_, select, tuple_

from portal import clock
from portal.accounts.models import User
from portal.complaints.models import Complaint, ComplaintDocument
from portal.db import AnyRow, AnySelect, db, how_many
from portal.errors import NotFound
from portal.files.models import StoredFile
from portal.households import sought
from portal.households.models import Household
from portal.recommendations.models import Delegation, EmergencyEvent, EmergencyRecommendation, RecommendationStatus
from portal.visits.models import HomeVisit, VisitStatus
from portal.web.paging import COUNT_LIMIT, every

EVENT_LETTER: Final = "event_letter"
EXIT_NOTICE: Final = timedelta(days=7)
"""The case asks for its exit from a week before the letter ends."""


def get_recommendation(number: str) -> EmergencyRecommendation:
    """Raises NotFound."""
    found = db.session.scalars(select(EmergencyRecommendation).filter_by(number=number)).first()
    if found is None:
        raise NotFound
    return found


def by_code(code: str) -> EmergencyRecommendation | None:
    """The letter whose QR holds this code."""
    return db.session.scalars(select(EmergencyRecommendation).filter_by(verification_code=code)).first()


def letter_for(event_id: int) -> EmergencyRecommendation | None:
    """The request or letter that answers this event already; a declined one does not count."""
    return db.session.scalars(
        select(EmergencyRecommendation).where(
            EmergencyRecommendation.event_id == event_id,
            EmergencyRecommendation.status != RecommendationStatus.DECLINED,
        )
    ).first()


def letters_since(household_id: int, since: date) -> Sequence[EmergencyRecommendation]:
    """Requests and letters of this household for what happened since that day; declined ones do not count."""
    return db.session.scalars(
        select(EmergencyRecommendation)
        .join(EmergencyEvent, EmergencyEvent.id == EmergencyRecommendation.event_id)
        .where(
            EmergencyRecommendation.household_id == household_id,
            EmergencyRecommendation.status != RecommendationStatus.DECLINED,
            EmergencyEvent.happened_on >= since,
        )
        .order_by(EmergencyRecommendation.id)
    ).all()


def other_letters(requests: Sequence[Any]) -> dict[int, list[Any]]:
    """By the id of each of these requests: letters its family had, and requests that wait beside it; newest first."""
    r, e = EmergencyRecommendation, EmergencyEvent
    of_family: dict[int, list[Any]] = {request.household_id: [] for request in requests}
    statement = (
        select(r.id, r.household_id, r.number, r.letter_number, r.ends_on, e.kind, e.happened_on)
        .join(e, e.id == r.event_id)
        .where(r.household_id.in_(of_family), r.status != RecommendationStatus.DECLINED)
        .order_by(r.id.desc())
    )
    for row in db.session.execute(statement) if of_family else ():
        of_family[row.household_id].append(row)
    return {each.id: [row for row in of_family[each.household_id] if row.id != each.id] for each in requests}


def events_of(household_id: int) -> Sequence[EmergencyEvent]:
    """What struck this household, newest first."""
    return db.session.scalars(
        select(EmergencyEvent)
        .where(EmergencyEvent.household_id == household_id)
        .order_by(EmergencyEvent.happened_on.desc(), EmergencyEvent.id.desc())
        .limit(10)
    ).all()


def get_event(event_id: int, household_id: int) -> EmergencyEvent:
    """An event of this household. Raises NotFound."""
    found = db.session.get(EmergencyEvent, event_id)
    if found is None or found.household_id != household_id:
        raise NotFound
    return found


def same_event(household_id: int, kind: str, happened_on: date) -> EmergencyEvent | None:
    """The event of this kind and day, if it is on record: typed anew, it is still the same event."""
    return db.session.scalars(
        select(EmergencyEvent).filter_by(household_id=household_id, kind=kind, happened_on=happened_on)
    ).first()


def event_letter_brought_on(complaint_id: int | None) -> date | None:
    """The day the event letter was shown at the desk with this complaint."""
    if complaint_id is None:
        return None
    return db.session.scalars(
        select(ComplaintDocument.brought_on).filter_by(complaint_id=complaint_id, code=EVENT_LETTER)
    ).first()


def _listed() -> Any:
    brought = (
        select(ComplaintDocument.brought_on)
        .where(
            ComplaintDocument.complaint_id == EmergencyRecommendation.complaint_id,
            ComplaintDocument.code == EVENT_LETTER,
        )
        .scalar_subquery()
    )
    r, e = EmergencyRecommendation, EmergencyEvent
    return (
        select(
            r.id, r.number, r.version, r.status, r.resident_name, r.service_code, r.amount, r.urgent, r.request_reason,
            r.confirmed, r.proposed_by_id, r.proposed_at, r.letter_number, r.starts_on, r.ends_on, r.exit, r.event_id,
            r.household_id, e.kind, e.happened_on, e.description, Household.village_code,
            User.full_name.label("proposed_by"), brought.label("event_letter_on"), Complaint.number.label("complaint"),
        )
        .join(e, e.id == r.event_id)
        .join(Household, Household.id == r.household_id)
        .join(User, User.id == r.proposed_by_id)
        .outerjoin(Complaint, Complaint.id == r.complaint_id)
    )  # fmt: skip


def awaiting_mayor() -> Sequence[Any]:
    """Requests that nobody has decided yet, the longest wait first."""
    r = EmergencyRecommendation
    return db.session.execute(
        _listed().where(r.status == RecommendationStatus.PROPOSED).order_by(r.proposed_at, r.id)
    ).all()


def _ends_without_exit(on: date) -> Any:
    r = EmergencyRecommendation
    return and_(r.status == RecommendationStatus.APPROVED, r.exit.is_(None), r.ends_on <= on + EXIT_NOTICE)


def needing_exit(on: date) -> Sequence[Any]:
    """Letters that end within seven days, or have ended, while nobody has said how the emergency ends."""
    r = EmergencyRecommendation
    return db.session.execute(_listed().where(_ends_without_exit(on)).order_by(r.ends_on, r.id)).all()


def without_exit(complaint_id: int) -> EmergencyRecommendation | None:
    """The letter of this complaint that still lacks its exit; until it has one the case cannot be closed."""
    return db.session.scalars(
        select(EmergencyRecommendation).filter_by(
            complaint_id=complaint_id, status=RecommendationStatus.APPROVED, exit=None
        )
    ).first()


CHOICES: Final = ("waiting", "approved", "declined", "no_exit")


@dataclass(frozen=True)
class Filters:
    """What the list shows: requests that are waiting, approved, declined, or approved with no_exit."""

    chosen: str = "waiting"
    text: str = ""


def narrowed_by(given: Mapping[str, str]) -> Filters:
    """The filter that an address or a form names. Raises NotFound for no such list."""
    filters = Filters(given.get("filter", "waiting"), given.get("q", "").strip()[:120])
    if filters.chosen not in CHOICES:
        raise NotFound
    return filters


def _narrowed(filters: Filters) -> AnySelect:
    """Waiting ones and those without an exit begin with the most pressing, settled ones with the newest."""
    r = EmergencyRecommendation
    statement = _listed().where(*sought.papers(filters.text, r.number, r.household_id))
    if filters.chosen == "no_exit":
        ends = statement.where(r.status == RecommendationStatus.APPROVED, r.exit.is_(None))
        return ends.order_by(r.ends_on, r.id)
    if filters.chosen == "waiting":
        return statement.where(r.status == RecommendationStatus.PROPOSED).order_by(r.id)
    return statement.where(r.status == RecommendationStatus(filters.chosen)).order_by(r.id.desc())


def listed(filters: Filters, *, after: Sequence[Any] | None, size: int) -> Sequence[AnyRow]:
    """At most `size` rows after a place."""
    r, statement = EmergencyRecommendation, _narrowed(filters)
    if mark := _mark(after):
        further = {"no_exit": tuple_(r.ends_on, r.id) > mark, "waiting": r.id > mark[1]}
        statement = statement.where(further.get(filters.chosen, r.id < mark[1]))
    return db.session.execute(statement.limit(size)).all()


def place_of(row: AnyRow) -> tuple[date, int]:
    """Where a row stands in the order of this list."""
    return row.ends_on or clock.today(), row.id


def all_listed(filters: Filters, *, size: int) -> Iterator[Sequence[AnyRow]]:
    """Everything that the list shows, in its order: `size` rows at a time."""
    return every(lambda after: listed(filters, after=after, size=size + 1), place_of, size=size)


def count(filters: Filters) -> int:
    """How many the filters leave, at most one more than lists ever count to."""
    return how_many(_narrowed(filters), COUNT_LIMIT)


def _mark(after: Sequence[Any] | None) -> tuple[date, int] | None:
    """The place (last day, id) in a list; None when it was tampered with."""
    try:
        last_day, number = after or []
        return date.fromisoformat(str(last_day)), int(number)
    except ValueError:
        return None


def proofs(event_ids: Sequence[int]) -> dict[int, list[StoredFile]]:
    """The files that prove these events."""
    found: dict[int, list[StoredFile]] = {event_id: [] for event_id in event_ids}
    kind = EmergencyEvent.__tablename__
    statement = select(StoredFile).where(StoredFile.subject_type == kind, StoredFile.subject_id.in_(found))
    for file in db.session.scalars(statement.order_by(StoredFile.id)):
        found[file.subject_id].append(file)
    return found


def visit_after(household_id: int, since: date) -> HomeVisit | None:
    """A home visit to this family, booked or done, on or after this day."""
    return db.session.scalars(
        select(HomeVisit)
        .where(
            HomeVisit.household_id == household_id,
            HomeVisit.visit_on >= since,
            HomeVisit.status.in_([VisitStatus.BOOKED, VisitStatus.DONE]),
        )
        .order_by(HomeVisit.visit_on)
    ).first()


def in_force(on: date) -> Any:
    """The condition that a delegation holds on this day; ended today, it holds no longer."""
    return and_(
        Delegation.starts_on <= on,
        Delegation.ends_on >= on,
        or_(Delegation.ended_on.is_(None), Delegation.ended_on > on),
    )


def delegation_of(user: User, on: date) -> Delegation | None:
    """The delegation under which this person may decide on this day."""
    return db.session.scalars(
        select(Delegation).where(Delegation.to_user_id == user.id, in_force(on)).order_by(Delegation.id.desc())
    ).first()


def delegation_behind(recommendation: EmergencyRecommendation) -> Delegation | None:
    """The delegation under which a deputy decided this request."""
    if recommendation.on_behalf_of_id is None or recommendation.decided_at is None:
        return None
    on = clock.local(recommendation.decided_at).date()
    return db.session.scalars(
        select(Delegation)
        .where(
            Delegation.from_user_id == recommendation.on_behalf_of_id,
            Delegation.to_user_id == recommendation.decided_by_id,
            Delegation.granted_at <= recommendation.decided_at,
            Delegation.starts_on <= on,
            Delegation.ends_on >= on,
        )
        .order_by(Delegation.id.desc())
    ).first()


def get_delegation(delegation_id: int) -> Delegation:
    """Raises NotFound."""
    found = db.session.get(Delegation, delegation_id)
    if found is None:
        raise NotFound
    return found


def delegations() -> Sequence[Delegation]:
    """The newest hundred, those that run longest first."""
    statement = select(Delegation).order_by(Delegation.ends_on.desc(), Delegation.id.desc()).limit(100)
    return db.session.scalars(statement).all()


def overlapping(to_user: User, starts_on: date, ends_on: date) -> Delegation | None:
    """A delegation of this person that shares a day with these and has not been ended."""
    return db.session.scalars(
        select(Delegation).where(
            Delegation.to_user_id == to_user.id,
            Delegation.starts_on <= ends_on,
            Delegation.ends_on >= starts_on,
            Delegation.ended_on.is_(None),
        )
    ).first()


def active_people() -> Sequence[User]:
    """Everybody who may sign in, by name, with their roles."""
    return db.session.scalars(select(User).where(User.active).order_by(User.full_name, User.id)).all()
