"""Issuing, renewing and revoking the unit's cards."""

from datetime import date

from portal import audit, clock, references, series
from portal.accounts.models import User
from portal.cards import policies, queries
from portal.cards.models import Card, CardStatus
from portal.db import db, hold
from portal.decisions.facts import scheme
from portal.decisions.models import Decision, DecisionStatus, Proposal
from portal.decisions.renewal import REASONS, RenewalAnswer, RenewalRules, renewal_allowed
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.households import lists
from portal.language import gettext
from portal.units.catalogue import CardEntry, catalogue
from portal.units.formats import day
from portal.visits import queries as visits
from portal.visits.models import Assessment, AssessmentStatus


def card_type_of(path: str) -> CardEntry | None:
    """The card that this path opens; paths without one (the KPS or KKS of path a is enough) give None."""
    cards = catalogue().cards.values()
    return next((card for card in cards if card.body["kind"] == "card" and card.body.get("path") == path), None)


def issue(decision: Decision, *, by: User, on: date) -> Card:
    """Issue the one-year card of an approved decision on path (b), from today on (003 Hasil 3 (b))."""
    entry = _check(decision, by)
    # The number first: whoever issues at the same moment waits here, and then sees this card. Refused, none is used up.
    number = _next_number(on)
    if active := queries.active_card(decision.household_id, on):
        raise Refused(already_active(active))
    return _store(decision, entry, number, on, clock.validity_end(on, entry.months), by=by)


def already_active(card: Card) -> str:
    """One active card a family."""
    return gettext("This family already has an active card until %(day)s.", day=day(card.ends_on))


def _check(decision: Decision, by: User) -> CardEntry:
    """What must be on file (card_types_payakumbuh.toml `requires`): visit, result, approval."""
    if not policies.may_issue(by, decision):
        raise NotAllowed
    if decision.status is not DecisionStatus.APPROVED or decision.proposal is not Proposal.HELP:
        raise Refused(gettext("A card needs an approved decision."))
    entry = card_type_of(decision.path)
    if entry is None:
        raise Refused(gettext("This path opens no card of the unit."))
    if not _found_poor(decision):
        raise Refused(gettext("A card needs a finished assessment that found the family poor."))
    if queries.card_of(decision.id):
        raise AlreadySettled(gettext("The card of this decision has already been issued."))
    return entry


def _found_poor(decision: Decision) -> bool:
    """By the count, or by a person who overruled it or looked again (6-7 of 12) and gave a reason."""
    assessment = decision.assessment
    poor = assessment.band in scheme().poor_bands or bool(decision.proposal_reason)
    return assessment.status is AssessmentStatus.FINAL and poor


def _next_number(on: date) -> str:
    return references.card_number(on.year, series.next_number("card", on.year))


def _store(
    decision: Decision, entry: CardEntry, number: str, starts_on: date, ends_on: date, *, by: User,
    renews: Card | None = None,
) -> Card:  # fmt: skip
    card = Card(
        number=number,
        verification_code=references.verification_code(),
        card_type_code=entry.code,
        household=decision.household,
        decision=decision,
        holder_name=decision.household.head_name,
        starts_on=starts_on,
        ends_on=ends_on,
        renews=renews,
        status=CardStatus.ISSUED,
        issued_by=by,
        issued_at=clock.now(),
    )
    db.session.add(card)
    db.session.flush()
    audit.record("card.renewed" if renews else "card.issued", card, by=by)
    return card


def rules_for(card: Card) -> RenewalRules:
    """The unit's numbers for a renewal (domain.md section 5, "Renewal")."""
    unit = catalogue()
    days = int(unit.setting("renewal_assessment_days"))
    return RenewalRules(days, days, int(unit.setting("renewal_window_days")), unit.cards[card.card_type_code].months)


def renewal_of(card: Card, on: date, *, assessment: Assessment | None = None) -> RenewalAnswer:
    """Whether this card may be renewed today, why not, and the year it would get."""
    found = assessment or visits.latest_final(card.household_id)
    looked_up = lists.list_facts(card.household).list_checked_on
    return renewal_allowed(found.assessed_on if found else None, looked_up, on, card.ends_on, rules_for(card))


def renewal_sentences(card: Card, answer: RenewalAnswer) -> list[str]:
    """Why a card cannot be renewed yet, in words."""
    rules = rules_for(card)
    return [gettext(REASONS[code], window=rules.window_days, days=rules.assessment_days) for code in answer.reasons]


def renew(decision: Decision, *, by: User, on: date) -> Card:
    """Give the next year on the latest data; it starts the day after the old one ends, or today if that has passed."""
    entry = _check(decision, by)
    number = _next_number(on)
    old = db.session.get(Card, decision.renews_card_id) if decision.renews_card_id else None
    if old is not None:  # held and read anew: a card that is revoked at this very moment is not renewed
        hold(old)
    if old is None or old.household_id != decision.household_id or old.status is CardStatus.REVOKED:
        raise Refused(gettext("There is no card here that could be renewed."))
    if queries.renewal_card(old):
        raise AlreadySettled(gettext("This card has already been renewed."))
    answer = renewal_of(old, on, assessment=decision.assessment)
    if not answer.allowed:
        raise Refused(" ".join(renewal_sentences(old, answer)))
    return _store(decision, entry, number, answer.new_starts_on, answer.new_ends_on, by=by, renews=old)


def check_running(card: Card, on: date) -> None:
    """A card ends once. Raises AlreadySettled."""
    if card.status is CardStatus.REVOKED:
        raise AlreadySettled(gettext("This card has already been revoked."))
    if card.ends_on < on:
        raise AlreadySettled(gettext("This card has ended by itself on %(day)s.", day=day(card.ends_on)))


def revoke(card: Card, *, reason: str, by: User, on: date) -> None:
    """End a card before its time, for good, with a reason."""
    if not policies.may_revoke(by):
        raise NotAllowed
    check_running(card, on)
    if not reason.strip():
        raise Refused(gettext("Please write why the card is revoked."), field="reason")
    card.status = CardStatus.REVOKED
    card.revoked_on = on
    card.revoked_by_id = by.id
    card.revocation_reason = reason.strip()
    audit.record("card.revoked", card, by=by)


def service_for(card: Card) -> str | None:
    """The service under which this kind of card is asked for and renewed."""
    services = catalogue().services.values()
    return next((service.code for service in services if service.body.get("card") == card.card_type_code), None)
