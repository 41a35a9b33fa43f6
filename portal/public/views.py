"""Pages for everybody: the catalogue, a complaint's progress, whether a card is genuine, totals."""

from flask import Blueprint, Response, request, url_for

from portal import clock
from portal.accounts import brakes
from portal.cards.validity import Validity
from portal.db import db, writing
from portal.language import gettext as _
from portal.public import charts, money, standards, totals, tracking, verification
from portal.public.forms import TrackForm, VerifyForm
from portal.references import typed_code, typed_number
from portal.web.access import public, same_for_all
from portal.web.pages import page, see_other

bp = Blueprint("public", __name__)

MOST_WRONG_TRACKINGS = 10
MOST_CHECKS = 60


@bp.get("/services")
@public
@same_for_all
def services() -> Response:
    """The catalogue by field, with the time, cost and amount of each service."""
    return page("public/services.html", fields=standards.public_services())


@bp.get("/services/<code>")
@public
@same_for_all
def service(code: str) -> Response:
    """One service's standard with its 14 components (UU 25/2009 art. 21; Permenpan-RB 15/2014)."""
    return page(
        "public/service.html",
        standard=standards.get_standard(code),
        office=standards.office(),
        behind=standards.behind(),
    )


@bp.get("/track")
@public
def track() -> Response:
    """The number may come from the receipt's QR; the code is typed, so that no address opens a case."""
    return page("public/track.html", form=TrackForm(number=request.args.get("number", "")))


@bp.post("/track", endpoint="tracked")
@public
def tracked() -> Response:
    form, progress = TrackForm(), None
    if form.sent():
        brakes.check("track", _address(), most=MOST_WRONG_TRACKINGS)
        number = typed_number(form.number.data or "")
        code = typed_code(form.code.data or "")
        progress = tracking.find(number, code, today=clock.today())
        if progress is None:
            brakes.count("track", _address())
            db.session.commit()
            form.form_errors.append(_("This number and this code do not belong together. Please compare the receipt."))
    if progress is None:
        return page("public/track.html", form=form, status=422)
    return page("public/progress.html", progress=progress, office=standards.office())


@bp.get("/verify")
@public
def verify() -> Response:
    form = VerifyForm(formdata=request.args if "code" in request.args else None)
    if "code" not in request.args:
        return page("public/verify.html", form=form)
    if not form.validate():
        return page("public/verify.html", form=form, status=422)
    return see_other(url_for(".verified", code=typed_code(form.code.data or "")))


@bp.get("/verify/<code>")
@public
def verified(code: str) -> Response:
    """The answer a card's QR leads to; every check is on record, who checked is not."""
    brakes.check("verify", _address(), most=MOST_CHECKS)
    paper = verification.find(typed_code(code))
    state = paper.state(clock.today()) if paper else None
    db.session.rollback()  # end the reading transaction so that a writing one can begin
    with writing():
        verification.record(paper, state or "unknown")
        brakes.count("verify", _address())
        db.session.commit()
    return page(
        "public/verified.html", paper=paper, state=state, Validity=Validity, checked_at=clock.now(),
        form=VerifyForm(formdata=None), status=200 if paper else 404,
    )  # fmt: skip


@bp.get("/transparency")
@public
@same_for_all
def transparency() -> Response:
    """Complaints and cards of this year; money by whole quarters of the year that the address names."""
    typed = request.args.get("year", "")
    told = money.money(int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 4 else None)
    return page("public/transparency.html", totals=totals.totals(clock.today()), money=told, bars=charts.bars)


def _address() -> str:
    return request.remote_addr or "-"
