"""The file of a proposal: a page that says what leaves the portal and asks why, and a door for each kind of file."""

from typing import Any

from flask import Response, stream_with_context, url_for

from portal.db import db
from portal.errors import NotAllowed, Refused
from portal.exchange import exports
from portal.exchange.exports import CSV, KINDS, XLSX
from portal.lists import policies, queries
from portal.lists.file import PROPOSAL
from portal.lists.formats import formats
from portal.lists.forms import FileForm
from portal.lists.models import ListProposal
from portal.lists.views import bp
from portal.web.access import requires, signed_in_user
from portal.web.pages import page


@bp.get("/list-proposals/<number>/file")
@requires(policies.EXPORT)
def file(number: str) -> Response:
    return _ask(queries.get_proposal(number), FileForm(formdata=None))


def _ask(proposal: ListProposal, form: FileForm, status: int = 200) -> Response:
    return page(
        "lists/file.html", status=status, proposal=proposal, form=form, layout=formats()[proposal.format_code],
        families=len(proposal.lines),
        file_urls={kind: url_for(f".proposal_{kind}", number=proposal.number) for kind in KINDS},
    )  # fmt: skip


@bp.post("/list-proposals/<number>.xlsx")
@requires(policies.EXPORT)
def proposal_xlsx(number: str) -> Response:
    return _sent(number, XLSX)


@bp.post("/list-proposals/<number>.csv")
@requires(policies.EXPORT)
def proposal_csv(number: str) -> Response:
    return _sent(number, CSV)


def _sent(number: str, kind: str) -> Response:
    """The file, or the page again with what is missing."""
    proposal, form = queries.get_proposal(number), FileForm()
    if not policies.may_send(signed_in_user()):
        raise NotAllowed
    if not form.sent():
        return _ask(proposal, form, status=422)
    try:
        leave = exports.take_place()
    except Refused as refusal:
        form.refuse(refusal)
        return _ask(proposal, form, status=422)
    try:
        return _streamed(proposal, kind, form, leave)
    except BaseException:
        leave()
        raise


def _streamed(proposal: ListProposal, kind: str, form: FileForm, leave: Any) -> Response:
    number = proposal.number
    export = exports.prepared(
        PROPOSAL, {"number": number}, kind=kind, numbers=True, reason=form.reason.data, by=signed_in_user()
    )
    parts = exports.begin(export)
    db.session.commit()
    response = Response(stream_with_context(parts), mimetype=KINDS[kind])
    name = f"{number}-{export.code}.{kind}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.call_on_close(leave)
    return response
