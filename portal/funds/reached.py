"""Whom gifts reached, as their giver is told: how many families, and with which services; without names or rupiah.

Each whole quarter is judged by itself, and tells of a gift what at least five families stand behind. Whoever asks for a
day more, or again tomorrow, has nothing to subtract: what a gift gave in any days is known to its giver.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import func, select

from portal.db import db
from portal.funds import figures
from portal.funds.figures import Days
from portal.funds.models import AccountKind, Disbursement, LedgerAccount, LedgerEntry, LedgerLine
from portal.small_numbers import LEAST

Families = dict[str, set[int]]
"""By service, the families that had money in a quarter, and kept it."""


@dataclass(frozen=True)
class Reached:
    """Of one gift: families, each once (None: no quarter tells any), and services by their codes."""

    families: int | None
    services: list[str]


NOBODY: Final = Reached(None, [])


def by_gift(ids: Collection[int], quarters: Sequence[Days]) -> dict[int, Reached]:
    """What is told of these gifts in these quarters, which follow each other; without gifts of which nothing is."""
    told: dict[int, Families] = defaultdict(lambda: defaultdict(set))
    for (donation_id, _), services in _helped(ids, quarters).items():
        everybody = set[int]().union(*services.values())
        if len(everybody) >= LEAST:
            told[donation_id][""] |= everybody
            for code, families in services.items():
                if len(families) >= LEAST:
                    told[donation_id][code] |= families
    return {
        donation_id: Reached(len(families[""]), sorted(code for code in families if code))
        for donation_id, families in told.items()
    }


def of_gift(donation_id: int) -> Reached:
    """What is told of a gift in all quarters that are told."""
    return by_gift([donation_id], figures.quarters(date.min, date.max)).get(donation_id, NOBODY)


def _helped(ids: Collection[int], quarters: Sequence[Days]) -> dict[tuple[int, int], Families]:
    """By gift and quarter (its place), whom money of the gift went to and stayed with."""
    if not ids or not quarters:
        return {}
    sums: dict[tuple[int, int, str, int], int] = defaultdict(int)
    for donation_id, on, service, family, amount in db.session.execute(_payments(ids, quarters)):
        sums[donation_id, bisect_right(quarters, on, key=itemgetter(0)), service, family] += int(amount)
    found: dict[tuple[int, int], Families] = defaultdict(lambda: defaultdict(set))
    for (donation_id, place, service, family), amount in sums.items():
        if amount > 0:
            found[donation_id, place][service].add(family)
    return found


def _payments(ids: Collection[int], quarters: Sequence[Days]) -> Any:
    d = Disbursement
    columns = (LedgerLine.donation_id, LedgerEntry.posted_on, d.service_code, d.household_id)
    return (
        select(*columns, func.sum(LedgerLine.amount))
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .join(d, d.id == LedgerEntry.disbursement_id)
        .where(
            LedgerLine.donation_id.in_(ids), LedgerAccount.kind == AccountKind.PAID,
            LedgerEntry.posted_on.between(quarters[0][0], quarters[-1][1]),
        )
        .group_by(*columns)
    )  # fmt: skip
