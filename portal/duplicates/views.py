"""Possible duplicates: the queue, two people side by side, a verdict, a search through the whole register."""

from flask import Blueprint, Response, current_app, request, url_for

from portal import audit, beside
from portal.duplicates import engine, policies, queries, runs, services, wording
from portal.duplicates.forms import VerdictForm
from portal.duplicates.models import DuplicatePair, Verdict
from portal.duplicates.pages import compared, hangs_on
from portal.errors import AlreadySettled, NotFound, Refused
from portal.households import queries as households
from portal.language import gettext as _
from portal.matching.words import for_and_against, percent
from portal.units.catalogue import catalogue
from portal.web.access import requires, signed_in_user
from portal.web.forms import Form
from portal.web.once import once
from portal.web.pages import done, page
from portal.web.paging import PAGE_SIZE, paged, place

bp = Blueprint("duplicates", __name__, url_prefix="/duplicates")
VIEW, DECIDE, SEARCH = "duplicates.view", "duplicates.decide", "duplicates.search"


@bp.get("", endpoint="index")
@requires(VIEW)
def index() -> Response:
    """Pairs that wait for a decision, the likeliest first; or those of another verdict."""
    try:
        chosen = Verdict(request.args.get("verdict", Verdict.OPEN.value))
    except ValueError:
        raise NotFound from None
    village = request.args.get("village", "")
    rows = queries.queue(chosen, village, place(), size=PAGE_SIZE + 1)
    return _index(pairs=paged(rows, key=lambda row: [row.score, row.id]), chosen=chosen, village=village)


def _index(*, status: int = 200, **context: object) -> Response:
    return page(
        "duplicates/index.html", fragment="results", status=status, counts=queries.counts(), words=wording,
        villages=catalogue().villages, run=queries.last_run(), at_work=runs.AT_WORK, silent=runs.silent,
        form=Form(formdata=None), may_search=policies.may_search(signed_in_user()), installed=engine.installed(),
        missing=engine.MISSING, per_cent=lambda score: percent(queries.probability_of(score / 100)), **context,
    )  # fmt: skip


@bp.post("/search")
@requires(SEARCH)
@once
def search() -> Response:
    """Let the whole register be searched, beside the server."""
    run = runs.ask(by=signed_in_user())
    answer = done(url_for(".index"), _("The search has begun. It works on when you leave this page."))
    if current_app.config["BACKGROUND"]:
        beside.start("register", "duplicates", "--work", str(run.id))
    return answer


@bp.get("/<int:pair_id>")
@requires(VIEW)
def show(pair_id: int) -> Response:
    pair = queries.get_pair(pair_id)
    return _show(pair, VerdictForm(formdata=None, obj=pair))


def _show(pair: DuplicatePair, form: VerdictForm, *, status: int = 200) -> Response:
    """Two people with their families; opening it is recorded for both."""
    user, (lower, higher) = signed_in_user(), queries.sides(pair)
    audit.record_reading(pair, by=user, household_id=lower.household.id)
    audit.record_reading(pair, by=user, household_id=higher.household.id)
    speaks_for, against = for_and_against(pair.reasons)
    lines = households.lines([lower.household.id, higher.household.id])
    merged = bool(lower.member.merged_into_id or higher.member.merged_into_id)
    return page(
        "duplicates/show.html", pair=pair, form=form, sides=(lower, higher), lines=lines, words=wording,
        compared=compared(lower, higher), hangs_on={side.household.id: hangs_on(side) for side in (lower, higher)},
        speaks_for=speaks_for, against=against, percent=percent(pair.probability), others=queries.others_of(pair),
        merged=merged, may_decide=not merged and policies.may_decide(user, pair), merge_urls=_merge_urls(pair),
        status=status, per_cent=lambda score: percent(queries.probability_of(score / 100)),
    )  # fmt: skip


def _merge_urls(pair: DuplicatePair) -> dict[str, str]:
    """Where the two become one, for a pair that is the same and stands twice still: both families, or the person."""
    one, other = pair.lower, pair.higher
    if pair.verdict is not Verdict.SAME or not (one.active and other.active):
        return {}
    home, away = one.household_id, other.household_id
    person = url_for("merging.person", household_id=home, other=away, person=one.id, twin=other.id)
    if home == away:
        return {"person": person}
    return {"families": url_for("merging.propose", household_id=home, other=away), "person": person}


@bp.post("/<int:pair_id>/verdict")
@requires(DECIDE)
@once
def decide(pair_id: int) -> Response:
    pair, form = queries.get_pair(pair_id), VerdictForm()
    form.expect_version(pair)
    if form.sent():
        try:
            services.decide(pair, Verdict(form.verdict.data), form.reason.data or "", by=signed_in_user())
            leads_to = url_for(".show", pair_id=pair.id) if _merge_urls(pair) else url_for(".index")
            return done(leads_to, _("Your decision is noted."))
        except AlreadySettled:
            raise
        except Refused as refusal:
            form.refuse(refusal)
    return _show(pair, form, status=422)
