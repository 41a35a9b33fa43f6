"""When a card may be renewed, and the year it then covers."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from portal import clock

N_ = str  # marks a sentence for translation where it stands; the page translates it

REASONS: Final[dict[str, str]] = {
    "too_early": N_("The card can be renewed from %(window)s days before it ends."),
    "no_assessment": N_("Renewal needs a new assessment at the family's home."),
    "assessment_too_old": N_("The latest assessment is older than %(days)s days."),
    "assessment_in_future": N_("The assessment is dated in the future."),
    "no_list_check": N_("Renewal needs a fresh check of the integrated data."),
    "list_check_too_old": N_("The latest check of the integrated data is older than %(days)s days."),
    "list_check_in_future": N_("The check of the integrated data is dated in the future."),
}


@dataclass(frozen=True, slots=True)
class RenewalRules:
    """ "According to the latest data" (003 Hasil 3 (b)) made concrete; every number is our default (domain.md 5)."""

    assessment_days: int = 90
    list_check_days: int = 90
    window_days: int = 30
    validity_months: int = 12


@dataclass(frozen=True, slots=True)
class RenewalAnswer:
    """Whether a renewal may be issued today; the new dates are those it would have if issued today."""

    allowed: bool
    reasons: tuple[str, ...]
    opens_on: date
    new_starts_on: date
    new_ends_on: date


def renewal_allowed(
    assessed_on: date | None,
    list_checked_on: date | None,
    today: date,
    ends_on: date,
    rules: RenewalRules = RenewalRules(),
) -> RenewalAnswer:
    """No assessment, no renewal; the new year starts the day after the old one ends, or today when that has passed."""
    opens_on = ends_on - timedelta(days=rules.window_days)
    reasons = (
        *(("too_early",) if today < opens_on else ()),
        *_stale("assessment", "no_assessment", assessed_on, today, rules.assessment_days),
        *_stale("list_check", "no_list_check", list_checked_on, today, rules.list_check_days),
    )
    starts_on = max(ends_on + timedelta(days=1), today)
    ends = clock.validity_end(starts_on, rules.validity_months)
    return RenewalAnswer(not reasons, reasons, opens_on, starts_on, ends)


def _stale(what: str, absent: str, on: date | None, today: date, limit: int) -> tuple[str, ...]:
    """Why a finding is not fresh; exactly `limit` days old still is."""
    if on is None:
        return (absent,)
    if on > today:
        return (f"{what}_in_future",)
    return (f"{what}_too_old",) if (today - on).days > limit else ()
