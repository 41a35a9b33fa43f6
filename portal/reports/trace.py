"""From a gift to the families it reached, and from a family to the gifts that reached it: rupiah by rupiah.

The trace is the ledger itself (docs/decisions/ledger-lots.md): every line names the gift whose money it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select

from portal.db import AnySelect, db
from portal.funds import giving
from portal.funds.giving import Standing
from portal.funds.models import AccountKind, Disbursement, DisbursementStatus, LedgerAccount, LedgerEntry, LedgerLine
from portal.households.models import Household
from portal.partners.models import Donation, Partner

HELD: Final = (AccountKind.RESERVED, AccountKind.PAID)


@dataclass(frozen=True)
class Step:
    """So many rupiah of one gift that stand behind one piece of aid, put aside or paid."""

    donation: str
    partner: str
    aid: str
    service_code: str
    status: DisbursementStatus
    on: date
    household_id: int
    village_code: str
    amount: int


@dataclass(frozen=True)
class OfGift:
    """Everything a gift's rupiah are in; what no step holds is free."""

    donation: Donation
    standing: Standing
    steps: Sequence[Step]
    families: int


def of_gift(donation: Donation) -> OfGift:
    """Where every rupiah of this gift is: in which aid, for which family; the newest first.

    Without names: a page of one gift leaves no reading of each family, and their own pages do.
    """
    steps = _steps(_rows().where(LedgerLine.donation_id == donation.id))
    return OfGift(donation, giving.standing(donation), steps, len({step.household_id for step in steps}))


def of_family(household_id: int) -> Sequence[Step]:
    """From whom every rupiah came that this family had or is to have; the newest aid first."""
    return _steps(_rows().where(Disbursement.household_id == household_id))


def _rows() -> AnySelect:
    d, amount = Disbursement, func.sum(LedgerLine.amount)
    columns = (
        Donation.number.label("donation"), Partner.name.label("partner"), d.id, d.number.label("aid"), d.service_code,
        d.status, d.paid_on, d.proposed_at, d.household_id, Household.village_code,
    )  # fmt: skip
    return (
        select(*columns, amount.label("amount"))
        .join(LedgerEntry, LedgerEntry.disbursement_id == d.id)
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .join(Donation, Donation.id == LedgerLine.donation_id)
        .join(Partner, Partner.code == Donation.partner_code)
        .join(Household, Household.id == d.household_id)
        .where(LedgerAccount.kind.in_(HELD))
        .group_by(*columns)
        .having(amount != 0)
        .order_by(d.id.desc(), Donation.number)
    )


def _steps(statement: AnySelect) -> list[Step]:
    return [_step(row) for row in db.session.execute(statement)]


def _step(row: Any) -> Step:
    return Step(
        donation=row.donation, partner=row.partner, aid=row.aid, service_code=row.service_code, status=row.status,
        on=row.paid_on or row.proposed_at.date(), household_id=row.household_id,
        village_code=row.village_code, amount=int(row.amount),
    )  # fmt: skip
