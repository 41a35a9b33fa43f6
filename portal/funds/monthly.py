"""What was paid each month by kecamatan and service, kept as it is paid and taken back: a report adds nothing up.

A payment belongs to the kecamatan in which the family lived when it was paid; families that move later change no past
month. Each family counts once in a cell, so cells do not add up to the sums: these are cells of their own.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, delete, func, insert, select, update

from portal.clock import end_of_month
from portal.db import db, rows, upsert
from portal.funds.models import AidTotal, Disbursement, DisbursementStatus
from portal.households.models import Household
from portal.units.catalogue import catalogue
from portal.units.models import Region

ALL = ""
"""The code of a sum over every kecamatan or every service."""


class Cell(NamedTuple):
    """One figure of the report; `month` is its first day."""

    month: date
    district_code: str
    service_code: str


def cells_of(paid_on: date, district_code: str | None, service_code: str) -> list[Cell]:
    """The figure a payment belongs to, and the sums above it; always in this order, in which they are held."""
    month = paid_on.replace(day=1)
    district = district_code or ALL
    places = ((district, service_code), (district, ALL), (ALL, service_code), (ALL, ALL))
    return [Cell(month, *place) for place in places]


class Place(NamedTuple):
    """Where a payment is counted."""

    paid_on: date
    district_code: str | None
    service_code: str


def district_of(village_code: str) -> str:
    """The kecamatan of a kelurahan."""
    return catalogue().village_district.get(village_code, ALL)


def keep(*paid: Place | Disbursement) -> None:
    """Count the figures of payments anew, in the transaction that made them or took one back.

    Cells are held from the smallest to the sum of all, as those of one payment are: nobody blocks another.
    """
    ranked = {
        (rank, cell)
        for aid in paid
        for rank, cell in enumerate(cells_of(aid.paid_on or date.min, aid.district_code, aid.service_code))
    }
    cells = [cell for _rank, cell in sorted(ranked)]
    if not cells:
        return
    _hold(cells)
    counted = _counted({cell.month for cell in cells})
    told = [{**_key(cell), **counted.get(cell, _NOTHING)} for cell in cells]
    db.session.connection().execute(_TELL, told)


_TOTAL: Any = AidTotal.__table__
_NOTHING = {"families": 0, "amount": 0}
_TELL = update(_TOTAL).where(*(_TOTAL.c[name] == bindparam(f"of_{name}") for name in Cell._fields))


def _key(cell: Cell) -> dict[str, Any]:
    return {f"of_{name}": value for name, value in cell._asdict().items()}


def _hold(cells: Sequence[Cell]) -> None:
    """Have the rows, and hold them: who pays in the same month waits here and then counts these payments too."""
    db.session.flush()
    kept = upsert(_TOTAL).on_conflict_do_update(index_elements=Cell._fields, set_={"families": _TOTAL.c.families})
    db.session.connection().execute(kept, [cell._asdict() | _NOTHING for cell in cells])


def _counted(months: set[date]) -> dict[Cell, dict[str, int]]:
    """Every figure of these months."""
    found = {}
    for month in months:
        for names in ((_D.district_code, _D.service_code), (_D.district_code,), (_D.service_code,), ()):
            statement = select(*names, *_FIGURES).where(_D.paid_on.between(month, end_of_month(month)))
            for *codes, families, amount in rows(statement.group_by(*names)):
                named = dict(zip((name.name for name in names), codes, strict=True))
                place = named.get("district_code", ALL) or ALL, named.get("service_code", ALL)
                found[Cell(month, *place)] = {"families": families, "amount": int(amount or 0)}
    return found


_D = Disbursement.__table__.c
_IS_PAID = _D.status == DisbursementStatus.PAID
_FIGURES = (
    func.count(case((_IS_PAID, _D.household_id)).distinct()), func.sum(case((_IS_PAID, _D.amount), else_=0)),
)  # fmt: skip
"""What was taken back is left out here and not where rows are looked for: nearly all aid is paid, little this month."""


def recount() -> dict[Cell, tuple[int, int]]:
    """Families and rupiah of every figure, counted from the payments themselves."""
    families: dict[Cell, set[int]] = defaultdict(set)
    amounts: dict[Cell, int] = defaultdict(int)
    d = Disbursement
    columns = (d.paid_on, d.district_code, d.service_code, d.household_id, d.amount)
    paid = select(*columns).where(d.status == DisbursementStatus.PAID, d.paid_on.is_not(None))
    for on, district, service, family, amount in db.session.execute(paid):
        for cell in cells_of(on or date.min, district, service):
            families[cell].add(family)
            amounts[cell] += amount
    return {cell: (len(families[cell]), amounts[cell]) for cell in families}


def count_all() -> None:
    """For a portal that was filled at once: each payment goes to where its family lives, and everything is counted."""
    lives = select(Region.parent_code).join(Household, Household.village_code == Region.code)
    where = lives.where(Household.id == Disbursement.household_id).scalar_subquery()
    db.session.execute(
        update(Disbursement).where(Disbursement.paid_on.is_not(None)).values(district_code=where),
        execution_options={"synchronize_session": False},
    )
    db.session.execute(delete(AidTotal))
    counted = recount()
    if counted:
        kept = [cell._asdict() | {"families": sums[0], "amount": sums[1]} for cell, sums in counted.items()]
        db.session.execute(insert(AidTotal), kept)


def faults() -> Iterator[str]:
    """Where a figure that is kept differs from the recount."""
    rows = db.session.execute(select(*AidTotal.__table__.c))
    kept = {Cell(row.month, row.district_code, row.service_code): (row.families, int(row.amount)) for row in rows}
    counted = recount()
    for cell in sorted(kept.keys() | counted.keys()):
        if kept.get(cell, (0, 0)) != counted.get(cell, (0, 0)):
            place = f"{cell.month:%Y-%m} {cell.district_code or 'all'} {cell.service_code or 'all'}"
            yield f"month {place}: {kept.get(cell, (0, 0))} are kept, {counted.get(cell, (0, 0))} were paid"
