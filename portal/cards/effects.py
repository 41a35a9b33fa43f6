"""What an approval on path (b) brings: a card, its next year, or service on the card the family has."""

from datetime import date

from flask import url_for
from flask_babel import get_locale

from portal import clock
from portal.accounts.models import User
from portal.cards import queries, services
from portal.cards.models import Card
from portal.complaints import services as complaints
from portal.complaints.models import Complaint, ComplaintStatus
from portal.decisions.effects import Brought, Plan, register
from portal.decisions.models import Decision
from portal.errors import Refused
from portal.language import gettext
from portal.units.catalogue import CardEntry, catalogue
from portal.units.formats import day

ASKS_FOR_CARD = "card"


class CardEffect:
    """Registered with the decisions room when the card room is loaded."""

    def plan(self, complaint: Complaint, path: str, service_code: str, on: date) -> Plan | None:
        entry = services.card_type_of(path)
        if entry is None:
            return None
        card = queries.renewable(complaint.household_id)
        return self._for_holder(card, service_code, on) if card else _new_card(entry, on)

    def _for_holder(self, card: Card, service_code: str, on: date) -> Plan:
        """The family has had a card: it serves on, is renewed, or is not yet to be renewed."""
        answer = services.renewal_of(card, on)
        wanted = catalogue().service(service_code).kind == ASKS_FOR_CARD
        if card.ends_on >= on and not wanted:
            return Plan(
                gettext("Served with card %(number)s until %(day)s.", number=card.number, day=day(card.ends_on))
            )
        if not answer.allowed:
            sentences = services.renewal_sentences(card, answer)
            raise Refused(" ".join([services.already_active(card), *sentences] if card.ends_on >= on else sentences))
        return Plan(
            gettext(
                "Card %(number)s is renewed, from %(start)s to %(end)s.",
                number=card.number, start=day(answer.new_starts_on), end=day(answer.new_ends_on),
            ),
            renews_card_id=card.id,
        )  # fmt: skip

    def bring(self, decision: Decision, *, by: User, on: date) -> None:
        if services.card_type_of(decision.path) is None:
            return
        wanted = catalogue().service(decision.complaint.service_code).kind == ASKS_FOR_CARD
        if decision.renews_card_id:
            card = services.renew(decision, by=by, on=on)
        elif wanted or not queries.active_card(decision.household_id, on):
            card = services.issue(decision, by=by, on=on)
        else:
            return
        if wanted:
            complaints.move(decision.complaint, ComplaintStatus.DELIVERED, by=by, note=card.number)

    def brought(self, decision: Decision) -> Brought | None:
        card = queries.card_of(decision.id)
        if card is None:
            return None
        return Brought(
            gettext("Card %(number)s", number=card.number),
            url_for("cards.show", number=card.number),
            gettext(
                "Card %(number)s is valid from %(start)s to %(end)s.",
                number=card.number, start=day(card.starts_on), end=day(card.ends_on),
            ),
        )  # fmt: skip


def _new_card(entry: CardEntry, on: date) -> Plan:
    return Plan(
        gettext(
            "%(card)s, valid from the day of approval for one year (today: until %(end)s).",
            card=entry.name(str(get_locale() or "id")), end=day(clock.validity_end(on, entry.months)),
        )
    )  # fmt: skip


register(CardEffect())
