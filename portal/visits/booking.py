"""Booking home visits: free times of the officers, near other visits of the same kelurahan."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select

from portal import audit, clock
from portal.accounts import queries as users
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.complaints import services as complaints
from portal.complaints.models import Complaint, ComplaintStatus
from portal.db import db, hold, take_turns
from portal.errors import AlreadySettled, Doubt, NotAllowed, Refused, settle_doubts
from portal.households.models import Household
from portal.language import gettext as _
from portal.units.calendar import WEEKEND
from portal.units.catalogue import catalogue
from portal.units.formats import day
from portal.visits.models import HomeVisit, VisitStatus

TIMES: Final = tuple(time(*at) for at in ((9, 0), (10, 0), (11, 0), (13, 30), (14, 30), (15, 30), (8, 0), (12, 0)))
"""When a visit may begin, the usual times first; a day takes as many of them as the setting visits_per_day says."""
APART: Final = timedelta(hours=1)
"""Between the beginnings of two visits of one officer, as the times above: a talk, the twelve criteria, and the way."""
DAYS_AHEAD: Final = 8
"""Working days in which free times are looked for."""
EARLIEST, LATEST = time(7), time(18)
"""Hours at which families are visited; others are asked about once more."""
FURTHEST: Final = 366
"""Days: a visit further away than a year is a slip of the pen."""


@dataclass(frozen=True)
class Slot:
    """A free time of an officer; `near` counts the officer's visits in the same kelurahan on that day."""

    visitor_id: int
    visitor_name: str
    on: date
    at: time
    near: int = 0

    @property
    def code(self) -> str:
        """As the form sends it: officer, day and time."""
        return f"{self.visitor_id}|{self.on.isoformat()}|{self.at:%H:%M}"


def may_book(actor: User) -> bool:
    """The desk books visits; the head assigns them."""
    return actor.can("complaints.record") or actor.can("visits.assign")


def visitors() -> Sequence[User]:
    """The officers who visit, by name."""
    return users.with_role(Role.SOCIAL_WORKER)


def _working_days(start: date, count: int) -> list[date]:
    days, calendar = [], catalogue().calendar
    for _number in range(count):
        start = calendar.next_working_day(start)
        days.append(start)
    return days


def _booked(first: date, last: date) -> Sequence[Any]:
    return db.session.execute(
        select(HomeVisit.visitor_id, HomeVisit.visit_on, HomeVisit.visit_time, Household.village_code)
        .join(Household, Household.id == HomeVisit.household_id)
        .where(HomeVisit.visit_on.between(first, last), HomeVisit.status.in_((VisitStatus.BOOKED, VisitStatus.DONE)))
    ).all()


def free_slots(village_code: str, *, after: date | None = None, most: int = 4) -> list[Slot]:
    """The next free times for a house in this kelurahan, in the order of the calendar.

    One for each officer and working day after `after` (default today) with fewer than visits_per_day visits; days on
    which the officer is in the same kelurahan anyway come first, so that a round of visits stays short.
    """
    days = _working_days(after or clock.today(), DAYS_AHEAD)
    booked, officers = _booked(days[0], days[-1]), visitors()
    found = [slot for day in days for visitor in officers if (slot := _free(visitor, day, booked, village_code))]
    chosen = sorted(found, key=lambda slot: (slot.near == 0, slot.on, slot.at))[:most]
    return sorted(chosen, key=lambda slot: (slot.on, slot.at, slot.visitor_name))


def _free(visitor: User, day: date, booked: Sequence[Any], village_code: str) -> Slot | None:
    theirs = [row for row in booked if row.visitor_id == visitor.id and row.visit_on == day]
    most = int(catalogue().setting("visits_per_day"))
    free = [at for at in sorted(TIMES[:most]) if not any(meet(at, row.visit_time) for row in theirs)]
    if not free or len(theirs) >= most:
        return None
    near = Counter(row.village_code for row in theirs)[village_code]
    return Slot(visitor.id, visitor.full_name, day, free[0], near)


def meet(at: time, other: time) -> bool:
    """Whether two visits that begin at these hours of a day are too close for one officer."""
    day = date.min
    return abs(datetime.combine(day, at) - datetime.combine(day, other)) < APART


def doubts(visitor: User, on: date, at: time, *, moved: HomeVisit | None = None) -> list[Doubt]:
    """What is unusual about this day: the unit is closed, or the officer's day is full."""
    found, when = [], day(on, weekday=True)
    if closed := catalogue().calendar.why_closed(on):
        why = _("weekend") if closed == WEEKEND else closed
        found.append(Doubt(f"closed_day:{on}", _("%(day)s is no working day (%(why)s).", day=when, why=why)))
    if not EARLIEST <= at <= LATEST:
        found.append(Doubt(f"odd_hour:{at}", _("%(time)s is an unusual hour for a visit.", time=f"{at:%H.%M}")))
    theirs = _times_of(visitor, on, but=moved)
    if len(theirs) >= int(catalogue().setting("visits_per_day")):
        found.append(
            Doubt(f"full_day:{visitor.id}:{on}", _("%(name)s has %(count)s visits on %(day)s already.",
                  name=visitor.full_name, count=len(theirs), day=when))
        )  # fmt: skip
    return found


def _times_of(visitor: User, on: date, *, but: HomeVisit | None) -> Sequence[time]:
    return db.session.scalars(
        select(HomeVisit.visit_time).where(
            HomeVisit.visitor_id == visitor.id,
            HomeVisit.visit_on == on,
            HomeVisit.status.in_((VisitStatus.BOOKED, VisitStatus.DONE)),
            HomeVisit.id != (but.id if but else 0),
        )
    ).all()


def refuse_taken(visitor: User, on: date, at: time, *, but: HomeVisit | None = None, field: str = "visit_time") -> None:
    """Raises Refused where the officer has another visit within the hour; `but` is the visit that is being changed."""
    if near := [other for other in _times_of(visitor, on, but=but) if meet(at, other)]:
        sentence = _(
            "%(name)s has another visit at %(time)s. Please choose a time at least an hour from it.",
            name=visitor.full_name,
            time=f"{near[0]:%H.%M}",
        )
        raise Refused(sentence, field=field)


def refuse_impossible(visitor: User, on: date, at: time, *, moved: HomeVisit | None = None) -> None:
    """Raises Refused for a past or absurd day, somebody who does not visit, or a time that is taken."""
    if on < clock.today():
        raise Refused(_("This day is over. Please choose today or a later day."), field="visit_on")
    if on == clock.today() and at < clock.local(clock.now()).time():
        raise Refused(_("This hour is over. Please choose a later one."), field="visit_time")
    if on > clock.today() + timedelta(days=FURTHEST):
        raise Refused(_("This day is more than a year away. Please check the year."), field="visit_on")
    if not visitor.active or not visitor.has(Role.SOCIAL_WORKER):
        raise Refused(_("This person makes no home visits."), field="visitor_id")
    refuse_taken(visitor, on, at, but=moved)


def _take_turns(visitor: User, complaint: Complaint | None) -> None:
    """Who books for the same case or officer at the same moment waits here, and then sees the first booking.

    Raises AlreadySettled for a case that is over, also when it was closed at this very moment.
    """
    if complaint is not None:
        hold(complaint)
        if complaints.is_over(complaint):
            raise AlreadySettled(_("This case is closed."))
    take_turns(visitor)  # this officer's hours stay as they are until this transaction ends


def book(
    household: Household,
    *,
    complaint: Complaint | None,
    visitor: User,
    on: date,
    at: time,
    by: User,
    confirmed: Collection[str] = (),
) -> HomeVisit:
    """Book a visit; the complaint becomes scheduled. Raises Refused, and Doubtful for a holiday or a full day."""
    if not may_book(by):
        raise NotAllowed
    _take_turns(visitor, complaint)
    if complaint and booked_visit(complaint):
        raise Refused(_("A visit is booked for this complaint already."))
    refuse_impossible(visitor, on, at)
    settle_doubts(doubts(visitor, on, at), confirmed)
    visit = HomeVisit(
        household_id=household.id, complaint_id=complaint.id if complaint else None, visitor_id=visitor.id,
        visit_on=on, visit_time=at, booked_by_id=by.id, booked_at=clock.now(),
    )  # fmt: skip
    db.session.add(visit)
    db.session.flush()
    audit.record("visit.booked", visit, by=by)
    if complaint and complaint.status in (ComplaintStatus.RECEIVED, ComplaintStatus.INCOMPLETE):
        complaints.move(complaint, ComplaintStatus.SCHEDULED, by=by)
    return visit


def move(visit: HomeVisit, *, visitor: User, on: date, at: time, by: User, confirmed: Collection[str] = ()) -> None:
    """Give a booked visit another day, time or officer; the trail keeps the old ones. Raises like `book`."""
    if not may_book(by):
        raise NotAllowed
    _take_turns(visitor, visit.complaint)
    refuse_impossible(visitor, on, at, moved=visit)
    settle_doubts(doubts(visitor, on, at, moved=visit), confirmed)
    visit.visitor_id, visit.visit_on, visit.visit_time = visitor.id, on, at
    audit.record("visit.moved", visit, by=by)


def next_visit(complaint_id: int) -> HomeVisit | None:
    """The visit that is still to come for this complaint."""
    return db.session.scalar(
        select(HomeVisit)
        .where(HomeVisit.complaint_id == complaint_id, HomeVisit.status == VisitStatus.BOOKED)
        .order_by(HomeVisit.visit_on, HomeVisit.id)
        .limit(1)
    )


def booked_visit(complaint: Complaint) -> HomeVisit | None:
    """`next_visit` of a complaint's record."""
    return next_visit(complaint.id)
