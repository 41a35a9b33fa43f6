"""Aid is handed over, could not be, or comes back: one piece or a whole list, in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal import audit, bulk, clock
from portal.accounts.models import User
from portal.audit import changes
from portal.complaints import moving
from portal.complaints import services as complaints
from portal.complaints.models import OPEN_STATUSES, ComplaintStatus
from portal.db import db
from portal.errors import NotAllowed, Refused
from portal.funds import effects, holding, ledger, monthly, policies, posting
from portal.funds.models import Disbursement, DisbursementStatus, EntryKind, Method
from portal.funds.monthly import Place
from portal.funds.posting import Payment
from portal.language import gettext


@dataclass(frozen=True)
class Handover:
    """How the aid reached the family; `note` says which goods, or the transfer's reference: cash needs none."""

    method: Method
    on: date
    received_by: str
    note: str = ""


def pay(disbursement: Disbursement, handover: Handover, *, by: User) -> None:
    """The aid was handed over; its complaint is delivered. Raises NotAllowed, AlreadySettled, Refused."""
    pay_all({disbursement.id: handover}, by=by)


def pay_all(handovers: Mapping[int, Handover], *, by: User) -> dict[int, int]:
    """All of these were handed over, or none is recorded; by the ids of the aid. Raises like `pay`.

    Rupiah of each, by its id. Few statements for hundreds: nothing here is done for each piece of aid in the database.
    """
    aids = holding.hold_rows(handovers, {DisbursementStatus.APPROVED})
    _check_all(aids, handovers, by)
    now = clock.now()
    paid = {aid.id: _paid(aid, handovers[aid.id], by, now) for aid in aids}
    bulk.update(Disbursement, list(paid.values()))
    posted = posting.pay_all([Payment(aid.id, aid.fund_id, handovers[aid.id].on) for aid in aids], by=by)
    monthly.keep(*(Place(handovers[aid.id].on, paid[aid.id]["district_code"], aid.service_code) for aid in aids))
    for aid in aids:
        told = {"changes": changes.of_changed(Disbursement, aid, paid[aid.id]), "also": posted[aid.id]}
        subject = (Disbursement.__tablename__, aid.id)
        audit.record("disbursement.paid", subject, by=by, household_id=aid.household_id, amount=aid.amount, **told)
    cases = {aid.complaint_id: aid.number for aid in reversed(aids) if aid.complaint_id}  # the first of a case moves it
    moving.move_all(cases, OPEN_STATUSES, ComplaintStatus.DELIVERED, by=by)
    effects.ended(dict.fromkeys(paid, DisbursementStatus.PAID), by)
    return {aid.id: aid.amount for aid in aids}


def _check_all(aids: Sequence[Any], handovers: Mapping[int, Handover], by: User) -> None:
    for aid in aids:
        if not policies.may_pay(by, aid):
            raise NotAllowed
        _check_handover(aid, handovers[aid.id])


def _paid(aid: Any, handover: Handover, by: User, now: datetime) -> dict[str, Any]:
    """What is written down of aid that was handed over; where the family lives on that day stays with it."""
    return {
        "id": aid.id, "version": aid.version, "status": DisbursementStatus.PAID, "paid_by_id": by.id,
        "paid_at": now, "paid_on": handover.on, "method": handover.method,
        "received_by": handover.received_by.strip(), "payment_note": handover.note.strip(),
        "district_code": monthly.district_of(aid.village_code),
    }  # fmt: skip


def _check_handover(aid: Any, handover: Handover) -> None:
    if policies.waits_for_asnaf(aid):
        raise Refused(gettext("The partner has not confirmed the asnaf yet; until then this zakat is not paid."))
    if handover.on > clock.today():
        raise Refused(gettext("This day is still to come."), field="on")
    if aid.approved_at and handover.on < clock.local(aid.approved_at).date():
        raise Refused(gettext("It was approved only after this day."), field="on")
    if not handover.received_by.strip():
        raise Refused(gettext("Please write who received it."), field="received_by")
    if handover.method is Method.GOODS and not handover.note.strip():
        raise Refused(gettext("Please write which goods were handed over."), field="note")
    if handover.method is Method.TRANSFER and not handover.note.strip():
        raise Refused(gettext("Please write the reference of the transfer, as the bank names it."), field="note")


def fail(aid: Disbursement, *, reason: str, by: User) -> None:
    """It did not reach the family: nothing left the unit, and its money is free again. Raises like `pay`."""
    fail_all({aid.id: reason}, by=by)


def fail_all(reasons: Mapping[int, str], *, by: User) -> list[Disbursement]:
    """The same for many, by the ids of the aid; help on this ground may be proposed anew."""
    failed = list(holding.hold_all(reasons, {DisbursementStatus.APPROVED}).values())
    for aid in failed:
        if not policies.may_pay(by, aid):
            raise NotAllowed
        reason = reasons[aid.id].strip()
        holding.need(reason)
        assert aid.fund is not None  # noqa: S101 - approved means that money is put aside
        aid.status, aid.settling_reason = DisbursementStatus.FAILED, reason
        db.session.flush()
        ledger.release(aid, aid.fund, by=by, note=reason)
        audit.record("disbursement.failed", aid, by=by, amount=aid.amount)
    effects.ended({aid.id: aid.status for aid in failed}, by)
    return failed


def reverse_payment(disbursement: Disbursement, *, reason: str, by: User) -> None:
    """Take a payment back: it is reversed in the books and its money is free again. Raises like `pay`."""
    holding.hold(disbursement, {DisbursementStatus.PAID})
    if not policies.may_reverse(by, disbursement):
        raise NotAllowed
    holding.need(reason)
    assert disbursement.fund is not None  # noqa: S101 - paid from it
    ledger.hold(disbursement.fund)
    ledger.reverse(ledger.entry_of(EntryKind.PAYMENT, disbursement=disbursement), reason.strip(), by)
    ledger.release(disbursement, disbursement.fund, by=by, note=reason.strip())
    disbursement.status, disbursement.settling_reason = DisbursementStatus.REVERSED, reason.strip()
    monthly.keep(disbursement)
    audit.record("disbursement.reversed", disbursement, by=by, amount=disbursement.amount)
    _move_complaint(disbursement, {ComplaintStatus.DELIVERED}, ComplaintStatus.APPROVED, reason.strip(), by)
    effects.ended({disbursement.id: disbursement.status}, by)


def _move_complaint(
    disbursement: Disbursement, standing: Collection[ComplaintStatus], to: ComplaintStatus, note: str, by: User
) -> None:
    if disbursement.complaint is not None and disbursement.complaint.status in standing:
        complaints.move(disbursement.complaint, to, by=by, note=note)
