"""What the pages of a case and of a family show, put together from their records."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.accounts.roles import rights
from portal.complaints import life as words
from portal.complaints import promise
from portal.complaints.models import Complaint
from portal.funds.models import DisbursementStatus
from portal.recommendations.models import RecommendationStatus
from portal.reports import life
from portal.reports.records import Records
from portal.units.catalogue import catalogue
from portal.visits.models import VisitStatus

CAME_TO_NOTHING = (
    DisbursementStatus.DECLINED, DisbursementStatus.CANCELLED, DisbursementStatus.REVERSED, DisbursementStatus.FAILED,
)  # fmt: skip
LETTER_NOTICE = timedelta(days=7)
"""A letter asks for its way out from a week before it ends, as in the list of emergencies."""


@dataclass(frozen=True)
class CaseFile:
    """The six words, what is next for this reader, and who has it."""

    steps: list[tuple[Any, date | None, str]]
    next: life.Next
    primary: life.Act
    quiet: list[life.Act]
    who: str
    promise: promise.PromiseState


def case_file(complaint: Complaint, records: Records, user: User, language: str) -> CaseFile:
    """Where a case stands and what this person can do now."""
    facts = facts_of(complaint, records)
    step = life.life_of(facts)
    primary = step.for_person(user)
    return CaseFile(
        steps=words.six_steps([(row.status, clock.local(row.at).date()) for row in records.steps]),
        next=step,
        primary=primary,
        quiet=[act for act in life.quiet_acts(facts, primary) if act.is_for(user)],
        who=_holder(step, records, language),
        promise=promise.state(complaint, clock.today()),
    )


def _holder(step: life.Next, records: Records, language: str) -> str:
    """Who has the case: the visitor by name, otherwise the role; nobody when it is over."""
    if step.code == "over":
        return ""
    if step.code in ("visit", "assess") and records.visits:
        return records.names.get(records.visits[-1].visitor_id, "")
    if step.code == "referral":
        return str(records.referrals[-1].office)

    return rights()[step.holder].label(language)


def facts_of(complaint: Complaint, records: Records) -> life.CaseFacts:
    """The facts that decide the next step, out of the records of this case."""
    visit, decision = _last(records.visits), _last(records.decisions)
    letter, referral = _last(records.recommendations), _last(records.referrals)
    aid = _last([row for row in records.aid if row.status not in CAME_TO_NOTHING])
    approved_letter = letter if letter and letter.status == RecommendationStatus.APPROVED else None
    service = catalogue().services.get(approved_letter.service_code if approved_letter else complaint.service_code)
    return life.CaseFacts(
        number=complaint.number,
        household_id=complaint.household_id,
        status=complaint.status,
        service_kind=service.kind if service else "",
        gives_money=bool(service and service.gives_money),
        emergency_only=bool(service and service.paths == ["c"]),
        papers_missing=any(row.brought_on is None for row in records.documents),
        **_visit_facts(visit),
        decision_id=decision.id if decision else None,
        decision=decision.status if decision else None,
        proposal=decision.proposal if decision else None,
        recommendation_number=letter.number if letter else "",
        recommendation=letter.status if letter else None,
        exit_recorded=bool(letter and letter.exit),
        letter_ending=bool(approved_letter and approved_letter.ends_on <= clock.today() + LETTER_NOTICE),
        aid_number=aid.number if aid else "",
        aid=aid.status if aid else None,
        asnaf_waits=bool(aid and aid.asnaf and aid.asnaf_confirmed_by_id is None),
        referral_id=referral.id if referral else None,
        referral_answered=bool(referral and referral.outcome),
    )


def _visit_facts(visit: Any) -> dict[str, Any]:
    """The newest visit that took place or will; the assessment made there."""
    if visit is None or visit.status in (VisitStatus.MISSED, VisitStatus.CANCELLED):
        return {}
    return {"visit_id": visit.id, "visit": visit.status, "assessment": visit.assessment_status}


def _last(rows: Any) -> Any:
    return rows[-1] if rows else None
