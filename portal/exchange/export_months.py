"""A month's update as it leaves the portal: its figures on the second sheet, and each family with what is said of it.

Of one kelurahan, as the unit head closes and sends it, or of all. No number, no score, no health: what a cadre sees.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.errors import NotFound
from portal.exchange import export_filters as filters
from portal.exchange.exports import Asked, Exportable
from portal.exchange.listed import Batch, Column
from portal.households import merged, month_figures
from portal.households import month_queries as months
from portal.households import month_rules as rules
from portal.households import month_services as services
from portal.households.area_models import AreaReport
from portal.households.area_words import KINDS, STATUSES
from portal.households.models import Household
from portal.households.month_figures import Figures
from portal.households.month_models import LineState
from portal.households.month_queries import MonthFilter, Standing
from portal.households.month_words import MONTHS, STATES
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.units.catalogue import catalogue
from portal.units.formats import daytime, number
from portal.units.formats import month as in_words

ORDER: Final = (LineState.REPORTED, LineState.UNCONFIRMED, LineState.CONFIRMED)
"""What an office reads first: changes, then whom nobody confirmed."""


def _update(given: Mapping[str, str], _reader: Any) -> Asked:
    month = months.read_month(given.get("month", ""))
    village_code = given.get("village", "")
    if month is None or not rules.may_be_closed(month) or (village_code and village_code not in catalogue().villages):
        raise NotFound
    villages = [village_code] if village_code else list(catalogue().villages)
    where = months.standing(village_code, month) if village_code else None
    figures = where.figures if where else month_figures.together(month_figures.progress(month))
    return Asked(
        kept=filters.kept(village=village_code, month=given.get("month", "")),
        said=[*filters.said((_("Month"), in_words(month)), (_("Kelurahan"), filters.village(village_code))),
              *(_of_one(where) if where else []), *_figures(figures)],
        counted=number(figures.families + figures.new_families),
        columns=_columns(),
        batches=lambda _numbers: _rows([months.standing(code, month) for code in villages]),
    )  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column(_("Kelurahan"), 22), Column("RW", 6), Column("RT", 6), Column(_("Family"), 32), Column(_("Address"), 36),
        Column(_("State"), 18), Column(_("What happened"), 32), Column(_("Said on"), 14),
        Column(_("By the unit"), 22),
    ]  # fmt: skip


def _of_one(where: Standing) -> list[tuple[str, str]]:
    """Whether the month of a kelurahan can still change."""
    state = MONTHS["closed" if where.closed else "open"][0]  # type: ignore[index]
    update = where.update
    return [(_("State"), str(state)), *filters.said(
        (_("Closed on"), daytime(update.closed_at) if update else ""),
        (_("Why so many are unconfirmed"), update.closing_reason if update else ""),
    )]  # fmt: skip


def _figures(figures: Figures) -> list[tuple[str, str]]:
    counts = (
        (_("Families"), figures.families), (_("Unchanged"), figures.confirmed),
        (_("Change reported"), figures.reported), (_("Not confirmed"), figures.unconfirmed),
    )  # fmt: skip
    kinds = [(f"{_('Reports')}: {KINDS[kind]}", count) for kind, count in figures.kinds.items()]  # type: ignore[index]
    new = [(_("Families not yet known"), figures.new_families)] if figures.kinds else []
    return [(word, number(count)) for word, count in (*counts, *kinds, *new)]


def _rows(standings: Sequence[Standing]) -> Iterator[Batch]:
    for where in standings:
        reports = _reports(where)
        known = months.with_a_line(where, reports.keys() - {None})
        yield [_newcomer(where, report) for family, told in reports.items() if family not in known for report in told]
        for state in ORDER:
            for families in months.every_family(where, MonthFilter(state), size=filters.ROWS_AT_ONCE):
                yield [_family(where, row, state, reports.get(row.id, [])) for row in families]


def _reports(where: Standing) -> dict[int | None, list[Any]]:
    """The month's reports by family, None for families that are not in the register.

    By the row that each was told of where the month is closed, for it has a line of its own there (month_lines.py).
    """
    r = AreaReport
    family = (r.household_id if where.closed else merged.standing_family).label("family")
    columns = (family, r.kind, r.family_name, r.rt, r.rw, r.address, r.status, r.reported_at)
    told = select(*columns).outerjoin(Household, Household.id == r.household_id).where(r.update_id == where.update_id)
    found: dict[int | None, list[Any]] = {}
    if where.update_id:
        for row in db.session.execute(told.order_by(r.id)):
            found.setdefault(row.family, []).append(row)
    return found


def _newcomer(where: Standing, report: Any) -> list[Any]:
    return [
        catalogue().villages[where.village_code], report.rw, report.rt, report.family_name, report.address,
        _("not in the register"), str(KINDS[report.kind]), clock.local(report.reported_at).date(),
        str(STATUSES[report.status][0]),
    ]  # fmt: skip


def _family(where: Standing, row: Any, state: LineState, reports: Sequence[Any]) -> list[Any]:
    said = "; ".join(str(KINDS[report.kind]) for report in reports)
    on = clock.local(row.at).date() if state is not LineState.UNCONFIRMED else None
    unit = "; ".join(str(STATUSES[report.status][0]) for report in reports)
    return [
        catalogue().villages[where.village_code], row.rw, row.rt, row.head_name, row.address, str(STATES[state][0]),
        said, on, unit,
    ]  # fmt: skip


def _fetched(kept: Mapping[str, Any], code: str, sha256: str, by: Any) -> None:
    """The file of one closed month is the one that is sent; of all kelurahan together it is for the unit's own use."""
    month, village_code = months.read_month(kept.get("month", "")), kept.get("village", "")
    update = months.find(village_code, month) if month and village_code else None
    if update is not None:
        services.note_file(update, code, sha256, by=by)


UPDATES: Final = Exportable(
    "updates", "updates.export", ("updates.view",), _l("Monthly update"), "updates.index", _update, fetched=_fetched
)
