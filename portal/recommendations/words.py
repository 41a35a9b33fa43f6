"""The words of emergencies: what happened, how far the request has come, how it ends, and common reasons."""

from typing import Any, Final

from portal.language import gettext
from portal.language import lazy_gettext as _l
from portal.recommendations.models import EventKind, Exit, RecommendationStatus

EVENTS: Final[dict[EventKind, Any]] = {
    EventKind.HOUSE_FIRE: _l("House fire"),
    EventKind.ACUTE_ILLNESS: _l("Sudden illness"),
    EventKind.ACCIDENT: _l("Accident"),
    EventKind.FLOOD: _l("Flood"),
    EventKind.STORM: _l("Storm or whirlwind"),
    EventKind.EARTHQUAKE: _l("Earthquake"),
    EventKind.DEATH: _l("Death in the family"),
    EventKind.OTHER: _l("Another misfortune"),
}

STATUSES: Final[dict[RecommendationStatus, tuple[Any, str]]] = {
    RecommendationStatus.PROPOSED: (_l("waiting"), "due"),
    RecommendationStatus.APPROVED: (_l("approved"), "good"),
    RecommendationStatus.DECLINED: (_l("declined"), "late"),
}

EXITS: Final[dict[Exit, Any]] = {
    Exit.CARD: _l("On to a card"),
    Exit.REFERRAL: _l("Referred to an office"),
    Exit.CLOSED: _l("Closed"),
}

EXIT_HINTS: Final[dict[Exit, Any]] = {
    Exit.CARD: _l("The family seems poor: a visit and an assessment follow (path b)."),
    Exit.REFERRAL: _l("An office takes over and answers within the time limit."),
    Exit.CLOSED: _l("The emergency is over. Please say why nothing more is needed."),
}


def reasons_to_approve() -> list[str]:
    """Common reasons, offered beside one's own words."""
    return [
        gettext("The event is proven and cannot wait."),
        gettext("The need is urgent and the family cannot bear it alone."),
        gettext("Safety or health is at stake."),
    ]


def reasons_to_decline() -> list[str]:
    return [
        gettext("The proof of the event is not sufficient."),
        gettext("The need can wait for the ordinary way: visit and decision."),
        gettext("Another office is already helping with this."),
    ]
