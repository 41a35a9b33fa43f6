"""The card on paper: ID-1 for the wallet, A4 for who has no card printer. Papers speak Indonesian."""

from portal.cards.models import Card
from portal.cards.services import rules_for
from portal.paper import Card as Sheet
from portal.paper import CardBack, render
from portal.units.catalogue import catalogue
from portal.units.letterhead import letterhead

KINDS = {"": "card", "a4": "card_a4"}
"""The sizes that an address may ask for."""


def card_pdf(card: Card, *, size: str, address: str) -> bytes:
    """The card as a PDF; `address` is the portal's own, for the QR. Raises KeyError for an unknown size."""
    return render(KINDS[size], sheet(card, address))


def sheet(card: Card, address: str) -> Sheet:
    """Name, number, period and check code: never score, NIK or address (domain.md section 8)."""
    unit = catalogue()
    return Sheet(
        head=letterhead(unit),
        card_name=unit.cards[card.card_type_code].name("id"),
        holder=card.holder_name,
        number=card.number,
        valid_from=card.starts_on,
        valid_until=card.ends_on,
        code=card.verification_code,
        verify_page=f"{address}/verify",
        back=CardBack(opens=tuple(name.lower() for name in unit.fields().values()), rules=_rules(card)),
    )


def _rules(card: Card) -> tuple[str, ...]:
    days = rules_for(card).window_days
    return (
        "Tunjukkan kartu ini bersama KTP di loket layanan.",
        "Berlaku bagi seluruh anggota keluarga; tidak dapat dipindahkan.",
        f"Perpanjangan: datang ke loket mulai {days} hari sebelum masa berlaku habis.",
    )
