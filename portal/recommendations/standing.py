"""What emergencies tell the register of a family: a mark while one is open, and whose number a request has."""

from collections.abc import Sequence

from flask_babel import gettext
from sqlalchemy import or_, select

from portal import clock
from portal.db import db
from portal.households.standing import Mark
from portal.recommendations.models import EmergencyRecommendation, RecommendationStatus


def marks(household_ids: Sequence[int]) -> dict[int, list[Mark]]:
    """Families with a request that waits or a letter that is valid today."""
    r = EmergencyRecommendation
    rows = db.session.execute(
        select(r.household_id, r.status)
        .where(
            r.household_id.in_(household_ids),
            or_(r.status == RecommendationStatus.PROPOSED, r.ends_on >= clock.today()),
        )
        .order_by(r.household_id, r.id)
    )
    words = {
        RecommendationStatus.PROPOSED: Mark("due", gettext("emergency, waiting"), "emergency"),
        RecommendationStatus.APPROVED: Mark("info", gettext("emergency letter"), "emergency"),
    }
    return {row.household_id: [words[row.status]] for row in rows}


def household_of(number: str) -> int | None:
    """Whose request or letter has this number."""
    r = EmergencyRecommendation
    return db.session.scalar(select(r.household_id).where(or_(r.number == number, r.letter_number == number)))
