"""The trail as a witness of the books: every entry was made by an act on record, of the same amount.

Whoever owns the database can falsify the books so that they still balance; the trail is chained and its heads are kept
elsewhere (`audit verify`), so it cannot be made to fit. One query on each side, whatever their length.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import case, func, select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.funds.models import Disbursement, EntryKind, LedgerEntry, LedgerLine
from portal.money import format_rupiah
from portal.partners.models import Donation

POSTED: Final[dict[str, tuple[EntryKind, ...]]] = {
    "donation.confirmed": (EntryKind.DONATION,),
    "donation.taken_back": (EntryKind.REVERSAL,),
    "donation.unconfirmed": (EntryKind.REVERSAL,),
    "disbursement.proposed": (EntryKind.RESERVATION,),
    "disbursement.funded": (EntryKind.RESERVATION,),
    "disbursement.declined": (EntryKind.RELEASE,),
    "disbursement.cancelled": (EntryKind.RELEASE,),
    "disbursement.failed": (EntryKind.RELEASE,),
    "disbursement.paid": (EntryKind.PAYMENT,),
    "disbursement.reversed": (EntryKind.REVERSAL, EntryKind.RELEASE),
}
"""The entries that each act makes. On the waiting list there is no money, so nothing is put aside or free again."""
ENTERED: Final = "donation.entered"
"""Posts nothing, but names the amount; acts of earlier releases did not repeat it."""


class Posting(NamedTuple):
    """Movements of one kind for one donation or one piece of aid."""

    subject: str
    id: int
    kind: EntryKind


Amounts = dict[Posting, list[int | None]]
"""Whole rupiah of each movement; None where the trail names no amount."""


def faults() -> Iterator[str]:
    """Where books and trail differ."""
    booked, told = _booked(), _told()
    differing = [each for each in sorted(booked.keys() | told.keys()) if _differ(booked[each], told[each])]
    numbers = _numbers(differing)
    for each in differing:
        number = numbers.get((each.subject, each.id), each.id)
        books, trail = _written(booked[each]), _written(told[each])
        yield f"{each.subject} {number}, {each.kind.value}: the books say {books}, the trail says {trail}"


def _booked() -> Amounts:
    """What the books hold."""
    rows = db.session.execute(
        select(
            LedgerEntry.kind,
            LedgerEntry.disbursement_id,
            func.min(LedgerLine.donation_id).label("donation_id"),
            func.sum(case((LedgerLine.amount > 0, LedgerLine.amount), else_=0)).label("amount"),
        )
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .group_by(LedgerEntry.id, LedgerEntry.kind, LedgerEntry.disbursement_id)
    )
    found: Amounts = defaultdict(list)
    for kind, disbursement_id, donation_id, amount in rows:
        about = ("disbursement", disbursement_id) if disbursement_id else ("donation", donation_id)
        found[Posting(*about, kind)].append(int(amount))
    return found


def _told() -> Amounts:
    """What the trail says was done."""
    columns = (AuditEvent.action, AuditEvent.subject_type, AuditEvent.subject_id, AuditEvent.details)
    rows = db.session.execute(select(*columns).where(AuditEvent.action.in_([ENTERED, *POSTED])).order_by(AuditEvent.id))
    found: Amounts = defaultdict(list)
    amounts: dict[tuple[str, str], int] = {}
    put_aside: set[str] = set()
    for action, subject, number, details in rows:
        body = json.loads(details)
        if (amount := _amount(body)) is not None:
            amounts[subject, number] = amount
        kinds = POSTED.get(action, ())
        if EntryKind.RESERVATION in kinds and body.get("fund", "") is not None:
            put_aside.add(number)
        if action.startswith("disbursement.") and number not in put_aside:
            continue
        for kind in kinds:
            found[Posting(subject, int(number), kind)].append(amounts.get((subject, number)))
    return found


def _amount(body: dict[str, Any]) -> int | None:
    """The amount of an act: its own word, or what it changed the record's amount to."""
    return body.get("amount") or body.get("changes", {}).get("amount", [None, None])[1]


def _differ(books: list[int | None], trail: list[int | None]) -> bool:
    if None in trail:
        return len(books) != len(trail)
    return sorted(map(int, filter(None, books))) != sorted(map(int, filter(None, trail)))


def _written(amounts: list[int | None]) -> str:
    shown = ["an unknown amount" if amount is None else format_rupiah(amount) for amount in amounts]
    return " and ".join(shown) or "nothing"


def _numbers(differing: list[Posting]) -> dict[tuple[str, int], str]:
    """What people call these donations and pieces of aid."""
    found = {}
    for subject, model in (("donation", Donation), ("disbursement", Disbursement)):
        ids = [each.id for each in differing if each.subject == subject]
        if ids:
            rows = db.session.execute(select(model.id, model.number).where(model.id.in_(ids)))
            found.update({(subject, number): name for number, name in rows})
    return found
