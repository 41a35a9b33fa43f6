"""`/payments`: lists of aid to be handed over, and what became of them."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from portal import audit, clock
from portal.db import db
from portal.errors import AlreadySettled, NotFound, Refused
from portal.files import queries as files
from portal.funds import words as aid_words
from portal.funds.acts import Asked, with_reason
from portal.funds.models import Method
from portal.language import gettext as _
from portal.paper import render
from portal.payments import papers, policies, queries, services, words
from portal.payments.forms import NewListForm, ProofForm, SettlementForm, Typed, sent_lines, today_into
from portal.payments.models import LineOutcome, ListState, PaymentList
from portal.payments.queries import AidLine
from portal.units.catalogue import catalogue
from portal.web.access import requires, signed_in_user
from portal.web.addresses import record_number
from portal.web.once import once
from portal.web.pages import done, page
from portal.web.paging import after_id, export_url, paged

bp = Blueprint("payments", __name__, url_prefix="/payments")


def address_of(payments: PaymentList) -> str:
    return url_for("payments.show", number=payments.number)


@bp.get("")
@requires("payments.view")
def index() -> Response:
    """All lists, the newest first, and how much approved aid no list holds yet."""
    found = paged(queries.lists(after_id()), lambda row: [row.PaymentList.id])
    collect = queries.to_collect()
    return page(
        "payments/index.html", lists=found, states=words.STATES, methods=aid_words.METHODS, collect=len(collect),
        amount=sum(line.amount for line in collect), may_make=policies.may_make(signed_in_user()),
    )  # fmt: skip


@bp.get("/new")
@requires("disbursements.pay")
def new() -> Response:
    form = NewListForm()
    form.method.data = request.args.get("method") or Method.CASH.value
    form.planned_on.data = clock.today()
    return _new_page(form)


def _new_page(form: NewListForm, status: int = 200) -> Response:
    """The approved aid that may stand in a list, narrowed by kelurahan and way."""
    method, village = request.args.get("method") or Method.CASH.value, request.args.get("village", "")
    every, shown = queries.to_collect(method), queries.to_collect(method, village)
    ticked = set(request.form.getlist("ids")) if form.is_submitted() else {str(line.id) for line in shown}
    villages = {line.village_code: catalogue().villages.get(line.village_code, "") for line in every}
    return page(
        "payments/new.html", form=form, status=status, villages=queries.by_village(shown), ticked=ticked,
        offered=villages, chosen=village, method=method, methods=aid_words.METHODS, most=queries.MOST_LINES,
        count=len(shown), amount=sum(line.amount for line in shown),
    )  # fmt: skip


@bp.post("/new")
@requires("disbursements.pay")
@once
def create() -> Response:
    form = NewListForm()
    if not form.sent():
        return _new_page(form, 422)
    ids = [number for each in request.form.getlist("ids") if (number := record_number(each)) is not None]
    typed: Any = form.planned_on.data  # validated: it is there
    try:
        made = services.make_list(
            ids, method=form.chosen(), planned_on=typed, place=form.place.data, by=signed_in_user()
        )
    except AlreadySettled:
        raise
    except Refused as refusal:
        db.session.rollback()  # what was begun must not show on the page
        form.refuse(refusal)
        return _new_page(form, 422)
    return done(address_of(made), _("List %(number)s is made.", number=made.number))


@bp.get("/<number>")
@requires("payments.view")
def show(number: str) -> Response:
    """One list with what became of each line."""
    user, payments = signed_in_user(), queries.get_list(number)
    lines = queries.lines_of(payments)
    audit.record_reading(payments, by=signed_in_user(), household_id=None)
    return page(
        "payments/show.html", payments=payments, state=words.STATES[payments.state], villages=queries.by_village(lines),
        outcomes=words.OUTCOMES, sums=queries.outcomes(lines), method=aid_words.METHODS[payments.method],
        count=len(lines), amount=sum(line.amount for line in lines), files=files.of(payments),
        may_settle=policies.may_settle(user, payments), may_prove=policies.may_prove(user, payments),
        export_url=export_url("payment_list", {"number": number}) if payments.method is Method.TRANSFER else None,
    )  # fmt: skip


@bp.route("/<number>/settlement", methods=["GET", "POST"])
@requires("disbursements.pay")
@once
def settlement(number: str) -> Response:
    """What became of the lines: typed, looked at once more, then recorded in one transaction."""
    payments = queries.get_list(number)
    if payments.state is not ListState.OPEN and request.method == "GET":
        raise AlreadySettled(_("List %(number)s is not open any more.", number=number))
    lines, form = _open_lines(payments), SettlementForm()
    if request.method == "GET":
        today_into(form)
        return _settlement_page(payments, lines, form, 200)
    if not form.sent():
        return _settlement_page(payments, lines, form, 422)
    try:
        return _settled(payments, lines, form)
    except AlreadySettled:
        raise
    except Refused as refusal:
        db.session.rollback()  # what was begun must not show on the page
        refusal.field = refusal.field if refusal.field == "on" else None
        form.refuse(refusal)
        return _settlement_page(payments, lines, form, 422)


def _settled(payments: PaymentList, lines: list[AidLine], form: SettlementForm) -> Response:
    """The preview of what was typed, or, once that is confirmed, all of it recorded."""
    every = lines if request.form.get("step") != "record" else queries.lines_of(payments)
    told = form.read(request.form, every, payments.method)
    if request.form.get("step") == "record":
        services.settle(payments, told, by=signed_in_user())
        return done(address_of(payments), _("Recorded: what became of %(rows)s lines.", rows=len(told.outcomes)))
    if not told.outcomes:
        raise Refused(_("Please say of at least one line what became of it."))
    audit.record_reading(payments, by=signed_in_user(), household_id=None)
    return page(
        "payments/preview.html", payments=payments, form=form, seen=services.preview(payments, told),
        sent=_carried(), back_url=url_for(".settlement", number=payments.number),
        method=aid_words.METHODS[payments.method],
    )  # fmt: skip


def _carried() -> list[tuple[str, str]]:
    """What was typed beside the lines, to be sent once more with the confirmation."""
    return [(name, text) for name, text in request.form.items() if name.partition("-")[0] in {"outcome", "by", "note"}]


def _open_lines(payments: PaymentList) -> list[AidLine]:
    return [line for line in queries.lines_of(payments) if line.outcome is LineOutcome.OPEN]


def _settlement_page(payments: PaymentList, lines: list[AidLine], form: SettlementForm, status: int) -> Response:
    typed = sent_lines(request.form, lines) if form.is_submitted() else {
        line.line_id: Typed.likely(line, payments.method) for line in lines
    }  # fmt: skip
    audit.record_reading(payments, by=signed_in_user(), household_id=None)
    return page(
        "payments/settlement.html", payments=payments, form=form, villages=queries.by_village(lines), typed=typed,
        status=status, transfer=payments.method is Method.TRANSFER, goods=payments.method is Method.GOODS,
        back_url=address_of(payments), count=len(lines), amount=sum(line.amount for line in lines),
    )  # fmt: skip


@bp.route("/<number>/calling-off", methods=["GET", "POST"])
@requires("disbursements.pay")
@once
def calling_off(number: str) -> Response:
    payments, user = queries.get_list(number), signed_in_user()
    asked = Asked(
        title=_("Call off list %(number)s", number=number),
        text=_("Lines that are still open leave the list; their aid stays approved and may stand in another one."),
        button=_("Call it off with this reason"),
        said=_("List %(number)s is called off.", number=number),
        stands=payments.state is ListState.OPEN,
    )
    return with_reason(
        asked, payments, lambda reason: services.call_off(payments, reason=reason, by=user), address_of(payments)
    )


@bp.route("/<number>/proof", methods=["GET", "POST"])
@requires("disbursements.pay")
@once
def proof(number: str) -> Response:
    """The list as it was signed, or a photo of the handing over, attached afterwards."""
    payments, form = queries.get_list(number), ProofForm()
    if form.sent():
        try:
            sent: Any = form.file.data  # validated: there is one
            services.add_proof(payments, sent, by=signed_in_user())
            return done(address_of(payments), _("The file is kept with list %(number)s.", number=number))
        except Refused as refusal:
            form.refuse(refusal)
    return page(
        "payments/proof.html", payments=payments, form=form, back_url=address_of(payments),
        status=200 if request.method == "GET" else 422,
    )  # fmt: skip


@bp.get("/<number>/list.pdf")
@requires("payments.view")
def printed(number: str) -> Response:
    """The list with a column for signatures, each kelurahan on a page of its own."""
    payments = queries.get_list(number)
    return _pdf(payments, "payment_list", papers.signature_list(payments), f"daftar-{number}.pdf")


@bp.get("/<number>/receipts.pdf")
@requires("payments.view")
def receipts(number: str) -> Response:
    """A kwitansi for each line that is paid or still to be handed over, in one file."""
    payments = queries.get_list(number)
    found = papers.receipts(payments, by=signed_in_user())
    if not found.receipts:
        raise NotFound
    return _pdf(payments, "kwitansi_list", found, f"kwitansi-{number}.pdf")


def _pdf(payments: PaymentList, kind: str, data: Any, name: str) -> Response:
    audit.record_reading(payments, by=signed_in_user(), household_id=None, action="payment_list.printed", printed=kind)
    response = Response(render(kind, data), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
