"""Aid and donations as they leave the portal."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from portal import clock
from portal.accounts.models import User
from portal.db import db
from portal.errors import Refused
from portal.exchange import export_filters as filters
from portal.exchange.exports import Asked, Exportable
from portal.exchange.listed import Batch, Column
from portal.funds import books
from portal.funds import queries as aid
from portal.funds import words as aid_words
from portal.funds.days import Days, days_of
from portal.funds.models import DisbursementStatus
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.partners import queries as gifts
from portal.partners import words as gift_words
from portal.partners.models import DonationStatus
from portal.units.catalogue import catalogue
from portal.units.formats import number


def _days(given: Mapping[str, str]) -> Days:
    """Raises Refused: a list of no certain days is no list to hand out."""
    days = days_of(given)
    if days.wrong:
        raise Refused(days.wrong)
    return days


def _aid(given: Mapping[str, str], _reader: Any) -> Asked:
    days = _days(given)
    narrowed = aid.narrowed_by(given, days)
    count, _amount = aid.disbursement_sums(narrowed)
    funds = {fund.code: books.title(fund) for fund in books.all_funds()}
    states = {each.value: str(aid_words.STATUS[each][0]) for each in DisbursementStatus}
    return Asked(
        kept=filters.kept(
            q=narrowed.q, status=narrowed.status, service=narrowed.service, fund=narrowed.fund,
            district=narrowed.district, **filters.days(days.since, days.until),
        ),
        said=filters.said(
            (_("Name or number"), narrowed.q), (_("State"), states.get(narrowed.status, "")),
            (_("Service"), filters.service(narrowed.service)), (_("Fund"), funds.get(narrowed.fund, narrowed.fund)),
            (_("Kecamatan (of the payment)"), catalogue().districts.get(narrowed.district, "")),
            *filters.said_days(days.since, days.until),
        ),
        counted=number(count),
        columns=[
            Column(_("Number"), 18), Column(_("Proposed on"), 14), Column(_("Paid on"), 14), Column(_("Family"), 32),
            Column(_("Kelurahan"), 22), Column(_("Service"), 36), Column(_("State"), 20), Column(_("Fund"), 36),
            Column(_("Waits because"), 30), Column(_("Amount"), 14),
        ],
        batches=lambda _numbers: map(_aid_rows(funds), aid.all_disbursements(narrowed, size=filters.ROWS_AT_ONCE)),
    )  # fmt: skip


def _aid_rows(funds: Mapping[str, str]) -> Callable[[Sequence[Any]], Batch]:
    villages = catalogue().villages
    return lambda found: [
        (
            row.number, clock.local(row.proposed_at).date(), row.paid_on, row.head_name,
            villages.get(row.village_code, ""), filters.service(row.service_code),
            str(aid_words.STATUS[row.status][0]), funds.get(row.fund_code, ""), row.waiting_reason, row.amount,
        )
        for row in found
    ]  # fmt: skip


def _gifts(given: Mapping[str, str], reader: Any) -> Asked:
    days = _days(given)
    narrowed = gifts.narrowed_by(given, since=days.since, until=days.until)
    count, _amount = gifts.donation_sums(narrowed, reader=reader)
    reader_id = reader.id
    kinds = {kind.code: gift_words.kind_name(kind) for kind in gifts.all_kinds()}
    partners = {partner.code: partner.name for partner in gifts.all_partners()}
    states = {each.value: str(gift_words.STATUS[each][0]) for each in DonationStatus}
    return Asked(
        kept=filters.kept(
            q=narrowed.q, status=narrowed.status, partner=narrowed.partner, kind=narrowed.kind,
            **filters.days(days.since, days.until),
        ),
        said=filters.said(
            (_("Number or transfer reference"), narrowed.q), (_("State"), states.get(narrowed.status, "")),
            (_("Partner"), partners.get(narrowed.partner, "")), (_("Kind"), kinds.get(narrowed.kind, "")),
            *filters.said_days(days.since, days.until),
        ),
        counted=number(count),
        columns=[
            Column(_("Number"), 18), Column(_("Given on"), 14), Column(_("Partner"), 32), Column(_("Kind"), 20),
            Column(_("For what"), 36), Column(_("State"), 24), Column(_("Amount"), 14),
        ],
        batches=lambda _numbers: _all_gifts(narrowed, kinds, reader_id),
    )  # fmt: skip


def _all_gifts(narrowed: gifts.DonationFilter, kinds: Mapping[str, str], reader_id: int) -> Iterator[Batch]:
    reader = db.session.get_one(User, reader_id)
    return map(_gift_rows(kinds), gifts.all_donations(narrowed, reader=reader, size=filters.ROWS_AT_ONCE))


def _gift_rows(kinds: Mapping[str, str]) -> Callable[[Sequence[Any]], Batch]:
    return lambda found: [
        (
            row.number, row.given_on, row.partner_name, kinds.get(row.kind_code, row.kind_code),
            gift_words.purpose_name(row.purpose, row.purpose_code), str(gift_words.STATUS[row.status][0]), row.amount,
        )
        for row in found
    ]  # fmt: skip


MONEY: Final = (
    Exportable(
        "disbursements", "disbursements.export", ("disbursements.view",), _l("Aid"), "disbursements.index", _aid
    ),
    Exportable(
        "donations", "donations.export", ("donations.view",), _l("Donations"), "donations.index", _gifts,
        of_families=False,
    ),
)  # fmt: skip
