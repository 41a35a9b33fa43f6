"""Reading partners and donations."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_

from portal.accounts.models import User
from portal.db import db
from portal.errors import NotFound
from portal.files import policies as files
from portal.partners import policies
from portal.partners.models import Donation, DonationKind, DonationStatus, Partner
from portal.web.paging import PAGE_SIZE, every

MOST_ALIKE = 5
"""So many gifts are named in a warning; more would not be read."""


def get_partner(code: str) -> Partner:
    """Raises NotFound."""
    found = db.session.get(Partner, code)
    if found is None:
        raise NotFound
    return found


def all_partners() -> Sequence[Partner]:
    return db.session.scalars(select(Partner).order_by(Partner.name)).all()


def all_kinds() -> Sequence[DonationKind]:
    return db.session.scalars(select(DonationKind).order_by(DonationKind.code)).all()


def _donation_of_file(reader: User, donation_id: int) -> bool:
    """Who may see a donation may open the proof of it, unless it tells a giver whom they may not know."""
    found = db.session.get(Donation, donation_id)
    return found is not None and policies.may_see(reader, found) and policies.may_open_proof(reader, found)


files.allow("donation", _donation_of_file)


def get_donation(number: str, *, reader: User) -> Donation:
    """Raises NotFound, also for a donation that is not this reader's to know of."""
    found = db.session.scalars(select(Donation).where(Donation.number == number)).first()
    if found is None or not policies.may_see(reader, found):
        raise NotFound
    return found


@dataclass(frozen=True)
class DonationFilter:
    """What narrows the list of donations; empty means all. Days are those on which the gift was given."""

    q: str = ""
    status: str = ""
    partner: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if typed := self.q.strip():
            text = f"%{typed}%"
            found.append(or_(Donation.number.ilike(text), Donation.reference.ilike(text)))
        if self.status in set(DonationStatus):
            found.append(Donation.status == DonationStatus(self.status))
        if self.partner:
            found.append(Donation.partner_code == self.partner)
        if self.kind:
            found.append(Donation.kind_code == self.kind)
        if self.since:
            found.append(Donation.given_on >= self.since)
        if self.until:
            found.append(Donation.given_on <= self.until)
        return found


def narrowed_by(given: Mapping[str, str], *, since: date | None, until: date | None) -> DonationFilter:
    """The filter that an address or a form names."""
    chosen = {name: given.get(name, "")[:80] for name in ("q", "status", "partner", "kind")}
    return DonationFilter(**chosen, since=since, until=until)


def transfer_mark(reference: str) -> str:
    """A transfer's reference as it is compared: its letters and digits, whatever stands between them.

    Empty when it cannot tell one transfer from another: "tunai" and "-", without a digit, stand beside many gifts.
    """
    mark = "".join(character for character in reference.casefold() if character.isalnum())
    return mark if any(character.isdigit() for character in mark) else ""


def _digits_of(mark: str) -> ColumnElement[bool]:
    """Narrows to references with these digits in this order; `transfer_mark` then tells."""
    return Donation.reference.like("".join(f"%{digit}" for digit in mark if digit.isdigit()) + "%")


def with_reference(partner_code: str, reference: str) -> Donation | None:
    """An earlier gift of this partner with the same reference; one that did not arrive does not count."""
    mark = transfer_mark(reference)
    if not mark:
        return None
    found = db.session.scalars(
        select(Donation)
        .where(Donation.partner_code == partner_code, Donation.status != DonationStatus.REFUSED, _digits_of(mark))
        .order_by(Donation.id.desc())
    )
    return next((other for other in found if transfer_mark(other.reference) == mark), None)


def alike(donation: Donation) -> Sequence[Donation]:
    """Other gifts that may be the same money: the same transfer reference, of whatever partner; where one of the two
    names none, the same partner, amount and day. One that did not arrive does not count."""
    mark, gift = transfer_mark(donation.reference), _gift(donation)
    same_gift = and_(
        Donation.partner_code == donation.partner_code,
        Donation.amount == donation.amount,
        Donation.given_on == donation.given_on,
    )
    found = db.session.scalars(
        select(Donation)
        .where(or_(same_gift, _digits_of(mark)) if mark else same_gift)
        .where(Donation.id != donation.id, Donation.status != DonationStatus.REFUSED)
        .order_by(Donation.id)
    )
    named = ((other, transfer_mark(other.reference)) for other in found)
    same = [other for other, known in named if (known == mark if known and mark else _gift(other) == gift)]
    return same[:MOST_ALIKE]


def _gift(donation: Donation) -> tuple[str, int, date]:
    return donation.partner_code, donation.amount, donation.given_on


def _visible(reader: User) -> list[ColumnElement[bool]]:
    if reader.can("donations.view"):
        return []
    return [Donation.partner_code == (reader.partner_code or "")]


def _place(after: Sequence[Any] | None) -> tuple[date, int] | None:
    """Day and id out of an address; None when somebody tampered with them."""
    try:
        given_on, number = after or ()
        return date.fromisoformat(given_on), int(number)
    except (TypeError, ValueError):
        return None


def donations(
    narrowed: DonationFilter, *, reader: User, after: Sequence[Any] | None = None, size: int = PAGE_SIZE
) -> Sequence[Any]:
    """One page of donations after this day and id (and one row more), the newest gift first."""
    statement = (
        select(
            Donation.id, Donation.number, Donation.given_on, Donation.amount, Donation.status, Donation.kind_code,
            Donation.purpose, Donation.purpose_code, Donation.partner_code, Partner.name.label("partner_name"),
        )
        .join(Partner, Partner.code == Donation.partner_code)
        .where(*narrowed.conditions(), *_visible(reader))
        .order_by(Donation.given_on.desc(), Donation.id.desc())
        .limit(size + 1)
    )  # fmt: skip
    if (last := _place(after)) is not None:
        statement = statement.where(tuple_(Donation.given_on, Donation.id) < last)
    return db.session.execute(statement).all()


def place_of(row: Any) -> tuple[date, int]:
    """Where a row stands in the order of this list."""
    return row.given_on, row.id


def all_donations(narrowed: DonationFilter, *, reader: User, size: int) -> Iterator[Sequence[Any]]:
    """Every donation that the list shows, in its order: `size` rows at a time."""
    return every(lambda after: donations(narrowed, reader=reader, after=after, size=size), place_of, size=size)


def donation_sums(narrowed: DonationFilter, *, reader: User) -> tuple[int, int]:
    """How many donations the filter finds, and their rupiah together."""
    statement = select(func.count(), func.coalesce(func.sum(Donation.amount), 0)).where(
        *narrowed.conditions(), *_visible(reader)
    )
    count, amount = db.session.execute(statement).one()
    return count, int(amount)
