"""Which way a family goes: one pure function from facts to path, reasons, mismatches and listing error.

Payakumbuh (003 Hasil 3): (a) listed and holding a membership card, served after a visit; (b) poor without both proofs,
one-year card; (c) not poor but in an emergency, one-month letter. Sragen (000 Pembahasan c): the card by the list, else
survey and counselling. Malang (004 Prosedur): listed, or to be registered. Gaps are filled by domain.md section 5.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from portal.decisions.renewal import RenewalAnswer as RenewalAnswer
from portal.decisions.renewal import RenewalRules as RenewalRules
from portal.decisions.renewal import renewal_allowed as renewal_allowed

N_ = str  # marks a sentence for translation where it stands; the page translates it

PENDING: Final = "pending"
NONE: Final = "none"
INCLUSION: Final = "inclusion"
EXCLUSION: Final = "exclusion"

REASONS: Final[dict[str, str]] = {
    "listed": N_("The family is in the integrated data."),
    "not_listed": N_("The family is not in the integrated data."),
    "list_not_checked": N_("The integrated data have not been checked yet."),
    "list_without_card": N_("The list the family is in opens no card of this unit."),
    "membership_card": N_("The family holds a membership card (KPS or KKS)."),
    "no_membership_card": N_("The family holds no membership card (KPS or KKS)."),
    "membership_not_checked": N_("Whether the family holds KPS or KKS has not been checked yet."),
    "visit_needed": N_("A home visit comes first: listed data are used only after verification."),
    "survey_needed": N_("The family is in no list, so a home survey comes first."),
    "assessment_incomplete": N_("The assessment still lacks answers, so there is no result yet."),
    "poor": N_("By the unit's instrument the family is poor."),
    "second_look": N_("The result lies between poor and not poor and needs a second look."),
    "not_poor": N_("By the unit's instrument the family is not poor."),
    "emergency": N_("An emergency was recorded, which the regional head may meet with a letter."),
    "emergency_before_result": N_("The emergency cannot wait for an assessment; a visit follows."),
    "counselling_needed": N_("The conditions are set in counselling with an officer of the unit."),
    "register": N_("The family is poor and not in the integrated data, so it is proposed for registration."),
}

MISMATCHES: Final[dict[str, str]] = {
    "listed_without_card": N_("Listed, but without KPS or KKS: one of the two proofs is missing."),
    "card_without_listing": N_("Holds KPS or KKS, but is not listed: one of the two proofs is missing."),
}

LISTING_ERRORS: Final[dict[str, str]] = {
    INCLUSION: N_("Listed, but found not poor."),
    EXCLUSION: N_("Poor, but not listed."),
}

POOR_BANDS: Final = frozenset({"poor", "SM", "M"})
"""The M band of Sragen ends where a household just meets 9 of 14 (seeds/instruments_sragen_20.toml)."""
NOT_POOR_BANDS: Final = frozenset({"not_poor", "TM"})
"""What is in neither set (review, near poor, vulnerable) proves no listing error either way."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a household; None is not known yet. `band` is the code of the unit's own instrument."""

    listed: bool | None = None
    list_code: str | None = None
    membership_card: bool | None = None
    band: str | None = None
    visited: bool = False
    emergency: str | None = None


@dataclass(frozen=True, slots=True)
class PathScheme:
    """A unit's paths as data: `paths` from units.toml, `card_by_list` and `counselling_card` from its card types."""

    paths: tuple[str, ...]
    poor_bands: frozenset[str] = POOR_BANDS
    not_poor_bands: frozenset[str] = NOT_POOR_BANDS
    card_by_list: Mapping[str, str] = field(default_factory=dict)
    counselling_card: str | None = None

    def __post_init__(self) -> None:
        if self.paths not in _FINDERS:
            raise ValueError(f"unknown paths {self.paths!r}")
        if self.paths == SRAGEN and not (self.card_by_list and self.counselling_card):
            raise ValueError("this unit's paths end in cards: name those of the lists and of counselling")

    @classmethod
    def from_dicts(cls, unit: Mapping[str, Any], cards: Iterable[Mapping[str, Any]] = ()) -> "PathScheme":
        """Read a [[unit]] and its [[card]] tables; a unit may name other poor_bands and not_poor_bands."""
        requires = {card["code"]: card.get("requires", []) for card in cards}
        by_list = {need[3:]: code for code, needs in requires.items() for need in needs if need.startswith("in_")}
        counselled = [code for code, needs in requires.items() if "counselling_record" in needs]
        return cls(
            paths=tuple(unit["eligibility_paths"]),
            poor_bands=frozenset(unit.get("poor_bands", POOR_BANDS)),
            not_poor_bands=frozenset(unit.get("not_poor_bands", NOT_POOR_BANDS)),
            card_by_list=by_list,
            counselling_card=counselled[0] if counselled else None,
        )


@dataclass(frozen=True, slots=True)
class PathOutcome:
    """Where the family goes; codes are keys of REASONS, MISMATCHES and LISTING_ERRORS."""

    path: str
    reasons: tuple[str, ...]
    mismatches: tuple[str, ...] = ()
    listing_error: str | None = None


def find_path(facts: Facts, scheme: PathScheme) -> PathOutcome:
    """The path of a household in this unit; every combination of facts has one, and the same facts the same one."""
    path, reasons = _FINDERS[scheme.paths](facts, scheme)
    two_proofs = scheme.paths == PAYAKUMBUH
    return PathOutcome(
        path=path,
        reasons=tuple(reasons),
        mismatches=_mismatches(facts) if two_proofs else (),
        listing_error=_listing_error(facts, scheme, card_is_proof=two_proofs),
    )


def _mismatches(facts: Facts) -> tuple[str, ...]:
    """The source is silent on families with one of the two proofs (domain.md section 5, "Gap")."""
    if facts.listed and facts.membership_card is False:
        return ("listed_without_card",)
    if facts.membership_card and facts.listed is False:
        return ("card_without_listing",)
    return ()


def _listing_error(facts: Facts, scheme: PathScheme, *, card_is_proof: bool) -> str | None:
    """Inclusion: listed, found not poor. Exclusion: poor, not listed (003 Hasil 3), nor holding the list's card."""
    if not facts.visited:
        return None
    if facts.listed and facts.band in scheme.not_poor_bands:
        return INCLUSION
    carded = card_is_proof and facts.membership_card is not False
    if facts.listed is False and facts.band in scheme.poor_bands and not carded:
        return EXCLUSION
    return None


def _payakumbuh(facts: Facts, scheme: PathScheme) -> tuple[str, list[str]]:
    """Paths a, b, c (003 Hasil 3); path (c) asks for no result, only that the family was not found poor."""
    poor = facts.band in scheme.poor_bands
    if facts.emergency and not poor:
        if facts.band in scheme.not_poor_bands:
            return "c", ["emergency", "not_poor"]
        return "c", ["emergency", "second_look" if facts.band else "emergency_before_result"]
    if waiting := _waits_for_result(facts, scheme):
        return PENDING, waiting
    if not poor:
        return NONE, ["not_poor"]
    return _poor_family(facts)


def _poor_family(facts: Facts) -> tuple[str, list[str]]:
    if facts.listed and facts.membership_card:
        return "a", ["listed", "membership_card", "poor"]
    if facts.listed is None:
        return PENDING, ["poor", "list_not_checked"]
    if facts.membership_card is None:
        return PENDING, ["poor", "membership_not_checked"]
    listing = "listed" if facts.listed else "not_listed"
    return "b", ["poor", listing, "membership_card" if facts.membership_card else "no_membership_card"]


def _waits_for_result(facts: Facts, scheme: PathScheme) -> list[str]:
    """Why there is no usable result yet, empty when there is one."""
    if not facts.visited:
        return ["visit_needed"]
    if facts.band is None:
        return ["assessment_incomplete"]
    decided = facts.band in scheme.poor_bands or facts.band in scheme.not_poor_bands
    return [] if decided else ["second_look"]


def _sragen(facts: Facts, scheme: PathScheme) -> tuple[str, list[str]]:
    """The card by the list at once; in neither list a survey, then conditions from counselling (000 Pembahasan c)."""
    if facts.listed is None:
        return PENDING, ["list_not_checked"]
    if facts.listed:
        card = scheme.card_by_list.get(facts.list_code or "")
        return (card, ["listed"]) if card else (PENDING, ["listed", "list_without_card"])
    if not facts.visited:
        return PENDING, ["not_listed", "survey_needed"]
    if facts.band is None:
        return PENDING, ["not_listed", "assessment_incomplete"]
    return scheme.counselling_card or PENDING, ["not_listed", "counselling_needed"]


def _malang(facts: Facts, scheme: PathScheme) -> tuple[str, list[str]]:
    """Listed, or after 14 indicators proposed for registration (004 Prosedur)."""
    if facts.listed is None:
        return PENDING, ["list_not_checked"]
    if facts.listed:
        return "listed", ["listed"]
    if waiting := _waits_for_result(facts, scheme):
        return PENDING, ["not_listed", *waiting]
    if facts.band in scheme.poor_bands:
        return "register", ["poor", "not_listed", "register"]
    return NONE, ["not_listed", "not_poor"]


PAYAKUMBUH: Final = ("a", "b", "c")
SRAGEN: Final = ("database", "survey", "counselling")
MALANG: Final = ("registration",)
_FINDERS: Final = {PAYAKUMBUH: _payakumbuh, SRAGEN: _sragen, MALANG: _malang}
