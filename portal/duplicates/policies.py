"""Who may look at pairs, and decide."""

from portal.accounts.models import User
from portal.duplicates.models import DuplicatePair, Verdict

SETTLED = (Verdict.SAME, Verdict.DIFFERENT)


def may_decide(actor: User, pair: DuplicatePair) -> bool:
    """Who works on families; a verdict that stands is overruled by the head of the unit alone."""
    settled = pair.verdict in SETTLED
    return actor.can("duplicates.decide") and (not settled or may_overrule(actor))


def may_overrule(actor: User) -> bool:
    return actor.can("duplicates.overrule")


def may_search(actor: User | None) -> bool:
    """The head of the unit; None: whoever runs the portal, from a terminal."""
    return actor is None or actor.can("duplicates.search")
