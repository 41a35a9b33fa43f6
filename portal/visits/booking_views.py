"""Booking or moving the visit of a complaint."""

from typing import Any

from flask import Response, request

from portal import audit, clock
from portal.complaints import queries as complaints
from portal.complaints import receipt
from portal.complaints.models import OPEN_STATUSES, Complaint
from portal.errors import AlreadySettled, Refused
from portal.households import queries as households
from portal.language import gettext as _
from portal.paper import Visit
from portal.visits import booking
from portal.visits.desk_forms import BookForm
from portal.visits.models import HomeVisit
from portal.visits.views import bp
from portal.web.access import requires, signed_in_user
from portal.web.once import once
from portal.web.pages import done, page


def _refuse_over(complaint: Complaint) -> None:
    if complaint.status not in OPEN_STATUSES:
        raise AlreadySettled(_("This case is over; no visit is booked for it any more."))


def _book_page(complaint: Complaint, form: BookForm, visit: HomeVisit | None) -> Response:
    audit.record_reading(complaint, by=signed_in_user(), household_id=complaint.household_id)
    return page(
        "visits/book.html", form=form, complaint=complaint, visit=visit, line=households.line(complaint.household),
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


@bp.route("/complaints/<number>/visit", methods=["GET", "POST"])
@requires("complaints.record", "visits.assign")
@once
def book(number: str) -> Response:
    """Book the visit of a complaint; one that is booked already gets another day, time or officer."""
    complaint = complaints.get_complaint(number)
    _refuse_over(complaint)
    visit = booking.booked_visit(complaint)
    form = BookForm(village_code=complaint.household.village_code, visit=visit)
    if form.sent() and _booked(complaint, visit, form):
        return done(f"/complaints/{complaint.number}", _("The visit is booked."))
    return _book_page(complaint, form, visit)


def _booked(complaint: Complaint, visit: HomeVisit | None, form: BookForm) -> bool:
    if visit:
        form.expect_version(visit)
    try:
        wish = form.wish()
        if wish is None:
            raise Refused(_("Please choose when to visit."), field="slot")
        how: dict[str, Any] = {"visitor": wish.visitor, "on": wish.on, "at": wish.at}
        if visit:
            booking.move(visit, **how, by=signed_in_user(), confirmed=form.confirmed)
        else:
            booking.book(complaint.household, complaint=complaint, **how, by=signed_in_user(), confirmed=form.confirmed)
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


def _for_receipt(complaint_id: int) -> Visit | None:
    """The next visit as the receipt prints it."""
    visit = booking.next_visit(complaint_id)
    if visit is None or visit.visit_on < clock.today():
        return None
    return Visit(on=visit.visit_on, hours=f"{visit.visit_time:%H.%M} WIB", officer=visit.visitor.full_name)


receipt.visits_from(_for_receipt)
