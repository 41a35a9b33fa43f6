"""What people call the records that the trail names: a complaint's number instead of its place in a table.

Only numbers that papers and lists carry, and account names: never a family's name, address or identity numbers.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from sqlalchemy import select

from portal.db import AnySelect, Base, db

NUMBERS: Final = {
    "card": "number",
    "complaint": "number",
    "disbursement": "number",
    "donation": "number",
    "emergency_recommendation": "number",
    "fund": "code",
    "list_proposal": "number",
    "payment_list": "number",
    "user": "name",
}
"""Kinds of records with a number of their own, and its column."""

BELONGS_TO: Final = {
    "aid_concern": "disbursement_id",
    "aid_item": "disbursement_id",
    "aid_paper": "disbursement_id",
    "assessment": "visit_id",
    "complaint_document": "complaint_id",
    "complaint_step": "complaint_id",
    "decision": "complaint_id",
    "delegation": "to_user_id",
    "home_visit": "complaint_id",
    "ledger_entry": "disbursement_id",
    "list_proposal_line": "proposal_id",
    "listing_error": "complaint_id",
    "payment_line": "list_id",
    "referral": "complaint_id",
}
"""Kinds of records that are called by the record they belong to, and the column that leads there."""


def references(subjects: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The references of these records (kind and id), as far as they have one: one query a kind."""
    ids: dict[str, set[int]] = defaultdict(set)
    for kind, identity in subjects:
        if (kind in NUMBERS or kind in BELONGS_TO) and identity.isascii() and identity.isdigit():
            ids[kind].add(int(identity))
    return {
        (kind, str(row[0])): row[1]
        for kind, wanted in ids.items()
        for row in db.session.execute(_numbers(kind, wanted))
        if row[1]
    }


def _numbers(kind: str, ids: set[int]) -> AnySelect:
    """The ids of these records with the number of the record they are called by."""
    table = here = Base.metadata.tables[kind]
    joined = table
    while here.name in BELONGS_TO:
        column = here.c[BELONGS_TO[here.name]]
        there = next(iter(column.foreign_keys)).column
        joined, here = joined.join(there.table, column == there), there.table  # type: ignore[assignment]
    return select(table.c.id, here.c[NUMBERS[here.name]]).select_from(joined).where(table.c.id.in_(ids))
