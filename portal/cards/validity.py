"""The four answers to "is this card or letter valid today?" (interface.md section 2, `/verify/<code>`)."""

from datetime import date
from enum import StrEnum

from portal.cards.models import Card, CardStatus

N_ = str  # marks a word for translation where it stands; the page translates it


class Validity(StrEnum):
    """Valid, not yet valid, expired or revoked; it follows from the dates, so nothing has to be switched over."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REVOKED = "revoked"


WORDS = {
    Validity.VALID: N_("Valid"),
    Validity.NOT_YET: N_("Not yet valid"),
    Validity.EXPIRED: N_("Expired"),
    Validity.REVOKED: N_("Revoked"),
}

TONES = {
    Validity.VALID: "good",
    Validity.NOT_YET: "info",
    Validity.EXPIRED: "neutral",
    Validity.REVOKED: "late",
}
"""The tone of `ui.status` for each."""


def state(starts_on: date, ends_on: date, revoked: bool, today: date) -> Validity:
    """Both days are included; revoked for good is said first, whatever the dates."""
    if revoked:
        return Validity.REVOKED
    if today < starts_on:
        return Validity.NOT_YET
    return Validity.EXPIRED if today > ends_on else Validity.VALID


def of(card: Card, today: date) -> Validity:
    """A card's own answer."""
    return state(card.starts_on, card.ends_on, card.status is CardStatus.REVOKED, today)
