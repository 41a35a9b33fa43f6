"""Referrals for tests; every person here is invented."""

from datetime import timedelta
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.referrals.models import Referral
from tests.factories import Make

OFFICE = "Dinas Sosial"


def referral(make: Make, by: User, **details: Any) -> Referral:
    """A referral that waits for the answer of Dinas Sosial."""
    household = details.pop("household", None) or make.household("Nurhayati Koto", phone="0812-1111-2222")
    values = {
        "household_id": household.id, "office": OFFICE, "reason": "Perlu kursi roda untuk ibunya.",
        "sent_by_id": by.id, "sent_at": clock.now(), "due_on": clock.today() + timedelta(days=3),
    }  # fmt: skip
    return make._store(Referral(**(values | details)))
