"""The months of all kelurahan for the unit: progress, what nobody confirmed, closing, opening again, sending."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request, url_for

from portal import clock
from portal.errors import NotFound, Refused
from portal.households import month_figures, policies
from portal.households import month_queries as queries
from portal.households import month_rules as rules
from portal.households import month_services as services
from portal.households import month_words as words
from portal.households.area_words import KINDS, OUTCOMES
from portal.households.area_words import STATUSES as REPORT_STATUSES
from portal.households.month_forms import CloseForm, MonthForm, ReopenForm, SentForm
from portal.households.month_models import LineState, MonthlyUpdate
from portal.households.month_queries import MonthFilter, Standing
from portal.language import gettext as _
from portal.web import paging
from portal.web.access import requires, signed_in_user
from portal.web.once import once
from portal.web.pages import done, page, see_other

bp = Blueprint("updates", __name__, url_prefix="/updates")
VIEW, CLOSE = "updates.view", "updates.close"


@bp.get("")
@requires(VIEW)
def index() -> Response:
    """How far each kelurahan has come with a month, and what is left of it; with `village`, that one alone."""
    month = queries.read_month(request.args.get("month", ""))
    if month is None or not rules.is_on() or not rules.may_be_closed(month):
        raise NotFound
    chosen = request.args.get("village", "")
    if chosen:
        return see_other(address_of(queries.get_standing(chosen, f"{month:%Y-%m}")))
    villages = month_figures.progress(month)
    return page(
        "area/updates.html", month=month, villages=villages, months=queries.months(),
        total=month_figures.together(villages), days_left=words.time_left(rules.days_left(month)),
        closes_on=rules.closes_on(month), office=rules.office(),
        export_url=paging.export_url("updates", {"month": request.args.get("month", "")}),
    )  # fmt: skip


def _standing(village_code: str, month: str) -> Standing:
    if not rules.is_on():
        raise NotFound
    return queries.get_standing(village_code, month)


@bp.get("/<village_code>/<month>")
@requires(VIEW)
def village(village_code: str, month: str) -> Response:
    """One kelurahan's month: its figures, who is unconfirmed, what was reported, and what can be done now."""
    return _page(_standing(village_code, month))


def _page(where: Standing, sent: MonthForm | None = None, status: int = 200) -> Response:
    given = request.args.get("state", "")
    if given and given not in list(LineState):
        raise NotFound
    narrowed = MonthFilter(LineState(given) if given else LineState.UNCONFIRMED)
    rows = queries.families(where, narrowed, paging.place())
    return page(
        "area/update.html", fragment="results", where=where, narrowed=narrowed, states=words.STATES, kinds=KINDS,
        found=paging.paged(rows, queries.place_of), status_of=words.state_of(where), status=status,
        reports=queries.reports_of(where.update_id), unsettled=queries.open_reports(where.update_id),
        report_statuses=REPORT_STATUSES, outcomes=OUTCOMES,
        people=queries.names_of(where), may_close=policies.may_close_months(signed_in_user()),
        asks_why=rules.asks_why(unconfirmed=where.figures.unconfirmed, families=where.figures.families),
        closes_on=rules.closes_on(where.month), forms=_forms(where, sent), address=address_of(where),
        export_url=paging.export_url("updates", {"village": where.village_code, "month": f"{where.month:%Y-%m}"}),
    )  # fmt: skip


def _forms(where: Standing, sent: MonthForm | None) -> dict[str, MonthForm]:
    """What can be done with the month: an empty form each, and the one that was sent as it was typed."""
    found: dict[str, MonthForm] = {
        "close": CloseForm(where, formdata=None), "reopen": ReopenForm(where, formdata=None),
        "sent": SentForm(where, formdata=None, data={"to": rules.office(), "on": clock.today()}),
    }  # fmt: skip
    return found | ({request.path.rpartition("/")[2]: sent} if sent else {})


def address_of(where: Standing) -> str:
    return url_for("updates.village", village_code=where.village_code, month=f"{where.month:%Y-%m}")


def _act(
    village_code: str, month: str, form_of: type[MonthForm], do: Callable[[MonthlyUpdate, Any], None], said: str
) -> Response:
    """Hold the month, see that it is as its page showed it, and do it."""
    asked, by = _standing(village_code, month), signed_in_user()
    update = services.hold_month(village_code, asked.month, by=by)
    where = queries.standing(village_code, asked.month)
    form = form_of(where)
    if not form.sent():
        return _page(where, form, 422)
    form.expect_version(where, see_url=address_of(where))
    try:
        do(update, form)
    except Refused as refusal:
        form.refuse(refusal)
        return _page(where, form, refusal.status)
    return done(address_of(where), said)


@bp.post("/<village_code>/<month>/close")
@requires(CLOSE)
@once
def close(village_code: str, month: str) -> Response:
    """The month is frozen; whom nobody confirmed is carried on by name."""

    def do(update: MonthlyUpdate, form: Any) -> None:
        services.close(update, reason=form.reason.data, by=signed_in_user())

    return _act(village_code, month, CloseForm, do, _("The month is closed. Its file can be fetched now."))


@bp.post("/<village_code>/<month>/reopen")
@requires(CLOSE)
@once
def reopen(village_code: str, month: str) -> Response:
    """Cadres may go on with the month."""

    def do(update: MonthlyUpdate, form: Any) -> None:
        services.reopen(update, reason=form.reason.data, by=signed_in_user())

    return _act(village_code, month, ReopenForm, do, _("The month is open again."))


@bp.post("/<village_code>/<month>/sent")
@requires(CLOSE)
@once
def sent(village_code: str, month: str) -> Response:
    """An office has the file."""

    def do(update: MonthlyUpdate, form: Any) -> None:
        services.mark_sent(update, to=form.to.data, on=form.on.day, by=signed_in_user())

    return _act(village_code, month, SentForm, do, _("It is noted that the month was sent."))
