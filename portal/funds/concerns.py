"""What guards had against aid: explained by who proposes, overruled by who may, kept with both names and reasons."""

from collections.abc import Mapping, Sequence

from portal import audit, clock
from portal.accounts.models import User
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, NotFound, Refused
from portal.funds import guards
from portal.funds.guards import Asked, Hit
from portal.funds.models import AidConcern, Disbursement, DisbursementStatus
from portal.language import gettext

OPEN = frozenset({DisbursementStatus.WAITING, DisbursementStatus.PROPOSED})
"""While a concern may still be overruled: nothing is approved yet."""
FIELDS = {"band": "amount_reason"}
"""Fields of the form for proposing that are not called why_<guard>."""


def field_of(guard: str) -> str:
    return FIELDS.get(guard, f"why_{guard}")


def raised(asked: Asked, why: Mapping[str, str], *, known: Sequence[AidConcern] = ()) -> list[Hit]:
    """What stands against it and is not noted yet. Raises Refused while the proposer has not said why all the same."""
    noted = {concern.guard for concern in known}
    found = [hit for hit in guards.hits(asked) if hit.guard not in noted]
    for hit in found:
        if guards.rules()[hit.guard].explain and not why.get(hit.guard, "").strip():
            text = gettext("%(found)s Please write why it is meant all the same.", found=hit.sentence)
            raise Refused(text, field=field_of(hit.guard))
    return found


def note(aid: Disbursement, found: Sequence[Hit], why: Mapping[str, str], *, by: User) -> None:
    """Keep what stands against it; who may overrule a guard does so by saying why, unless another has to."""
    for hit in found:
        explained = why.get(hit.guard, "").strip()
        concern = AidConcern(disbursement_id=aid.id, guard=hit.guard, found=hit.found, explained=explained)
        if guards.may_overrule(by, hit.guard) and not guards.rules()[hit.guard].apart:
            concern.reason, concern.answered_by_id, concern.answered_at = explained, by.id, clock.now()
        db.session.add(concern)
    db.session.flush()
    db.session.expire(aid, ["concerns"])


def still_open(aid: Disbursement) -> list[AidConcern]:
    return [concern for concern in aid.concerns if concern.answered_by_id is None]


def refuse_open(aid: Disbursement) -> None:
    """Nothing is approved while a guard stands against it."""
    if standing := still_open(aid):
        titles = ", ".join(str(guards.TITLES[concern.guard]) for concern in standing)
        raise Refused(gettext("This stands against it and is not overruled yet: %(titles)s.", titles=titles))


def may_overrule(user: User, aid: Disbursement, concern: AidConcern) -> bool:
    """Who has the role; where another person is asked for, not who proposed the aid."""
    apart = guards.rules()[concern.guard].apart
    return (
        aid.status in OPEN
        and concern.answered_by_id is None
        and guards.may_overrule(user, concern.guard)
        and not (apart and user.id == aid.proposed_by_id)
    )


def is_second(user: User, aid: Disbursement) -> bool:
    """Whether this person agreed as the second one: then somebody else approves."""
    answered = (concern for concern in aid.concerns if concern.answered_by_id == user.id)
    return any(concern.guard == "large" for concern in answered)


def overrule(aid: Disbursement, guard: str, *, reason: str, by: User) -> None:
    """Let the aid go on although a guard stands against it. Raises NotFound, NotAllowed, AlreadySettled, Refused."""
    db.session.refresh(aid, with_for_update=True)
    concern = next((one for one in aid.concerns if one.guard == guard), None)
    if concern is None:
        raise NotFound
    db.session.refresh(concern)
    if concern.answered_by_id is not None or aid.status not in OPEN:
        raise AlreadySettled(gettext("Somebody has answered this meanwhile. Please look at it again."))
    if not may_overrule(by, aid, concern):
        raise NotAllowed
    if not reason.strip():
        raise Refused(gettext("Please write the reason."), field="reason")
    concern.reason, concern.answered_by_id, concern.answered_at = reason.strip(), by.id, clock.now()
    audit.record("disbursement.overruled", aid, by=by, why=guard)
