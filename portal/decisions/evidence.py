"""What a proposal rests on, on one screen: each criterion, how it is known, and the earlier assessment beside it."""

from dataclasses import dataclass
from typing import Any

from portal.decisions.facts import Ground
from portal.households import lists
from portal.households.models import Household
from portal.visits import queries as visits
from portal.visits.evidence import Column
from portal.visits.models import Assessment


@dataclass(frozen=True)
class Evidence:
    """The assessment a proposal rests on, and the one before it where there is one."""

    now: Column
    before: Column | None


def evidence(assessment: Assessment) -> Evidence:
    """The assessment criterion by criterion, the earlier one beside it."""
    place = (assessment.assessed_on, assessment.id)
    earlier = [each for each in visits.finals(assessment.household_id) if (each.assessed_on, each.id) < place]
    return Evidence(visits.column(assessment), visits.column(earlier[0]) if earlier else None)


def ground_kept(household: Household, assessment: Assessment, ground: Ground, **more: Any) -> dict[str, Any]:
    """Facts, rule and dates as they are today, to be shown now and kept with the decision."""
    known = lists.list_facts(household)
    return ground.kept(
        value=assessment.value,
        assessed_on=assessment.assessed_on.isoformat(),
        decile=known.decile,
        card_kinds=known.card_kinds,
        list_as_of=known.as_of.isoformat() if known.as_of else None,
        list_checked_on=known.list_checked_on.isoformat() if known.list_checked_on else None,
        **more,
    )
