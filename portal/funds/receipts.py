"""The kwitansi: the recipient's word that the aid arrived whole."""

from datetime import date

from portal import clock
from portal.accounts.models import User
from portal.accounts.roles import Role, rights
from portal.funds import books, details, grounds
from portal.funds.models import Disbursement, Method
from portal.households import identity
from portal.households.models import Member
from portal.paper import PaymentReceipt
from portal.units.catalogue import catalogue
from portal.units.letterhead import letterhead, town

# Papers are Indonesian, whatever language the screen speaks.
METHODS = {Method.CASH: "Tunai", Method.TRANSFER: "Transfer", Method.GOODS: "Barang"}


def to_be_signed(aid: Disbursement, *, method: Method, on: date, by: User) -> PaymentReceipt:
    """The kwitansi of approved aid as it is taken to the family: `by` hands it over in this way on this day."""
    if aid.approved_by is None or aid.fund is None:
        raise ValueError(f"{aid.number} is not approved")
    return PaymentReceipt(
        head=letterhead(catalogue()), number=aid.number, paid_on=on, place=town(catalogue()),
        fund=in_a_sentence(books.origin(aid.fund, "id")), amount=aid.amount,
        purpose=catalogue().service(aid.service_code).name("id"),
        goods=_goods(aid) if method is Method.GOODS else (), method=METHODS[method], basis=basis(aid),
        family=aid.household.head_name, recipient=_signer(aid).name, nik=identity.mask(_signer(aid).nik),
        approved_by=aid.approved_by.full_name, approver_title=title_of(aid.approved_by, Role.UNIT_HEAD),
        approver_nip=aid.approved_by.nip, paid_by=by.full_name,
        payer_title=title_of(by, Role.TREASURER), payer_nip=by.nip,
    )  # fmt: skip


def kwitansi(aid: Disbursement) -> PaymentReceipt:
    """What stands on the receipt of a paid disbursement."""
    if aid.paid_on is None or aid.fund is None or aid.method is None or aid.approved_by is None or aid.paid_by is None:
        raise ValueError(f"{aid.number} is not paid")
    goods = _goods(aid) if aid.method is Method.GOODS else ()
    return PaymentReceipt(
        head=letterhead(catalogue()), number=aid.number, paid_on=aid.paid_on, place=town(catalogue()),
        fund=in_a_sentence(books.origin(aid.fund, "id")), amount=aid.amount,
        purpose=catalogue().service(aid.service_code).name("id"), goods=goods,
        method=_method(aid.method, aid.payment_note), basis=basis(aid),
        family=aid.household.head_name, recipient=aid.received_by, nik=identity.mask(_signer(aid).nik),
        approved_by=aid.approved_by.full_name, approver_title=title_of(aid.approved_by, Role.UNIT_HEAD),
        approver_nip=aid.approved_by.nip, paid_by=aid.paid_by.full_name,
        payer_title=title_of(aid.paid_by, Role.TREASURER), payer_nip=aid.paid_by.nip,
    )  # fmt: skip


def _goods(aid: Disbursement) -> tuple[str, ...]:
    """What was handed over, as the treasurer wrote it down; before that, as it was proposed."""
    written = tuple(line for line in aid.payment_note.splitlines() if line.strip())
    return written or tuple(details.in_words(aid))


def _signer(aid: Disbursement) -> Member:
    """Whose NIK stands beside the signature: the one that the aid is for, else the head of the family."""
    return aid.recipient or aid.household.members[0]


def _method(method: Method, note: str) -> str:
    """How it was paid; a transfer by the bank's own reference, so that both papers can be laid side by side."""
    return f"{METHODS[method]}, nomor {note.strip()}" if method is Method.TRANSFER and note.strip() else METHODS[method]


def in_a_sentence(name: str) -> str:
    """A name's first letter small, unless it is an abbreviation: infak …, but CSR …."""
    return name[0].lower() + name[1:] if name[1:2].islower() else name


def title_of(person: User, role: Role) -> str:
    return person.title or rights()[role].label_id


def basis(aid: Disbursement) -> str:
    """The decision or letter that the payment rests on, with its day."""
    ground = grounds.of_disbursement(aid)
    on = f", {clock.format_day(ground.settled_on)}" if ground.settled_on else ""
    if ground.recommendation is not None:
        return f"Surat Rekomendasi {ground.recommendation.letter_number}{on}"
    number = ground.complaint.number if ground.complaint else ""
    return f"Keputusan atas keluhan {number}{on}"
