"""Who makes and settles payment lists."""

from portal.accounts.models import User
from portal.payments.models import ListState, PaymentList


def may_view(user: User) -> bool:
    return user.can("payments.view")


def may_make(user: User) -> bool:
    """Whoever pays aid collects it; a line whose aid they proposed or approved is refused (funds/policies.py)."""
    return user.can("disbursements.pay")


def may_settle(user: User, payments: PaymentList) -> bool:
    return may_make(user) and payments.state is ListState.OPEN


def may_prove(user: User, payments: PaymentList) -> bool:
    """What was signed is kept with the list, also after it is settled."""
    return may_make(user) and payments.state is not ListState.CALLED_OFF
