"""Families that wait for money: their order, who could be helped now, and what all of it would cost."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.funds import books, queries
from portal.funds.grounds import Ground
from portal.funds.models import Disbursement, DisbursementStatus, Fund
from portal.households.models import Household
from portal.language import lazy_gettext as _l
from portal.units.catalogue import catalogue
from portal.visits.instruments_of import instrument
from portal.visits.models import Assessment

LETTER, FIRST_PRIORITY, OTHER = 1, 2, 3
LEVELS: Final = {
    LETTER: _l("The mayor's letter: an emergency, and the letter ends after a month"),
    FIRST_PRIORITY: _l("A service of first priority: health, misfortune and disaster"),
    OTHER: _l("Other services"),
}
"""Sources: the letter holds one month (Muhtar & Purwanto 2016, Hasil 3 (c)); the priority is of Hasil 2 and stands with
each service in the seeds (`priority`). That a letter comes before it is [default]."""
STEP: Final = 10_000
WHOLE: Final = 1_000
LAST_ID: Final = 2**31 - 1
"""Behind every id that there is: where aid stands that has none yet."""


def need_order(ground: Ground) -> int:
    """Where a family stands by need, the smallest first: the level, then how much of the instrument it meets.

    The share of criteria met (in thousandths) is [default] as the measure of need within a level; a family without an
    assessment comes after those that have one. Families of the same need stand in the order in which they came.
    """
    return level_of(ground) * STEP + WHOLE - share_met(ground)


def level_of(ground: Ground) -> int:
    if ground.recommendation is not None:
        return LETTER
    return FIRST_PRIORITY if ground.service.body.get("priority") == 1 else OTHER


def share_met(ground: Ground) -> int:
    """Thousandths of the instrument that the family met when it was decided; 0 without an assessment."""
    if ground.decision is None:
        return 0
    found = db.session.get_one(Assessment, ground.decision.assessment_id)
    if found.value is None:
        return 0
    form = instrument(found.instrument_code, found.instrument_version)
    share = found.value * WHOLE // form.highest if form.highest else 0
    # Of scored instruments the lower score is the poorer family.
    return share if form.method == "count_met" else WHOLE - share


def level_in(order: int | None) -> int:
    """The level that an order holds; families of earlier releases stand among the others."""
    return order // STEP if order else OTHER


def share_in(order: int | None) -> int | None:
    """Hundredths of the criteria that an order holds; None where nothing is known."""
    share = WHOLE - order % STEP if order else 0
    return share * 100 // WHOLE if share else None


@dataclass(frozen=True)
class Line:
    """A family that waits. `fund` could pay for it now, after those before it; None while nothing fits."""

    place: int
    number: str
    household_id: int
    head_name: str
    village_code: str
    service_code: str
    amount: int
    since: date
    waiting_reason: str
    need: int | None
    fund: Fund | None = None

    @property
    def level(self) -> Any:
        return LEVELS[level_in(self.need)]

    @property
    def share(self) -> int | None:
        return share_in(self.need)


def rows() -> Sequence[Any]:
    """All that wait, in their order; some hundred in a city at most."""
    d = Disbursement
    statement = (
        select(
            d.id, d.number, d.household_id, d.service_code, d.amount, d.proposed_at, d.waiting_reason, d.need_order,
            Household.head_name, Household.village_code,
        )
        .join(Household, Household.id == d.household_id)
        .where(d.status == DisbursementStatus.WAITING)
        .order_by(*queries.NEED_ORDER)
    )  # fmt: skip
    return [(row, clock.local(row.proposed_at).date()) for row in db.session.execute(statement)]


def lines() -> list[Line]:
    """The list with, for each family, the fund that could pay for it when those before it are helped first."""
    purse = Purse()
    return [
        _line(place, row, since, purse.spend(row.service_code, row.amount))
        for place, (row, since) in enumerate(rows(), start=1)
    ]


def _line(place: int, row: Any, since: date, fund: Fund | None) -> Line:
    return Line(
        place, row.number, row.household_id, row.head_name, row.village_code, row.service_code, row.amount, since,
        row.waiting_reason, row.need_order, fund,
    )  # fmt: skip


class Purse:
    """The free money of all funds, spent in thought and never in the books."""

    def __init__(self) -> None:
        self._funds: dict[str, list[Fund]] = {}
        self._free: dict[int, int] = {}

    def spend(self, service_code: str, amount: int) -> Fund | None:
        """The first fund that may pay this service and has so much left."""
        if service_code not in self._funds:
            self._look(service_code)
        for fund in self._funds[service_code]:
            if self._free[fund.id] >= amount:
                self._free[fund.id] -= amount
                return fund
        return None

    def _look(self, service_code: str) -> None:
        offered = queries.funds_for(catalogue().service(service_code))
        self._funds[service_code] = [one.fund for one in offered]
        for one in offered:
            self._free.setdefault(one.fund.id, one.available)


def helped_by(fund: Fund) -> list[Line]:
    """Whom this fund's free money could help now, in the order of the list."""
    free, found = queries.balance(fund).available, []
    for place, (row, since) in enumerate(rows(), start=1):
        if row.amount <= free and books.may_pay(fund, catalogue().service(row.service_code)):
            free -= row.amount
            found.append(_line(place, row, since, fund))
    return found


@dataclass(frozen=True)
class Need:
    """What one service would need: families that wait, their rupiah, and what of it free money could cover now."""

    service_code: str
    field: str
    families: int
    amount: int
    covered: int
    longest_since: date

    @property
    def missing(self) -> int:
        return self.amount - self.covered


def needs() -> list[Need]:
    """The needs report: by service, in the order of the catalogue. Its sums are those of the list it is made from."""
    return list(_needs(lines()))


def _needs(waiting: Sequence[Line]) -> Iterator[Need]:
    by_service: dict[str, list[Line]] = defaultdict(list)
    for line in waiting:
        by_service[line.service_code].append(line)
    for code, service in catalogue().services.items():
        if found := by_service.get(code):
            yield Need(
                code, service.field, len({line.household_id for line in found}), sum(line.amount for line in found),
                sum(line.amount for line in found if line.fund), min(line.since for line in found),
            )  # fmt: skip


def order_of(aid: Disbursement) -> tuple[int, Any, int]:
    """Where this aid stands; what is smaller comes before it."""
    need = queries.LAST_NEED if aid.need_order is None else aid.need_order
    return need, aid.proposed_at, aid.id
