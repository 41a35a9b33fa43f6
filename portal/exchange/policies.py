"""Who may bring files in, and take them back."""

from portal.accounts.models import User
from portal.exchange.models import WRITTEN, BatchState, ImportBatch


def may_bring_in(actor: User | None) -> bool:
    """None: whoever runs the portal, from a terminal."""
    return actor is None or actor.can("imports.bring")


def may_confirm(actor: User | None, batch: ImportBatch) -> bool:
    """What was read and compared as a whole, or was stopped while it was written; not once its rows are forgotten."""
    stopped = batch.state is BatchState.STOPPED and batch.confirmed_at is not None
    return may_bring_in(actor) and bool(batch.found) and (batch.state is BatchState.READY or stopped)


def may_read_again(actor: User | None, batch: ImportBatch) -> bool:
    """What was stopped while it was read: half a file is no ground to confirm anything."""
    forgotten = batch.state is BatchState.READY and not batch.found
    stopped = batch.state is BatchState.STOPPED and batch.confirmed_at is None
    return may_bring_in(actor) and (stopped or forgotten)


def may_map(actor: User | None, batch: ImportBatch) -> bool:
    """A file whose columns nobody knows."""
    return may_bring_in(actor) and batch.state is BatchState.UNMAPPED


def may_undo(actor: User | None, batch: ImportBatch) -> bool:
    """What was written, once nobody writes on it; of what was stopped while it was read nothing was."""
    written = batch.state in WRITTEN and batch.state is not BatchState.CONFIRMED and batch.confirmed_at is not None
    return may_bring_in(actor) and written and not batch.had_nothing
