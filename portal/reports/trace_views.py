"""The trace in both directions, for those who keep the books and may read whom they help."""

from flask import Blueprint, Response

from portal import audit
from portal.errors import NotAllowed
from portal.funds import words
from portal.funds.acts import line_of
from portal.households import queries as households
from portal.language import gettext as _
from portal.partners import queries as partners
from portal.reports import trace
from portal.web.access import requires, signed_in_user
from portal.web.pages import page

bp = Blueprint("trace", __name__)


def _may_read_both() -> None:
    """Gifts and families stand side by side here: only who may see both. Raises NotAllowed."""
    if not signed_in_user().can("disbursements.view"):
        raise NotAllowed


@bp.get("/donations/<number>/trace")
@requires("donations.view")
def gift(number: str) -> Response:
    """From one gift to every family that it reached."""
    _may_read_both()
    donation = partners.get_donation(number, reader=signed_in_user())
    return page("reports/trace_gift.html", found=trace.of_gift(donation), statuses=words.STATUS)


@bp.get("/households/<int:household_id>/gifts")
@requires("donations.view")
def family(household_id: int) -> Response:
    """From one family back to every gift; reading it is on record like the family's file."""
    _may_read_both()
    household = households.get_household(household_id)
    steps = trace.of_family(household.id)
    audit.record_reading(household, by=signed_in_user(), household_id=household.id)
    return page(
        "reports/trace_family.html", family=line_of(household), steps=steps, statuses=words.STATUS,
        title=_("Whose money helped: %(family)s", family=household.head_name),
    )  # fmt: skip
