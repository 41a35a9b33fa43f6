"""Reading cards."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from portal.cards.models import Card, CardStatus
from portal.db import db
from portal.errors import NotFound
from portal.references import typed_code


def get_card(number: str) -> Card:
    """Raises NotFound."""
    card = db.session.scalar(select(Card).where(Card.number == typed_number(number)))
    if card is None:
        raise NotFound
    return card


def typed_number(text: str) -> str:
    """A card's number as it was given out, whatever case it was typed in."""
    return text.strip().upper()


def by_code(code: str) -> Card | None:
    """The card whose QR holds this code, as typed or scanned."""
    return db.session.scalar(select(Card).where(Card.verification_code == typed_code(code)))


def active_card(household_id: int, on: date) -> Card | None:
    """The family's card that is valid on this day, or will be: none other may be issued beside it."""
    return db.session.scalar(
        select(Card)
        .where(Card.household_id == household_id, Card.status == CardStatus.ISSUED, Card.ends_on >= on)
        .order_by(Card.starts_on, Card.id)
        .limit(1)
    )


def cards_of(household_id: int) -> Sequence[Card]:
    """All cards the family ever had, newest first."""
    return db.session.scalars(
        select(Card).where(Card.household_id == household_id).order_by(Card.starts_on.desc(), Card.id.desc())
    ).all()


def card_of(decision_id: int) -> Card | None:
    """The card that this decision brought."""
    return db.session.scalar(select(Card).where(Card.decision_id == decision_id))
