"""What cards tell the register of a family: the active card, and whose number stands on one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.cards.models import Card, CardStatus
from portal.cards.queries import active_card, typed_number
from portal.db import db
from portal.households import standing
from portal.households.standing import Fact, Mark, Marking
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.units.formats import day

# Which of them are valid is asked in Python: told of status and days, SQLite reads all valid cards of the city.
_OF_FAMILIES = standing.asked(Card.household_id, Card.status, Card.id, first=Card.starts_on, last=Card.ends_on)


def _marks(told: Sequence[Any]) -> dict[int, list[Mark]]:
    """Families with a card that is valid today."""
    today = clock.today()
    return {
        row.household_id: [Mark("good", _("Card until %(day)s", day=day(row.last, short=True)), "card")]
        for row in told
        if row.code == CardStatus.ISSUED and row.first <= today <= row.last
    }


def facts(household_id: int) -> list[Fact]:
    """The active card, with its last day."""
    card = active_card(household_id, clock.today())
    if card is None:
        return []
    text = _("%(number)s, valid until %(day)s", number=card.number, day=day(card.ends_on))
    return [Fact(_("Active card"), text, f"/cards/{card.number}")]


def household_of(number: str) -> int | None:
    """Whose card has this number."""
    return db.session.scalar(select(Card.household_id).where(Card.number == typed_number(number)))


standing.contribute(
    marks=Marking(_OF_FAMILIES, _marks), facts=facts, household_of=household_of, paper=_l("card number")
)
