"""Lists as files: a page that says what leaves the portal and asks why, and a door for each kind of file.

Files are asked for by POST: the reason stands in no address, and no link of another site begins one.
"""

from collections.abc import Mapping

from flask import Blueprint, Response, request, url_for

from portal.errors import Refused
from portal.exchange import exports
from portal.exchange.export_forms import ExportForm
from portal.exchange.export_lists import LISTS
from portal.exchange.exports import CSV, KINDS, XLSX, Export, Exportable
from portal.exchange.sending import streamed
from portal.web.access import requires, signed_in_user
from portal.web.pages import page

bp = Blueprint("exports", __name__, url_prefix="/exports")


def _form(listed: Exportable) -> ExportForm:
    form = ExportForm()
    may = exports.may_have_numbers(signed_in_user(), listed)
    form.offer(has_numbers=listed.has_numbers, may_have_them=may)
    return form


def _page(listed: Exportable, form: ExportForm, given: Mapping[str, str], status: int = 200) -> Response:
    asked = exports.asked(listed, given, signed_in_user())
    return page(
        "exports/ask.html", form=form, listed=listed, asked=asked, status=status,
        list_url=url_for(asked.page or listed.list_page, **asked.kept), own=url_for(f".{listed.code}"),
        file_urls={kind: url_for(f".{listed.code}_{kind}") for kind in KINDS},
    )  # fmt: skip


def _sent(listed: Exportable, kind: str) -> Response:
    """The file, or the page again with what is missing."""
    form = _form(listed)
    if not form.sent():
        return _page(listed, form, request.form, status=422)

    def prepare() -> Export:
        return exports.prepared(
            listed, request.form, kind=kind, numbers=form.whole_numbers, reason=form.reason.data, by=signed_in_user()
        )

    try:
        return streamed(prepare)
    except Refused as refusal:
        form.refuse(refusal)
        return _page(listed, form, request.form, status=422)


def _open(listed: Exportable) -> None:
    """The three doors of one list."""

    @requires(listed.right)
    def ask() -> Response:
        return _page(listed, _form(listed), request.args)

    @requires(listed.right)
    def workbook() -> Response:
        return _sent(listed, XLSX)

    @requires(listed.right)
    def text() -> Response:
        return _sent(listed, CSV)

    bp.add_url_rule(f"/{listed.code}", listed.code, ask)
    bp.add_url_rule(f"/{listed.code}.xlsx", f"{listed.code}_xlsx", workbook, methods=["POST"])
    bp.add_url_rule(f"/{listed.code}.csv", f"{listed.code}_csv", text, methods=["POST"])


for _listed in LISTS:
    _open(_listed)
