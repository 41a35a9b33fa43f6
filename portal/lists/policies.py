"""Who may compare lists, propose to their owners, and let a proposal leave the house."""

from portal.accounts.models import User

VIEW, PROPOSE, EXPORT = "listing_errors.view", "lists.propose", "lists.export"


def may_propose(actor: User) -> bool:
    """Who follows up listing errors gathers them and notes what the owner answered."""
    return actor.can(PROPOSE)


def may_send(actor: User) -> bool:
    """The file holds whole numbers, so it leaves with who may export and may read them family by family."""
    return actor.can(EXPORT) and actor.can("households.identity")
