"""Reading payment lists, and the approved aid that no list holds yet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

from portal.db import AnySelect, db
from portal.errors import NotFound
from portal.funds.models import Disbursement, DisbursementStatus, Method
from portal.households.models import Household, Member, Relation
from portal.payments.models import LineOutcome, PaymentLine, PaymentList
from portal.units.catalogue import catalogue
from portal.web.paging import PAGE_SIZE

MOST_LINES = 500
"""Lines of one list: more than a day's handing over, and what one page and one transaction carry."""


def get_list(number: str) -> PaymentList:
    """Raises NotFound."""
    found = db.session.scalars(select(PaymentList).where(PaymentList.number == number)).first()
    if found is None:
        raise NotFound
    return found


def get_list_by_id(list_id: int) -> PaymentList:
    """Where another session knows the list alone by its place in the table."""
    return db.session.get_one(PaymentList, list_id)


def lists(before: int | None = None) -> Sequence[Any]:
    """One page of lists (and one more): the newest first, each with its lines and rupiah."""
    line, aid = PaymentLine, Disbursement
    open_lines = func.sum(case((line.outcome == LineOutcome.OPEN, 1), else_=0)).label("still_open")
    statement = (
        select(PaymentList, func.count(line.id).label("lines"), open_lines, func.sum(aid.amount).label("amount"))
        .join(line, line.list_id == PaymentList.id)
        .join(aid, aid.id == line.disbursement_id)
        .group_by(PaymentList.id)
        .order_by(PaymentList.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    return db.session.execute(statement if before is None else statement.where(PaymentList.id < before)).all()


@dataclass(frozen=True)
class AidLine:
    """A piece of aid as a list shows it.

    `name`: who signs, the recipient or else the head; `outcome` is None while it is in no list.
    """

    id: int
    number: str
    household_id: int
    head_name: str
    name: str
    nik: str | None
    village_code: str
    rt: str
    rw: str
    address: str
    service_code: str
    amount: int
    planned_method: Method | None
    bank_name: str
    bank_account: str
    bank_holder: str
    line_id: int | None = None
    outcome: LineOutcome | None = None
    reason: str = ""
    received_by: str = ""
    payment_note: str = ""

    @property
    def neighbourhood(self) -> str:
        return " / ".join(filter(None, [f"RT {self.rt}" if self.rt else "", f"RW {self.rw}" if self.rw else ""]))

    @property
    def place(self) -> str:
        """The way to the house, for the list that is taken along."""
        return ", ".join(filter(None, [self.address, self.neighbourhood]))


_HEAD, _RECIPIENT = aliased(Member), aliased(Member)


def _aid_columns(*more: Any) -> AnySelect:
    aid, home = Disbursement, Household
    return (
        select(
            aid.id, aid.number, aid.household_id, home.head_name,
            func.coalesce(_RECIPIENT.name, home.head_name).label("name"),
            case((aid.recipient_id.is_not(None), _RECIPIENT.nik), else_=_HEAD.nik).label("nik"),
            home.village_code, home.rt, home.rw, home.address, aid.service_code, aid.amount, aid.planned_method,
            aid.bank_name, aid.bank_account, aid.bank_holder, *more,
        )
        .join(home, home.id == aid.household_id)
        .outerjoin(
            _HEAD,
            and_(_HEAD.household_id == home.id, _HEAD.relation == Relation.HEAD, _HEAD.left_on.is_(None)),
        )
        .outerjoin(_RECIPIENT, _RECIPIENT.id == aid.recipient_id)
    )  # fmt: skip


def to_collect(method: str = "", village: str = "") -> list[AidLine]:
    """Approved aid in no open list, whose zakat is confirmed, as far as one list holds: kelurahan by kelurahan."""
    in_a_list = select(PaymentLine.disbursement_id).where(PaymentLine.outcome == LineOutcome.OPEN)
    statement = _aid_columns().where(
        Disbursement.status == DisbursementStatus.APPROVED,
        Disbursement.id.not_in(in_a_list),
        or_(Disbursement.asnaf.is_(None), Disbursement.asnaf_confirmed_by_id.is_not(None)),
    )
    if method in set(Method):
        planned = func.coalesce(Disbursement.planned_method, Method.CASH)
        statement = statement.where(planned == method)
    if village:
        statement = statement.where(Household.village_code == village)
    return _by_place(AidLine(**row._asdict()) for row in db.session.execute(statement.limit(MOST_LINES)))


def _by_place(found: Any) -> list[AidLine]:
    """By the names of kecamatan and kelurahan, then as one walks through it."""
    unit = catalogue()

    def place(line: AidLine) -> tuple[str, ...]:
        district = unit.districts.get(unit.village_district.get(line.village_code, ""), "")
        return district, unit.villages.get(line.village_code, ""), line.rw, line.rt, line.name, line.number

    return sorted(found, key=place)


def in_order(ids: Collection[int]) -> list[int]:
    """These pieces of aid, in the order in which a list holds them."""
    rows = db.session.execute(_aid_columns().where(Disbursement.id.in_(ids)))
    return [line.id for line in _by_place(AidLine(**row._asdict()) for row in rows)]


def lines_of(payments: PaymentList) -> list[AidLine]:
    """The lines in their order."""
    line, aid = PaymentLine, Disbursement
    statement = (
        _aid_columns(
            line.id.label("line_id"), line.outcome, aid.settling_reason.label("reason"), aid.received_by,
            aid.payment_note,
        )
        .join(line, line.disbursement_id == aid.id)
        .where(line.list_id == payments.id)
        .order_by(line.position)
    )  # fmt: skip
    return [AidLine(**row._asdict()) for row in db.session.execute(statement)]


@dataclass(frozen=True)
class Village:
    """The lines of one kelurahan, and their rupiah."""

    code: str
    lines: Sequence[AidLine]

    @property
    def amount(self) -> int:
        return sum(line.amount for line in self.lines)


def by_village(lines: Sequence[AidLine]) -> list[Village]:
    """Kelurahan by kelurahan, in the order of the lines."""
    return [Village(code, list(found)) for code, found in groupby(lines, key=lambda line: line.village_code)]


def outcomes(lines: Sequence[AidLine]) -> Mapping[LineOutcome, tuple[int, int]]:
    """Lines and rupiah of each outcome that there is."""
    found: dict[LineOutcome, tuple[int, int]] = {}
    for line in lines:
        if line.outcome is not None:
            count, amount = found.get(line.outcome, (0, 0))
            found[line.outcome] = count + 1, amount + line.amount
    return found


def open_list_of(aid_id: int) -> str | None:
    """The number of the open list that holds this aid."""
    statement = (
        select(PaymentList.number)
        .join(PaymentLine, PaymentLine.list_id == PaymentList.id)
        .where(PaymentLine.disbursement_id == aid_id, PaymentLine.outcome == LineOutcome.OPEN)
    )
    return db.session.scalar(statement)
