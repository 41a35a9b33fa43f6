"""Reading sheets of givers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.collection import policies
from portal.collection.judging import Key
from portal.collection.models import GiverRow, GiverSheet, RowKind, SheetState
from portal.db import db
from portal.errors import NotFound
from portal.exchange.queries import Part
from portal.partners.models import Donation, DonationStatus
from portal.web.paging import PAGE_SIZE


def get_sheet(sheet_id: int, *, reader: User) -> GiverSheet:
    """Raises NotFound, also for a sheet that is not this reader's to know of."""
    found = db.session.get(GiverSheet, sheet_id)
    if found is None or not policies.may_see_sheet(reader, found):
        raise NotFound
    return found


def sheets(partner_code: str, after: int | None = None, *, size: int = PAGE_SIZE) -> Sequence[GiverSheet]:
    """One page of a partner's sheets, and one more: the newest first."""
    statement = select(GiverSheet).where(GiverSheet.partner_code == partner_code).order_by(GiverSheet.id.desc())
    if after is not None:
        statement = statement.where(GiverSheet.id < after)
    return db.session.scalars(statement.limit(size + 1)).all()


def sums_of(found: Iterable[GiverSheet]) -> dict[int, tuple[int, int]]:
    """Givers and rupiah of each sheet that are entered or would be, by the sheet's id."""
    return {sheet.id: (figures.givers, figures.amount) for sheet in found for figures in [figures_of(sheet)]}


TAKEN = {RowKind.DOUBT: "taken", RowKind.KNOWN: "once_more"}


class Figures:
    """Rows of each kind with their rupiah; `taken` and `once_more` are doubtful and known rows that a person took."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self.rows: Counter[str] = Counter()
        self.rupiah: Counter[str] = Counter()
        for kind, taken, count, amount in rows:
            name = TAKEN.get(kind, kind.value) if taken else kind.value
            self.rows[name] += count
            self.rupiah[name] += int(amount or 0)

    @property
    def givers(self) -> int:
        return self.rows["good"] + self.rows["taken"] + self.rows["once_more"]

    @property
    def amount(self) -> int:
        return self.rupiah["good"] + self.rupiah["taken"] + self.rupiah["once_more"]


def figures_of(sheet: GiverSheet) -> Figures:
    columns = (GiverRow.kind, GiverRow.taken, func.count(), func.sum(GiverRow.amount))
    statement = select(*columns).where(GiverRow.sheet_id == sheet.id).group_by(GiverRow.kind, GiverRow.taken)
    return Figures(db.session.execute(statement))


def rows_of(sheet: GiverSheet, kind: RowKind, after: int | None = None, *, size: int = PAGE_SIZE) -> Sequence[GiverRow]:
    """One page of rows of a kind, and one more, in the order of the file."""
    statement = select(GiverRow).where(GiverRow.sheet_id == sheet.id, GiverRow.kind == kind).order_by(GiverRow.id)
    if after is not None:
        statement = statement.where(GiverRow.id > after)
    return db.session.scalars(statement.limit(size + 1)).all()


def to_be_entered(sheet: GiverSheet) -> Sequence[GiverRow]:
    """The good rows, and the doubtful and known ones that a person took, in the order of the file."""
    counts = (GiverRow.kind == RowKind.GOOD) | (GiverRow.kind.in_(TAKEN) & GiverRow.taken)
    return db.session.scalars(select(GiverRow).where(GiverRow.sheet_id == sheet.id, counts).order_by(GiverRow.id)).all()


def known_before(sheet: GiverSheet) -> Sequence[GiverRow]:
    """The rows of which an earlier sheet had the giver when this one was judged, and that nobody takes once more."""
    known = GiverRow.sheet_id == sheet.id, GiverRow.kind == RowKind.KNOWN, ~GiverRow.taken
    return db.session.scalars(select(GiverRow).where(*known).order_by(GiverRow.id)).all()


def left_out(sheet: GiverSheet, row_ids: Iterable[int]) -> Sequence[GiverRow]:
    """Of these rows the doubtful and known ones that are beneath no gift, in the order of the file."""
    mine = GiverRow.sheet_id == sheet.id, GiverRow.kind.in_(TAKEN), GiverRow.donation_id.is_(None)
    return db.session.scalars(select(GiverRow).where(*mine, GiverRow.id.in_(row_ids)).order_by(GiverRow.id)).all()


def entered_before(sheet: GiverSheet) -> dict[Key, int]:
    """Who stands in other sheets of the same partner, month, kind, purpose and asnaf that were entered, how often; a
    gift that did not arrive does not count."""
    same = (
        GiverSheet.partner_code == sheet.partner_code, GiverSheet.month == sheet.month,
        GiverSheet.kind_code == sheet.kind_code, GiverSheet.purpose == sheet.purpose,
        GiverSheet.purpose_code.is_not_distinct_from(sheet.purpose_code),
        GiverSheet.asnaf.is_not_distinct_from(sheet.asnaf), GiverSheet.state == SheetState.ENTERED,
    )  # fmt: skip
    statement = (
        select(GiverRow.nip, GiverRow.name_key, GiverRow.amount)
        .join(GiverSheet, GiverSheet.id == GiverRow.sheet_id)
        .join(Donation, Donation.id == GiverRow.donation_id)
        .where(*same, GiverSheet.id != sheet.id, Donation.status != DonationStatus.REFUSED)
    )
    return Counter((nip, name_key, amount or 0) for nip, name_key, amount in db.session.execute(statement))


def gifts_of(sheet: GiverSheet) -> Sequence[Donation]:
    """The gifts that it became, in the order of their numbers."""
    beneath = select(GiverRow.donation_id).where(GiverRow.sheet_id == sheet.id, GiverRow.donation_id.is_not(None))
    return db.session.scalars(select(Donation).where(Donation.id.in_(beneath)).order_by(Donation.id)).all()


def refused_parts(sheet: GiverSheet) -> list[Part]:
    """The refused rows, with their own columns."""
    found = db.session.scalars(
        select(GiverRow).where(GiverRow.sheet_id == sheet.id, GiverRow.kind == RowKind.REFUSED).order_by(GiverRow.id)
    )
    rows = [(row.number, row.cells or [], row.said) for row in found]
    return [Part("", list(sheet.found.get("titles", [])), rows)] if rows else []


def sheet_of(donation: Donation) -> GiverSheet | None:
    """The sheet whose givers stand beneath this gift."""
    statement = select(GiverRow.sheet_id).where(GiverRow.donation_id == donation.id).limit(1)
    found = db.session.scalar(statement)
    return db.session.get(GiverSheet, found) if found is not None else None


def givers_of(donation: Donation, after: int | None = None, *, size: int = PAGE_SIZE) -> Sequence[GiverRow]:
    """One page of the givers beneath a gift, and one more, in the order of their places."""
    statement = select(GiverRow).where(GiverRow.donation_id == donation.id).order_by(GiverRow.position)
    if after is not None:
        statement = statement.where(GiverRow.position > after)
    return db.session.scalars(statement.limit(size + 1)).all()


def giver_at(donation: Donation, position: int) -> GiverRow:
    """Raises NotFound."""
    found = db.session.scalars(
        select(GiverRow).where(GiverRow.donation_id == donation.id, GiverRow.position == position)
    ).first()
    if found is None:
        raise NotFound
    return found


def all_givers(donation: Donation) -> Sequence[GiverRow]:
    return db.session.scalars(
        select(GiverRow).where(GiverRow.donation_id == donation.id).order_by(GiverRow.position)
    ).all()
