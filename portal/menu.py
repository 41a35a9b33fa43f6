"""The places in the left column, by what a person may do: eight, and the others under "More"; on a phone four."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from flask import current_app, request, url_for
from markupsafe import Markup

from portal.accounts.roles import permissions_of
from portal.households import month_rules
from portal.language import lazy_gettext as _l
from portal.language import of_reader


@dataclass(frozen=True)
class Place:
    """One place; `permissions` of which any one opens it (none: everybody signed in)."""

    endpoint: str
    label: Any
    icon: str
    permissions: tuple[str, ...] = ()
    phone: bool = False
    # Endpoints that belong here, where a place is less than a whole room.
    pages: tuple[str, ...] = ()
    # Asked of the unit: a place of something that it does not keep is not there.
    kept: Callable[[], bool] | None = None


PLACES = (
    Place("front.front", _l("Today"), "home", phone=True),
    Place("households.register", _l("Families"), "household", ("households.view",), phone=True),
    Place("area.families", _l("My kelurahan"), "household", ("area.view",), phone=True),
    Place("complaints.index", _l("Complaints"), "complaint", ("complaints.view",), phone=True),
    Place("visits.agenda", _l("Visits"), "visit", ("visits.view",), phone=True),
    Place("decisions.waiting", _l("Decisions"), "decision", ("decisions.view",)),
    Place("cards.index", _l("Cards"), "card", ("cards.view",)),
    Place("recommendations.index", _l("Emergencies"), "emergency", ("recommendations.view",), phone=True),
    Place("disbursements.index", _l("Aid"), "payment", ("disbursements.view",)),
    Place("payments.index", _l("Payment lists"), "list", ("disbursements.pay",)),
    Place("donations.index", _l("Donations"), "donation", ("donations.view", "donations.own")),
    Place("bank.index", _l("Bank statements"), "fund", ("donations.confirm",)),
    Place("givers.index", _l("Sheets of givers"), "list", ("donations.own",)),
    Place("pledges.index", _l("Pledges"), "calendar", ("donations.view", "donations.own")),
    Place("funds.index", _l("Funds"), "fund", ("funds.view",)),
    Place("periods.index", _l("Closed books"), "report", ("funds.close",)),
    Place("reports.month", _l("Reports"), "report", ("reports.view",)),
    Place("records.mine", _l("Our record"), "partner", ("donations.own",)),
    Place("partners.index", _l("Partners"), "partner", ("partners.view",)),
    Place("referrals.index", _l("Referrals"), "referral", ("referrals.view", "referrals.answer")),
    Place(
        "area.reports", _l("Reports of cadres"), "person", ("households.view",),
        pages=("area.reports", "area.report", "area.settle"),
    ),
    Place("updates.index", _l("Monthly update"), "calendar", ("updates.view",), kept=month_rules.is_on),
    Place("month.overview", _l("Monthly update"), "calendar", ("updates.confirm",), phone=True, kept=month_rules.is_on),
    Place(
        "decisions.listing_errors", _l("Listing errors"), "list", ("listing_errors.view",),
        pages=("decisions.listing_errors", "decisions.listing_error", "decisions.listing_error_sent"),
    ),
    Place("lists.index", _l("Lists and visits"), "list", ("listing_errors.view",)),
    Place("imports.index", _l("Imports"), "import", ("imports.view",)),
    Place("merging.index", _l("Merged"), "household", ("households.merge", "households.unmerge")),
    Place("duplicates.index", _l("Possible duplicates"), "household", ("duplicates.view",)),
    Place("delegations.index", _l("Deputies"), "person", ("delegations.view", "delegations.grant")),
    Place("audit.trail", _l("Trail"), "trail", ("audit.view",)),
    Place("users.index", _l("Users"), "person", ("users.manage",)),
    Place("settings.index", _l("Settings"), "settings", ("settings.manage",)),
)  # fmt: skip
MOST, MOST_ON_PHONE = 8, 4


@dataclass(frozen=True)
class Entry:
    """A place as the templates show it."""

    label: str
    url: str
    icon: str
    current: bool
    phone: bool
    more: bool = False


class Menu(NamedTuple):
    """The menu as a page holds it: the column of places, and the four at a phone's lower edge."""

    places: Markup
    daily: Markup


def of(user: Any) -> Menu:
    """What this person may open, in the order of the day; on a phone first what is done out of doors."""
    missing = frozenset(place.endpoint for place in PLACES if place.kept and not place.kept())
    return _written(permissions_of(user.roles), request.endpoint or "", of_reader(), missing)


@cache
def _written(permissions: frozenset[str], endpoint: str, _language: str, missing: frozenset[str]) -> Menu:
    """The same for everybody who may do the same: written once for each page and language."""
    macros: Any = current_app.jinja_env.get_template("ui/menu.html").module
    entries = entries_of(permissions, endpoint, missing)
    return Menu(macros.places(entries), macros.daily(entries))


def entries_of(permissions: frozenset[str], endpoint: str, missing: frozenset[str] = frozenset()) -> list[Entry]:
    """The places of who may do this, on the page of this endpoint, without those that the unit does not keep."""
    mine = [
        place for place in PLACES
        if (not place.permissions or not permissions.isdisjoint(place.permissions)) and place.endpoint not in missing
    ]  # fmt: skip
    here = [place for place in mine if endpoint in place.pages] or [
        place for place in mine if not place.pages and place.endpoint.split(".")[0] == endpoint.split(".")[0]
    ]
    on_phone = sorted(mine, key=lambda place: not place.phone)[:MOST_ON_PHONE]
    return [
        Entry(
            str(place.label), url_for(place.endpoint), place.icon, place in here, place in on_phone, number >= MOST,
        )
        for number, place in enumerate(mine)
    ]  # fmt: skip
