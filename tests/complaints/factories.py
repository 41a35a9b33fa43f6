"""Arranges complaints for tests."""

from itertools import count
from typing import Any

from portal import clock
from portal.complaints.models import Complaint, ComplaintDocument, ComplaintStatus, ComplaintStep
from tests.factories import Make

_numbers = count(900_001)  # far from the numbers that the portal itself gives


def complaint(make: Make, **details: Any) -> Complaint:
    """A complaint about medicine taken today, with KTP and KK brought and the other papers missing."""
    household = details.pop("household", None) or make.household()
    taken_by = details.pop("taken_by", None) or make.social_worker()
    values = {
        "number": f"K-2026-{next(_numbers):06d}", "tracking_code": "ACDE34", "household_id": household.id,
        "applicant_name": household.head_name, "own_words": "Obat anak habis.", "service_code": "health-medicine",
        "status": ComplaintStatus.INCOMPLETE, "received_on": clock.today(), "promised_on": clock.today(),
        "taken_by_id": taken_by.id, "taken_at": clock.now(),
    }  # fmt: skip
    values |= details
    record = Complaint(**({"answered_on": values.get("closed_on")} | values))
    record.documents = [
        ComplaintDocument(code=code, brought_on=clock.today() if code in {"ktp", "kk"} else None)
        for code in ("ktp", "kk", "sktm", "prescription_or_referral")
    ]
    record.steps = [ComplaintStep(status=record.status, at=clock.now(), by_id=taken_by.id)]
    return make._store(record)
