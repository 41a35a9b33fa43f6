"""A case with one record of every kind, for the stories."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from portal import clock
from portal.cards.models import CardStatus
from portal.complaints.models import ComplaintDocument, ComplaintStatus, ComplaintStep
from portal.decisions.models import DecisionStatus, ListingError, ListingErrorKind
from portal.funds.models import DisbursementStatus, Method
from portal.recommendations.models import Exit
from portal.referrals.models import ReferralOutcome
from portal.visits.models import VisitStatus
from tests.reports import factories as case


def whole_case(make: Any) -> Any:
    """Received, visited (after a missed try), assessed, returned and decided, card, letter, aid, referral, closed."""
    people = SimpleNamespace(
        rani=make.social_worker(full_name="Rani Contoh"), head=make.unit_head(full_name="Kepala Contoh"),
        mayor=make.mayor(full_name="Wali Contoh"), treasurer=make.treasurer(full_name="Bendahara Contoh"),
    )  # fmt: skip
    rani, head, now = people.rani, people.head, clock.now()
    family = make.household(members=3, listed=True)
    complaint = case.complaint(make, family, by=rani, status=ComplaintStatus.APPROVED, taken_at=now - timedelta(days=9))
    for code, brought_on in (("ktp", clock.today() - timedelta(days=8)), ("sktm", None)):
        make._store(ComplaintDocument(complaint_id=complaint.id, code=code, brought_on=brought_on))
    missed = {"status": VisitStatus.MISSED, "visit_on": clock.today() - timedelta(days=7)}
    case.visit(make, complaint, by=rani, **missed, missed_reason="Tidak ada di rumah")
    visit = case.visit(make, complaint, by=rani, status=VisitStatus.DONE, done_at=now - timedelta(days=6))
    found = case.assessment(make, visit, by=rani, final_at=now - timedelta(days=6))
    case.decision(
        make, complaint, found, by=rani, decided_by=head, status=DecisionStatus.RETURNED,
        proposed_at=now - timedelta(days=5), decided_at=now - timedelta(days=4),
    )  # fmt: skip
    decision = case.decision(
        make, complaint, found, by=rani, decided_by=head, proposed_at=now - timedelta(days=3),
        decided_at=now - timedelta(days=2),
    )  # fmt: skip
    make._store(_listing_error(complaint, found, rani))
    case.card(make, decision, by=head, status=CardStatus.REVOKED, revoked_on=clock.today(), revocation_reason="Pindah")
    case.recommendation(
        make, complaint, by=rani, decided_by=people.mayor, exit=Exit.CARD, exit_on=clock.today(), exit_by_id=rani.id
    )
    case.disbursement(
        make, complaint, by=rani, status=DisbursementStatus.PAID, decision_id=decision.id, approved_by_id=head.id,
        approved_at=now, paid_by_id=people.treasurer.id, paid_on=clock.today(), paid_at=now, method=Method.CASH,
        received_by="Yurnalis Piliang",
    )  # fmt: skip
    answered = {"outcome": ReferralOutcome.SERVED, "answered_at": now, "answered_by_id": head.id}
    case.referral(make, complaint, by=rani, **answered)
    make._store(ComplaintStep(complaint_id=complaint.id, status=ComplaintStatus.CLOSED, at=now, by_id=rani.id))
    return SimpleNamespace(family=family, complaint=complaint, **vars(people))


def _listing_error(complaint: Any, found: Any, by: Any) -> ListingError:
    return ListingError(
        household_id=complaint.household_id, complaint_id=complaint.id, assessment_id=found.id,
        kind=ListingErrorKind.EXCLUSION, list_code="dtsen", instrument_code=found.instrument_code,
        instrument_version=found.instrument_version, value=9, band="poor", visitor_id=by.id, found_on=clock.today(),
        reason="Tidak terdata", recorded_by_id=by.id, recorded_at=clock.now(),
    )  # fmt: skip
