"""Pledges: promised, kept by gifts, called off; and what is still open."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from portal import clock
from portal.db import db
from portal.errors import NotAllowed, Refused
from portal.funds.acts import Asked, with_reason
from portal.funds.pledge_forms import PledgeForm
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.partners import permits, pledges, policies, queries, words
from portal.partners.pledge_models import Pledge
from portal.partners.pledges import PledgeState
from portal.web.access import requires, signed_in_user
from portal.web.once import once
from portal.web.pages import done, page
from portal.web.paging import paged, place

bp = Blueprint("pledges", __name__, url_prefix="/pledges")

STATES = {
    PledgeState.OPEN: (_l("Open"), "info", "clock"),
    PledgeState.OVERDUE: (_l("Overdue"), "late", "warning"),
    PledgeState.KEPT: (_l("Kept"), "good", "ok"),
    PledgeState.CALLED_OFF: (_l("Called off"), "neutral", "cross"),
}
"""Word, tone and icon of each state."""


def address_of(pledge: Pledge) -> str:
    return url_for("pledges.show", number=pledge.number)


@bp.get("")
@requires("donations.view", "donations.own")
def index() -> Response:
    """One's own pledges; for treasurer and head those of all partners."""
    reader, today, open_only = signed_in_user(), clock.today(), request.args.get("show", "open") != "all"
    partner = request.args.get("partner", "")[:80]
    rows = pledges.pledges(reader=reader, partner=partner, open_only=open_only, after=place())
    return page(
        "pledges/index.html", fragment="results", pledges=paged(rows, pledges.place_of), states=STATES,
        state=lambda row: pledges.state(row, row.arrived, today), open_only=open_only, partner=partner,
        partners=queries.all_partners() if reader.can("donations.view") else [],
        kinds={kind.code: words.kind_name(kind) for kind in queries.all_kinds()}, purpose_name=words.purpose_name,
        may_enter=reader.can("donations.enter") and bool(reader.partner_code),
    )  # fmt: skip


@bp.get("/<number>")
@requires("donations.view", "donations.own")
def show(number: str) -> Response:
    pledge = pledges.get_pledge(number, reader=signed_in_user())
    stands = pledges.standing(pledge)
    state = pledges.state(pledge, stands.arrived, clock.today())
    mine = policies.may_enter(signed_in_user(), pledge.partner_code)
    return page(
        "pledges/show.html", pledge=pledge, standing=stands, state=STATES[state], gifts=pledges.gifts_of(pledge),
        terms=words.terms(pledge), statuses=words.STATUS,
        may_give=mine and state in (PledgeState.OPEN, PledgeState.OVERDUE),
    )  # fmt: skip


def _form() -> PledgeForm:
    """The form with what this person's partner gives. Raises NotAllowed for someone without a partner."""
    if not signed_in_user().partner_code:
        raise NotAllowed
    form = PledgeForm()
    form.offer(queries.get_partner(signed_in_user().partner_code), queries.all_kinds())
    return form


@bp.get("/new")
@requires("donations.enter")
def new() -> Response:
    return _form_page(_form())


def _form_page(form: PledgeForm, status: int = 200) -> Response:
    partner = queries.get_partner(signed_in_user().partner_code)
    warnings = permits.warnings(partner, clock.today())
    return page("pledges/new.html", form=form, partner=partner, warnings=warnings, status=status)


@bp.post("/new")
@requires("donations.enter")
@once
def create() -> Response:
    form = _form()
    if not form.sent():
        return _form_page(form, 422)
    try:
        pledge = _pledge(form)
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _form_page(form, 422)
    return done(address_of(pledge), _("Pledge %(number)s is recorded. Thank you.", number=pledge.number))


def _pledge(form: PledgeForm) -> Pledge:
    user, (purpose, code) = signed_in_user(), form.purpose()
    typed: Any = form.data  # validated: an amount is there
    return pledges.pledge(
        queries.get_partner(user.partner_code), kind_code=form.kind_code.data, amount=typed["amount"],
        due_on=form.due_on.day, purpose=purpose, purpose_code=code, note=form.note.data, by=user,
    )  # fmt: skip


@bp.route("/<number>/call-off", methods=["GET", "POST"])
@requires("donations.enter")
@once
def call_off(number: str) -> Response:
    pledge, user = pledges.get_pledge(number, reader=signed_in_user()), signed_in_user()
    asked = Asked(
        title=_("Call off pledge %(number)s", number=number),
        text=_("What is still open will not be given. Gifts that arrived stay as they are."),
        button=_("Call off the pledge"),
        said=_("Pledge %(number)s is called off.", number=number),
        stands=pledge.called_off_at is None,
    )
    return with_reason(
        asked, pledge, lambda reason: pledges.call_off(pledge, reason=reason, by=user), address_of(pledge)
    )
