"""The cadre's pages: the families of the own kelurahan, and reports to the unit."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for

from portal import audit
from portal.accounts.models import User
from portal.errors import NotFound, Refused
from portal.households import area_queries as queries
from portal.households import area_services as services
from portal.households import month_queries, policies
from portal.households.area_forms import AreaReportForm, SettlingForm
from portal.households.area_models import AreaReport, ReportKind
from portal.households.area_queries import AreaFilter
from portal.households.area_words import EVENTS, KINDS, OUTCOMES, STATUSES
from portal.households.event_words import MENU
from portal.households.models import Household
from portal.language import gettext as _
from portal.web import paging
from portal.web.access import requires, signed_in_user
from portal.web.once import once
from portal.web.pages import done, page

bp = Blueprint("area", __name__, url_prefix="/area")
TYPED = ("family_name", "rt", "rw", "address", "phone", "own_words")
VIEW, REPORT, RECORD, ALL = "area.view", "area.report", "households.record", "households.view"


@bp.get("")
@requires(VIEW)
def families() -> Response:
    """Names and addresses of the own kelurahan: no numbers, no lists, no cards, nothing of a case."""
    village_code = signed_in_user().village_code or ""
    narrowed = AreaFilter(request.args.get("q", "").strip()[:120], request.args.get("rw", "")[:3])
    rows, total = queries.families(village_code, narrowed, paging.place())
    return page(
        "area/families.html", fragment="results", village_code=village_code, narrowed=narrowed,
        found=paging.paged(rows, lambda row: (row.head_name, row.id), total=total),
        neighbourhoods=[(rw, rw) for rw in queries.neighbourhoods(village_code)],
    )  # fmt: skip


def _chosen() -> Household | None:
    """The family that the address names, of the own kelurahan. Raises NotFound for any other."""
    given = request.args.get("household", "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise NotFound
    return queries.family_of(int(given), reader=signed_in_user())


def _form_page(form: AreaReportForm, household: Household | None, *, status: int = 200) -> Response:
    village_code = signed_in_user().village_code
    return page(
        "area/report_form.html", form=form, household=household, village_code=village_code, status=status,
        from_month=_from_month(household),
    )  # fmt: skip


@bp.get("/reports/new")
@requires(REPORT)
def new() -> Response:
    household = _chosen()
    return _form_page(AreaReportForm(known=household is not None), household)


@bp.post("/reports/new")
@requires(REPORT)
@once
def create() -> Response:
    household = _chosen()
    form = AreaReportForm(known=household is not None)
    if not form.sent():
        return _form_page(form, household, status=422)
    typed = {
        name: form[name].data or ""
        for name in ("family_name", "rt", "rw", "address", "phone", "own_words")
        if name in form
    }
    details = services.ReportDetails(kind=ReportKind(form.kind.data), **typed)
    try:
        services.report(details, household, confirmed=form.confirmed, by=signed_in_user())
    except Refused as refusal:
        form.refuse(refusal)
        return _form_page(form, household, status=422)
    return done(_from_month(household) or url_for(".reports"), _("The unit has your report. Thank you."))


def _from_month(household: Household | None) -> str:
    """The RT of the monthly update from which a family's report was begun, where the address names its month."""
    month = month_queries.read_month(request.args.get("month", "")) if "month" in request.args else None
    if household is None or month is None:
        return ""
    return f"/area/month?{urlencode({'month': f'{month:%Y-%m}', 'rw': household.rw, 'rt': household.rt})}"


@bp.get("/reports")
@requires(REPORT, ALL)
def reports() -> Response:
    """A cadre's own reports and what became of them; for the unit those of all cadres, first what waits."""
    user = signed_in_user()
    status = queries.report_status(request.args, reader=user)
    rows, total = queries.reports(status, paging.after_id(), reader=user)
    return page(
        "area/reports.html", fragment="results", chosen=status.value if status else "", kinds=KINDS, statuses=STATUSES,
        outcomes=OUTCOMES,
        found=paging.paged(rows, lambda row: [row.id], total=total), of_all=policies.sees_all_reports(user),
        export_url=paging.export_url("area_reports", request.args),
    )  # fmt: skip


@bp.get("/reports/<int:report_id>")
@requires(REPORT, ALL)
def report(report_id: int) -> Response:
    found = queries.get_report(report_id, reader=signed_in_user())
    return _report_page(found, SettlingForm(formdata=None, obj=found))


def _report_page(found: AreaReport, form: SettlingForm, *, status: int = 200) -> Response:
    user = signed_in_user()
    audit.record_reading(found, by=user, household_id=found.household_id)
    return page(
        "area/report.html", status=status, r=found, form=form, kinds=KINDS, statuses=STATUSES, outcomes=OUTCOMES,
        ways=_ways(found, user), of_all=policies.sees_all_reports(user), may_record=policies.may_record(user),
    )  # fmt: skip


def _ways(report: AreaReport, user: User) -> list[tuple[Any, str]]:
    """The forms by which a report is taken up, filled with what it says: the family's event, or a complaint."""
    if report.family_id is None:
        return [(_("Register the family"), f"/households/new?report={report.id}")]
    family = f"/households/{report.family_id}/events"
    ways = [(MENU[kind], f"{family}/{kind}?report={report.id}") for kind in EVENTS.get(report.kind, ())]
    if user.can("complaints.record"):
        address = f"/complaints/new?household={report.family_id}&report={report.id}"
        ways.append((_("Record a complaint and book a visit"), address))
    return ways


@bp.post("/reports/<int:report_id>/settle")
@requires(RECORD)
def settle(report_id: int) -> Response:
    found, form = queries.get_report(report_id, reader=signed_in_user()), SettlingForm()
    form.expect_version(found)
    if not form.sent():
        return _report_page(found, form, status=422)
    note, by = form.settling_note.data, signed_in_user()
    if request.form.get("act") == "set_aside":
        services.set_aside(found, reason=note, by=by)
        return done(url_for(".reports"), _("The report is set aside; the cadre sees your reason."))
    services.settle(found, note=note, by=by)
    return done(url_for(".reports"), _("The report is dealt with; the cadre sees your note."))
