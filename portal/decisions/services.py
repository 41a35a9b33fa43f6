"""Proposing and deciding."""

from collections.abc import Collection
from datetime import date

from portal import audit, clock
from portal.accounts.models import User
from portal.complaints import services as complaints
from portal.complaints.models import Complaint, ComplaintStatus
from portal.db import db, hold
from portal.decisions import effects, listing_errors, policies, queries, words
from portal.decisions.evidence import ground_kept
from portal.decisions.facts import Ground, decided_against, ground_of, too_old
from portal.decisions.models import Decision, DecisionStatus, Proposal
from portal.decisions.paths import NONE, PENDING, REASONS
from portal.errors import AlreadySettled, Doubt, NotAllowed, Refused, settle_doubts
from portal.households import lists
from portal.language import gettext
from portal.units.catalogue import ServiceEntry, catalogue
from portal.visits import queries as visits
from portal.visits.models import Assessment

BEFORE_DECISION = frozenset(
    {
        ComplaintStatus.RECEIVED, ComplaintStatus.INCOMPLETE, ComplaintStatus.SCHEDULED, ComplaintStatus.VISITED,
        ComplaintStatus.ASSESSED,
    }
)  # fmt: skip
"""The states from which a case may be proposed; from the others it has been decided or has left the unit."""

COMPLAINT_AFTER = {
    DecisionStatus.APPROVED: ComplaintStatus.APPROVED,
    DecisionStatus.DECLINED: ComplaintStatus.DECLINED,
    DecisionStatus.RETURNED: ComplaintStatus.ASSESSED,
}


class StepMissing(Refused):
    """Nothing can be proposed before this step is done: "visit" or "list"."""

    def __init__(self, step: str, sentence: str) -> None:
        super().__init__(sentence)
        self.step = step


def assessment_for(complaint: Complaint, *, on: date) -> Assessment:
    """The assessment a proposal may rest on: final, at most 90 days old, its lists looked up (domain.md section 4).

    Raises StepMissing with what is still to be done.
    """
    assessment = visits.latest_final(complaint.household_id)
    if assessment is None:
        raise StepMissing("visit", _rule_says("visit_needed"))
    if too_old(assessment.assessed_on, on):
        days = catalogue().setting("renewal_assessment_days")
        raise StepMissing(
            "visit",
            gettext("The latest assessment is older than %(days)s days. Please visit the family again.", days=days),
        )
    if lists.list_facts(complaint.household).list_checked_on is None:
        raise StepMissing("list", _rule_says("list_not_checked"))
    return assessment


def _rule_says(code: str) -> str:
    return gettext(REASONS[code])


def propose(
    complaint: Complaint, *, proposal: Proposal, reason: str, by: User, on: date, service_code: str | None = None
) -> Decision:
    """Lay a case before the unit head: to help or to refuse.

    Going against the rule's answer, and answering where it gives none (6-7 of 12), needs a reason (domain.md 6).
    """
    if not policies.may_propose(by):
        raise NotAllowed
    # The lock lets a second, simultaneous proposal see the first, and a case that is closed meanwhile as closed.
    hold(complaint)
    check_open(complaint)
    assessment = assessment_for(complaint, on=on)
    ground = ground_of(complaint.household, assessment)
    helped = proposal is Proposal.HELP
    path = _path(ground, helped=helped)
    _check_reason(ground, reason, helped=helped)
    _change_service(complaint, service_code, path)
    decision = _store(complaint, assessment, ground, proposal, path, reason=reason, by=by, on=on)
    listing_errors.record_found(decision, by=by, on=on)
    if complaint.status is not ComplaintStatus.ASSESSED:
        complaints.move(complaint, ComplaintStatus.ASSESSED, by=by)
    audit.record("decision.proposed", decision, by=by)
    return decision


def check_open(complaint: Complaint) -> None:
    """One proposal at a time, and none once the case is decided. Raises AlreadySettled."""
    if waiting := queries.waiting_for(complaint.id):
        raise AlreadySettled(
            gettext("This case already waits for a decision, proposed by %(name)s.", name=waiting.proposed_by.full_name)
        )
    if complaint.status not in BEFORE_DECISION:
        raise AlreadySettled(gettext("This case has already been decided."))


def refuse_closing(complaint: Complaint) -> None:
    """A case is not closed over the head's head. Raises Refused while its proposal waits; a family may withdraw."""
    if waiting := queries.waiting_for(complaint.id):
        raise Refused(
            gettext(
                "A proposal of %(name)s waits for the head of the unit. It is decided or sent back first.",
                name=waiting.proposed_by.full_name,
            )
        )


complaints.ask_before_closing(refuse_closing)


def _path(ground: Ground, *, helped: bool) -> str:
    """The path the family takes by this proposal; raises Refused where a fact it needs is not known yet."""
    if not helped:
        return NONE
    if ground.path_if_helped in (NONE, PENDING):
        raise Refused(
            gettext("The lists and cards of the family have not been checked yet. Please check them first."),
            field="proposal",
        )
    return ground.path_if_helped


def _check_reason(ground: Ground, reason: str, *, helped: bool) -> None:
    if reason.strip():
        return
    if ground.needs_a_person:
        raise Refused(gettext("The result lies between poor and not poor, so please write the reason."), field="reason")
    if ground.overruled_by(helped=helped):
        raise Refused(gettext("This goes against the rule's answer, so please write the reason."), field="reason")


def _change_service(complaint: Complaint, service_code: str | None, path: str) -> None:
    """The visit may show that another service fits better; it must be open to the family's path."""
    service = catalogue().service(service_code or complaint.service_code)
    if not for_families(service):
        raise Refused(gettext("This service is not for a single family. Please choose another."), field="service")
    if path != NONE and service.paths and path not in service.paths:
        raise Refused(
            gettext("This service is not open to families on path %(path)s. Please choose another.", path=path),
            field="service",
        )
    if service.code != complaint.service_code:
        complaint.service_code = service.code


def for_families(service: ServiceEntry) -> bool:
    """Whether a proposal may ask for it: not what offices use, nor the letter that only the mayor gives."""
    return service.is_public and service.paths != ["c"]


def _store(
    complaint: Complaint, assessment: Assessment, ground: Ground, proposal: Proposal, path: str, *,
    reason: str, by: User, on: date,
) -> Decision:  # fmt: skip
    helped = proposal is Proposal.HELP
    plans = effects.plans(complaint, path, complaint.service_code, on) if helped else []
    decision = Decision(
        complaint=complaint,
        household=complaint.household,
        assessment=assessment,
        visitor_id=assessment.visit.visitor_id,
        path=path,
        ground=ground_kept(
            complaint.household,
            assessment,
            ground,
            overruled=ground.overruled_by(helped=helped),
        ),
        proposal=proposal,
        renews_card_id=next((plan.renews_card_id for plan in plans if plan.renews_card_id), None),
        proposal_reason=reason.strip(),
        proposed_by=by,
        proposed_at=clock.now(),
        status=DecisionStatus.PROPOSED,
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def settle(
    decision: Decision, status: DecisionStatus, *, reason: str, by: User, on: date | None = None,
    confirmed: Collection[str] = (),
) -> None:  # fmt: skip
    """Approve, decline or return for another look, with a written reason; what an approval brings comes with it.

    A proposal to refuse is agreed to by declining it; helping the family after all needs a proposal to help.
    Raises Doubtful when it goes against the rule's answer.
    """
    check_waiting(decision)
    if hindrance := policies.why_not_decide(by, decision):
        raise NotAllowed(hindrance)
    _check_settling(decision, status, reason)
    asked = settle_doubts(_doubt_against_rule(decision, status), confirmed)
    decision.status = status
    decision.decision_reason = reason.strip()
    decision.decided_by = by
    decision.decided_at = clock.now()
    db.session.flush()
    # What is declined or returned after the family withdrew goes off the list and leaves the case as it is.
    if status is DecisionStatus.APPROVED or not complaints.is_over(decision.complaint):
        complaints.move(decision.complaint, COMPLAINT_AFTER[status], by=by, note=decision.decision_reason)
    audit.record(f"decision.{status}", decision, by=by, confirmed=asked)
    if status is DecisionStatus.APPROVED:
        effects.bring(decision, by=by, on=on or clock.today())


def _doubt_against_rule(decision: Decision, status: DecisionStatus) -> list[Doubt]:
    """A result proposes and a person may overrule it (domain.md section 6), but knowingly."""
    helped = status is DecisionStatus.APPROVED
    if status is DecisionStatus.RETURNED or complaints.is_over(decision.complaint):
        return []
    if not decided_against(decision.ground, helped=helped):
        return []
    found = decision.assessment
    result = words.result(found.value, found.band, found.instrument_code, found.instrument_version)
    if helped:
        sentence = gettext(
            "By the rule this family is not helped (%(result)s). You approve all the same.", result=result
        )
    else:
        sentence = gettext("By the rule this family is helped (%(result)s). You decline all the same.", result=result)
    return [Doubt(f"against_rule:{status}", sentence)]


def check_waiting(decision: Decision) -> None:
    """A decision is made once. Raises AlreadySettled."""
    if decision.decided_by is not None:
        raise AlreadySettled(gettext("%(name)s has already decided this.", name=decision.decided_by.full_name))


def _check_settling(decision: Decision, status: DecisionStatus, reason: str) -> None:
    if status is DecisionStatus.PROPOSED:
        raise Refused(gettext("Please choose what you decide."), field="status")
    if not reason.strip():
        raise Refused(gettext("Every decision carries a written reason. Please write it."), field="reason")
    if status is DecisionStatus.APPROVED and decision.proposal is Proposal.REFUSE:
        raise Refused(
            gettext("A refusal was proposed. To help this family, return the case and have help proposed."),
            field="status",
        )
