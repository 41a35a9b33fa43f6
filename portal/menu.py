"""The places in the left column (at most eight) and in the phone's bottom bar (four), by what a person may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext as _l

from portal.accounts.roles import permissions_of
from portal.language import of_reader


@dataclass(frozen=True)
class Place:
    """One place; `permissions` of which any one opens it (none: everybody signed in)."""

    endpoint: str
    label: Any
    icon: str
    permissions: tuple[str, ...] = ()
    phone: bool = False


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
    Place("donations.index", _l("Donations"), "donation", ("donations.view", "donations.own")),
    Place("funds.index", _l("Funds"), "fund", ("funds.view",)),
    Place("reports.month", _l("Reports"), "report", ("reports.view",)),
    Place("partners.index", _l("Partners"), "partner", ("partners.view",)),
    Place("referrals.index", _l("Referrals"), "referral", ("referrals.answer",)),
    Place("audit.trail", _l("Trail"), "trail", ("audit.view",)),
    Place("users.index", _l("Users"), "person", ("users.manage",)),
    Place("settings.index", _l("Settings"), "settings", ("settings.manage",)),
)
MOST, MOST_ON_PHONE = 8, 4


@dataclass(frozen=True)
class Entry:
    """A place as the templates show it."""

    label: str
    url: str
    icon: str
    current: bool
    phone: bool


def of(user: Any) -> Sequence[Entry]:
    """What this person may open, in the order of the day; on a phone first what is done out of doors."""
    return _entries(permissions_of(user.roles), (request.endpoint or "").split(".")[0], of_reader())


@cache
def _entries(permissions: frozenset[str], room: str, _language: str) -> Sequence[Entry]:
    """The same for everybody who may do the same: worked out once for each room and language."""
    mine = [place for place in PLACES if not place.permissions or not permissions.isdisjoint(place.permissions)]
    on_phone = sorted(mine, key=lambda place: not place.phone)[:MOST_ON_PHONE]
    return [
        Entry(
            str(place.label), url_for(place.endpoint), place.icon, place.endpoint.split(".")[0] == room,
            place in on_phone,
        )
        for place in mine[:MOST]
    ]  # fmt: skip
