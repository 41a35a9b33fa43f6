"""Pledges: what a partner promised, what of it arrived or is on its way, and what is still open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import case, func, select, tuple_

from portal import audit, clock, references, series
from portal.accounts.models import User
from portal.db import db, hold
from portal.errors import AlreadySettled, NotAllowed, NotFound, Refused
from portal.language import gettext
from portal.partners import policies, services, words
from portal.partners.models import Donation, DonationStatus, Partner, Purpose
from portal.partners.pledge_models import Pledge
from portal.web.paging import PAGE_SIZE


class PledgeState(StrEnum):
    """How a promise stands on a day."""

    OPEN = "open"
    OVERDUE = "overdue"
    KEPT = "kept"
    CALLED_OFF = "called_off"


@dataclass(frozen=True)
class Standing:
    """Rupiah of the gifts against a pledge: arrived, and entered but not confirmed yet."""

    amount: int
    arrived: int = 0
    on_the_way: int = 0

    @property
    def open(self) -> int:
        """What has not arrived yet; a partner may give more than it promised."""
        return max(0, self.amount - self.arrived)

    @property
    def to_be_given(self) -> int:
        return max(0, self.open - self.on_the_way)


def state(pledge: Any, arrived: int, today: date) -> PledgeState:
    """Of a pledge, or of a row of the list."""
    if pledge.called_off_at is not None:
        return PledgeState.CALLED_OFF
    if arrived >= pledge.amount:
        return PledgeState.KEPT
    return PledgeState.OVERDUE if pledge.due_on < today else PledgeState.OPEN


def _sum_of(status: DonationStatus) -> Any:
    return func.coalesce(func.sum(case((Donation.status == status, Donation.amount), else_=0)), 0)


def standing(pledge: Pledge) -> Standing:
    columns = _sum_of(DonationStatus.CONFIRMED), _sum_of(DonationStatus.ENTERED)
    arrived, on_the_way = db.session.execute(select(*columns).where(Donation.pledge_id == pledge.id)).one()
    return Standing(pledge.amount, int(arrived), int(on_the_way))


def gifts_of(pledge: Pledge) -> Sequence[Donation]:
    """The gifts against it, the newest first."""
    return db.session.scalars(
        select(Donation).where(Donation.pledge_id == pledge.id).order_by(Donation.given_on.desc(), Donation.id.desc())
    ).all()


def get_pledge(number: str, *, reader: User) -> Pledge:
    """Raises NotFound, also for a pledge that is not this reader's to know of."""
    found = db.session.scalars(select(Pledge).where(Pledge.number == number)).first()
    if found is None or not policies.may_see_pledges(reader, found.partner_code):
        raise NotFound
    return found


def pledges(
    *, reader: User, partner: str = "", open_only: bool = False, after: Sequence[Any] | None = None,
    size: int = PAGE_SIZE,
) -> Sequence[Any]:  # fmt: skip
    """One page of pledges (and one row more), the one that is due first on top; each with what of it arrived."""
    sums = (
        select(Donation.pledge_id, _sum_of(DonationStatus.CONFIRMED).label("arrived"),
               _sum_of(DonationStatus.ENTERED).label("on_the_way"))
        .where(Donation.pledge_id.is_not(None))
        .group_by(Donation.pledge_id)
        .subquery()
    )  # fmt: skip
    arrived = func.coalesce(sums.c.arrived, 0)
    statement = (
        select(
            Pledge.id, Pledge.number, Pledge.partner_code, Partner.name.label("partner_name"), Pledge.kind_code,
            Pledge.purpose, Pledge.purpose_code, Pledge.amount, Pledge.due_on, Pledge.called_off_at,
            arrived.label("arrived"), func.coalesce(sums.c.on_the_way, 0).label("on_the_way"),
        )
        .join(Partner, Partner.code == Pledge.partner_code)
        .outerjoin(sums, sums.c.pledge_id == Pledge.id)
        .order_by(Pledge.due_on, Pledge.id)
        .limit(size + 1)
    )  # fmt: skip
    if not reader.can("donations.view"):
        statement = statement.where(Pledge.partner_code == (reader.partner_code or ""))
    if partner:
        statement = statement.where(Pledge.partner_code == partner)
    if open_only:
        statement = statement.where(Pledge.called_off_at.is_(None), arrived < Pledge.amount)
    if (last := _place(after)) is not None:
        statement = statement.where(tuple_(Pledge.due_on, Pledge.id) > last)
    return db.session.execute(statement).all()


def _place(after: Sequence[Any] | None) -> tuple[date, int] | None:
    """Day and id out of an address; None when somebody tampered with them."""
    try:
        due_on, number = after or ()
        return date.fromisoformat(due_on), int(number)
    except (TypeError, ValueError):
        return None


def place_of(row: Any) -> tuple[date, int]:
    """Where a row stands in the order of this list."""
    return row.due_on, row.id


def open_pledges(partner: Partner) -> Sequence[Pledge]:
    """Those a gift may be given against: not called off, and not kept yet."""
    arrived = (
        select(func.coalesce(func.sum(Donation.amount), 0))
        .where(Donation.pledge_id == Pledge.id, Donation.status == DonationStatus.CONFIRMED)
        .scalar_subquery()
    )
    return db.session.scalars(
        select(Pledge)
        .where(Pledge.partner_code == partner.code, Pledge.called_off_at.is_(None), arrived < Pledge.amount)
        .order_by(Pledge.due_on, Pledge.id)
    ).all()


def pledge(
    partner: Partner, *, kind_code: str, amount: int, due_on: date, purpose: Purpose, purpose_code: str | None,
    note: str = "", by: User,
) -> Pledge:  # fmt: skip
    """Promise `amount` rupiah by a day that is still to come. Raises NotAllowed, and Refused like a gift would be."""
    if not policies.may_enter(by, partner.code):
        raise NotAllowed
    if due_on < clock.today():
        raise Refused(gettext("This day is over. Please type a day that is still to come."), field="due_on")
    services.check_terms(partner, kind_code, clock.today(), amount, purpose, purpose_code)
    year = clock.today().year
    made = Pledge(
        number=references.pledge_number(year, series.next_number("pledge", year)), partner_code=partner.code,
        kind_code=kind_code, amount=amount, due_on=due_on, purpose=purpose, purpose_code=purpose_code,
        note=note.strip(), pledged_by_id=by.id, pledged_at=clock.now(), called_off_reason="",
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record("pledge.made", made, by=by, amount=amount)
    return made


def keep_with(made: Pledge, donation_terms: tuple[str, Purpose, str | None], *, partner: Partner) -> None:
    """Whether a gift of these terms keeps this pledge: same partner, kind and purpose. Raises NotFound, Refused."""
    if made.partner_code != partner.code:
        raise NotFound
    hold(made)
    if made.called_off_at is not None:
        raise Refused(gettext("Pledge %(number)s was called off.", number=made.number), field="pledge")
    if donation_terms != (made.kind_code, made.purpose, made.purpose_code):
        terms = words.terms(made)
        sentence = gettext(
            "Pledge %(number)s is for: %(terms)s. Please choose the same.", number=made.number, terms=terms
        )
        raise Refused(sentence, field="pledge")


def call_off(made: Pledge, *, reason: str, by: User) -> None:
    """Say that what is still open will not be given, and why. Raises NotAllowed, AlreadySettled, Refused."""
    if not policies.may_enter(by, made.partner_code):
        raise NotAllowed
    hold(made)
    if made.called_off_at is not None:
        raise AlreadySettled(gettext("Pledge %(number)s was called off.", number=made.number))
    if not standing(made).open:
        raise Refused(gettext("All of this pledge has arrived; there is nothing to call off."))
    if not reason.strip():
        raise Refused(gettext("Please write the reason."), field="reason")
    made.called_off_by_id, made.called_off_at, made.called_off_reason = by.id, clock.now(), reason.strip()
    audit.record("pledge.called_off", made, by=by, amount=standing(made).open)
