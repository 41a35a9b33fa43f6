"""A payment list on paper: the list to be signed, and the kwitansi of all its lines. Papers speak Indonesian."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.db import db
from portal.funds import receipts as kwitansi
from portal.funds.models import Disbursement, DisbursementStatus
from portal.households import identity
from portal.households.models import Household
from portal.paper import PaymentReceipts, SignatureLine, SignatureList, SignaturePage
from portal.payments import queries
from portal.payments.models import LineOutcome, PaymentLine, PaymentList
from portal.payments.queries import AidLine, Village
from portal.units.catalogue import catalogue
from portal.units.letterhead import letterhead, town

SIGNED = (LineOutcome.OPEN, LineOutcome.PAID)
"""Lines that somebody signs or has signed."""
NOT_SIGNED = {
    LineOutcome.FAILED: "tidak tersalurkan", LineOutcome.RETURNED: "dikembalikan", LineOutcome.TAKEN_OUT: "dikeluarkan",
}  # fmt: skip


def signature_list(payments: PaymentList) -> SignatureList:
    """Every line of the list, kelurahan by kelurahan; the payer is who made it."""
    lines, by = queries.lines_of(payments), payments.made_by
    numbered = {line.id: str(position) for position, line in enumerate(lines, start=1)}
    return SignatureList(
        head=letterhead(catalogue()), number=payments.number, planned_on=payments.planned_on, place=town(catalogue()),
        where=payments.place or None, method=kwitansi.METHODS[payments.method], count=str(len(lines)),
        amount=sum(line.amount for line in lines),
        pages=tuple(_page(village, numbered) for village in queries.by_village(lines)),
        paid_by=by.full_name, payer_title=kwitansi.title_of(by, Role.TREASURER), payer_nip=by.nip,
    )  # fmt: skip


def _page(village: Village, numbered: dict[int, str]) -> SignaturePage:
    unit = catalogue()
    return SignaturePage(
        village=unit.villages.get(village.code, village.code),
        district=unit.districts.get(unit.village_district.get(village.code, ""), ""),
        count=str(len({line.household_id for line in village.lines})), amount=village.amount,
        lines=tuple(_line(line, numbered[line.id]) for line in village.lines),
    )  # fmt: skip


def _line(line: AidLine, position: str) -> SignatureLine:
    return SignatureLine(
        position=position, aid=line.number, name=line.name, nik=identity.mask(line.nik), place=line.place,
        purpose=catalogue().service(line.service_code).name("id"), amount=line.amount,
        outcome=NOT_SIGNED.get(line.outcome, "") if line.outcome else "",
    )  # fmt: skip


def receipts(payments: PaymentList, *, by: User) -> PaymentReceipts:
    """A kwitansi for each line that is paid or still to be handed over, in the order of the list."""
    return PaymentReceipts(
        head=letterhead(catalogue()), number=payments.number, issued_on=payments.planned_on,
        receipts=tuple(_kwitansi(aid, payments, by) for aid in _signed_aid(payments)),
    )  # fmt: skip


def _kwitansi(aid: Disbursement, payments: PaymentList, by: User) -> kwitansi.PaymentReceipt:
    if aid.status is DisbursementStatus.PAID:
        return kwitansi.kwitansi(aid)
    return kwitansi.to_be_signed(aid, method=payments.method, on=payments.planned_on, by=by)


def _signed_aid(payments: PaymentList) -> Iterable[Disbursement]:
    statement = (
        select(Disbursement)
        .join(PaymentLine, PaymentLine.disbursement_id == Disbursement.id)
        .where(PaymentLine.list_id == payments.id, PaymentLine.outcome.in_(SIGNED))
        .order_by(PaymentLine.position)
        .options(
            joinedload(Disbursement.household).selectinload(Household.members), joinedload(Disbursement.fund),
            joinedload(Disbursement.complaint), joinedload(Disbursement.approved_by), joinedload(Disbursement.paid_by),
            joinedload(Disbursement.recipient), selectinload(Disbursement.items),
        )
    )  # fmt: skip
    return db.session.scalars(statement).all()
