"""Periods of the books: which are closed, their frozen reports, and closing the next one."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for

from portal import audit, clock
from portal.errors import AlreadySettled, NotFound, Refused
from portal.funds import closing, figures, period_paper, periods, policies, words
from portal.funds.forms import ClosingForm
from portal.language import gettext as _
from portal.units.formats import day
from portal.web.access import requires, signed_in_user
from portal.web.once import once
from portal.web.pages import done, page

bp = Blueprint("periods", __name__, url_prefix="/funds/periods")


def _day(text: str) -> date:
    """A day out of an address. Raises NotFound."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None


@bp.get("")
@requires("funds.view", "reports.view")
def index() -> Response:
    found = [(period, figures.together(periods.funds_of(period.report))) for period in periods.all_periods()]
    return page(
        "funds/periods.html", periods=found, opens_on=periods.opens_on(), held_back=figures.held_back(),
        may_close=signed_in_user().can("funds.close") and bool(periods.ends_to_choose(clock.today())),
    )  # fmt: skip


@bp.get("/<ends>")
@requires("funds.view", "reports.view")
def show(ends: str) -> Response:
    """A closed period as it was frozen, and what was corrected since."""
    period = periods.get_period(_day(ends))
    return page(
        "funds/period.html", period=period, corrected=periods.corrected_since(period), kinds=words.ENTRIES,
        may_trace=policies.may_trace(signed_in_user()), **_shown(period.report),
    )  # fmt: skip


@bp.get("/<ends>.pdf")
@requires("funds.view", "reports.view")
def as_pdf(ends: str) -> Response:
    """The frozen report on paper; that it left is on record."""
    period = periods.get_period(_day(ends))
    audit.record_reading(period, by=signed_in_user(), household_id=None, action="book_period.printed")
    response = Response(period_paper.pdf(period), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="pembukuan-{period.ends_on}.pdf"'
    return response


def _shown(frozen: dict[str, Any]) -> dict[str, Any]:
    funds = periods.funds_of(frozen)
    return {
        "funds": funds, "whole": figures.together(funds), "titles": periods.titles(),
        "given": periods.given_by_place(frozen), "families": frozen["families"],
    }  # fmt: skip


@bp.get("/new")
@requires("funds.close")
def new() -> Response:
    """What the report would freeze, up to the end of the month that was chosen."""
    ends = periods.ends_to_choose(clock.today())
    chosen = next((end for end in ends if f"{end}" == request.args.get("until")), ends[-1] if ends else None)
    return _closing(chosen, ends, ClosingForm())


def _closing(until: date | None, ends: list[date], form: ClosingForm, status: int = 200) -> Response:
    since, shown = periods.opens_on(), {}
    if since and until:
        report = periods.report(since, until)
        form.show(until, periods.mark(report))
        shown = _shown(report)
    return page("funds/closing.html", since=since, until=until, ends=ends, form=form, status=status, **shown)


def _asked(typed: str | None) -> date:
    """Raises Refused."""
    try:
        return date.fromisoformat(typed or "")
    except ValueError:
        raise Refused(_("Books are closed at the end of a month that is over.")) from None


@bp.post("/new")
@requires("funds.close")
@once
def close() -> Response:
    form, ends = ClosingForm(), periods.ends_to_choose(clock.today())
    until = next((end for end in ends if f"{end}" == form.until.data), None)
    try:
        period = closing.close(_asked(form.until.data), seen=form.seen.data or "", by=signed_in_user())
    except AlreadySettled:
        raise
    except Refused as refusal:
        form.refuse(refusal)
        return _closing(until or (ends[-1] if ends else None), ends, form, status=422)
    said = _("The books are closed up to %(day)s.", day=day(period.ends_on))
    return done(url_for(".show", ends=period.ends_on.isoformat()), said)
