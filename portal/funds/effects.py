"""What later rooms do, in the same transaction, when aid is paid, comes to nothing, or is taken back."""

from collections.abc import Callable, Sequence

from portal.accounts.models import User
from portal.funds.models import Disbursement

_when_ended: list[Callable[[Sequence[Disbursement], User], None]] = []


def when_ended(act: Callable[[Sequence[Disbursement], User], None]) -> None:
    """Let a later room follow aid whose state says now what became of it."""
    _when_ended.append(act)


def ended(aids: Sequence[Disbursement], by: User) -> None:
    for act in _when_ended:
        act(aids, by)
