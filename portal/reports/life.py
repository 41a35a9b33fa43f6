"""What is next in a case, who has it, and where it is done: one pure function of the facts of the case."""

from dataclasses import dataclass
from typing import Any, Final

from portal.accounts.roles import Role
from portal.complaints.models import ComplaintStatus as S
from portal.decisions.models import DecisionStatus, Proposal
from portal.funds.models import DisbursementStatus
from portal.language import lazy_gettext as _l
from portal.recommendations.models import RecommendationStatus
from portal.reports import addresses
from portal.visits.models import AssessmentStatus, VisitStatus

OVER: Final = frozenset({S.CLOSED, S.WITHDRAWN})


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What decides the next step. Each record is the newest of its kind (None: there is none); aid that came to
    nothing does not count."""

    number: str
    household_id: int
    status: S
    service_kind: str = ""
    gives_money: bool = False
    emergency_only: bool = False
    papers_missing: bool = False
    visit_id: int | None = None
    visit: VisitStatus | None = None
    assessment: AssessmentStatus | None = None
    decision_id: int | None = None
    decision: DecisionStatus | None = None
    proposal: Proposal | None = None
    recommendation_number: str = ""
    recommendation: RecommendationStatus | None = None
    letter_ending: bool = False
    exit_recorded: bool = False
    aid_number: str = ""
    aid: DisbursementStatus | None = None
    asnaf_waits: bool = False
    referral_id: int | None = None
    referral_answered: bool = False


@dataclass(frozen=True)
class Act:
    """Something a person can do: label, address, icon, and the permission it takes."""

    label: Any
    url: str
    icon: str
    permission: str
    or_permission: str = ""

    def is_for(self, user: Any) -> bool:
        return bool(user.can(self.permission) or (self.or_permission and user.can(self.or_permission)))


@dataclass(frozen=True)
class Next:
    """The next step of a case: what it is called, who has it, how it is done, and what everybody else may read."""

    code: str
    holder: Role
    act: Act
    look: Act

    def for_person(self, user: Any) -> Act:
        """The one primary action: to do it, or, for who may not, to read what it waits for."""
        return self.act if self.act.is_for(user) else self.look


def life_of(case: CaseFacts) -> Next:
    """What is next in this case."""
    if case.status in OVER:
        return _over(case)
    if case.referral_id and not case.referral_answered:
        return _referral_waits(case)
    return _emergency(case) or _ordinary(case)


def _step(case: CaseFacts, code: str, holder: Role, label: Any, url: str, icon: str, permission: str) -> Next:
    """A step that others read on the family's page."""
    return Next(code, holder, Act(label, url, icon, permission), _family(case))


def _on(code: str, holder: Role, label: Any, read: Any, url: str, icon: str, permission: str, may_read: str) -> Next:
    """A step done on a record's own page, where others read how it stands."""
    return Next(code, holder, Act(label, url, icon, permission), Act(read, url, icon, may_read))


def _family(case: CaseFacts) -> Act:
    return Act(_l("Read the family's page"), addresses.household(case.household_id), "household", "households.view")


def _over(case: CaseFacts) -> Next:
    url = f"/complaints/new?household={case.household_id}"
    label = _l("New complaint of this family")
    return _step(case, "over", Role.SOCIAL_WORKER, label, url, "plus", "complaints.record")


def _referral_waits(case: CaseFacts) -> Next:
    url = addresses.referral(case.referral_id or 0)
    label, read = _l("Answer the referral"), _l("Read the referral")
    return _on("referral", Role.OFFICE, label, read, url, "referral", "referrals.answer", "referrals.view")


def _emergency(case: CaseFacts) -> Next | None:
    """Path (c): ask the mayor, hand over the letter and what it opens, record the way out."""
    url, kind = addresses.recommendation(case.recommendation_number), case.recommendation
    read, may_read = _l("Read the emergency"), "recommendations.view"
    if kind is None:
        return _ask_mayor(case) if case.emergency_only and case.status in _BEFORE_DECISION else None
    if kind is RecommendationStatus.PROPOSED:
        label = _l("Decide the emergency")
        return _on("mayor", Role.MAYOR_OFFICE, label, read, url, "emergency", "recommendations.approve", may_read)
    if kind is RecommendationStatus.DECLINED or case.exit_recorded:
        return None
    if case.aid and case.aid is not DisbursementStatus.PAID:
        return _aid(case)
    if case.aid or case.status is S.DELIVERED or case.letter_ending:
        return _exit(case)
    if case.gives_money:
        return _propose_aid(case, f"recommendation={case.recommendation_number}")
    label = _l("Print the letter")
    return _on("letter", Role.SOCIAL_WORKER, label, read, url + ".pdf", "print", may_read, may_read)


def _ask_mayor(case: CaseFacts) -> Next:
    url = f"/recommendations/new?complaint={case.number}"
    label = _l("Ask the mayor for a letter")
    return _step(case, "ask_mayor", Role.SOCIAL_WORKER, label, url, "emergency", "recommendations.request")


def _exit(case: CaseFacts) -> Next:
    url, read = addresses.recommendation(case.recommendation_number), _l("Read the emergency")
    label = _l("Record the way out")
    permissions = ("recommendations.request", "recommendations.view")
    return _on("exit", Role.SOCIAL_WORKER, label, read, url, "check", *permissions)


_BEFORE_DECISION: Final = frozenset({S.RECEIVED, S.INCOMPLETE, S.SCHEDULED, S.VISITED, S.ASSESSED})


def _ordinary(case: CaseFacts) -> Next:
    """Paths (a) and (b): papers, visit, assessment, proposal, decision, and what it opens."""
    if case.decision is DecisionStatus.PROPOSED:
        return _decide(case)
    if case.status in _BEFORE_DECISION:
        return _before_decision(case)
    if case.status is S.APPROVED:
        return _approved(case)
    return _close(case)


def _before_decision(case: CaseFacts) -> Next:
    worker, number = Role.SOCIAL_WORKER, case.number
    if case.assessment is AssessmentStatus.FINAL:
        label, url = _l("Propose"), addresses.complaint(number, "proposal")
        return _step(case, "propose", worker, label, url, "decision", "decisions.propose")
    if case.visit is VisitStatus.BOOKED:
        return _visit(case)
    if case.papers_missing:
        label, url = _l("Complete the papers"), addresses.complaint(number, "documents")
        return _step(case, "papers", worker, label, url, "file", "complaints.record")
    label, url = _l("Book a visit"), addresses.complaint(number, "visit")
    return _step(case, "book", worker, label, url, "calendar", "complaints.record")


def _visit(case: CaseFacts) -> Next:
    url, read = addresses.visit(case.visit_id or 0), _l("Read the visit")
    if case.assessment is AssessmentStatus.DRAFT:
        label, there = _l("Continue the assessment"), addresses.assessment(case.visit_id or 0)
        act, look = Act(label, there, "edit", "visits.do"), Act(read, url, "visit", "visits.view")
        return Next("assess", Role.SOCIAL_WORKER, act, look)
    label = _l("Open the visit")
    return _on("visit", Role.SOCIAL_WORKER, label, read, url, "visit", "visits.do", "visits.view")


def _decide(case: CaseFacts) -> Next:
    url, read = addresses.decision(case.decision_id or 0), _l("Read the proposal")
    return _on("decide", Role.UNIT_HEAD, _l("Decide"), read, url, "decision", "decisions.decide", "decisions.view")


def _approved(case: CaseFacts) -> Next:
    if case.aid and case.aid is not DisbursementStatus.PAID:
        return _aid(case)
    if case.gives_money and case.aid is None and case.decision_id:
        return _propose_aid(case, f"decision={case.decision_id}")
    if case.service_kind == "referral" and case.referral_id is None:
        label, url = _l("Refer to an office"), f"/referrals/new?complaint={case.number}"
        return _step(case, "refer", Role.SOCIAL_WORKER, label, url, "referral", "referrals.send")
    return _close(case)


def _propose_aid(case: CaseFacts, ground: str) -> Next:
    label, url = _l("Propose aid"), f"/disbursements/new?{ground}"
    return _step(case, "propose_aid", Role.SOCIAL_WORKER, label, url, "payment", "disbursements.propose")


def _aid(case: CaseFacts) -> Next:
    """Aid on its way: a fund is found, the head approves, the partner confirms its zakat, the treasurer pays."""
    url, read = addresses.disbursement(case.aid_number), _l("Read how the aid stands")
    if case.aid is DisbursementStatus.APPROVED and case.asnaf_waits:
        label = _l("Confirm the asnaf")
        return _on("asnaf", Role.PARTNER, label, read, url, "partner", "donations.own", "disbursements.view")
    steps = {
        DisbursementStatus.WAITING: (
            "fund",
            Role.SOCIAL_WORKER,
            _l("Look for a fund"),
            "/fund",
            "disbursements.propose",
        ),
        DisbursementStatus.PROPOSED: (
            "approve_aid",
            Role.UNIT_HEAD,
            _l("Approve the aid"),
            "",
            "disbursements.approve",
        ),
        DisbursementStatus.APPROVED: ("pay", Role.TREASURER, _l("Pay"), "/payment", "disbursements.pay"),
    }
    code, holder, label, there, permission = steps[case.aid or DisbursementStatus.WAITING]
    act = Act(label, url + there, "payment", permission)
    return Next(code, holder, act, Act(read, url, "payment", "disbursements.view"))


def _close(case: CaseFacts) -> Next:
    url = addresses.complaint(case.number, "close")
    return _step(case, "close", Role.SOCIAL_WORKER, _l("Close the case"), url, "check", "complaints.record")


def quiet_acts(case: CaseFacts, primary: Act) -> list[Act]:
    """What else may be done; the caller leaves out what the person may not."""
    number, open_case = case.number, case.status not in OVER
    acts = [Act(_l("Print the receipt"), addresses.complaint(number, "receipt.pdf"), "print", "complaints.view")]
    if case.recommendation is RecommendationStatus.APPROVED:
        letter = addresses.recommendation(case.recommendation_number) + ".pdf"
        acts.append(Act(_l("Print the letter"), letter, "print", "recommendations.view"))
    if open_case:
        if case.visit is VisitStatus.BOOKED:
            there = addresses.complaint(number, "visit")
            acts.append(Act(_l("Move the visit"), there, "calendar", "complaints.record", "visits.assign"))
        papers = addresses.complaint(number, "documents")
        acts.append(Act(_l("Papers of this complaint"), papers, "file", "complaints.record"))
        if case.recommendation is None and case.status in _BEFORE_DECISION:
            acts.append(_ask_mayor(case).act)
        acts.append(Act(_l("Refer to an office"), f"/referrals/new?complaint={number}", "referral", "referrals.send"))
        acts.append(_close(case).act)
    acts.append(_family(case))
    return [act for act in acts if act.url != primary.url]
