"""Reading the queue and one pair."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from portal.db import AnyRow, AnySelect, db, rows
from portal.duplicates.models import DuplicatePair, DuplicateRun, Verdict
from portal.errors import NotFound
from portal.households.models import Departure, Household, Member
from portal.matching.model import model
from portal.matching.model import probability_of as probability_of

LOWER, HIGHER = aliased(Member), aliased(Member)
_HOME, _OTHER_HOME = aliased(Household), aliased(Household)
_COUNTS: Final = [or_(one.left_on.is_(None), one.left_because == Departure.MOVED_AWAY) for one in (LOWER, HIGHER)]
"""A pair means something as long as both are in the register; who was merged or died asks nothing any more."""


def get_pair(pair_id: int) -> DuplicatePair:
    """Raises NotFound."""
    pair = db.session.get(DuplicatePair, pair_id)
    if pair is None:
        raise NotFound
    return pair


def queue(verdict: Verdict, village_code: str, after: list[Any] | None, *, size: int) -> Sequence[AnyRow]:
    """Pairs of this verdict, the likeliest first, of one kelurahan or all; at most `size`."""
    p = DuplicatePair
    asked = (
        select(
            p.id, p.score, p.found_at, p.source, LOWER.name, LOWER.birth_date, LOWER.household_id,
            HIGHER.name.label("other_name"), HIGHER.birth_date.label("other_birth_date"),
            HIGHER.household_id.label("other_household_id"), _HOME.village_code,
            _OTHER_HOME.village_code.label("other_village_code"),
        )
        .join(LOWER, LOWER.id == p.lower_id).join(HIGHER, HIGHER.id == p.higher_id)
        .join(_HOME, _HOME.id == LOWER.household_id).join(_OTHER_HOME, _OTHER_HOME.id == HIGHER.household_id)
        .where(p.verdict == verdict).order_by(p.score.desc(), p.id.desc()).limit(size)
    )  # fmt: skip
    if verdict in {Verdict.OPEN, Verdict.UNSURE}:
        asked = asked.where(*_COUNTS)
    if village_code:
        asked = asked.where(or_(_HOME.village_code == village_code, _OTHER_HOME.village_code == village_code))
    if after and len(after) == 2 and all(type(value) is int for value in after):
        asked = asked.where(tuple_(p.score, p.id) < tuple_(*after))
    return rows(asked)


def counts() -> dict[Verdict, int]:
    """How many pairs the queue of each verdict holds."""
    p = DuplicatePair
    asked = or_(p.verdict.not_in((Verdict.OPEN, Verdict.UNSURE)), and_(*_COUNTS))
    both = select(p.verdict, func.count()).join(LOWER, LOWER.id == p.lower_id).join(HIGHER, HIGHER.id == p.higher_id)
    counted = both.where(asked).group_by(p.verdict)
    return {Verdict(verdict): count for verdict, count in rows(counted)}


def others_of(pair: DuplicatePair) -> Sequence[AnyRow]:
    """Other pairs in which one of the two is, that nobody has decided: the best, as many as are shown."""
    p, both = DuplicatePair, (pair.lower_id, pair.higher_id)
    asked = (
        select(p.id, p.score, LOWER.name, HIGHER.name.label("other_name"))
        .join(LOWER, LOWER.id == p.lower_id).join(HIGHER, HIGHER.id == p.higher_id)
        .where(or_(p.lower_id.in_(both), p.higher_id.in_(both)), p.id != pair.id, *_COUNTS)
        .where(p.verdict.in_((Verdict.OPEN, Verdict.UNSURE)))
        .order_by(p.score.desc(), p.id).limit(model().candidates - 1)
    )  # fmt: skip
    return rows(asked)


def open_pairs_of(household_id: int) -> Sequence[int]:
    """The pairs in which somebody of this family is and nobody has decided, the likeliest first."""
    return [number for (number,) in rows(_OPEN_PAIRS, household_id=household_id)]


def _open_pairs() -> AnySelect:
    p = DuplicatePair
    mine = select(Member.id).where(Member.household_id == bindparam("household_id"), Member.active)
    return (
        select(p.id).join(LOWER, LOWER.id == p.lower_id).join(HIGHER, HIGHER.id == p.higher_id)
        .where(or_(p.lower_id.in_(mine), p.higher_id.in_(mine)), *_COUNTS)
        .where(p.verdict.in_((Verdict.OPEN, Verdict.UNSURE)))
        .order_by(p.score.desc(), p.id)
    )  # fmt: skip


_OPEN_PAIRS = _open_pairs()
"""Built once: every family's page asks it."""


@dataclass(frozen=True)
class Side:
    """One of the two with the family."""

    member: Member
    household: Household
    people: Sequence[Member]


def sides(pair: DuplicatePair) -> tuple[Side, Side]:
    """Both, with everybody of their families."""
    lower, higher = (Side(one, one.household, one.household.members) for one in (pair.lower, pair.higher))
    return lower, higher


def last_run() -> DuplicateRun | None:
    """The newest search through the whole register."""
    return db.session.scalar(select(DuplicateRun).order_by(DuplicateRun.id.desc()).limit(1))
