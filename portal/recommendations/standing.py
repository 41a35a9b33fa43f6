"""What emergencies tell the register of a family: a mark while one is open, and whose number a request has."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, or_, select

from portal import clock
from portal.db import db
from portal.households.standing import Mark, Marking, asked
from portal.language import gettext
from portal.recommendations.models import EmergencyRecommendation, RecommendationStatus

_OPEN = asked(EmergencyRecommendation.household_id, EmergencyRecommendation.status, EmergencyRecommendation.id).where(
    or_(
        EmergencyRecommendation.status == RecommendationStatus.PROPOSED,
        EmergencyRecommendation.ends_on >= bindparam("today"),
    )
)


def _marks(told: Sequence[Any]) -> dict[int, list[Mark]]:
    """Families with a request that waits or a letter that is valid today."""
    words = {
        RecommendationStatus.PROPOSED: Mark("due", gettext("emergency, waiting"), "emergency"),
        RecommendationStatus.APPROVED: Mark("info", gettext("emergency letter"), "emergency"),
    }
    return {row.household_id: [words[RecommendationStatus(row.code)]] for row in told}


marking = Marking(_OPEN, _marks, lambda: {"today": clock.today()})


def household_of(number: str) -> int | None:
    """Whose request or letter has this number."""
    r = EmergencyRecommendation
    return db.session.scalar(select(r.household_id).where(or_(r.number == number, r.letter_number == number)))
