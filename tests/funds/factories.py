"""Donations, decisions, letters and aid for tests: stored through plain models, money through the real services."""

from datetime import date
from itertools import count
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.complaints.models import Complaint, ComplaintStatus
from portal.db import db
from portal.decisions.models import Decision, DecisionStatus, Proposal
from portal.funds import books, giving, grounds, services
from portal.funds.grounds import Ground
from portal.funds.models import Disbursement, Fund, Method
from portal.partners.models import Donation, Partner, Purpose
from portal.recommendations.models import EmergencyEvent, EmergencyRecommendation, EventKind, RecommendationStatus
from portal.units.catalogue import catalogue
from portal.visits.models import Assessment, AssessmentStatus, HomeVisit, VisitStatus
from tests.factories import Make

_numbers = count(1)
LATE = {"season": "Anak pindah sekolah di tengah tahun."}
"""Most tests stand in October: school needs are proposed outside their season, and the proposer says why."""


def donation(make: Make, amount: int = 20_000_000, **details: Any) -> Donation:
    """A donation that its partner has entered; infak of Mitra Kenanga for education unless told otherwise."""
    n = next(_numbers)
    values = {
        "number": f"D-2026-{n:06d}", "partner_code": "mitra-kenanga", "kind_code": "infak",
        "given_on": clock.today(), "amount": amount, "purpose": Purpose.FIELD, "purpose_code": "education",
        "entered_at": clock.now(), "reference": f"TRF-{n}",
    }  # fmt: skip
    values |= details
    if values["purpose"] is Purpose.GENERAL:
        values["purpose_code"] = None
    if "entered_by_id" not in values:
        values["entered_by_id"] = make.partner_user(str(values["partner_code"])).id
    return make._store(Donation(**values))


def confirmed(make: Make, amount: int = 20_000_000, **details: Any) -> Donation:
    """A donation whose money has arrived."""
    given = donation(make, amount, **details)
    giving.confirm(given, by=make.treasurer())
    db.session.commit()
    return given


def fund(make: Make, amount: int = 20_000_000, **details: Any) -> Fund:
    """A fund with so much free money."""
    return books.fund_of(confirmed(make, amount, **details))


def complaint(make: Make, service_code: str = "edu-basic", **details: Any) -> Complaint:
    n = next(_numbers)
    household = details.pop("household", None) or make.household()
    values = {
        "number": f"K-2026-{n:06d}", "tracking_code": "ACDEFG", "household_id": household.id,
        "applicant_name": household.head_name, "own_words": "Anak akan masuk sekolah, belum ada seragam.",
        "service_code": service_code, "status": ComplaintStatus.APPROVED, "received_on": clock.today(),
        "taken_by_id": make.social_worker().id, "taken_at": clock.now(),
    }  # fmt: skip
    return make._store(Complaint(**(values | details)))


def _assessment(make: Make, case: Complaint) -> Assessment:
    visit = HomeVisit(
        household_id=case.household_id, complaint_id=case.id, visitor_id=case.taken_by_id, visit_on=clock.today(),
        visit_time=clock.local(clock.now()).time(), status=VisitStatus.DONE, done_at=clock.now(),
        booked_by_id=case.taken_by_id, booked_at=clock.now(),
    )  # fmt: skip
    make._store(visit)
    instrument = catalogue().latest_instrument()[0]
    return make._store(
        Assessment(
            visit_id=visit.id, household_id=case.household_id, instrument_code=instrument["code"],
            instrument_version=instrument["version"], status=AssessmentStatus.DRAFT,
            assessed_on=clock.today(), by_id=case.taken_by_id,
        )
    )  # fmt: skip


def decision(make: Make, service_code: str = "edu-basic", **details: Any) -> Decision:
    """A decision to help, path (b), settled by somebody else than its proposer."""
    case = details.pop("complaint", None) or complaint(make, service_code, household=details.pop("household", None))
    values = {
        "complaint_id": case.id, "household_id": case.household_id, "assessment_id": _assessment(make, case).id,
        "path": "b", "ground": {}, "proposal": Proposal.HELP, "proposal_reason": "Memenuhi kriteria.",
        "proposed_by_id": case.taken_by_id, "proposed_at": clock.now(), "status": DecisionStatus.APPROVED,
        "decision_reason": "Setuju.", "decided_by_id": make.unit_head().id, "decided_at": clock.now(),
    }  # fmt: skip
    return make._store(Decision(**(values | details)))


def recommendation(make: Make, service_code: str = "health-medicine", **details: Any) -> EmergencyRecommendation:
    """An approved letter of one month, without a complaint."""
    n = next(_numbers)
    household = make.household("Syahrul Pitopang")
    worker, mayor = make.social_worker(), make.mayor()
    event = make._store(
        EmergencyEvent(
            household_id=household.id, kind=EventKind.HOUSE_FIRE, happened_on=clock.today(),
            description="Rumah terbakar.", recorded_by_id=worker.id, recorded_at=clock.now(),
        )
    )  # fmt: skip
    values = {
        "number": f"R-2026-{n:06d}", "letter_number": f"400.9.14/{n:03d}/UPT-KAN/X/2026",
        "verification_code": f"{n:018d}", "event_id": event.id, "household_id": household.id,
        "resident_name": household.head_name, "service_code": service_code, "amount": 1_200_000,
        "request_reason": "Mendesak.", "status": RecommendationStatus.APPROVED, "proposed_by_id": worker.id,
        "proposed_at": clock.now(), "decided_by_id": mayor.id, "decided_at": clock.now(),
        "starts_on": clock.today(), "ends_on": clock.one_month_after(clock.today()),
    }  # fmt: skip
    return make._store(EmergencyRecommendation(**(values | details)))


def ground(make: Make, service_code: str = "edu-basic", **details: Any) -> Ground:
    return grounds.of_decision(decision(make, service_code, **details).id)


def proposed(make: Make, money: Fund, amount: int = 400_000, *, by: User | None = None, **details: Any) -> Disbursement:
    """Aid with its money put aside."""
    service = details.pop("service_code", "edu-basic")
    opened = details.pop("ground", None) or ground(make, service)
    details["why"] = LATE | details.pop("why", {})
    aid = services.propose(opened, amount=amount, fund=money, by=by or make.social_worker(), **details)
    db.session.commit()
    return aid


def approved(make: Make, money: Fund, amount: int = 400_000, **details: Any) -> Disbursement:
    aid = proposed(make, money, amount, **details)
    services.approve(aid, by=make.unit_head())
    db.session.commit()
    return aid


def handover(on: date | None = None, **details: Any) -> services.Handover:
    values = {"method": Method.CASH, "on": on or clock.today(), "received_by": "Yurnalis Piliang"}
    return services.Handover(**(values | details))


def paid(make: Make, money: Fund, amount: int = 400_000, **details: Any) -> Disbursement:
    aid = approved(make, money, amount, **details)
    services.pay(aid, handover(), by=make.treasurer())
    db.session.commit()
    return aid


def waiting(make: Make, amount: int = 400_000, **details: Any) -> Disbursement:
    opened = details.pop("ground", None) or ground(make, details.pop("service_code", "edu-basic"))
    aid = services.propose(
        opened, amount=amount, waiting_reason="Dana pendidikan habis.", by=make.social_worker(), **details
    )
    db.session.commit()
    return aid


def partner(code: str = "mitra-kenanga") -> Partner:
    return db.session.get_one(Partner, code)
