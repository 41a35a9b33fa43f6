"""`/reports`: the monthly report, for who answers for the money."""

from datetime import date

from flask import Blueprint, Response, request

from portal import clock
from portal.reports import monthly, year_2015
from portal.web.access import requires, signed_in_user
from portal.web.pages import page

bp = Blueprint("reports", __name__)


def _asked() -> date | None:
    """The first day of the month that the address names, of this month when it names none; None when it is no month."""
    typed = request.args.get("month", "")
    try:
        return date.fromisoformat(f"{typed}-01") if typed else clock.today().replace(day=1)
    except ValueError:
        return None


@bp.get("/reports")
@requires("reports.view")
def month() -> Response:
    """What was paid in a month, by kecamatan and service; each figure leads to its list for who may read it."""
    asked = _asked()
    return page(
        "reports/monthly.html", fragment="results", status=200 if asked else 422, unreadable=asked is None,
        report=monthly.report(asked or clock.today().replace(day=1)), months=monthly.months(),
        may_open=signed_in_user().can("disbursements.view"),
    )  # fmt: skip


@bp.get("/reports/2015")
@requires("reports.view")
def history() -> Response:
    """The paper's first year beside the books: the gap between stated and computed balance is shown and explained."""
    return page("reports/year_2015.html", year=year_2015.year(), reasons=year_2015.reasons())
