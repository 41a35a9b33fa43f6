"""What two families that become one must not both have, and what will stand side by side for people to see to."""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import select

from portal import clock
from portal.accounts.models import User
from portal.cards import queries as cards
from portal.complaints.models import OPEN_STATUSES, Complaint
from portal.db import db
from portal.duplicates import policies as duplicates
from portal.duplicates import services as verdicts
from portal.errors import Doubt, Refused
from portal.funds.grounds import LIVE
from portal.funds.models import Disbursement, DisbursementStatus
from portal.households.models import Household, Member
from portal.language import gettext as _
from portal.recommendations.models import EmergencyRecommendation, RecommendationStatus
from portal.units.formats import service_name
from portal.web.seen import mark_of


def refuse_two_cards(kept: Household, other: Household) -> None:
    """One running card a family (cards/services.py): which of two is right, people say first."""
    mine, theirs = (cards.active_card(family.id, clock.today()) for family in (kept, other))
    if mine and theirs:
        sentence = _(
            "Both families hold a running card: %(mine)s and %(theirs)s. Please revoke one of them first, then merge.",
            mine=mine.number, theirs=theirs.number,
        )  # fmt: skip
        raise Refused(sentence)


_only_once: list[Callable[[int, int], str]] = []


def only_once(check: Callable[[int, int], str]) -> None:
    """A later room says in a sentence, with its numbers, what both families have and a family has only once."""
    _only_once.append(check)


def refuse_what_a_family_has_once(kept: Household, other: Household) -> None:
    """Raises Refused."""
    refuse_two_cards(kept, other)
    if said := [sentence for check in _only_once if (sentence := check(kept.id, other.id))]:
        raise Refused(" ".join(said))


def side_by_side(kept: Household, other: Household) -> list[Doubt]:
    """Nothing of it ends by itself: nobody loses what was promised because a family was written down twice."""
    return [*_complaints(kept.id, other.id), *_aid(kept.id, other.id), *_requests(kept.id, other.id)]


def called_different(pairs: Iterable[tuple[Member, Member]], by: User) -> list[Doubt]:
    """Who was called different for ever is merged only by who may overrule that, and is asked. Raises Refused."""
    told = {(min(one.id, other.id), max(one.id, other.id)): one for one, other in pairs}
    decided = verdicts.called_different({number for pair in told for number in pair}) & told.keys() if told else set()
    if decided and not duplicates.may_overrule(by):
        raise Refused(_("Somebody has decided that these are two people. Only the head of the unit merges them."))
    sentence = _("It was decided that %(name)s and the other one are two people.")
    return [Doubt(f"different:{pair}", sentence % {"name": told[pair].name}) for pair in sorted(decided)]


def _complaints(*families: int) -> list[Doubt]:
    c = Complaint
    found = select(c.household_id, c.service_code, c.number).where(
        c.household_id.in_(families), c.status.in_(OPEN_STATUSES)
    )
    return [
        Doubt(
            f"complaints:{service}:{mark_of(both)}",
            _("Two complaints for %(service)s will be open: %(numbers)s.", service=service_name(service), numbers=both),
        )
        for service, both in _in_both(found)
    ]


def _aid(*families: int) -> list[Doubt]:
    d = Disbursement
    found = select(d.household_id, d.service_code, d.number).where(d.household_id.in_(families), d.status.in_(LIVE))
    on_its_way = d.household_id.in_(families), d.status.in_(LIVE - {DisbursementStatus.PAID})
    waiting = set(db.session.scalars(select(d.service_code).where(*on_its_way)))
    return [
        Doubt(
            f"aid:{service}:{mark_of(both)}",
            _("Both were helped with %(service)s, or are to be: %(numbers)s.", service=service_name(service),
              numbers=both),
        )
        for service, both in _in_both(found)
        if service in waiting
    ]  # fmt: skip


def _requests(*families: int) -> list[Doubt]:
    """A request that waits, beside one or a letter of the other family; of one event only one becomes a letter
    (recommendations/services.py).
    """
    r = EmergencyRecommendation
    live = (RecommendationStatus.PROPOSED, RecommendationStatus.APPROVED)
    found = select(r.household_id, r.service_code, r.number).where(r.household_id.in_(families), r.status.in_(live))
    waits = r.household_id.in_(families), r.status == RecommendationStatus.PROPOSED
    waiting = set(db.session.scalars(select(r.service_code).where(*waits)))
    return [
        Doubt(f"requests:{service}:{mark_of(both)}", _("The mayor is asked twice: %(numbers)s.", numbers=both))
        for service, both in _in_both(found)
        if service in waiting
    ]


def _in_both(found: object) -> Sequence[tuple[str, str]]:
    """Services for which both families have one, with the numbers."""
    by_service: dict[str, dict[int, list[str]]] = {}
    for household_id, service, number in db.session.execute(found):  # type: ignore[call-overload]
        by_service.setdefault(service, {}).setdefault(household_id, []).append(number)
    return [
        (service, ", ".join(number for numbers in families.values() for number in sorted(numbers)))
        for service, families in sorted(by_service.items())
        if len(families) > 1
    ]
