"""Aid read anew and held until the transaction ends, and what is said when somebody was quicker."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.db import AnyRow, db, rows
from portal.errors import AlreadySettled, Refused
from portal.funds.models import Disbursement, DisbursementStatus, Fund
from portal.households.models import Household
from portal.language import gettext


def gone_on(number: str) -> AlreadySettled:
    """What is said when somebody else was quicker with this donation or aid."""
    return AlreadySettled(
        gettext("Somebody has gone on with %(number)s meanwhile. Please look at it again.", number=number)
    )


def hold(disbursement: Disbursement, expected: Collection[DisbursementStatus]) -> None:
    """Read it anew and hold it until this transaction ends; somebody may have settled it meanwhile."""
    db.session.refresh(disbursement, with_for_update=True)
    if disbursement.status not in expected:
        raise gone_on(disbursement.number)


def hold_all(ids: Collection[int], expected: Collection[DisbursementStatus]) -> dict[int, Disbursement]:
    """The same for many, in the order of their ids: two who settle lists wait and never block each other."""
    lock_all(ids)
    # Not joined: a record that is loaded so would later be read anew by the same join, which PostgreSQL does not lock.
    found = db.session.scalars(
        select(Disbursement)
        .where(Disbursement.id.in_(ids))
        .order_by(Disbursement.id)
        .options(selectinload(Disbursement.fund).selectinload(Fund.accounts))
        .execution_options(populate_existing=True)
    ).all()
    _refuse_gone(found, expected)
    return {aid.id: aid for aid in found}


def lock_all(ids: Collection[int]) -> None:
    """On SQLite every writing transaction already stands alone."""
    if db.session.get_bind().dialect.name == "postgresql":
        aid = Disbursement.__table__.c
        rows(select(aid.id).where(aid.id.in_(ids)).order_by(aid.id).with_for_update())


def hold_rows(ids: Collection[int], expected: Collection[DisbursementStatus]) -> Sequence[AnyRow]:
    """The same as columns, with the kelurahan in which each family lives: enough to pay hundreds of them."""
    lock_all(ids)
    aid, home = Disbursement.__table__, Household.__table__
    statement = select(aid, home.c.village_code).join(home, home.c.id == aid.c.household_id)
    found = rows(statement.where(aid.c.id.in_(ids)).order_by(aid.c.id))
    _refuse_gone(found, expected)
    return found


def _refuse_gone(found: Sequence[Any], expected: Collection[DisbursementStatus]) -> None:
    gone = [aid.number for aid in found if aid.status not in expected]
    if gone:
        raise gone_on(", ".join(gone[:3]) + (", …" if gone[3:] else ""))


def need(reason: str) -> None:
    if not reason.strip():
        raise Refused(gettext("Please write the reason."), field="reason")
