"""The cadre's month: what is left by RT, families confirmed one by one or an RT at a time."""

import re
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from portal.errors import NotFound, Refused
from portal.households import month_queries as queries
from portal.households import month_rules as rules
from portal.households import month_services as services
from portal.households import month_words as words
from portal.households.month_models import LineState
from portal.households.month_queries import MonthFilter, Standing
from portal.language import gettext as _
from portal.language import ngettext
from portal.web import paging
from portal.web.access import requires, signed_in_user
from portal.web.addresses import record_number
from portal.web.forms import Form
from portal.web.once import once
from portal.web.pages import done, page, see_other

bp = Blueprint("month", __name__, url_prefix="/area/month")
CONFIRM = "updates.confirm"
MOST_AT_ONCE = 200
"""Families that one form confirms; an RT has some dozens."""


def _standing() -> Standing:
    """The month that the address or the form names, of the own kelurahan. Raises NotFound."""
    village_code = signed_in_user().village_code or ""
    if not rules.is_on():
        raise NotFound
    return queries.get_standing(village_code, request.values.get("month", ""))


def _narrowed() -> MonthFilter:
    """One RT when the address names one (empty for families without), and of it those of one state.

    Raises NotFound for what is no RT, no RW or no state.
    """
    given = request.args.get("state", "")
    if given and given not in list(LineState):
        raise NotFound
    place = (request.args.get("rw", ""), request.args.get("rt", "")) if request.args.keys() & {"rw", "rt"} else None
    if place and not all(re.fullmatch("[0-9]{0,3}", part) for part in place):
        raise NotFound
    return MonthFilter(LineState(given) if given else LineState.UNCONFIRMED, place)


def address_of(where: Standing, part: str = "", **given: str) -> str:
    """A page of this month; of this very month without saying so."""
    kept = {} if where.month == rules.this_month() else {"month": f"{where.month:%Y-%m}"}
    asked = urlencode(kept | given)
    return f"/area/month{part}" + (f"?{asked}" if asked else "")


@bp.get("")
@requires(CONFIRM)
def overview() -> Response:
    """How far the month has come, by RT; of one RT its families."""
    where, narrowed = _standing(), _narrowed()
    one_rt = narrowed.rt is not None
    rows = queries.families(where, narrowed, paging.place()) if one_rt else []
    return page(
        "area/month.html", where=where, narrowed=narrowed, lists=words.LISTS,
        neighbourhoods=[] if one_rt else queries.neighbourhoods(where), status_of=words.state_of(where),
        found=paging.paged(rows, queries.place_of), before=queries.open_before(where.village_code),
        address=lambda part="", **given: address_of(where, part, **given), form=Form(formdata=None),
        closes_on=rules.closes_on(where.month),
    )  # fmt: skip


@bp.get("/confirm")
@requires(CONFIRM)
def preview() -> Response:
    """The families of one RT (or of none) that are left, each ticked: how many, and who, before anything is said."""
    where, narrowed = _standing(), _narrowed()
    if where.closed:
        return see_other(_back(where))  # that page says so
    rows = queries.families(where, MonthFilter(rt=narrowed.rt or ("", "")), size=MOST_AT_ONCE)
    return _preview(where, rows, {row.id for row in rows})


def _preview(where: Standing, rows: Any, ticked: set[int], form: Form | None = None, status: int = 200) -> Response:
    place = (request.values.get("rw", "")[:3], request.values.get("rt", "")[:3])
    return page(
        "area/month_confirm.html", where=where, rows=rows[:MOST_AT_ONCE], more=len(rows) > MOST_AT_ONCE,
        ticked=ticked, place=place, form=form or Form(formdata=None), back=_back(where), status=status,
    )  # fmt: skip


def _back(where: Standing) -> str:
    """The RT that the form came from."""
    return address_of(where, rw=request.values.get("rw", "")[:3], rt=request.values.get("rt", "")[:3])


@bp.post("/confirm")
@requires(CONFIRM)
@once
def confirm() -> Response:
    """Say of the ticked families, or of the one whose button was pressed, that nothing has changed."""
    where, by = _standing(), signed_in_user()
    ids = _ticked()
    try:
        if not ids:
            raise Refused(_("Please tick at least one family."))
        count = services.confirm(where.village_code, where.month, ids, by=by)
    except Refused as refusal:
        return _refused(where, refusal)
    said = ngettext("%(num)d family is confirmed.", "%(num)d families are confirmed.", count)
    return done(_back(where), said)


def _refused(where: Standing, refusal: Refused) -> Response:
    form = Form()
    form.refuse(refusal)
    place = (request.form.get("rw", "")[:3], request.form.get("rt", "")[:3])
    rows = queries.families(where, MonthFilter(rt=place), size=MOST_AT_ONCE)
    return _preview(where, rows, set(_ticked()), form, refusal.status)


def _ticked() -> list[int]:
    """The families that the form names."""
    found = (record_number(typed) for typed in request.form.getlist("household")[:MOST_AT_ONCE])
    return [number for number in found if number is not None]


@bp.post("/take-back")
@requires(CONFIRM)
@once
def take_back() -> Response:
    """A family was confirmed by mistake: it is left again."""
    where = _standing()
    number = record_number(request.form.get("household"))
    if number is None:
        return _refused(where, Refused(_("Please tick at least one family.")))
    services.take_back(where.village_code, where.month, number, by=signed_in_user())
    return done(_back(where), _("The family is open again."))
