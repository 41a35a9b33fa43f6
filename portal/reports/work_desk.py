"""What waits for social workers."""

from datetime import timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from portal import clock
from portal.accounts.models import User
from portal.cards.models import Card, CardStatus
from portal.complaints.models import OPEN_STATUSES, Complaint, ComplaintStatus
from portal.complaints.queries import BEFORE_VISIT
from portal.db import db
from portal.decisions.models import Decision, DecisionStatus
from portal.households import area_queries as area
from portal.households.area_words import KINDS
from portal.households.models import Household
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.reports import addresses, work_aid
from portal.reports.work import ALL, Group, Work, due, due_promise, first, of_families, place, promised
from portal.reports.work_onward import letters_ending, onward
from portal.units.catalogue import catalogue
from portal.units.formats import day, service_name
from portal.visits import queries as visits_of
from portal.visits.models import Assessment, AssessmentStatus, HomeVisit, VisitStatus


def visits(user: User) -> Group:
    """The visits of today or, when there are none, of the next working day."""
    today = clock.today()
    following = catalogue().calendar.next_working_day(today)
    found = db.session.execute(
        of_families(
            HomeVisit, HomeVisit.id, HomeVisit.visit_on, HomeVisit.visit_time, Household.address, Household.phone,
            Complaint.applicant_phone,
        )
        .outerjoin(Complaint, Complaint.id == HomeVisit.complaint_id)
        .where(
            HomeVisit.visitor_id == user.id,
            HomeVisit.status == VisitStatus.BOOKED,
            HomeVisit.visit_on.in_([today, following]),
        )
        .order_by(HomeVisit.visit_on, HomeVisit.visit_time, HomeVisit.id)
    ).all()  # fmt: skip
    on = found[0].visit_on if found else today
    rows = [_visit(row) for row in found if row.visit_on == on]
    title = _("Visits today") if on == today else _("Visits on %(day)s", day=day(on, weekday=True))
    figure = _("visits today") if on == today else _("visits on %(day)s", day=day(on, weekday=True, short=True))
    return Group(
        "visits", title, figure, "#group-visits", rows, len(rows),
        _l("No visits today or on the next working day. Book one from a complaint without a visit."),
    )  # fmt: skip


def _visit(row: Any) -> Work:
    return Work(
        title=f"{row.visit_time:%H.%M} · {row.head_name}",
        url=addresses.visit(row.id),
        text=", ".join(part for part in (row.address, place(row)) if part),
        button=(_l("Open the visit"), addresses.visit(row.id)),
        phone=row.applicant_phone or row.phone,
    )


def left_open(user: User) -> Group:
    """Visits of days before today of which this person has told nothing yet, the oldest first."""
    found = visits_of.left_open_for(user, clock.today())
    rows = [
        Work(
            title=row.head_name,
            url=addresses.visit(row.id),
            text=day(row.visit_on, weekday=True) + " · " + place(row),
            button=(_l("Say how it went"), addresses.visit(row.id)),
            mark=("late", _("no result")),
        )
        for row in found
    ]
    return Group(
        "left-open",
        _l("Visits without a result"),
        _l("visits without a result"),
        "#group-left-open",
        rows,
        len(rows),
        "",
        "late",
        only_when_any=True,
    )


def without_visit(user: User) -> Group:
    """Complaints that nobody has arranged to visit yet, the nearest promise first."""
    today = clock.today()
    statement = (
        of_families(
            Complaint,
            Complaint.number,
            Complaint.status,
            Complaint.service_code,
            Complaint.promised_on,
        )
        .where(Complaint.status.in_(BEFORE_VISIT))
        .order_by(Complaint.promised_on.is_(None), Complaint.promised_on, Complaint.id)
    )

    def row(found: Any) -> Work:
        return Work(
            title=found.head_name,
            url=addresses.complaint(found.number),
            text=f"{service_name(found.service_code)} · {place(found)} · {promised(found.promised_on)}",
            button=_first_step(found),
            mark=due_promise(found.promised_on, today=today),
        )

    rows, total = first(statement, row)
    return Group(
        "without-visit", _l("Complaints without a visit"), _l("complaints without a visit"),
        "/complaints?filter=without_visit", rows, total, _l("Every complaint has its visit."), "due",
    )  # fmt: skip


def _first_step(found: Any) -> tuple[Any, str]:
    """What such a complaint waits for: papers, the mayor (path c alone asks for no visit first), or a visit."""
    if found.status == ComplaintStatus.INCOMPLETE:
        return _l("Complete the papers"), addresses.complaint(found.number, "documents")
    service = catalogue().services.get(found.service_code)
    if service and service.paths == ["c"]:
        return _l("Open the case"), addresses.complaint(found.number)
    return _l("Book a visit"), addresses.complaint(found.number, "visit")


def drafts(user: User) -> Group:
    """Assessments this person began and can still make final, the oldest first: their visit is not over."""
    statement = (
        of_families(
            Assessment,
            Assessment.visit_id,
            Assessment.assessed_on,
        )
        .join(HomeVisit, HomeVisit.id == Assessment.visit_id)
        .where(Assessment.status == AssessmentStatus.DRAFT, HomeVisit.status == VisitStatus.BOOKED)
        .where(Assessment.by_id == user.id)
        .order_by(Assessment.assessed_on, Assessment.id)
    )

    def row(found: Any) -> Work:
        return Work(
            title=found.head_name,
            url=addresses.visit(found.visit_id),
            text=_("begun on %(day)s", day=day(found.assessed_on, weekday=True, short=True)) + " · " + place(found),
            button=(_l("Continue the assessment"), addresses.assessment(found.visit_id)),
        )

    rows, total = first(statement, row, most=ALL)
    return Group(
        "drafts", _l("Assessments not finished"), _l("assessments not finished"), "#group-drafts",
        rows, total, _l("No assessment is left half filled in."), "due",
    )  # fmt: skip


def returned(user: User) -> Group:
    """Proposals of this person that the unit head sent back, and nobody has proposed anew."""
    newer = aliased(Decision)
    statement = (
        of_families(
            Decision,
            Complaint.number,
            Decision.decision_reason,
            Decision.decided_at,
        )
        .join(Complaint, Complaint.id == Decision.complaint_id)
        .where(
            Decision.status == DecisionStatus.RETURNED,
            Decision.proposed_by_id == user.id,
            Complaint.status.in_(OPEN_STATUSES),
            ~exists().where(newer.complaint_id == Decision.complaint_id, newer.id > Decision.id),
        )
        .order_by(Decision.decided_at, Decision.id)
    )

    def row(found: Any) -> Work:
        return Work(
            title=found.head_name,
            url=addresses.complaint(found.number),
            text=found.decision_reason,
            button=(_l("Propose again"), addresses.complaint(found.number, "proposal")),
        )

    rows, total = first(statement, row, most=ALL)
    return Group(
        "returned", _l("Proposals sent back"), _l("proposals sent back"), "#group-returned",
        rows, total, _l("No proposal was sent back."), "due",
    )  # fmt: skip


def _renewal_case() -> Any:
    """The number of an open case of the card's family for a card: its renewal is under way."""
    kinds = [code for code, service in catalogue().services.items() if service.kind == "card"]
    return (
        select(func.max(Complaint.number))
        .where(
            Complaint.household_id == Card.household_id,
            Complaint.service_code.in_(kinds),
            Complaint.status.in_(OPEN_STATUSES),
        )
        .correlate(Card)
        .scalar_subquery()
    )


def cards_expiring(user: User) -> Group:
    """Cards that end within the notice period and have no successor yet (settings: expiry_notice_days)."""
    today = clock.today()
    until = today + timedelta(days=int(catalogue().setting("expiry_notice_days")))
    successor = aliased(Card)
    statement = (
        of_families(
            Card,
            Card.number,
            Card.ends_on,
            Card.holder_name,
            _renewal_case().label("under_way"),
        )
        .where(
            Card.status == CardStatus.ISSUED,
            Card.ends_on.between(today, until),
            ~exists().where(successor.renews_id == Card.id),
        )
        .order_by(Card.ends_on, Card.id)
    )

    def row(found: Any) -> Work:
        return Work(
            title=found.holder_name,
            url=addresses.card(found.number),
            text=f"{found.number} · {place(found)} · " + _("valid until %(day)s", day=day(found.ends_on, weekday=True)),
            button=(_l("Open the renewal"), addresses.complaint(found.under_way))
            if found.under_way
            else (_l("Prepare the renewal"), addresses.card(found.number)),
            mark=("info", _("under way")) if found.under_way else due(found.ends_on, late=_("ended"), today=today),
        )

    rows, total = first(statement, row)
    return Group(
        "cards", _l("Cards that end soon"), _l("cards that end soon"), "/cards?state=expiring",
        rows, total, _l("No card ends in the next weeks."),
    )  # fmt: skip


def cadre_reports(user: User) -> Group:
    """What cadres reported and nobody dealt with, the oldest first."""

    def row(found: Any) -> Work:
        return Work(
            title=found.family_name,
            url=addresses.area_report(found.id),
            text=f"{KINDS[found.kind]} · {place(found)} · {found.reported_by}",
            button=(_l("Open the report"), addresses.area_report(found.id)),
        )

    rows, total = first(area.open_reports(), row)
    return Group(
        "cadre-reports", _l("Reports of cadres"), _l("reports of cadres"), "/area/reports", rows, total, "", "due",
        only_when_any=True,
    )  # fmt: skip


GROUPS = (
    visits, left_open, without_visit, cadre_reports, drafts, returned, onward, work_aid.could_be_helped,
    letters_ending, cards_expiring,
)  # fmt: skip
