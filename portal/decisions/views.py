"""Proposing, what waits for the unit head, deciding, and listing errors."""

from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint, Response, request, url_for

from portal import audit, clock
from portal.complaints import promise
from portal.complaints import queries as complaints
from portal.complaints import services as cases
from portal.complaints.models import Complaint, ComplaintStatus
from portal.db import db
from portal.decisions import effects, listing_errors, policies, queries, services, words
from portal.decisions.evidence import evidence, ground_kept
from portal.decisions.facts import decided_against, ground_of
from portal.decisions.family import for_family, if_helped, if_refused
from portal.decisions.forms import DecisionForm, OutcomeForm, ProposalForm, Reasoned
from portal.decisions.models import Decision, DecisionStatus, ListingErrorOutcome, Proposal
from portal.decisions.paths import NONE, PENDING
from portal.errors import AlreadySettled, Refused
from portal.households import queries as households
from portal.households import why
from portal.language import gettext
from portal.units.catalogue import catalogue
from portal.visits import queries as visits
from portal.web.access import requires, signed_in_user
from portal.web.addresses import record_number
from portal.web.once import once
from portal.web.pages import done, page, see_other
from portal.web.paging import PAGE_SIZE, export_url, paged, place

bp = Blueprint("decisions", __name__)
Word = TypeVar("Word", bound=StrEnum)

PROPOSAL_REASONS = (words.REASONS_TO_HELP, words.REASONS_TO_REFUSE)
DECISION_REASONS = (words.REASONS_TO_APPROVE, words.REASONS_TO_DECLINE, words.REASONS_TO_RETURN)


def _chosen(words_: type[Word], text: str | None) -> Word | None:
    """The member that an address or a button names; None for anything else."""
    return words_(text) if text in set(words_) else None


def _uses_a_common_reason(form: Reasoned, groups: Any) -> bool:
    """A press on a common reason fills the box and decides nothing."""
    pressed, offered = record_number(request.form.get("use")), words.common_reasons(*groups)
    if pressed is None or pressed >= len(offered):
        return False
    form.put_in(offered[pressed])
    return True


def _undo(form: Reasoned, refusal: Refused) -> None:
    """The page shows what is stored again, and keeps what was typed."""
    db.session.rollback()
    form.refuse(refusal)


# Proposing


@bp.get("/complaints/<number>/proposal")
@requires("decisions.propose")
def propose(number: str) -> Response:
    complaint = complaints.get_complaint(number)
    if waiting := queries.waiting_for(complaint.id):
        return see_other(url_for(".show", decision_id=waiting.id))
    return _proposal_page(complaint, ProposalForm(formdata=None))


@bp.post("/complaints/<number>/proposal", endpoint="propose_sent")
@requires("decisions.propose")
@once
def propose_sent(number: str) -> Response:
    complaint, form = complaints.get_complaint(number), ProposalForm()
    _offer_services(form)
    if _uses_a_common_reason(form, PROPOSAL_REASONS):
        return _proposal_page(complaint, form)
    if form.sent():
        try:
            decision = services.propose(
                complaint, proposal=Proposal(form.proposal.data), reason=form.reason.data or "",
                service_code=form.service.data, by=signed_in_user(), on=clock.today(),
            )  # fmt: skip
        except AlreadySettled:
            raise
        except Refused as refusal:
            _undo(form, refusal)
        else:
            return done(url_for(".show", decision_id=decision.id), gettext("The proposal waits for the unit head."))
    return _proposal_page(complaint, form, status=422)


def _offer_services(form: ProposalForm) -> None:
    language = words.language()
    offered = [service for service in catalogue().services.values() if services.for_families(service)]
    form.service.choices = [(service.code, service.name(language)) for service in offered]


def _proposal_page(complaint: Complaint, form: ProposalForm, *, status: int = 200) -> Response:
    """The evidence, the rule's answer and the form; or what is still missing before anything can be proposed."""
    audit.record_reading(complaint, by=signed_in_user(), household_id=complaint.household_id)
    known: dict[str, Any] = {
        "complaint": complaint,
        "family": households.line(complaint.household),
        "form": form,
        "words": words,
    }
    try:
        services.check_open(complaint)
        assessment = services.assessment_for(complaint, on=clock.today())
    except Refused as refusal:
        step = refusal.step if isinstance(refusal, services.StepMissing) else ""
        return page(
            "decisions/not_yet.html", hindrance=refusal.sentence, step=step,
            booked=visits.booked_visit_of(complaint.id), status=status, **known,
        )  # fmt: skip
    ground = ground_of(complaint.household, assessment)
    _offer_services(form)
    if not form.is_submitted():
        form.proposal.data = "" if ground.needs_a_person else _by_rule(ground.helps)
        form.service.data = complaint.service_code
    plans, hindrance = _plans(complaint, ground.path_if_helped)
    return page(
        "decisions/propose.html", fragment="propose", status=status, evidence=evidence(assessment),
        ground=ground_kept(complaint.household, assessment, ground), needs_a_person=ground.needs_a_person,
        by_rule=_by_rule(ground.helps), reasons=PROPOSAL_REASONS, hindrance=hindrance,
        if_helped=if_helped(complaint.service_code, ground.path_if_helped, plans),
        if_refused=if_refused(complaint.service_code, assessment), **known,
    )  # fmt: skip


def _by_rule(helps: bool) -> str:
    return (Proposal.HELP if helps else Proposal.REFUSE).value


def _plans(complaint: Complaint, path: str) -> tuple[list[str], str]:
    """What helping would bring, and the rule that stands in its way."""
    if path in (NONE, PENDING):
        return [], ""
    try:
        plans = effects.plans(complaint, path, complaint.service_code, clock.today())
    except Refused as refusal:
        return [], str(refusal.sentence)
    return [plan.sentence for plan in plans], ""


# Deciding


@bp.get("/decisions")
@requires("decisions.view")
def waiting() -> Response:
    """What waits, oldest promise first; or what was settled."""
    filters = queries.narrowed_by(request.args)
    rows = queries.decisions(filters, after=place(), limit=PAGE_SIZE + 1)
    found = paged(rows, lambda row: queries.place_of(row, filters))
    today = clock.today()
    promises = {row.id: promise.state(row, today) for row in found}
    return page(
        "decisions/waiting.html", fragment="results", decisions=found, filters=filters, words=words,
        why=why.beside(filters.text, [row.household_id for row in found]), promises=promises,
        waiting_count=queries.count_waiting(), villages=catalogue().villages.items(),
        export_url=export_url("decisions", request.args),
    )  # fmt: skip


@bp.get("/decisions/<int:decision_id>")
@requires("decisions.view")
def show(decision_id: int) -> Response:
    decision = queries.get_decision(decision_id)
    return _decision_page(decision, DecisionForm(obj=decision, formdata=None))


@bp.post("/decisions/<int:decision_id>", endpoint="decide")
@requires("decisions.decide")
@once
def decide(decision_id: int) -> Response:
    decision, form = queries.get_decision(decision_id), DecisionForm()
    if _uses_a_common_reason(form, DECISION_REASONS):
        return _decision_page(decision, form)
    if form.sent():
        services.check_waiting(decision)
        form.expect_version(decision)
        chosen = _chosen(DecisionStatus, request.form.get("status")) or DecisionStatus.PROPOSED
        try:
            services.settle(
                decision, chosen, reason=form.reason.data or "", by=signed_in_user(), confirmed=form.confirmed
            )
        except AlreadySettled:
            raise
        except Refused as refusal:
            _undo(form, refusal)
        else:
            return done(url_for(".show", decision_id=decision_id))
    return _decision_page(decision, form, status=422)


def _decision_page(decision: Decision, form: DecisionForm, *, status: int = 200) -> Response:
    user = signed_in_user()
    audit.record_reading(decision, by=user, household_id=decision.household_id)
    waits = decision.status is DecisionStatus.PROPOSED
    helps = waits and decision.proposal is Proposal.HELP
    return page(
        "decisions/show.html", fragment="decide", status=status, decision=decision, form=form, words=words,
        family=households.line(decision.household), evidence=evidence(decision.assessment), ground=decision.ground,
        promise=promise.state(decision.complaint, clock.today()), waits=waits,
        over=waits and cases.is_over(decision.complaint),
        why_not=policies.why_not_decide(user, decision) if waits else None, text=for_family(decision),
        hindrance=_plans(decision.complaint, decision.path)[1] if helps else "",
        brought=effects.brought(decision), reasons=DECISION_REASONS,
        against=decision.status in {DecisionStatus.APPROVED, DecisionStatus.DECLINED}
        and decided_against(decision.ground, helped=decision.status is DecisionStatus.APPROVED),
        pays=decision.status is DecisionStatus.APPROVED
        and decision.complaint.status is ComplaintStatus.APPROVED
        and catalogue().service(decision.complaint.service_code).gives_money,
    )  # fmt: skip


# Listing errors


@bp.get("/listing-errors", endpoint="listing_errors")
@requires("listing_errors.view")
def errors_found() -> Response:
    chosen = queries.errors_narrowed_by(request.args)
    rows = queries.listing_errors(chosen, after=place(), limit=PAGE_SIZE + 1)
    found = paged(rows, queries.place_of_error)
    return page(
        "decisions/listing_errors.html", fragment="results", errors=found, chosen=chosen, words=words,
        villages=catalogue().villages.items(), export_url=export_url("listing_errors", request.args),
    )  # fmt: skip


@bp.get("/listing-errors/<int:error_id>")
@requires("listing_errors.view")
def listing_error(error_id: int) -> Response:
    error = listing_errors.get_error(error_id)
    form = OutcomeForm(formdata=None, obj=error)
    return _listing_error_page(error, form)


@bp.post("/listing-errors/<int:error_id>", endpoint="listing_error_sent")
@requires("decisions.decide", "decisions.propose")
def listing_error_sent(error_id: int) -> Response:
    error, form = listing_errors.get_error(error_id), OutcomeForm()
    _offer_outcomes(form, error)
    if form.sent():
        form.expect_version(error)
        try:
            outcome = ListingErrorOutcome(form.outcome.data)
            listing_errors.settle(error, outcome, reason=form.outcome_reason.data or "", by=signed_in_user())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return done(url_for(".listing_errors"), gettext("The outcome has been saved."))
    return _listing_error_page(error, form, status=422)


def _offer_outcomes(form: OutcomeForm, error: Any) -> None:
    offered = listing_errors.OUTCOMES_OF[error.kind]
    form.outcome.choices = [(outcome.value, str(words.OUTCOMES[outcome])) for outcome in offered]


def _listing_error_page(error: Any, form: OutcomeForm, *, status: int = 200) -> Response:
    user = signed_in_user()
    audit.record_reading(error, by=user, household_id=error.household_id)
    _offer_outcomes(form, error)
    return page(
        "decisions/listing_error.html", status=status, error=error, form=form, words=words,
        family=households.line(error.household), may_settle=policies.may_settle_listing_errors(user),
    )  # fmt: skip
