"""Whether a card or letter is genuine and valid today; never poverty, NIK or address (domain.md section 8)."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from portal import audit
from portal.cards import queries as cards
from portal.cards import validity
from portal.cards.models import CardStatus
from portal.cards.validity import Validity
from portal.households.names import HONORIFICS
from portal.language import of_reader
from portal.recommendations import queries as recommendations
from portal.units.catalogue import catalogue

LETTER: Final = "surat-rekomendasi"


@dataclass(frozen=True)
class Paper:
    """A card or letter as a shopkeeper or officer at another desk may see it."""

    subject: tuple[str, int]
    household_id: int
    type_code: str
    number: str
    holder: str
    starts_on: date
    ends_on: date
    revoked_on: date | None

    @property
    def kind(self) -> str:
        return catalogue().cards[self.type_code].name(of_reader())

    def state(self, on: date) -> Validity:
        return validity.state(self.starts_on, self.ends_on, self.revoked_on is not None, on)


def find(code: str) -> Paper | None:
    """The paper with this check code, if the unit ever issued one."""
    return _card(code) or _letter(code)


def _card(code: str) -> Paper | None:
    card = cards.by_code(code)
    if card is None:
        return None
    revoked_on = card.revoked_on if card.status is CardStatus.REVOKED else None
    subject, holder = ("card", card.id), abbreviated(card.holder_name)
    return Paper(
        subject, card.household_id, card.card_type_code, card.number, holder, card.starts_on, card.ends_on, revoked_on
    )


def _letter(code: str) -> Paper | None:
    letter = recommendations.by_code(code)
    if letter is None or letter.letter_number is None or letter.starts_on is None or letter.ends_on is None:
        return None
    subject, holder = ("emergency_recommendation", letter.id), abbreviated(letter.resident_name)
    return Paper(
        subject, letter.household_id, LETTER, letter.letter_number, holder, letter.starts_on, letter.ends_on, None
    )


def abbreviated(name: str) -> str:
    """First name and initials, enough to compare with an identity card: "Yurnalis P."; titles and degrees drop out."""
    words = re.findall(r"[^\s.]+", name.split(",")[0])
    first, *others = [word for word in words if word.lower() not in HONORIFICS] or words or [""]
    return " ".join([first, *(f"{word[0].upper()}." for word in others)])


def record(paper: Paper | None, state: str) -> None:
    """Note the check in the trail, without any trace of who checked."""
    if paper is None:
        audit.record("code.unknown", ("verification", "-"), by=None)
        return
    action = "card.verified" if paper.subject[0] == "card" else "letter.verified"
    audit.record(action, paper.subject, by=None, household_id=paper.household_id, state=state)
