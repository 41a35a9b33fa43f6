"""What an approval brings, told by the room that brings it: the card room stands above and registers itself here."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from portal.accounts.models import User
from portal.complaints.models import Complaint
from portal.decisions.models import Decision


@dataclass(frozen=True, slots=True)
class Plan:
    """What helping would bring, in one sentence; `renews_card_id` names the card that it would prolong."""

    sentence: str
    renews_card_id: int | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """What an approval has brought: a word, its page, and what the family reads of it."""

    label: str
    url: str
    sentence: str


class Effect(Protocol):
    """One thing an approval may bring."""

    def plan(self, complaint: Complaint, path: str, service_code: str, on: date) -> Plan | None:
        """What helping on this path would bring; raises Refused when a rule stands against it."""

    def bring(self, decision: Decision, *, by: User, on: date) -> None:
        """Bring it, in the transaction of the approval."""

    def brought(self, decision: Decision) -> Brought | None:
        """What this decision has brought."""


_effects: list[Effect] = []


def register(effect: Effect) -> None:
    """Called once, when the room is loaded."""
    _effects.append(effect)


def plans(complaint: Complaint, path: str, service_code: str, on: date) -> list[Plan]:
    """Everything that helping would bring."""
    found = [effect.plan(complaint, path, service_code, on) for effect in _effects]
    return [plan for plan in found if plan]


def bring(decision: Decision, *, by: User, on: date) -> None:
    """Let every room do its part of an approval."""
    for effect in _effects:
        effect.bring(decision, by=by, on=on)


def brought(decision: Decision) -> list[Brought]:
    """Everything a decision has brought."""
    found = [effect.brought(decision) for effect in _effects]
    return [thing for thing in found if thing]
