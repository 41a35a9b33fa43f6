"""Nothing new is hung on a family that was merged into another one while its page was open at a desk.

A family's row is held while it is merged; whoever stores a complaint, a visit, a card for it at that moment waits here
(FOR KEY SHARE) and is refused then, instead of hanging it where nobody looks.
"""

from typing import Any

from sqlalchemy import bindparam, event, select
from sqlalchemy.orm import Session, UOWTransaction

from portal.db import db
from portal.errors import Refused
from portal.households.models import Household
from portal.language import gettext as _
from portal.merging.following import FOLLOWS, MOVES

_TABLES = frozenset(name.partition(".")[0] for name, follows in FOLLOWS.items() if follows is MOVES) | {"member"}
_AS_NOW = (
    select(Household.merged_into_id)
    .where(Household.id.in_(bindparam("families", expanding=True)))
    .order_by(Household.id)
    .with_for_update(read=True, key_share=True)
)


def refuse_merged(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    """Before each flush. Raises Refused."""
    families = {_family_of(record) for record in session.new if record.__tablename__ in _TABLES} - {None}
    if not families:
        return
    found = session.connection().execute(_AS_NOW, {"families": sorted(families)})  # type: ignore[type-var]
    if any(row.merged_into_id for row in found):
        raise Refused(_("This family was merged with another one. Please open its page and do it there."))


def _family_of(record: Any) -> int | None:
    """The family that a new row names, by number or as the record itself."""
    if record.household_id is not None:
        return int(record.household_id)
    family = getattr(record, "household", None)
    return family.id if family is not None else None


event.listen(db.session, "before_flush", refuse_merged)
