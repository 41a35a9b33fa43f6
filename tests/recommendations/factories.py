"""Emergencies for tests; every person here is invented."""

from datetime import date, timedelta
from typing import Any

from portal import clock, references
from portal.accounts.models import User
from portal.complaints.models import Complaint, ComplaintDocument, ComplaintStatus
from portal.households.models import Household
from portal.recommendations.models import (
    Delegation,
    EmergencyEvent,
    EmergencyRecommendation,
    EventKind,
    RecommendationStatus,
)
from tests.factories import Make

DISASTER = "social-disaster"


def number(make: Make) -> int:
    return next(make._numbers)


def complaint(make: Make, household: Household, by: User, *, event_letter: bool = True) -> Complaint:
    """A complaint whose family showed the event letter at the desk."""
    shown = ComplaintDocument(code="event_letter", brought_on=clock.today() if event_letter else None)
    return make._store(
        Complaint(
            number=references.complaint_number(2026, 900 + number(make)), tracking_code="ACDEFG",
            household_id=household.id, applicant_name=household.head_name, own_words="Rumah kami terbakar.",
            service_code=DISASTER, status=ComplaintStatus.RECEIVED, received_on=clock.today(),
            taken_by_id=by.id, taken_at=clock.now(), documents=[shown],
        )
    )  # fmt: skip


def event(make: Make, household: Household, by: User, **details: Any) -> EmergencyEvent:
    values = {
        "household_id": household.id, "kind": EventKind.HOUSE_FIRE, "happened_on": clock.today() - timedelta(days=1),
        "description": "Rumah terbakar; seluruh isi rumah habis.", "recorded_by_id": by.id, "recorded_at": clock.now(),
    }  # fmt: skip
    return make._store(EmergencyEvent(**(values | details)))


def recommendation(make: Make, by: User, household: Household | None = None, **details: Any) -> EmergencyRecommendation:
    """A request that waits for the mayor, asked by this person."""
    household = household or make.household("Syahrul Pitopang")
    n = number(make)
    values = {
        "number": references.recommendation_number(2026, 900 + n),
        "event": details.pop("event", None) or event(make, household, by), "household_id": household.id,
        "resident_name": household.head_name, "service_code": DISASTER, "amount": 1_500_000,
        "request_reason": "Keluarga tidur di rumah tetangga.", "proposed_by_id": by.id, "proposed_at": clock.now(),
    }  # fmt: skip
    return make._store(EmergencyRecommendation(**(values | details)))


def letter(
    make: Make, by: User, mayor: User, *, starts_on: date | None = None, **details: Any
) -> EmergencyRecommendation:
    """An approved request with its letter."""
    starts_on = starts_on or clock.today()
    n = number(make)
    approved = {
        "status": RecommendationStatus.APPROVED, "decided_by_id": mayor.id, "decided_at": clock.now(),
        "letter_number": f"400.9.14/{900 + n}/UPT-KAN/X/2026", "verification_code": references.verification_code(),
        "starts_on": starts_on, "ends_on": clock.one_month_after(starts_on), "decision_reason": "Mendesak.",
    }  # fmt: skip
    return recommendation(make, by, **(approved | details))


def delegation(make: Make, mayor: User, deputy: User, *, starts_on: date, ends_on: date, **details: Any) -> Delegation:
    values = {"reason": "Dinas luar kota", "granted_at": clock.now()}
    return make._store(
        Delegation(
            from_user_id=mayor.id, to_user_id=deputy.id, starts_on=starts_on, ends_on=ends_on, **(values | details)
        )
    )
