"""What the books tell the register of a family: the aid it was paid last."""

from flask_babel import get_locale
from sqlalchemy import select

from portal import money
from portal.db import db
from portal.funds.models import Disbursement, DisbursementStatus
from portal.households import standing
from portal.households.standing import Fact
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.units.catalogue import catalogue
from portal.units.formats import day

LAST = 3


def facts(household_id: int) -> list[Fact]:
    """The last three payments, newest first; amounts in whole rupiah."""
    d = Disbursement
    rows = db.session.execute(
        select(d.number, d.service_code, d.amount, d.paid_on)
        .where(d.household_id == household_id, d.status == DisbursementStatus.PAID)
        .order_by(d.paid_on.desc(), d.id.desc())
        .limit(LAST)
    )
    lang, services = str(get_locale()), catalogue().services
    return [
        Fact(
            _("Aid given"),
            _(
                "%(service)s, %(amount)s, %(day)s",
                service=services[row.service_code].name(lang) if row.service_code in services else row.service_code,
                amount=money.format_rupiah(row.amount),
                day=day(row.paid_on),
            ),
            f"/disbursements/{row.number}",
        )
        for row in rows
    ]


def household_of(number: str) -> int | None:
    """Whose aid has this number."""
    return db.session.scalar(select(Disbursement.household_id).where(Disbursement.number == number))


standing.contribute(facts=facts, household_of=household_of, paper=_l("aid number"))
