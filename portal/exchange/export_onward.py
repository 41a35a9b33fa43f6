"""Emergencies and referrals as they leave the portal."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from portal import clock
from portal.complaints.promise import overdue_before
from portal.exchange import export_filters as filters
from portal.exchange.exports import Asked, Exportable
from portal.exchange.listed import Batch, Column
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.recommendations import queries as emergencies
from portal.recommendations import words as emergency_words
from portal.referrals import queries as referrals
from portal.referrals.words import OUTCOMES
from portal.units.catalogue import catalogue


def _emergencies(given: Mapping[str, str], _reader: Any) -> Asked:
    narrowed = emergencies.narrowed_by(given)
    which = {
        "waiting": _("Waiting for the mayor"), "approved": _("Approved"), "declined": _("Declined"),
        "no_exit": _("Without an exit"),
    }  # fmt: skip
    return Asked(
        kept=filters.kept(filter=narrowed.chosen, q=narrowed.text),
        said=filters.said((_("Which"), which[narrowed.chosen]), (_("Name or number"), narrowed.text)),
        counted=filters.counted(emergencies.count(narrowed)),
        columns=[
            Column(_("For whom"), 32), Column(_("Kelurahan"), 22), Column(_("Number"), 16), Column(_("Event"), 24),
            Column(_("Happened on"), 14), Column(_("Service"), 36), Column(_("Amount"), 14),
            Column(_("Asked for on"), 14), Column(_("Status"), 20), Column(_("Exit"), 22), Column(_("Until"), 14),
        ],
        batches=lambda _numbers: map(_emergency_rows, emergencies.all_listed(narrowed, size=filters.ROWS_AT_ONCE)),
    )  # fmt: skip


def _emergency_rows(found: Sequence[Any]) -> Batch:
    villages = catalogue().villages
    return [
        (
            row.resident_name, villages.get(row.village_code, ""), row.number, str(emergency_words.EVENTS[row.kind]),
            row.happened_on, filters.service(row.service_code), row.amount, clock.local(row.proposed_at).date(),
            str(emergency_words.STATUSES[row.status][0]), str(emergency_words.EXITS[row.exit]) if row.exit else "",
            row.ends_on,
        )
        for row in found
    ]  # fmt: skip


def _referrals(given: Mapping[str, str], reader: Any) -> Asked:
    """Of whoever is an office's: what was referred to that office alone."""
    narrowed, today = referrals.narrowed_by(given, reader=reader), clock.today()
    by = _("Name of the head of family") if narrowed.office else _("Name or number")
    which = {"open": _("Waiting for an answer"), "late": _("Answer is late"), "answered": _("Answered")}
    return Asked(
        kept=filters.kept(filter=narrowed.chosen, q=narrowed.text),
        said=filters.said(
            (_("Which"), which[narrowed.chosen]), (by, narrowed.text),
            (_("Office"), narrowed.office or ""),
        ),
        counted=filters.counted(referrals.count(narrowed, today)),
        columns=[
            Column(_("Family"), 32), Column(_("Kelurahan"), 22), Column(_("Office"), 32), Column(_("Sent"), 14),
            Column(_("Answer due on"), 14), Column(_("Status"), 24),
        ],
        batches=lambda _numbers: map(
            _referral_rows, referrals.all_listed(narrowed, size=filters.ROWS_AT_ONCE, on=today)
        ),
    )  # fmt: skip


def _referral_rows(found: Sequence[Any]) -> Batch:
    villages, late_before = catalogue().villages, overdue_before(clock.today())
    late, waits = _("Answer is late"), _("Waiting for an answer")
    return [
        (
            row.head_name, villages.get(row.village_code, ""), row.office, clock.local(row.sent_at).date(),
            None if row.outcome else row.due_on,
            str(OUTCOMES[row.outcome][0]) if row.outcome else late if row.due_on < late_before else waits,
        )
        for row in found
    ]  # fmt: skip


ONWARD: Final = (
    Exportable(
        "recommendations", "recommendations.export", ("recommendations.view",), _l("Emergencies"),
        "recommendations.index", _emergencies,
    ),
    Exportable(
        "referrals", "referrals.export", ("referrals.view", "referrals.answer"), _l("Referrals"), "referrals.index",
        _referrals,
    ),
)  # fmt: skip
