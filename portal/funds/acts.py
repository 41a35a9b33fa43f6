"""Pages of acts that need a reason: the same for gifts and aid."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, request

from portal.errors import AlreadySettled, Refused
from portal.funds.forms import ReasonForm
from portal.funds.holding import gone_on
from portal.households import queries as households
from portal.households.models import Household
from portal.households.queries import HouseholdLine
from portal.web.access import signed_in_user
from portal.web.pages import done, page, see_other


def line_of(household: Household) -> HouseholdLine:
    """Which family it is; what lists and cards say of it is for those who work with families, not for who pays."""
    line = households.line(household)
    return line if signed_in_user().can("households.view") else line._replace(marks=())


@dataclass(frozen=True)
class Asked:
    """What such a page says: what will happen in words, the button, and the message once it is done.

    `stands`: the record is still as the act needs it; otherwise there is nothing to ask.
    """

    title: str
    text: str
    button: str
    said: str
    stands: bool = True
    kind: str = "danger"


def with_reason(asked: Asked, record: Any, act: Callable[[str], None], back_url: str) -> Response:
    """Ask for the reason, then do `act(reason)` and go back; with nothing to ask, back at once."""
    if request.method == "GET" and not asked.stands:
        flash(str(gone_on(record.number)), "message")
        return see_other(back_url)
    form = ReasonForm(obj=record)
    if form.sent():
        form.expect_version(record)
        try:
            act(form.reason.data or "")
            return done(back_url, asked.said)
        except AlreadySettled:
            raise
        except Refused as refusal:
            form.refuse(refusal)
    status = 422 if request.method == "POST" else 200
    return page("funds/reason.html", asked=asked, form=form, back_url=back_url, status=status)
