"""The list of complaints, their papers, their end, and the receipt."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, make_response, request

from portal import audit, clock, paper
from portal.complaints import queries, services, wording
from portal.complaints.forms import CloseForm, DocumentsForm
from portal.complaints.models import Complaint, ComplaintStatus
from portal.complaints.receipt import receipt as receipt_of
from portal.errors import Refused
from portal.households import queries as households
from portal.households import why
from portal.language import gettext as _
from portal.units.catalogue import catalogue
from portal.web import paging
from portal.web.access import requires, signed_in_user
from portal.web.pages import done, page, public_address

bp = Blueprint("complaints", __name__, url_prefix="/complaints")
VIEW, RECORD = "complaints.view", "complaints.record"
NARROWINGS = ("mine", "without_visit", "late")


def address_of(complaint: Complaint) -> str:
    """The case file."""
    return f"/complaints/{complaint.number}"


@bp.get("")
@requires(VIEW)
def index() -> Response:
    """All complaints, newest first (broken promises: oldest promise first), narrowed as the reader types."""
    narrowed = queries.narrowed_by(request.args, reader_id=signed_in_user().id)
    rows, total = queries.index(narrowed, paging.place(), size=paging.page_size())
    found = paging.paged(rows, lambda row: queries.place_of(row, narrowed), total=total, size=paging.page_size())
    return page(
        "complaints/index.html",
        fragment="results",
        narrowed=narrowed,
        chosen=request.args.get("filter", ""),
        found=found,
        lines=wording.lines(found.rows, clock.today()),
        why=_why(narrowed.q, found.rows),
        statuses=[(status.value, wording.STATUS[status][0]) for status in ComplaintStatus],
        services=catalogue().services.values(),
        villages=catalogue().villages,
        may_record=signed_in_user().can(RECORD),
        export_url=paging.export_url("complaints", request.args),
    )


def _why(text: str, rows: Sequence[Any]) -> dict[str, why.Why]:
    """By the numbers of these complaints: why each was found."""
    found = why.beside(text, [row.household_id for row in rows])
    return {row.number: found[row.household_id] for row in rows if row.household_id in found}


def _case_page(template: str, complaint: Complaint, form: Any) -> Response:
    status = 422 if request.method == "POST" else 200
    audit.record_reading(complaint, by=signed_in_user(), household_id=complaint.household_id)
    return page(
        template, complaint=complaint, form=form, line=households.line(complaint.household),
        case_url=address_of(complaint), status=status,
    )  # fmt: skip


@bp.route("/<number>/documents", methods=["GET", "POST"])
@requires(RECORD)
def documents(number: str) -> Response:
    """Tick the papers that were brought later."""
    complaint = queries.get_complaint(number)
    form = DocumentsForm(complaint, version=complaint.version)
    if form.sent():
        form.expect_version(complaint)
        try:
            services.tick_documents(complaint, form.brought.data, by=signed_in_user())
        except Refused as refusal:
            form.refuse(refusal)
            return _case_page("complaints/documents.html", complaint, form)
        return done(address_of(complaint), _("The papers are noted."))
    return _case_page("complaints/documents.html", complaint, form)


@bp.route("/<number>/close", methods=["GET", "POST"])
@requires(RECORD)
def close(number: str) -> Response:
    """End a case with a written reason."""
    complaint = queries.get_complaint(number)
    form = CloseForm(complaint)
    if form.sent():
        form.expect_version(complaint, see_url=address_of(complaint))
        end = services.withdraw if form.how.data == "withdraw" else services.close
        try:
            end(complaint, reason=form.reason.data, by=signed_in_user())
        except Refused as refusal:
            form.refuse(refusal)
            return _case_page("complaints/close.html", complaint, form)
        withdrawn = complaint.status is ComplaintStatus.WITHDRAWN
        said = _("The complaint is withdrawn.") if withdrawn else _("The case is closed.")
        return done(address_of(complaint), said)
    return _case_page("complaints/close.html", complaint, form)


@bp.get("/<number>/receipt.pdf")
@requires(VIEW)
def receipt(number: str) -> Response:
    """The receipt as PDF, A5 or for the 80 mm printer; printing is on record because it shows the tracking code."""
    complaint = queries.get_complaint(number)
    kind = "receipt_80mm" if request.args.get("size") == "80mm" else "receipt"
    pdf = paper.render(kind, receipt_of(complaint, track_page=f"{public_address()}/track"))
    audit.record_reading(
        complaint, by=signed_in_user(), household_id=complaint.household_id, action="complaint.receipt_printed"
    )
    response = make_response(pdf)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{complaint.number}.pdf"'
    return response
