"""Complaints and cards as they leave the portal."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from portal import clock
from portal.cards import queries as cards
from portal.cards import validity
from portal.complaints import queries as complaints
from portal.complaints import wording
from portal.complaints.models import ComplaintStatus
from portal.exchange import export_filters as filters
from portal.exchange.exports import Asked, Exportable
from portal.exchange.listed import Batch, Column
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.units.catalogue import catalogue


def _complaints(given: Mapping[str, str], reader: Any) -> Asked:
    narrowed = complaints.narrowed_by(given, reader_id=reader.id if reader else 0)
    _rows, total = complaints.index(narrowed)
    chosen = given.get("filter", "")
    special = {"mine": _("Taken by me"), "without_visit": _("Without a visit"), "late": _("Overdue")}
    statuses = {"open": _("All open ones")} | {each.value: str(wording.STATUS[each][0]) for each in ComplaintStatus}
    return Asked(
        kept=filters.kept(
            q=narrowed.q, filter=chosen if chosen in special else "", status=narrowed.status,
            service=narrowed.service_code, village=narrowed.village_code,
        ),
        said=filters.said(
            (_("Name or complaint number"), narrowed.q), (_("Show"), special.get(chosen, "")),
            (_("State"), statuses.get(narrowed.status, "")), (_("Service"), filters.service(narrowed.service_code)),
            (_("Kelurahan"), filters.village(narrowed.village_code)),
        ),
        counted=filters.counted(total),
        columns=[
            Column(_("Number"), 16), Column(_("Received on"), 14), Column(_("Family"), 32), Column(_("Kelurahan"), 22),
            Column(_("Service"), 36), Column(_("Urgent"), 8), Column(_("State"), 18), Column(_("Promised on"), 14),
            Column(_("Answered on"), 14),
        ],
        batches=lambda _numbers: map(_complaint_rows, complaints.whole_index(narrowed, size=filters.ROWS_AT_ONCE)),
    )  # fmt: skip


def _complaint_rows(found: Sequence[Any]) -> Batch:
    yes, lines = _("yes"), wording.lines(found, clock.today())
    return [
        (
            line.number, line.received_on, line.head_name, line.village, line.service, yes if line.urgent else "",
            line.label, line.promised_on, row.answered_on,
        )
        for row, line in zip(found, lines, strict=True)
    ]  # fmt: skip


def _cards(given: Mapping[str, str], _reader: Any) -> Asked:
    narrowed, today = cards.narrowed_by(given), clock.today()
    days = catalogue().setting("expiry_notice_days")
    states = {
        "active": _("Valid today"), "expiring": _("Ending within %(days)s days", days=days),
        "expired": _("Expired"), "revoked": _("Revoked"),
    }  # fmt: skip
    return Asked(
        kept=filters.kept(q=narrowed.text, state=narrowed.state, village=narrowed.village_code),
        said=filters.said(
            (_("Name or card number"), narrowed.text), (_("Show"), states.get(narrowed.state, "")),
            (_("Kelurahan"), filters.village(narrowed.village_code)),
        ),
        counted=filters.counted(cards.count(narrowed, today)),
        columns=[
            Column(_("Number"), 18), Column(_("Holder"), 32), Column(_("Kelurahan"), 22), Column("RT", 6),
            Column("RW", 6), Column(_("Valid from"), 14), Column(_("Valid until"), 14), Column(_("State"), 18),
            Column(_("Renewal"), 12),
        ],
        batches=lambda _numbers: map(_card_rows, cards.all_cards(narrowed, today, size=filters.ROWS_AT_ONCE)),
    )  # fmt: skip


def _card_rows(found: Sequence[Any]) -> Batch:
    villages, yes, today = catalogue().villages, _("yes"), clock.today()
    return [
        (
            row.number, row.holder_name, villages.get(row.village_code, ""), row.rt, row.rw, row.starts_on, row.ends_on,
            _(validity.WORDS[validity.of(row, today)]), yes if row.renews_id else "",
        )
        for row in found
    ]  # fmt: skip


CASES: Final = (
    Exportable(
        "complaints", "complaints.export", ("complaints.view",), _l("Complaints"), "complaints.index", _complaints
    ),
    Exportable("cards", "cards.export", ("cards.view",), _l("Cards"), "cards.index", _cards),
)
