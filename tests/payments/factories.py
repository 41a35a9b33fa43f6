"""Approved aid and payment lists for tests; money through the real services."""

from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.db import db
from portal.funds import services as aid_services
from portal.funds.details import Account, Details
from portal.funds.models import Disbursement, Fund, Method
from portal.payments import services
from portal.payments.models import PaymentList
from tests.factories import Make
from tests.funds import factories as money

ACCOUNT = Account("Bank Nagari", "2100-0123-4567", "Yurnalis Piliang")


def approved(make: Make, count: int = 3, *, fund: Fund | None = None, **details: Any) -> list[Disbursement]:
    """So many families with approved aid of Rp400.000 each."""
    fund, head, worker = fund or money.fund(make, 400_000 * count), make.unit_head(), make.social_worker()
    found = []
    for number in range(count):
        family = make.household(f"Contoh {number:03d} Piliang", **details.get("family", {}))
        kept = {key: value for key, value in details.items() if key != "family"}
        aid = money.proposed(make, fund, ground=money.ground(make, household=family), by=worker, **kept)
        aid_services.approve(aid, by=head)
        found.append(aid)
    db.session.commit()
    return found


def made(make: Make, count: int = 3, *, by: User | None = None, **details: Any) -> PaymentList:
    """An open list of so many lines."""
    method = details.pop("method", Method.CASH)
    if method is Method.TRANSFER:
        details["details"] = Details(method=method, account=ACCOUNT)
    aids = details.pop("aids", None) or approved(make, count, **details)
    found = services.make_list(
        [aid.id for aid in aids], method=method, planned_on=clock.today(), place="Aula", by=by or make.treasurer()
    )
    db.session.commit()
    return found


def paid(payments: PaymentList, **changes: services.Outcome) -> services.Settlement:
    """All open lines paid to somebody."""
    lines = [line.id for line in payments.lines if line.outcome.value == "open"]
    return services.Settlement(clock.today(), {each: services.Outcome(True, "Yurnalis Piliang") for each in lines})
