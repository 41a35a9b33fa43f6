"""Making a payment list, settling it, calling it off. What became of aid is written by funds/paying.py alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from portal import audit, bulk, clock, money, references, series
from portal.accounts.models import User
from portal.audit import changes
from portal.db import db, hold, rows
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.files import policies as files
from portal.files import services as storing
from portal.funds import effects, holding, paying
from portal.funds import policies as aid_policies
from portal.funds.details import in_words
from portal.funds.models import Disbursement, DisbursementStatus, Method
from portal.funds.paying import Handover
from portal.language import gettext, ngettext
from portal.payments import policies, queries
from portal.payments.models import LineOutcome, ListState, PaymentLine, PaymentList


def make_list(ids: Sequence[int], *, method: Method, planned_on: date, place: str = "", by: User) -> PaymentList:
    """Collect approved aid that is handed over in this way. Raises NotAllowed, AlreadySettled, Refused."""
    if not policies.may_make(by):
        raise NotAllowed
    if not ids or len(ids) > queries.MOST_LINES:
        text = gettext("A list holds 1 to %(most)s pieces of aid. Please choose some.", most=queries.MOST_LINES)
        raise Refused(text, field="ids")
    if planned_on < clock.today():
        raise Refused(gettext("This day is over. When is it to be handed over?"), field="planned_on")
    aids = holding.hold_all(set(ids), {DisbursementStatus.APPROVED})
    _refuse_unfit(list(aids.values()), method, by)
    year = clock.today().year
    made = PaymentList(
        number=references.payment_list_number(year, series.next_number("payment_list", year)), method=method,
        planned_on=planned_on, place=place.strip(), state=ListState.OPEN, made_by_id=by.id, made_at=clock.now(),
    )  # fmt: skip
    made.lines = [
        PaymentLine(position=position, disbursement_id=aid_id, outcome=LineOutcome.OPEN)
        for position, aid_id in enumerate(queries.in_order(aids), start=1)
    ]
    db.session.add(made)
    db.session.flush()
    amount = sum(aid.amount for aid in aids.values())
    audit.record("payment_list.made", made, by=by, rows=len(aids), amount=amount)
    return made


def _refuse_unfit(aids: Sequence[Disbursement], method: Method, by: User) -> None:
    """Nothing of another list, no zakat without its asnaf, no transfer without an account, nothing of one's own."""
    if not all(aid_policies.may_pay(by, aid) for aid in aids):
        raise NotAllowed
    listed = select(PaymentLine.disbursement_id).where(
        PaymentLine.disbursement_id.in_([aid.id for aid in aids]), PaymentLine.outcome == LineOutcome.OPEN
    )
    taken = set(db.session.scalars(listed))
    if twice := [aid.number for aid in aids if aid.id in taken]:
        raise AlreadySettled(gettext("In another list already: %(numbers)s.", numbers=_few(twice)))
    if waiting := [aid.number for aid in aids if aid_policies.waits_for_asnaf(aid)]:
        raise Refused(gettext("The asnaf is not confirmed yet: %(numbers)s.", numbers=_few(waiting)), field="ids")
    if method is Method.TRANSFER and (nowhere := [aid.number for aid in aids if not aid.bank_account]):
        text = gettext("Without an account nothing can be sent: %(numbers)s.", numbers=_few(nowhere))
        raise Refused(text, field="ids")


def _few(numbers: Sequence[str]) -> str:
    return ", ".join(numbers[:5]) + (", …" if numbers[5:] else "")


@dataclass(frozen=True)
class Outcome:
    """What became of one line: paid to `received_by` with a `note`, or failed with its reason in `note`."""

    paid: bool
    received_by: str = ""
    note: str = ""


@dataclass(frozen=True)
class Settlement:
    """What became of lines, by their ids, on one day; lines that are not named stay open."""

    on: date
    outcomes: Mapping[int, Outcome]


def settle(payments: PaymentList, settlement: Settlement, *, by: User) -> None:
    """Record all of it or nothing, in this transaction. Raises NotAllowed, AlreadySettled, Refused.

    Who settles lines of the same list at the same moment waits here, and is refused when one of them is settled then.
    """
    hold(payments)
    if not policies.may_make(by):
        raise NotAllowed
    if not settlement.outcomes:
        raise Refused(gettext("Please say of at least one line what became of it."))
    lines = _open_lines(payments, settlement)
    chosen = {lines[line_id]: outcome for line_id, outcome in settlement.outcomes.items()}
    failed = {aid_id: outcome.note for aid_id, outcome in chosen.items() if not outcome.paid}
    goods = _goods(chosen) if payments.method is Method.GOODS else {}
    handed = {
        aid_id: Handover(payments.method, settlement.on, outcome.received_by, outcome.note or goods.get(aid_id, ""))
        for aid_id, outcome in chosen.items()
        if outcome.paid
    }
    paid = paying.pay_all(handed, by=by) if handed else {}
    if failed:
        paying.fail_all(failed, by=by)
    amount = sum(paid.values())
    audit.record("payment_list.settled", payments, by=by, rows=len(paid), left=len(failed), amount=amount)


def _open_lines(payments: PaymentList, settlement: Settlement) -> dict[int, int]:
    """The aid of these lines by the lines' ids. Raises AlreadySettled, Refused for a line of another list."""
    statement = select(PaymentLine.id, PaymentLine.disbursement_id, PaymentLine.outcome).where(
        PaymentLine.list_id == payments.id, PaymentLine.id.in_(settlement.outcomes)
    )
    found = db.session.execute(statement).all()
    if len(found) != len(settlement.outcomes):
        raise Refused(gettext("A line that was sent does not belong to this list. Please open the list again."))
    settled = sum(row.outcome is not LineOutcome.OPEN for row in found)
    if settled:
        raise AlreadySettled(
            ngettext(
                "%(num)d line has been settled meanwhile; nothing of this form is recorded. Please open the list "
                "again.",
                "%(num)d lines have been settled meanwhile; nothing of this form is recorded. Please open the list "
                "again.",
                settled,
            )
        )
    return {row.id: row.disbursement_id for row in found}


def _goods(ids: Mapping[int, Any]) -> dict[int, str]:
    """The goods of each as they were proposed."""
    aids = db.session.scalars(select(Disbursement).where(Disbursement.id.in_(ids)))
    return {aid.id: "\n".join(in_words(aid)) for aid in aids}


def follow(aids: effects.Ended, by: User) -> None:
    """Whatever became of aid, wherever it was said, became of its line; a list without open lines is settled."""
    line, outcomes = (
        PaymentLine.__table__.c,
        {aid: OUTCOMES[status] for aid, status in aids.items() if status in OUTCOMES},
    )
    statement = select(*line).where(
        line.disbursement_id.in_(outcomes), line.outcome.in_([LineOutcome.OPEN, LineOutcome.PAID])
    )
    found, now = rows(statement.order_by(line.id)), clock.now()
    told = [{"id": one.id, "outcome": outcomes[one.disbursement_id], "settled_by_id": by.id, "settled_at": now}
            for one in found]  # fmt: skip
    bulk.update(PaymentLine, told)
    for one, values in zip(found, told, strict=True):
        changes.note(db.session(), PaymentLine, one.id, changes.of_changed(PaymentLine, one, values))
    _close({one.list_id for one in found})


OUTCOMES = {
    DisbursementStatus.PAID: LineOutcome.PAID,
    DisbursementStatus.FAILED: LineOutcome.FAILED,
    DisbursementStatus.REVERSED: LineOutcome.RETURNED,
    DisbursementStatus.CANCELLED: LineOutcome.TAKEN_OUT,
}


def _end(line: PaymentLine, outcome: LineOutcome, by: User) -> None:
    line.outcome, line.settled_by_id, line.settled_at = outcome, by.id, clock.now()


def _close(ids: set[int]) -> None:
    open_lines = select(PaymentLine.list_id).where(PaymentLine.outcome == LineOutcome.OPEN)
    statement = select(PaymentList).where(
        PaymentList.id.in_(ids), PaymentList.state == ListState.OPEN, PaymentList.id.not_in(open_lines)
    )
    for payments in db.session.scalars(statement):
        payments.state, payments.ended_at = ListState.SETTLED, clock.now()
    db.session.flush()


def call_off(payments: PaymentList, *, reason: str, by: User) -> None:
    """The list is not handed over: its aid is approved as before, and may stand in another. Raises like `settle`."""
    hold(payments)
    if not policies.may_make(by):
        raise NotAllowed
    if payments.state is not ListState.OPEN:
        raise AlreadySettled(gettext("List %(number)s is not open any more.", number=payments.number))
    holding.need(reason)
    left = [line for line in payments.lines if line.outcome is LineOutcome.OPEN]
    for line in left:
        _end(line, LineOutcome.TAKEN_OUT, by)
    payments.state, payments.ended_at, payments.reason = ListState.CALLED_OFF, clock.now(), reason.strip()
    audit.record("payment_list.called_off", payments, by=by, rows=len(left))


def add_proof(payments: PaymentList, upload: FileStorage, *, by: User) -> None:
    """The list as it was signed, or a photo of the handing over. Raises NotAllowed, Refused."""
    if not policies.may_prove(by, payments):
        raise NotAllowed
    audit.record("payment_list.proof_added", payments, by=by)
    storing.store(upload, subject=payments, by=by)


def preview(payments: PaymentList, settlement: Settlement) -> dict[str, Any]:
    """What a settlement would record, in lines and rupiah, before anybody confirms it."""
    lines = [line for line in queries.lines_of(payments) if line.outcome is LineOutcome.OPEN]
    paid = [line for line in lines if _is(settlement, line, paid=True)]
    failed = [line for line in lines if _is(settlement, line, paid=False)]
    return {
        "paid": queries.by_village(paid), "failed": failed, "left": len(lines) - len(paid) - len(failed),
        "count": len(paid), "amount": sum(line.amount for line in paid),
        "words": money.terbilang_rupiah(sum(line.amount for line in paid)),
        "freed": sum(line.amount for line in failed),
    }  # fmt: skip


def _is(settlement: Settlement, line: queries.AidLine, *, paid: bool) -> bool:
    outcome = settlement.outcomes.get(line.line_id or 0)
    return outcome is not None and outcome.paid is paid


effects.when_ended(follow)
files.allow(PaymentList.__tablename__, lambda user, _list_id: policies.may_view(user))
