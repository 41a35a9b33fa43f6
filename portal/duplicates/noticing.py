"""What the register and its imports tell this room, and what it tells them; registered when the room is opened."""

from collections.abc import Sequence

from portal import audit
from portal.accounts.models import User
from portal.duplicates.models import PairSource
from portal.duplicates.services import called_different, keep
from portal.households import likeness
from portal.households.likeness import Candidate
from portal.matching.model import as_data


def confirmed(found: Sequence[tuple[int, Candidate]], household_id: int, by: User) -> None:
    """Somebody was asked about a likely double and went on: the pair waits for a decision, and nothing else does."""
    added = keep([(member_id, one.member_id, *as_data(one.likeness)) for member_id, one in found], PairSource.ENTRY)
    if added:
        audit.record("duplicate.noticed", ("household", household_id), by=by, household_id=household_id, new=added)


likeness.know_different(lambda member_ids: called_different(list(member_ids)))
likeness.when_confirmed(confirmed)
