"""What waits: money that has come, a list to be settled, a large amount that needs a second person."""

from typing import Any

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.funds import books, waiting
from portal.funds.models import AidConcern, Disbursement, DisbursementStatus
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.money import format_rupiah
from portal.payments.models import LineOutcome, ListState, PaymentLine, PaymentList
from portal.reports import addresses
from portal.reports.work import SHOWN, Group, Work, first, of_families, place
from portal.units.formats import day, service_name


def could_be_helped(user: User) -> Group:
    """Families on the waiting list for whom money has come, in the order of the list."""
    found = [line for line in waiting.lines() if line.fund]
    rows = [
        Work(
            title=f"{format_rupiah(line.amount)} · {line.head_name}",
            url=addresses.disbursement(line.number),
            text=f"{service_name(line.service_code)} · {books.title(line.fund)}",
            button=(_l("Look for a fund"), addresses.disbursement(line.number) + "/fund"),
        )
        for line in found[:SHOWN]
        if line.fund
    ]
    return Group(
        "helpable", _l("Families that could be helped now"), _l("families that could be helped now"), "/waiting",
        rows, len(found), "", "due", only_when_any=True,
    )  # fmt: skip


def lists_to_settle(user: User) -> Group:
    """Payment lists with lines that nobody has settled, the day of handing over first."""
    amount = func.sum(Disbursement.amount).label("amount")
    statement = (
        select(PaymentList.number, PaymentList.planned_on, func.count(PaymentLine.id).label("lines"), amount)
        .join(PaymentLine, PaymentLine.list_id == PaymentList.id)
        .join(Disbursement, Disbursement.id == PaymentLine.disbursement_id)
        .where(PaymentList.state == ListState.OPEN, PaymentLine.outcome == LineOutcome.OPEN)
        .group_by(PaymentList.id)
        .order_by(PaymentList.planned_on, PaymentList.id)
    )

    def row(found: Any) -> Work:
        return Work(
            title=f"{found.number} · {format_rupiah(int(found.amount))}",
            url=f"/payments/{found.number}",
            text=_("%(lines)s lines, to be handed over on %(day)s", lines=found.lines, day=day(found.planned_on)),
            button=(_l("Settle the lines"), f"/payments/{found.number}/settlement"),
        )

    rows, total = first(statement, row)
    return Group(
        "lists", _l("Payment lists to settle"), _l("payment lists to settle"), "/payments", rows, total, "", "due",
        only_when_any=True,
    )  # fmt: skip


def to_agree(user: User) -> Group:
    """Large amounts that wait for a second person, the oldest first."""
    statement = (
        of_families(Disbursement, Disbursement.number, Disbursement.amount, Disbursement.service_code)
        .join(AidConcern, AidConcern.disbursement_id == Disbursement.id)
        .where(
            AidConcern.guard == "large", AidConcern.answered_by_id.is_(None),
            Disbursement.status.in_([DisbursementStatus.WAITING, DisbursementStatus.PROPOSED]),
        )
        .order_by(Disbursement.id)
    )  # fmt: skip

    def row(found: Any) -> Work:
        return Work(
            title=f"{format_rupiah(found.amount)} · {found.head_name}",
            url=addresses.disbursement(found.number),
            text=f"{service_name(found.service_code)} · {place(found)}",
            button=(_l("Read and agree"), addresses.disbursement(found.number)),
        )

    rows, total = first(statement, row, most=200)
    return Group(
        "agree", _l("Large amounts that need a second person"), _l("large amounts to agree to"), "/", rows, total,
        "", "due", only_when_any=True,
    )  # fmt: skip
