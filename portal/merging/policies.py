"""Who may merge, and take apart."""

from portal.accounts.models import User


def may_merge(actor: User) -> bool:
    """Whoever works on families, with the reason written down."""
    return actor.can("households.merge")


def may_take_apart(actor: User) -> bool:
    """By default the head of the unit alone: what hung on a family moves once more."""
    return actor.can("households.unmerge")
