"""The kwitansi: the recipient's word that the aid arrived whole."""

from portal import clock
from portal.accounts.models import User
from portal.accounts.roles import Role, rights
from portal.funds import books, grounds
from portal.funds.models import Disbursement, Method
from portal.paper import PaymentReceipt
from portal.units.catalogue import catalogue
from portal.units.letterhead import letterhead, town

# Papers are Indonesian, whatever language the screen speaks.
METHODS = {Method.CASH: "Tunai", Method.TRANSFER: "Transfer", Method.GOODS: "Barang"}


def kwitansi(aid: Disbursement) -> PaymentReceipt:
    """What stands on the receipt of a paid disbursement."""
    if aid.paid_on is None or aid.fund is None or aid.method is None or aid.approved_by is None or aid.paid_by is None:
        raise ValueError(f"{aid.number} is not paid")
    goods = tuple(line for line in aid.payment_note.splitlines() if line.strip()) if aid.method is Method.GOODS else ()
    return PaymentReceipt(
        head=letterhead(catalogue()), number=aid.number, paid_on=aid.paid_on, place=town(catalogue()),
        fund=in_a_sentence(books.origin(aid.fund, "id")), amount=aid.amount,
        purpose=catalogue().service(aid.service_code).name("id"), goods=goods,
        method=_method(aid.method, aid.payment_note), basis=basis(aid),
        family=aid.household.head_name, recipient=aid.received_by,
        approved_by=aid.approved_by.full_name, approver_title=title_of(aid.approved_by, Role.UNIT_HEAD),
        approver_nip=aid.approved_by.nip, paid_by=aid.paid_by.full_name,
        payer_title=title_of(aid.paid_by, Role.TREASURER), payer_nip=aid.paid_by.nip,
    )  # fmt: skip


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
