"""Who may do what in the register."""

from portal.accounts.models import User


def may_record(actor: User) -> bool:
    """Whoever sits at the desk writes the register."""
    return actor.can("households.record")


def may_see_numbers(actor: User) -> bool:
    """Full NIK and KK numbers are for those who work on families, one family at a time."""
    return actor.can("households.identity")
