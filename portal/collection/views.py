"""Sheets of givers: sent in, looked at, entered, taken back; and the givers beneath a gift with their receipts."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, flash, request, send_file, url_for

from portal import audit, clock
from portal.collection import columns as mapping
from portal.collection import policies, queries, reasons, services
from portal.collection.forms import ColumnsForm, SheetForm, TakeForm
from portal.collection.models import GiverSheet, LayoutKind, RowKind, SheetState
from portal.collection.services import BroughtInBefore
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, NotFound, Refused
from portal.exchange.samples import Sheet
from portal.funds.acts import Asked, with_reason
from portal.funds.forms import ActForm
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.language import ngettext
from portal.partners import permits
from portal.partners import queries as partners
from portal.partners import words as gift_words
from portal.partners.models import Donation
from portal.units.catalogue import catalogue
from portal.web.access import requires, signed_in_user
from portal.web.addresses import record_number
from portal.web.once import once
from portal.web.pages import done, page, see_other
from portal.web.paging import after_id, paged

bp = Blueprint("givers", __name__, url_prefix="/giver-sheets")
OWN, ENTER = "donations.own", "donations.enter"

STATES = {
    SheetState.UNMAPPED: (_l("Columns unknown"), "due", "list"),
    SheetState.READY: (_l("To be looked at"), "due", "eye"),
    SheetState.ENTERED: (_l("Entered"), "good", "ok"),
    SheetState.TAKEN_BACK: (_l("Taken back"), "neutral", "undo"),
}
"""Word, tone and icon of each state."""
KINDS = {
    RowKind.GOOD: _l("good"), RowKind.DOUBT: _l("in doubt"), RowKind.REFUSED: _l("refused"),
    RowKind.KNOWN: _l("entered before"),
}  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def address_of(sheet: GiverSheet) -> str:
    return url_for("givers.show", sheet_id=sheet.id)


@bp.get("")
@requires(OWN)
def index() -> Response:
    found = paged(queries.sheets(signed_in_user().partner_code or "", after_id()), lambda sheet: [sheet.id])
    return page(
        "collection/index.html", sheets=found, sums=queries.sums_of(found.rows), states=STATES,
        may_bring=bool(signed_in_user().partner_code), terms=gift_words.terms,
    )  # fmt: skip


def _form() -> SheetForm:
    """The form with what this person's partner gives. Raises NotAllowed for someone without a partner."""
    if not signed_in_user().partner_code:
        raise NotAllowed
    form = SheetForm()
    form.offer(partners.get_partner(signed_in_user().partner_code), partners.all_kinds())
    return form


def _form_page(form: SheetForm, status: int = 200) -> Response:
    partner = partners.get_partner(signed_in_user().partner_code)
    warnings = permits.warnings(partner, clock.today())
    return page("collection/new.html", form=form, partner=partner, warnings=warnings, status=status)


@bp.get("/new")
@requires(ENTER)
def new() -> Response:
    return _form_page(_form())


@bp.post("/new")
@requires(ENTER)
@once
def sent() -> Response:
    form = _form()
    if not form.sent():
        return _form_page(form, 422)
    try:
        partner = partners.get_partner(signed_in_user().partner_code)
        sheet = services.bring_in(form.file.data, partner, form.terms(signed_in_user()), by=signed_in_user())
    except BroughtInBefore as before:
        db.session.rollback()
        flash(before.sentence, "message")
        return see_other(url_for(".show", sheet_id=before.sheet_id))
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _form_page(form, 422)
    return done(address_of(sheet))


@bp.get("/<int:sheet_id>")
@requires(OWN)
def show(sheet_id: int) -> Response:
    """What the file holds, by kind; once entered, the gifts that it became."""
    sheet = queries.get_sheet(sheet_id, reader=signed_in_user())
    return _show(sheet, TakeForm(formdata=None, obj=sheet))


def _show(sheet: GiverSheet, form: TakeForm, status: int = 200) -> Response:
    figures = queries.figures_of(sheet)
    kind = _kind(figures)
    rows = queries.rows_of(sheet, kind, after_id())
    audit.record_reading(sheet, by=signed_in_user(), household_id=None)
    return page(
        "collection/show.html", fragment="results", sheet=sheet, state=STATES[sheet.state], figures=figures, kind=kind,
        tabs=_tabs(sheet, figures, kind), rows=paged(rows, lambda row: [row.id]), sentence=reasons.sentence,
        kinds=KINDS, terms=gift_words.terms(sheet), asnaf=gift_words.asnaf_names().get(sheet.asnaf or "", ""),
        gifts=queries.gifts_of(sheet), statuses=gift_words.STATUS, form=form, unnamed=gift_words.UNNAMED,
        status=status, days=catalogue().setting("unentered_sheet_days"), ticked=_numbers("row"),
        may_add=policies.may_add_to(signed_in_user(), sheet),
        may_work=policies.may_work_on(signed_in_user(), sheet),
        may_mend=policies.may_take_back(signed_in_user(), sheet),
        may_take_back=policies.may_take_back(signed_in_user(), sheet) and not services.in_the_way(sheet),
    )  # fmt: skip


def _kind(figures: queries.Figures) -> RowKind:
    """The kind that the address asks for, else the first that wants to be looked at."""
    asked = request.values.get("kind", "")
    if asked in set(RowKind):
        return RowKind(asked)
    if figures.rows["refused"]:
        return RowKind.REFUSED
    return RowKind.DOUBT if figures.rows["doubt"] else RowKind.GOOD


def _tabs(sheet: GiverSheet, figures: queries.Figures, chosen: RowKind) -> list[tuple[Any, int, str]]:
    """A number with its word and its address, for each kind that there is."""
    counts = {taken: figures.rows[taken.value] + figures.rows[name] for taken, name in queries.TAKEN.items()}
    return [
        (KINDS[kind], count, url_for(".show", sheet_id=sheet.id, kind=kind.value))
        for kind in (RowKind.GOOD, RowKind.DOUBT, RowKind.REFUSED, RowKind.KNOWN)
        if (count := counts.get(kind, figures.rows[kind.value])) or kind is chosen
    ]


def _crumbs(sheet: GiverSheet) -> list[tuple[Any, str]]:
    return [(_("Sheets of givers"), url_for(".index")), (sheet.file_name, address_of(sheet))]


@bp.get("/<int:sheet_id>/columns")
@requires(ENTER)
def columns(sheet_id: int) -> Response:
    sheet = queries.get_sheet(sheet_id, reader=signed_in_user())
    if sheet.state is not SheetState.UNMAPPED:
        return see_other(address_of(sheet))
    return mapping.ask(sheet, LayoutKind.GIVERS, ColumnsForm(formdata=None, obj=sheet), crumbs=_crumbs(sheet))


@bp.post("/<int:sheet_id>/columns")
@requires(ENTER)
@once
def columns_said(sheet_id: int) -> Response:
    sheet, user = queries.get_sheet(sheet_id, reader=signed_in_user()), signed_in_user()
    if sheet.state is not SheetState.UNMAPPED:
        return see_other(address_of(sheet))

    form = ColumnsForm()
    form.expect_version(sheet)

    def keep(name: str, sample: Sheet, chosen: Mapping[int, str]) -> None:
        services.map_columns(sheet, name, sample, chosen, by=user)

    return mapping.said(sheet, LayoutKind.GIVERS, form, keep, url=address_of(sheet), crumbs=_crumbs(sheet))


def _numbers(name: str) -> set[int]:
    return {number for text in request.form.getlist(name) if (number := record_number(text)) is not None}


@bp.post("/<int:sheet_id>/take")
@requires(ENTER)
@once
def take(sheet_id: int) -> Response:
    """Before the sheet is entered, which rows count; afterwards, which of those left out are entered all the same."""
    sheet, form, user = queries.get_sheet(sheet_id, reader=signed_in_user()), TakeForm(), signed_in_user()
    form.expect_version(sheet)
    rows, reason, said = _numbers("row"), form.reason.data or "", _("Kept.")
    try:
        if policies.may_add_to(user, sheet):
            said = _recorded(services.add(sheet, rows, reason=reason, by=user))
        else:
            services.take(sheet, rows, shown=_numbers("shown"), reason=reason, by=user)
    except AlreadySettled:
        raise
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _show(queries.get_sheet(sheet_id, reader=user), form, 422)
    return done(url_for(".show", sheet_id=sheet.id, kind=request.form.get("kind", RowKind.DOUBT.value)), said)


def _recorded(made: Sequence[Donation]) -> str:
    return ngettext("%(num)d donation is recorded.", "%(num)d donations are recorded.", len(made))


@bp.post("/<int:sheet_id>/enter")
@requires(ENTER)
@once
def enter(sheet_id: int) -> Response:
    sheet, form = queries.get_sheet(sheet_id, reader=signed_in_user()), ActForm()
    form.expect_version(sheet)
    return done(address_of(sheet), _recorded(services.enter(sheet, by=signed_in_user())))


@bp.route("/<int:sheet_id>/take-back", methods=["GET", "POST"])
@requires(ENTER)
@once
def take_back(sheet_id: int) -> Response:
    sheet, user = queries.get_sheet(sheet_id, reader=signed_in_user()), signed_in_user()
    asked = Asked(
        title=_("Take back %(file)s", file=sheet.file_name),
        text=_("The donations that came of this sheet are deleted. The file may be sent again afterwards."),
        button=_("Take the sheet back"),
        said=_("The sheet is taken back."),
        stands=sheet.state is not SheetState.TAKEN_BACK,
    )
    return with_reason(
        asked, sheet, lambda reason: services.take_back(sheet, reason=reason, by=user), address_of(sheet)
    )


@bp.get("/<int:sheet_id>/refused.xlsx")
@requires(ENTER)
def refused_rows(sheet_id: int) -> Response:
    """The refused rows with their reasons, to be mended and sent again."""
    from portal.exchange import refused_rows as made  # the library is loaded when somebody asks for a workbook

    sheet, file = queries.get_sheet(sheet_id, reader=signed_in_user()), BytesIO()
    parts = queries.refused_parts(sheet)
    if not parts:
        raise NotFound
    workbook, count = made.workbook(parts, reasons.sentence)
    workbook.save(file)
    file.seek(0)
    audit.record_reading(sheet, by=signed_in_user(), household_id=None, rows=count)
    name = _("refused rows of %(file)s", file=sheet.file_name.rpartition(".")[0] or sheet.file_name)
    return send_file(file, as_attachment=True, download_name=f"{name}.xlsx", mimetype=XLSX)
