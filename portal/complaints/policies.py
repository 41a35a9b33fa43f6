"""Who may do what with a complaint."""

from portal.accounts.models import User


def may_record(actor: User) -> bool:
    """Whoever sits at the desk takes complaints, ticks papers and closes cases."""
    return actor.can("complaints.record")
