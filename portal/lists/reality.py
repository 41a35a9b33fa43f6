"""A list against what visits found: who is listed and not poor, who is poor and not listed, who was not visited yet.

The rule is that of decisions/paths.py (003 Hasil 3), asked here of all families at once; tests compare the two.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Subquery, and_, case, exists, false, func, literal, or_, select

from portal import clock
from portal.accounts.models import User
from portal.db import db
from portal.decisions.facts import scheme
from portal.decisions.models import ListingError
from portal.decisions.paths import PAYAKUMBUH
from portal.households import queries as households
from portal.households.models import Household, MembershipCard
from portal.lists.held import ABOVE, ABSENT, LISTED, HeldList, lives_in, said_by, standing, villages_of, whole_in
from portal.units.catalogue import catalogue
from portal.visits.models import Assessment, AssessmentStatus


class Finding(StrEnum):
    """What a list and the newest visit say together of a family."""

    INCLUSION = "inclusion"  # listed, found not poor
    EXCLUSION = "exclusion"  # poor, not listed
    RIGHT = "right"  # listed and poor
    SECOND_LOOK = "second_look"  # listed; the result lies between
    NOT_VISITED = "not_visited"  # listed, and no assessment that still counts
    CARD = "card"  # poor, not listed, and holding a card of the list: one of two proofs, no error
    UNKNOWN = "unknown"  # poor, and nobody looked whether it is in this list


ERRORS: Final = (Finding.INCLUSION, Finding.EXCLUSION)
"""What may be recorded as a listing error."""


class _Compared:
    """The columns of the question that counts and lists alike, so that a figure and its list cannot differ."""

    def __init__(self, held: HeldList, place: str = "") -> None:
        self.said, self.found = said_by(held, "said", place), _newest_assessments(place)
        said = self.said.c.said
        stands = standing(held, said)
        missing = and_(said.is_(None), Household.village_code.in_(whole_in(held, place)))
        self.finding = _finding(self.found.c.band, listed=stands == LISTED, unlisted=or_(_is_out(stands), missing))

    def of(self, *columns: Any) -> Any:
        return (
            select(*columns)
            .select_from(Household)
            .outerjoin(self.said, self.said.c.household_id == Household.id)
            .outerjoin(self.found, self.found.c.household_id == Household.id)
            .where(Household.closed_on.is_(None))
        )


def _is_out(stands: Any) -> ColumnElement[bool]:
    return stands.in_((ABSENT, ABOVE))


def _newest_assessments(place: str) -> Subquery:
    """Of each family the newest finished assessment that still counts (list_assessment_days, UU 13/2011 art. 8)."""
    since = clock.today() - timedelta(days=int(catalogue().setting("list_assessment_days")))
    order = (Assessment.assessed_on.desc(), Assessment.id.desc())
    ranked = (
        select(Assessment, func.row_number().over(partition_by=Assessment.household_id, order_by=order).label("place"))
        .where(Assessment.status == AssessmentStatus.FINAL, Assessment.assessed_on >= since)
        .where(*lives_in(place, Assessment.household_id))
        .subquery()
    )
    return select(ranked).where(ranked.c.place == 1).subquery("found")


def _finding(band: Any, *, listed: Any, unlisted: Any) -> ColumnElement[str]:
    """NULL for a family that is no question: neither listed nor poor."""
    rules = scheme()
    poor, not_poor = band.in_(sorted(rules.poor_bands)), band.in_(sorted(rules.not_poor_bands))
    return case(
        (and_(listed, band.is_(None)), literal(Finding.NOT_VISITED.value)),
        (and_(listed, not_poor), literal(Finding.INCLUSION.value)),
        (and_(listed, poor), literal(Finding.RIGHT.value)),
        (listed, literal(Finding.SECOND_LOOK.value)),
        (and_(poor, unlisted, _holds_card(two_proofs=rules.paths == PAYAKUMBUH)), literal(Finding.CARD.value)),
        (and_(poor, unlisted), literal(Finding.EXCLUSION.value)),
        (poor, literal(Finding.UNKNOWN.value)),
        else_=None,
    )


def _holds_card(*, two_proofs: bool) -> ColumnElement[bool]:
    """A recognised card is the other proof where a path asks for both (paths.py, `card_is_proof`)."""
    if not two_proofs:
        return false()
    return exists().where(
        MembershipCard.household_id == Household.id, MembershipCard.ended_on.is_(None),
        MembershipCard.kind.in_(catalogue().setting("recognised_cards")),
    )  # fmt: skip


Counts = dict[str, Counter[Finding]]


def counts(held: HeldList) -> Counts:
    """Families of each finding, by kelurahan."""
    compared = _Compared(held)
    finding = compared.finding.label("finding")
    statement = compared.of(Household.village_code, finding, func.count()).group_by(Household.village_code, finding)
    found: Counts = {}
    for village_code, what, number in db.session.execute(statement):
        if what is not None:
            found.setdefault(village_code, Counter())[Finding(what)] += number
    return found


def families(
    held: HeldList, finding: Finding, *, place: str = "", after: Sequence[Any] | None = None, limit: int
) -> Sequence[Any]:
    """The families behind a figure, by name, each with its ground: instrument, version, value, band, day, visitor.

    `said` is what the list says (held.said_by); `error_id` the listing error that was recorded on this assessment.
    """
    compared = _Compared(held, place)
    found, order = compared.found.c, (Household.head_name, Household.id)
    statement = (
        compared.of(
            Household.id, Household.head_name, Household.village_code, Household.rt, Household.rw,
            compared.said.c.said, found.id.label("assessment_id"), found.instrument_code, found.instrument_version,
            found.value, found.band, found.assessed_on, User.full_name.label("visitor"),
            ListingError.id.label("error_id"),
        )
        .outerjoin(User, User.id == found.by_id)
        .outerjoin(ListingError, ListingError.assessment_id == found.id)
        .where(compared.finding == finding.value)
        .order_by(*order)
        .limit(limit)
    )  # fmt: skip
    if place:
        statement = statement.where(Household.village_code.in_(villages_of(place)))
    return db.session.execute(statement.where(*households.beyond(after))).all()


def unrecorded(held: HeldList, finding: Finding, *, place: str = "", limit: int) -> list[int]:
    """Assessments behind such a figure on which no listing error was recorded yet, the oldest first."""
    compared = _Compared(held, place)
    statement = (
        compared.of(compared.found.c.id)
        .outerjoin(ListingError, ListingError.assessment_id == compared.found.c.id)
        .where(compared.finding == finding.value, ListingError.id.is_(None))
        .order_by(compared.found.c.id)
        .limit(limit)
    )
    if place:
        statement = statement.where(Household.village_code.in_(villages_of(place)))
    return list(db.session.scalars(statement))
