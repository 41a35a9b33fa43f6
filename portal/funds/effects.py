"""What later rooms do, in the same transaction, when aid is paid, comes to nothing, or is taken back."""

from collections.abc import Callable, Mapping

from portal.accounts.models import User
from portal.funds.models import DisbursementStatus

Ended = Mapping[int, DisbursementStatus]
"""What became of aid, by its ids."""

_when_ended: list[Callable[[Ended, User], None]] = []


def when_ended(act: Callable[[Ended, User], None]) -> None:
    """Let a later room follow aid whose state says now what became of it."""
    _when_ended.append(act)


def ended(aids: Ended, by: User) -> None:
    for act in _when_ended:
        act(aids, by)
