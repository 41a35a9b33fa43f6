"""Visits, and what cadres report, as they leave the portal."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from portal import clock
from portal.accounts.models import User
from portal.db import db
from portal.errors import Refused
from portal.exchange import export_filters as filters
from portal.exchange.exports import Asked, Exportable
from portal.exchange.listed import Batch, Column
from portal.households import area_queries as reports
from portal.households import area_words
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.units.catalogue import catalogue
from portal.visits import queries as visits
from portal.visits import wording
from portal.visits.models import VisitStatus


def _visits(given: Mapping[str, str], reader: Any) -> Asked:
    """Raises Refused: visits of no certain day are no list to hand out."""
    try:
        since = visits.first_day(given)
    except clock.BadDay as bad:
        raise Refused(_(clock.SENTENCES[bad.code])) from bad
    narrowed, mine = visits.narrowed_by(given, since, reader=reader), visits.whose(given, reader) == visits.MINE
    state = narrowed.status.value if narrowed.status else ""
    return Asked(
        kept=filters.kept(
            **{"from": f"{since:%d-%m-%Y}"}, who=visits.MINE if mine else visits.EVERYONES, status=state,
            village=narrowed.village_code,
        ),
        said=filters.said(
            (_("From day"), f"{since:%d-%m-%Y}"), (_("Whose visits"), reader.full_name if mine else _("Everyone's")),
            (_("State"), str(wording.STATES[narrowed.status].word) if narrowed.status else ""),
            (_("Kelurahan"), filters.village(narrowed.village_code)),
        ),
        counted=filters.counted(visits.count(narrowed)),
        columns=[
            Column(_("Day"), 14), Column(_("Hour"), 8), Column(_("Family"), 32), Column(_("Address"), 36),
            Column(_("Kelurahan"), 22), Column("RT", 6), Column("RW", 6), Column(_("Telephone"), 18),
            Column(_("Service"), 36), Column(_("Urgent"), 8), Column(_("Officer"), 28), Column(_("State"), 22),
        ],
        batches=lambda _numbers: map(_visit_rows, visits.whole_agenda(narrowed, size=filters.ROWS_AT_ONCE)),
    )  # fmt: skip


def _visit_rows(found: Sequence[Any]) -> Batch:
    villages, yes, alone = catalogue().villages, _("yes"), _("Without a complaint")
    return [
        (
            row.visit_on, f"{row.visit_time:%H.%M}", row.head_name, row.address, villages.get(row.village_code, ""),
            row.rt, row.rw, row.phone, filters.service(row.service_code) if row.service_code else alone,
            yes if row.urgent else "", row.visitor_name, _state(row),
        )
        for row in found
    ]  # fmt: skip


def _state(row: Any) -> str:
    if row.status is VisitStatus.BOOKED and row.visit_on < clock.today():
        return _("not reported yet")
    return str(wording.STATES[row.status].word)


def _reports(given: Mapping[str, str], reader: Any) -> Asked:
    status = reports.report_status(given, reader=reader)
    _rows, total = reports.reports(status, None, reader=reader)
    reader_id = reader.id
    return Asked(
        kept=filters.kept(filter=status.value if status else ""),
        said=filters.said((_("State"), str(area_words.STATUSES[status][0]) if status else "")),
        counted=filters.counted(total),
        columns=[
            Column(_("Family"), 32), Column(_("What changed"), 26), Column(_("Kelurahan"), 22), Column("RT", 6),
            Column("RW", 6), Column(_("Reported by"), 28), Column(_("Reported on"), 14), Column(_("State"), 20),
            Column(_("What was done"), 40),
        ],
        batches=lambda _numbers: map(
            _report_rows,
            reports.all_reports(status, reader=db.session.get_one(User, reader_id), size=filters.ROWS_AT_ONCE),
        ),
    )  # fmt: skip


def _report_rows(found: Sequence[Any]) -> Batch:
    villages = catalogue().villages
    return [
        (
            row.family_name, str(area_words.KINDS[row.kind]), villages.get(row.village_code, ""), row.rt, row.rw,
            row.reported_by, clock.local(row.reported_at).date(), str(area_words.STATUSES[row.status][0]),
            row.settling_note,
        )
        for row in found
    ]  # fmt: skip


FIELD: Final = (
    Exportable("visits", "visits.export", ("visits.view",), _l("Visits"), "visits.agenda", _visits),
    Exportable(
        "area_reports", "area_reports.export", ("households.view",), _l("Reports of cadres"), "area.reports", _reports
    ),
)
