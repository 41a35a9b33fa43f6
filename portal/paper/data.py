"""What each paper says. Every field is asked for, so that none is forgotten; None says "there is none" aloud.

Facts come raw: the paper writes days, moments and whole rupiah out in Indonesian, so figures and words never differ.
Texts are printed as they are: they can never become markup.
"""

from dataclasses import dataclass
from datetime import date, datetime

from portal import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Who writes, from the unit's profile."""

    government: str  # "Pemerintah Kota Payakumbuh"
    name: str  # "Unit Pelayanan Terpadu Kesejahteraan Anak Nagari"
    short_name: str  # "UPT-KAN"
    address_lines: tuple[str, ...]
    legal_basis: str  # "Peraturan Wali Kota Payakumbuh Nomor 59 Tahun 2013"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deputy:
    """Who signs while the principal is away, and by which order."""

    title: str
    name: str
    nip: str | None
    mandate: str  # "Surat Tugas Nomor … tanggal …"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Place, day, office and name. With a deputy both names stand on the paper (design rule of path c)."""

    place: str
    on: date
    title: str  # "Wali Kota Payakumbuh"
    name: str
    nip: str | None  # elected heads have none
    deputy: Deputy | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """When who comes to the house."""

    on: date
    hours: str  # "09.00–11.00 WIB"
    officer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the family carries home from the desk: the number, the promise and what is still missing."""

    head: Letterhead
    number: str
    code: str
    received_at: datetime
    received_by: str
    reporter: str
    family: str  # name of the head of family
    problem: str
    service: str | None
    promised_on: date | None  # None: a service without a promised date
    promised_within: str | None  # "3 hari kerja"
    visit: Visit | None
    documents_brought: tuple[str, ...]
    documents_missing: tuple[str, ...]
    track_page: str  # "https://…/track"
    complain_at: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"Tanda terima keluhan {self.number}"

    @property
    def issued_on(self) -> date:
        return clock.local(self.received_at).date()

    @property
    def qr(self) -> str:
        """The tracking page with the number; never the code, which the reader types."""
        return f"{self.track_page}?number={self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardBack:
    """What a holder and a desk need to know; the same for every card of the unit."""

    opens: tuple[str, ...]  # the services the card opens
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Name, number, period and check code: never score, NIK or address (domain section 8)."""

    head: Letterhead
    card_name: str  # "Kartu UPT-KAN"
    holder: str
    number: str
    valid_from: date
    valid_until: date
    code: str
    verify_page: str  # "https://…/verify"
    back: CardBack

    @property
    def title(self) -> str:
        return f"{self.card_name} {self.number}"

    @property
    def issued_on(self) -> date:
        return self.valid_from

    @property
    def qr(self) -> str:
        return f"{self.verify_page}/{self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Surat Rekomendasi: one resident, one event, one service, one month (domain section 5, path c)."""

    head: Letterhead
    number: str
    nature: str  # "Segera"
    attachment: str  # "-" or "1 berkas"
    addressed_to: tuple[str, ...]  # lines after "Yth."
    resident: str
    nik: str  # as it may be shown
    address: str
    requested_on: date
    event: str
    event_on: date
    service: str
    amount: int | None  # whole rupiah
    valid_from: date
    valid_until: date
    signature: Signature
    cc: tuple[str, ...]
    code: str
    verify_page: str  # "https://…/verify"

    @property
    def title(self) -> str:
        return f"Surat Rekomendasi {self.number}"

    @property
    def issued_on(self) -> date:
        return self.signature.on

    @property
    def qr(self) -> str:
        return f"{self.verify_page}/{self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceipt:
    """Kwitansi: the recipient's word that the aid arrived whole."""

    head: Letterhead
    number: str
    paid_on: date
    place: str
    fund: str  # "Infak LKS Mitra Kenanga"
    amount: int  # whole rupiah
    purpose: str
    goods: tuple[str, ...]  # what was handed over, when not money
    method: str  # "Tunai"
    basis: str  # the decision it rests on
    family: str  # name of the head of family
    recipient: str
    nik: str  # of who signs, masked
    approved_by: str
    approver_title: str
    approver_nip: str | None
    paid_by: str
    payer_title: str
    payer_nip: str | None

    @property
    def title(self) -> str:
        return f"Kwitansi {self.number}"

    @property
    def issued_on(self) -> date:
        return self.paid_on

    @property
    def qr(self) -> None:
        """A kwitansi is checked against the books, not on the verify page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftSlip:
    """One giver's receipt: who, from which office, how much."""

    number: str  # "D-2026-000077", beneath a gift of many "D-2026-000077/012"
    giver: str  # "Hamba Allah" for who does not want to be named
    office: str | None
    amount: int  # whole rupiah


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftReceipt:
    """Bukti setor: a gift, or one giver's part of it, has arrived; one page each."""

    head: Letterhead
    partner: str  # who took it: "LKS Mitra Kenanga"
    kind: str  # "Infak"
    purpose: str
    asnaf: str | None  # of zakat
    given_on: date
    arrived_on: date
    reference: str | None  # the bank's
    place: str
    promise: str  # what it is used for, and by which law
    slips: tuple[GiftSlip, ...]

    @property
    def title(self) -> str:
        return f"Bukti setor {self.slips[0].number}"

    @property
    def issued_on(self) -> date:
        return self.arrived_on

    @property
    def qr(self) -> None:
        """A bukti setor is checked against the books, not on the verify page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a report, in words: sums stand in it as they are shown. `aligned`: left or right, a column each."""

    title: str
    heads: tuple[str, ...]
    aligned: tuple[str, ...]
    widths: tuple[str, ...]  # "auto" or "wide", a column each
    rows: tuple[tuple[str, ...], ...]
    foot: tuple[str, ...]  # empty: no sum
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report on money over some days: for a partner, or of closed books. Facts, then tables, then who signs."""

    head: Letterhead
    name: str  # "Laporan dana mitra"
    about: str  # "LKS Mitra Kenanga"
    since: date
    until: date
    lead: str  # the balance as one sentence
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    place: str
    on: date
    signers: tuple[tuple[str, str, str], ...]  # office, name, NIP or ""

    @property
    def title(self) -> str:
        return f"{self.name} {self.about}".strip()

    @property
    def issued_on(self) -> date:
        return self.on

    @property
    def qr(self) -> None:
        """A report is checked against the books."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceipts:
    """The kwitansi of a whole payment list, a page each."""

    head: Letterhead
    number: str
    issued_on: date
    receipts: tuple[PaymentReceipt, ...]

    @property
    def title(self) -> str:
        return f"Kwitansi daftar {self.number}"

    @property
    def qr(self) -> None:
        """As each kwitansi alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """One family of a payment list, and the place where it signs."""

    position: str
    aid: str  # "S-2026-000310"
    name: str
    nik: str  # masked
    place: str
    purpose: str
    amount: int  # whole rupiah
    outcome: str  # "" while it is open


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaturePage:
    """The families of one kelurahan."""

    village: str
    district: str
    count: str
    amount: int
    lines: tuple[SignatureLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureList:
    """Daftar penerimaan: what is handed over to whom, kelurahan by kelurahan, with a column for signatures."""

    head: Letterhead
    number: str
    planned_on: date
    place: str
    where: str | None
    method: str
    count: str
    amount: int
    pages: tuple[SignaturePage, ...]
    paid_by: str
    payer_title: str
    payer_nip: str | None

    @property
    def title(self) -> str:
        return f"Daftar penerimaan {self.number}"

    @property
    def issued_on(self) -> date:
        return self.planned_on

    @property
    def qr(self) -> None:
        """It is checked against the books."""


Paper = Receipt | Card | Letter | PaymentReceipt | PaymentReceipts | SignatureList | GiftReceipt | Report
