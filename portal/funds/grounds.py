"""What opens a disbursement: a decision to help, or the mayor's letter."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select

from portal import clock
from portal.complaints.models import Complaint
from portal.db import db
from portal.decisions.models import Decision, DecisionStatus, Proposal
from portal.errors import NotFound, Refused
from portal.funds.models import Disbursement, DisbursementStatus
from portal.households.models import Household
from portal.language import gettext
from portal.recommendations.models import EmergencyRecommendation, RecommendationStatus
from portal.units.catalogue import ServiceEntry, catalogue
from portal.units.formats import day

LIVE = frozenset(
    {DisbursementStatus.WAITING, DisbursementStatus.PROPOSED, DisbursementStatus.APPROVED, DisbursementStatus.PAID}
)
"""As long as one of these stands, the same decision and service open no second one."""


@dataclass(frozen=True)
class Ground:
    """Why this household is helped with this service; `asked` is the amount in the mayor's letter, in rupiah."""

    household: Household
    complaint: Complaint | None
    service: ServiceEntry
    path: str
    asked: int | None = None
    decision: Decision | None = None
    recommendation: EmergencyRecommendation | None = None

    @property
    def settled_on(self) -> date | None:
        at = (self.decision or self.recommendation).decided_at  # type: ignore[union-attr]
        return clock.local(at).date() if at else None


def of_decision(decision_id: int) -> Ground:
    """Raises NotFound, and Refused for a decision that does not promise money."""
    decision = db.session.get(Decision, decision_id)
    if decision is None:
        raise NotFound
    _check_decision(decision)
    service = catalogue().service(decision.complaint.service_code)
    return _for_money(Ground(decision.household, decision.complaint, service, decision.path, decision=decision))


def _check_decision(decision: Decision) -> None:
    if decision.status is not DecisionStatus.APPROVED or decision.proposal is not Proposal.HELP:
        raise Refused(gettext("This decision does not promise help, so there is nothing to pay."))


def of_recommendation(number: str) -> Ground:
    """Raises NotFound, and Refused for a letter that is not approved, has ended, or does not promise money."""
    letter = db.session.scalars(select(EmergencyRecommendation).where(EmergencyRecommendation.number == number)).first()
    if letter is None:
        raise NotFound
    _check_letter(letter)
    service = catalogue().service(letter.service_code)
    return _for_money(
        Ground(letter.household, letter.complaint, service, "c", asked=letter.amount, recommendation=letter)
    )


def _check_letter(letter: EmergencyRecommendation) -> None:
    if letter.status is not RecommendationStatus.APPROVED:
        raise Refused(gettext("The mayor has not approved this request, so there is nothing to pay."))
    if letter.ends_on and letter.ends_on < clock.today():
        ended = day(letter.ends_on)
        raise Refused(gettext("This letter ended on %(day)s; help now needs a new ground.", day=ended))


def _for_money(ground: Ground) -> Ground:
    if not ground.service.gives_money:
        raise Refused(gettext("This service is given without money, so there is nothing to pay."))
    return ground


def of_disbursement(disbursement: Disbursement) -> Ground:
    """The ground a disbursement was opened with, whatever has become of it since."""
    service = catalogue().service(disbursement.service_code)
    decision = db.session.get(Decision, disbursement.decision_id) if disbursement.decision_id else None
    letter = (
        db.session.get(EmergencyRecommendation, disbursement.recommendation_id)
        if disbursement.recommendation_id
        else None
    )
    path = decision.path if decision else "c"
    return Ground(
        disbursement.household, disbursement.complaint, service, path, decision=decision, recommendation=letter
    )


def live_disbursement(ground: Ground) -> Disbursement | None:
    """The disbursement that this ground has opened already."""
    same: ColumnElement[bool] = Disbursement.recommendation_id == (
        ground.recommendation.id if ground.recommendation else None
    )
    if ground.decision:
        same = Disbursement.decision_id == ground.decision.id
    statement = select(Disbursement).where(
        same, Disbursement.service_code == ground.service.code, Disbursement.status.in_(LIVE)
    )
    return db.session.scalars(statement).first()


def hold(ground: Ground) -> None:
    """Hold the ground until this transaction ends, so that two requests at once open one disbursement.

    Raises Refused when it was taken back since it was looked at.
    """
    db.session.refresh(ground.decision or ground.recommendation, with_for_update=True)
    if ground.decision is not None:
        _check_decision(ground.decision)
    if ground.recommendation is not None:
        _check_letter(ground.recommendation)


def basis(disbursement: Disbursement) -> str:
    """What a payment rests on, in the reader's words: the decision of a complaint, or the mayor's letter."""
    ground = of_disbursement(disbursement)
    if ground.recommendation is not None:
        return gettext("letter %(number)s", number=ground.recommendation.letter_number or ground.recommendation.number)
    number = ground.complaint.number if ground.complaint else ""
    return gettext("decision on complaint %(number)s", number=number) if number else ""
