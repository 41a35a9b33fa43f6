"""The file of a proposal: a page that says what leaves the portal and asks why, and a door for each kind of file."""

from flask import Response, url_for

from portal.errors import NotAllowed, Refused
from portal.exchange import exports
from portal.exchange.exports import CSV, KINDS, XLSX, Export
from portal.exchange.sending import streamed
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
    given, reason = {"number": proposal.number}, form.reason.data

    def prepare() -> Export:
        return exports.prepared(PROPOSAL, given, kind=kind, numbers=True, reason=reason, by=signed_in_user())

    try:
        return streamed(prepare, name=proposal.number)
    except Refused as refusal:
        form.refuse(refusal)
        return _ask(proposal, form, status=422)
