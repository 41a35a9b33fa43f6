"""`/waiting`: the families that wait, in their open order, and what all of it would cost."""

from flask import Blueprint, Response, request, url_for

from portal.funds import books, waiting
from portal.partners import words as gift_words
from portal.units.catalogue import catalogue
from portal.web.access import requires, signed_in_user
from portal.web.pages import page
from portal.web.paging import export_url

bp = Blueprint("waiting", __name__, url_prefix="/waiting")


@bp.get("")
@requires("disbursements.view")
def index() -> Response:
    """Who waits, why in this order, and whom the money that is free now could help; of one fund whom it could help."""
    chosen, code = request.args.get("service", ""), request.args.get("fund", "")
    found = waiting.helped_by(books.get_fund(code)) if code else waiting.lines()
    shown = [line for line in found if not chosen or line.service_code == chosen]
    return page(
        "disbursements/waiting.html", fragment="results", lines=shown, chosen=chosen,
        services=[one for one in catalogue().services if any(line.service_code == one for line in found)],
        fund=code, funds=[(one.code, books.title(one)) for one in books.all_funds()],
        amount=sum(line.amount for line in shown), helped=[line for line in shown if line.fund],
        levels=waiting.LEVELS, title=books.title, may_see_need=signed_in_user().can("visits.view"),
        may_give=signed_in_user().can("disbursements.propose"), needs_url=url_for(".needs"),
    )  # fmt: skip


@bp.get("/needs")
@requires("disbursements.view", "reports.view")
def needs() -> Response:
    """The needs report: the waiting list without names, by service, for whoever talks about the next budget."""
    found = waiting.needs()
    return page(
        "disbursements/needs.html", needs=found, families=sum(one.families for one in found),
        amount=sum(one.amount for one in found), covered=sum(one.covered for one in found),
        missing=sum(one.missing for one in found), export_url=export_url("needs", {}), field_name=gift_words.field_name,
        may_open=signed_in_user().can("disbursements.view"),
    )  # fmt: skip
