"""How a letter stands on a day: the same answers as for cards (interface.md section 2, `/verify/<code>`)."""

from datetime import date

from portal.cards.validity import Validity, state
from portal.errors import NotFound
from portal.recommendations.models import EmergencyRecommendation


def of(letter: EmergencyRecommendation, today: date) -> Validity:
    """A letter's own answer; it is never revoked, it ends by itself. Raises NotFound while there is no letter."""
    if letter.starts_on is None or letter.ends_on is None:
        raise NotFound
    return state(letter.starts_on, letter.ends_on, False, today)
