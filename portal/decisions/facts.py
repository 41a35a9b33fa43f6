"""From the records of a household to the facts of paths.py, and the rule's answer for this unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.decisions.paths import NONE, PENDING, Facts, PathOutcome, PathScheme, find_path
from portal.households import lists
from portal.households.models import Household
from portal.units.catalogue import catalogue
from portal.visits.models import Assessment, AssessmentStatus

ANSWERED_BY_A_PERSON = "second_look"


def scheme() -> PathScheme:
    """The unit's paths, as its profile and card types say."""
    unit = catalogue()
    return PathScheme.from_dicts(unit.profile, [card.body for card in unit.cards.values()])


def facts_of(household: Household, assessment: Assessment | None, emergency: str | None = None) -> Facts:
    """What is known of a household today; an unfinished assessment tells of the visit but gives no band."""
    known = lists.list_facts(household)
    final = assessment is not None and assessment.status is AssessmentStatus.FINAL
    return Facts(
        listed=known.listed,
        list_code=known.list_code,
        membership_card=known.membership_card,
        band=assessment.band if assessment and final else None,
        visited=assessment is not None,
        emergency=emergency,
    )


def outcome_of(household: Household, assessment: Assessment | None, emergency: str | None = None) -> PathOutcome:
    """The rule's answer for a household."""
    return find_path(facts_of(household, assessment, emergency), scheme())


@dataclass(frozen=True, slots=True)
class Ground:
    """What a proposal rests on: the facts, the rule's answer, and the path if a person finds the family poor.

    A result proposes; a person decides and may overrule with a reason (domain.md section 6).
    """

    facts: Facts
    outcome: PathOutcome
    path_if_helped: str

    @property
    def helps(self) -> bool:
        """Whether the rule opens a path by itself."""
        return self.outcome.path not in (NONE, PENDING)

    @property
    def needs_a_person(self) -> bool:
        """The result lies between poor and not poor: the rule is silent, a person looks again and gives a reason."""
        return ANSWERED_BY_A_PERSON in self.outcome.reasons

    def overruled_by(self, *, helped: bool) -> bool:
        """Whether a proposal goes against the rule's answer."""
        return not self.needs_a_person and helped != self.helps

    def kept(self, **more: Any) -> dict[str, Any]:
        """As it is stored with a decision."""
        facts = {name: getattr(self.facts, name) for name in Facts.__slots__}
        return {
            "facts": facts,
            "path": self.outcome.path,
            "reasons": list(self.outcome.reasons),
            "mismatches": list(self.outcome.mismatches),
            "listing_error": self.outcome.listing_error,
            **more,
        }


def decided_against(kept: Mapping[str, Any], *, helped: bool) -> bool:
    """Whether a decision goes against the rule's answer as it was kept; an open answer leaves it to the person."""
    if kept.get("path") == PENDING or ANSWERED_BY_A_PERSON in kept.get("reasons", ()):
        return False
    return helped != (kept.get("path", NONE) != NONE)


def ground_of(household: Household, assessment: Assessment) -> Ground:
    """The ground of a proposal; an emergency goes to the mayor instead (path c), never through here."""
    facts, rules = facts_of(household, assessment), scheme()
    outcome = find_path(facts, rules)
    return Ground(facts, outcome, _path_if_helped(facts, outcome, rules))


def _path_if_helped(facts: Facts, outcome: PathOutcome, rules: PathScheme) -> str:
    """Where the family goes when a person finds it poor although the count does not say so."""
    if outcome.path not in (NONE, PENDING):
        return outcome.path
    poor = Facts(facts.listed, facts.list_code, facts.membership_card, min(rules.poor_bands), facts.visited)
    return find_path(poor, rules).path


def too_old(assessed_on: date, on: date) -> bool:
    """An assessment speaks for so many days (domain.md section 5, "latest data" made concrete)."""
    return (on - assessed_on).days > int(catalogue().setting("renewal_assessment_days"))
