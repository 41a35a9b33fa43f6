"""Records of a case, built with models directly; every person here is invented."""

from datetime import time, timedelta
from itertools import count
from typing import Any

from portal import clock
from portal.cards.models import Card
from portal.complaints.models import Complaint, ComplaintStatus, ComplaintStep
from portal.decisions.models import Decision, DecisionStatus, Proposal
from portal.funds.models import Disbursement, DisbursementStatus, Fund
from portal.households.models import Household
from portal.partners.models import Donation, Purpose
from portal.recommendations.models import EmergencyEvent, EmergencyRecommendation, EventKind, RecommendationStatus
from portal.referrals.models import Referral
from portal.visits.models import Assessment, AssessmentStatus, HomeVisit, VisitStatus

# Far from those of tests/funds: a test may use both, and numbers are unique.
_numbers = count(500_001)
GROUND = {
    "facts": {"listed": False, "list_code": "dtsen", "membership_card": False, "band": "poor", "visited": True,
              "emergency": None},
    "path": "b", "reasons": ["poor", "not_listed", "no_membership_card"], "mismatches": [],
    "listing_error": "exclusion",
}  # fmt: skip
"""What the rule saw, as a decision keeps it."""


def complaint(make: Any, household: Household, *, by: Any, status: Any = ComplaintStatus.RECEIVED, **more: Any) -> Any:
    n = next(_numbers)
    values = {
        "number": f"K-2026-{n:06d}", "tracking_code": "ABC234", "household_id": household.id,
        "applicant_name": household.head_name, "applicant_phone": "0812-1111-2222", "own_words": "Obat tidak terbeli.",
        "service_code": "health-medicine", "status": status, "received_on": clock.today(),
        "promised_on": clock.today() + timedelta(days=3), "taken_by_id": by.id, "taken_at": clock.now(),
    }  # fmt: skip
    record = Complaint(**(values | more))
    record.steps = [ComplaintStep(status=ComplaintStatus.RECEIVED, at=record.taken_at, by_id=by.id)]
    if status != ComplaintStatus.RECEIVED:
        record.steps.append(ComplaintStep(status=status, at=clock.now(), by_id=by.id))
    return make._store(record)


def visit(make: Any, of: Complaint, *, by: Any, status: Any = VisitStatus.BOOKED, **more: Any) -> Any:
    values = {
        "household_id": of.household_id, "complaint_id": of.id, "visitor_id": by.id, "visit_on": clock.today(),
        "visit_time": time(10, 0), "status": status, "booked_by_id": by.id, "booked_at": clock.now(),
        "done_at": clock.now() if status == VisitStatus.DONE else None,
    }  # fmt: skip
    return make._store(HomeVisit(**(values | more)))


def assessment(make: Any, of: HomeVisit, *, by: Any, status: Any = AssessmentStatus.FINAL, **more: Any) -> Any:
    final = status == AssessmentStatus.FINAL
    values = {
        "household_id": of.household_id, "visit_id": of.id, "instrument_code": "payakumbuh_12",
        "instrument_version": instrument_version(), "status": status, "assessed_on": clock.today(), "by_id": by.id,
        "final_at": clock.now() if final else None, "value": 9 if final else None, "band": "poor" if final else None,
    }  # fmt: skip
    return make._store(Assessment(**(values | more)))


def instrument_version() -> str:
    from portal.units.catalogue import catalogue

    return str(catalogue().latest_instrument()[0]["version"])


def decision(make: Any, of: Complaint, found: Assessment, *, by: Any, decided_by: Any = None, **more: Any) -> Any:
    values = {
        "complaint_id": of.id, "household_id": of.household_id, "assessment_id": found.id, "path": "b",
        "ground": GROUND,
        "proposal": Proposal.HELP, "proposal_reason": "Sembilan dari dua belas terpenuhi.", "proposed_by_id": by.id,
        "proposed_at": clock.now(), "status": DecisionStatus.PROPOSED,
    }  # fmt: skip
    if decided_by:
        values |= {
            "status": DecisionStatus.APPROVED, "decision_reason": "Sesuai hasil kunjungan.",
            "decided_by_id": decided_by.id, "decided_at": clock.now(),
        }  # fmt: skip
    return make._store(Decision(**(values | more)))


def card(make: Any, of: Decision, *, by: Any, **more: Any) -> Any:
    n = next(_numbers)
    values = {
        "number": f"KAN-2026-{n:06d}", "verification_code": f"kartu-contoh-{n:012d}", "card_type_code": "kartu-upt-kan",
        "household_id": of.household_id, "decision_id": of.id, "holder_name": "Yurnalis Piliang",
        "starts_on": clock.today(), "ends_on": clock.today() + timedelta(days=364), "issued_by_id": by.id,
        "issued_at": clock.now(),
    }  # fmt: skip
    return make._store(Card(**(values | more)))


def recommendation(make: Any, of: Complaint, *, by: Any, decided_by: Any = None, **more: Any) -> Any:
    n = next(_numbers)
    event = EmergencyEvent(
        household_id=of.household_id, kind=EventKind.HOUSE_FIRE, happened_on=clock.today(),
        description="Dapur terbakar.", recorded_by_id=by.id, recorded_at=clock.now(),
    )  # fmt: skip
    make._store(event)
    values = {
        "number": f"R-2026-{n:06d}", "event_id": event.id, "household_id": of.household_id, "complaint_id": of.id,
        "resident_name": "Syafril Tanjung", "service_code": "social-disaster", "request_reason": "Rumah tidak dihuni.",
        "proposed_by_id": by.id, "proposed_at": clock.now(), "status": RecommendationStatus.PROPOSED,
    }  # fmt: skip
    if decided_by:
        values |= {
            "status": RecommendationStatus.APPROVED, "decided_by_id": decided_by.id, "decided_at": clock.now(),
            "letter_number": f"400.9.14/{n:03d}/UPT-KAN/X/2026", "verification_code": f"surat-contoh-{n:012d}",
            "starts_on": clock.today(), "ends_on": clock.today() + timedelta(days=30),
        }  # fmt: skip
    return make._store(EmergencyRecommendation(**(values | more)))


def fund(make: Any, partner_code: str = "mitra-kenanga", kind_code: str = "infak") -> Fund:
    n = next(_numbers)
    purpose = {"purpose": Purpose.FIELD, "purpose_code": f"f{n}"}
    return make._store(Fund(code=f"buku-{n}", partner_code=partner_code, kind_code=kind_code, **purpose))


def disbursement(make: Any, of: Complaint, *, by: Any, status: Any = DisbursementStatus.PROPOSED, **more: Any) -> Any:
    n = next(_numbers)
    values = {
        "number": f"S-2026-{n:06d}", "household_id": of.household_id, "complaint_id": of.id,
        "service_code": "health-medicine", "amount": 1_250_000, "status": status, "proposed_by_id": by.id,
        "proposed_at": clock.now(),
        "fund_id": None if status == DisbursementStatus.WAITING else (more.pop("from_fund", None) or fund(make)).id,
    }  # fmt: skip
    return make._store(Disbursement(**(values | more)))


def donation(make: Any, *, by: Any, partner_code: str = "mitra-kenanga", **more: Any) -> Donation:
    n = next(_numbers)
    values = {
        "number": f"D-2026-{n:06d}", "partner_code": partner_code, "kind_code": "infak", "given_on": clock.today(),
        "amount": 5_000_000, "purpose": Purpose.GENERAL, "entered_by_id": by.id, "entered_at": clock.now(),
    }  # fmt: skip
    return make._store(Donation(**(values | more)))


def referral(make: Any, of: Complaint, *, by: Any, office: str = "Dinas Sosial", **more: Any) -> Referral:
    values = {
        "household_id": of.household_id, "complaint_id": of.id, "office": office, "reason": "Lansia tinggal sendiri.",
        "sent_by_id": by.id, "sent_at": clock.now(), "due_on": clock.today() + timedelta(days=3),
    }  # fmt: skip
    return make._store(Referral(**(values | more)))
