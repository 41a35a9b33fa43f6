"""The bukti setor: the word of who took a gift that it arrived (UU 23/2011 art. 23: a receipt to each giver)."""

from collections.abc import Callable, Iterable
from datetime import date

from portal import clock
from portal.db import db
from portal.paper import GiftReceipt, GiftSlip
from portal.partners import gifts, words
from portal.partners.models import Donation, DonationKind, Purpose
from portal.units.catalogue import catalogue
from portal.units.letterhead import letterhead, town

# Papers are Indonesian, whatever language the screen speaks.
FIELDS = {
    "education": "Pendidikan", "health": "Kesehatan", "social": "Sosial", "empowerment": "Pemberdayaan masyarakat",
}  # fmt: skip
LAWS = {
    True: "Zakat disalurkan hanya kepada delapan asnaf. Dasar: UU 23/2011 Pasal 23 (bukti setoran).",
    False: "Dicatat dalam buku tersendiri dan dipakai hanya untuk tujuan di atas. Dasar: UU 23/2011 Pasal 28.",
}
"""What a receipt promises, by whether it is zakat."""


ArrivedOn = Callable[[Donation], date | None]
_told: list[ArrivedOn] = []


def told_by(arrived_on: ArrivedOn) -> None:
    """Let a later room that reads the bank say on which day a gift arrived; None where it does not know."""
    _told.append(arrived_on)


def arrived_on(donation: Donation) -> date:
    """The day on which the bank had the money; where nobody knows it, the day on which it was confirmed."""
    if donation.settled_at is None:
        raise ValueError(f"{donation.number} has not arrived")
    days = (tell(donation) for tell in _told)
    return next((day for day in days if day is not None), clock.local(donation.settled_at).date())


def of_gift(donation: Donation) -> GiftReceipt:
    """The receipt of a whole gift: of its giver, or of the partner that gave it."""
    giver = words.UNNAMED if donation.giver_hidden else donation.giver_name or donation.partner.name
    return receipt(donation, [GiftSlip(number=donation.number, giver=giver, office=None, amount=donation.amount)])


def receipt(donation: Donation, slips: Iterable[GiftSlip]) -> GiftReceipt:
    """A slip each, of a gift that has arrived."""
    kind = db.session.get_one(DonationKind, donation.kind_code)
    asnaf = {row["code"]: row["name_id"] for row in catalogue().profile.get("asnaf", [])}
    return GiftReceipt(
        head=letterhead(catalogue()), partner=donation.partner.name, kind=words.kind_name(kind, "id"),
        purpose=_purpose(donation), asnaf=asnaf.get(donation.asnaf or ""), given_on=donation.given_on,
        arrived_on=arrived_on(donation), reference=donation.reference or None,
        place=town(catalogue()), promise=LAWS[gifts.is_zakat(kind)], slips=tuple(slips),
    )  # fmt: skip


def _purpose(donation: Donation) -> str:
    match donation.purpose:
        case Purpose.FIELD:
            return FIELDS.get(donation.purpose_code or "", donation.purpose_code or "")
        case Purpose.SERVICE:
            return catalogue().service(donation.purpose_code or "").name("id")
    return "Umum: semua bantuan yang didanai mitra ini"
