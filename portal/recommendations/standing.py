"""What emergencies tell the register of a family: a mark while one is open, and whose number a request has."""

from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select

from portal import clock
from portal.db import db, rows
from portal.households.standing import Mark
from portal.language import gettext
from portal.recommendations.models import EmergencyRecommendation, RecommendationStatus

_OPEN = (
    select(EmergencyRecommendation.household_id, EmergencyRecommendation.status)
    .where(
        EmergencyRecommendation.household_id.in_(bindparam("households", expanding=True)),
        or_(
            EmergencyRecommendation.status == RecommendationStatus.PROPOSED,
            EmergencyRecommendation.ends_on >= bindparam("today"),
        ),
    )
    .order_by(EmergencyRecommendation.household_id, EmergencyRecommendation.id)
)


def marks(household_ids: Sequence[int]) -> dict[int, list[Mark]]:
    """Families with a request that waits or a letter that is valid today."""
    open_ones = rows(_OPEN, households=household_ids, today=clock.today())
    if not open_ones:
        return {}
    words = {
        RecommendationStatus.PROPOSED: Mark("due", gettext("emergency, waiting"), "emergency"),
        RecommendationStatus.APPROVED: Mark("info", gettext("emergency letter"), "emergency"),
    }
    return {row.household_id: [words[row.status]] for row in open_ones}


def household_of(number: str) -> int | None:
    """Whose request or letter has this number."""
    r = EmergencyRecommendation
    return db.session.scalar(select(r.household_id).where(or_(r.number == number, r.letter_number == number)))
