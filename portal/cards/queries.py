"""Reading cards."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, tuple_

from portal.cards.models import Card, CardStatus
from portal.db import AnyRow, db, how_many
from portal.decisions.queries import day_and_number
from portal.errors import NotFound
from portal.households import sought
from portal.households.models import Household
from portal.references import typed_code
from portal.units.catalogue import catalogue
from portal.web.paging import COUNT_LIMIT, every


def get_card(number: str) -> Card:
    """Raises NotFound."""
    card = db.session.scalar(select(Card).where(Card.number == typed_number(number)))
    if card is None:
        raise NotFound
    return card


def typed_number(text: str) -> str:
    """A card's number as it was given out, whatever case it was typed in."""
    return text.strip().upper()


def by_code(code: str) -> Card | None:
    """The card whose QR holds this code, as typed or scanned."""
    return db.session.scalar(select(Card).where(Card.verification_code == typed_code(code)))


def active_card(household_id: int, on: date) -> Card | None:
    """The family's card that is valid on this day, or will be: none other may be issued beside it."""
    return db.session.scalar(
        select(Card)
        .where(Card.household_id == household_id, Card.status == CardStatus.ISSUED, Card.ends_on >= on)
        .order_by(Card.starts_on, Card.id)
        .limit(1)
    )


def cards_of(household_id: int) -> Sequence[Card]:
    """All cards the family ever had, newest first."""
    return db.session.scalars(
        select(Card).where(Card.household_id == household_id).order_by(Card.starts_on.desc(), Card.id.desc())
    ).all()


def card_of(decision_id: int) -> Card | None:
    """The card that this decision brought."""
    return db.session.scalar(select(Card).where(Card.decision_id == decision_id))


def renewal_card(card: Card) -> Card | None:
    """The card that follows this one."""
    return db.session.scalar(select(Card).where(Card.renews_id == card.id))


def renewable(household_id: int) -> Card | None:
    """The family's last card that was neither revoked nor renewed."""
    following = select(Card.renews_id).where(Card.renews_id.is_not(None))
    return db.session.scalar(
        select(Card)
        .where(Card.household_id == household_id, Card.status == CardStatus.ISSUED, Card.id.not_in(following))
        .order_by(Card.ends_on.desc(), Card.id.desc())
        .limit(1)
    )


@dataclass(frozen=True)
class Filters:
    """What the list shows; `state` is active, expiring, expired or revoked, or empty for all."""

    state: str = ""
    village_code: str = ""
    text: str = ""


def narrowed_by(given: Mapping[str, str]) -> Filters:
    """The filter that an address or a form names."""
    text = given.get("q", "").strip()
    return Filters(state=given.get("state", ""), village_code=given.get("village", ""), text=text)


STATES = ("active", "expiring", "expired", "revoked")


def cards(filters: Filters, today: date, *, after: Sequence[Any] | None = None, limit: int) -> Sequence[AnyRow]:
    """Cards by the day they end: those still to end first come first, what ended lately leads the others."""
    ended = filters.state in ("expired", "revoked", "")
    order = (Card.ends_on.desc(), Card.id.desc()) if ended else (Card.ends_on, Card.id)
    statement = _rows().where(*_conditions(filters, today)).order_by(*order).limit(limit)
    if place := day_and_number(after):
        here, there = tuple_(Card.ends_on, Card.id), tuple_(*place)
        statement = statement.where(here < there if ended else here > there)
    return db.session.execute(statement).all()


def place_of(row: Any) -> tuple[date, int]:
    """Where a row stands in the order of this list."""
    return row.ends_on, row.id


def all_cards(filters: Filters, today: date, *, size: int) -> Iterator[Sequence[Any]]:
    """Every card that the list shows, in its order: `size` rows at a time."""
    return every(lambda after: cards(filters, today, after=after, limit=size + 1), place_of, size=size)


def _rows() -> Any:
    return select(
        Card.id, Card.number, Card.holder_name, Card.starts_on, Card.ends_on, Card.status, Card.renews_id,
        Card.household_id, Household.village_code, Household.rt, Household.rw,
    ).join(Household, Card.household_id == Household.id)  # fmt: skip


def _conditions(filters: Filters, today: date) -> list[Any]:
    issued = Card.status == CardStatus.ISSUED
    renewed = select(Card.renews_id).where(Card.renews_id.is_not(None))
    soon = today + timedelta(days=int(catalogue().setting("expiry_notice_days")))
    of_state: dict[str, list[Any]] = {
        "active": [issued, Card.starts_on <= today, Card.ends_on >= today],
        "expiring": [issued, Card.ends_on.between(today, soon), Card.id.not_in(renewed)],
        "expired": [issued, Card.ends_on < today],
        "revoked": [Card.status == CardStatus.REVOKED],
    }
    conditions = list(of_state.get(filters.state, []))
    if filters.village_code:
        conditions.append(Household.village_code == filters.village_code)
    return conditions + sought.papers(filters.text, Card.number, Card.household_id)


def count(filters: Filters, today: date) -> int:
    """How many cards the filters leave, at most one more than lists ever count to."""
    return how_many(_rows().where(*_conditions(filters, today)), COUNT_LIMIT)
