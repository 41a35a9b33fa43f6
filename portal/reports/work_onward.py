"""What the desk goes on with after a visit, a decision or the mayor's letter."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, or_
from sqlalchemy.orm import aliased

from portal import clock
from portal.accounts.models import User
from portal.complaints.models import Complaint, ComplaintStatus
from portal.decisions.models import Decision, DecisionStatus, Proposal
from portal.funds.grounds import LIVE
from portal.funds.models import Disbursement
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.recommendations.models import EmergencyRecommendation, RecommendationStatus
from portal.reports import addresses
from portal.reports.work import ALL, Group, Work, due, due_promise, first, of_families, place, promised
from portal.units.catalogue import catalogue
from portal.units.formats import day, service_name
from portal.visits.models import Assessment, AssessmentStatus, HomeVisit

R = EmergencyRecommendation


def onward(user: User) -> Group:
    """Cases that were visited and not proposed, or promised money and not opened, the nearest promise first."""
    today = clock.today()
    statement = (
        of_families(
            Complaint, Complaint.number, Complaint.service_code, Complaint.promised_on, Complaint.answered_on,
            case((_money_to_open(), "aid"), (_assessed(), "propose"), else_="assess").label("step"),
        )
        .where(or_(_to_propose(), _money_to_open()))
        .order_by(Complaint.promised_on.is_(None), Complaint.promised_on, Complaint.id)
    )  # fmt: skip

    def row(found: Any) -> Work:
        url = addresses.complaint(found.number)
        buttons = {
            "aid": (_l("Open the case"), url),
            "propose": (_l("Propose"), addresses.complaint(found.number, "proposal")),
            "assess": (_l("Open the case"), url),
        }
        return Work(
            title=found.head_name,
            url=url,
            text=f"{_STEPS[found.step]} · {service_name(found.service_code)} · {promised(found.promised_on)}",
            button=buttons[found.step],
            mark=None if found.answered_on else due_promise(found.promised_on, today=today),
        )

    rows, total = first(statement, row, most=ALL)
    return Group(
        "onward", _l("Cases to go on with"), _l("cases to go on with"), "#group-onward", rows, total, "", "due",
        only_when_any=True,
    )  # fmt: skip


_STEPS = {
    "aid": _l("Approved, no aid proposed yet"),
    "propose": _l("Assessed, nothing proposed yet"),
    "assess": _l("Visited, not assessed"),
}


def _has(record: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a record of this kind belongs to the complaint."""
    return exists().where(record.complaint_id == Complaint.id, *conditions)


def _assessed() -> ColumnElement[bool]:
    return _has(HomeVisit, Assessment.visit_id == HomeVisit.id, Assessment.status == AssessmentStatus.FINAL)


def _to_propose() -> ColumnElement[bool]:
    """Seen, and neither proposed nor sent back (that has a group of its own) nor with the mayor."""
    newer = aliased(Decision)
    sent_back = exists().where(
        Decision.complaint_id == Complaint.id, Decision.status == DecisionStatus.RETURNED,
        ~exists().where(newer.complaint_id == Decision.complaint_id, newer.id > Decision.id),
    )  # fmt: skip
    return and_(
        Complaint.status.in_([ComplaintStatus.VISITED, ComplaintStatus.ASSESSED]),
        ~_has(Decision, Decision.status == DecisionStatus.PROPOSED),
        ~sent_back,
        ~_has(R, R.status == RecommendationStatus.PROPOSED),
    )


def _money_to_open() -> ColumnElement[bool]:
    """Approved, for a service that gives money, and no aid stands on it (funds/grounds.py says what may open one)."""
    paying = [code for code, service in catalogue().services.items() if service.gives_money]
    helped = _has(
        Decision,
        Decision.status == DecisionStatus.APPROVED,
        Decision.proposal == Proposal.HELP,
        Complaint.service_code.in_(paying),
    )
    letter = _has(
        R,
        R.status == RecommendationStatus.APPROVED,
        R.service_code.in_(paying),
        R.ends_on >= clock.today(),
        R.exit.is_(None),
    )
    return and_(
        Complaint.status == ComplaintStatus.APPROVED,
        or_(helped, letter),
        ~_has(Disbursement, Disbursement.status.in_(LIVE)),
    )


def letters_ending(user: User) -> Group:
    """Letters of the mayor that end, or have ended, without a way out for the family."""
    today = clock.today()
    statement = (
        of_families(
            R,
            R.number,
            R.ends_on,
        )
        .where(
            R.status == RecommendationStatus.APPROVED,
            R.exit.is_(None),
        )
        .order_by(R.ends_on, R.id)
    )

    def row(found: Any) -> Work:
        return Work(
            title=found.head_name,
            url=addresses.recommendation(found.number),
            text=_("the letter ends on %(day)s", day=day(found.ends_on, weekday=True)) + " · " + place(found),
            button=(_l("Record the way out"), addresses.recommendation(found.number)),
            mark=due(found.ends_on, late=_("ended"), today=today),
        )

    rows, total = first(statement, row)
    return Group(
        "letters", _l("Emergency letters without a way out"), _l("letters without a way out"),
        "/recommendations?filter=no_exit", rows, total,
        _l("Every emergency letter has its way out: a card, a referral, or closed with a reason."), "due",
    )  # fmt: skip
