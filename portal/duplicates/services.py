"""Keeping pairs, and saying what they are. Nothing here merges anybody; nothing is withheld while a pair is open."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import delete, func, insert, or_, select

from portal import audit, clock
from portal.accounts.models import User
from portal.db import db, hold, rows
from portal.duplicates import policies
from portal.duplicates.models import DuplicatePair, PairSource, Verdict
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.households.among import among
from portal.language import gettext as _

Pair = tuple[int, int, int, list[Any]]
"""Two numbers of people in either order; what the model says of them, in hundredths of a bit, and why (as_data)."""


def keep(pairs: Iterable[Pair], source: PairSource) -> int:
    """Let these pairs wait for a decision; gives how many are new. A pair that is kept is never asked about again.

    The caller records the act: a search is one, whatever it finds.
    """
    told = {
        (min(one, other), max(one, other)): (score, reasons) for one, other, score, reasons in pairs if one != other
    }
    known = _kept(told)
    new = [_row(pair, *told[pair], source) for pair in sorted(told) if pair not in known]
    if new:
        db.session.execute(insert(DuplicatePair.__table__), new)  # type: ignore[arg-type]
    return len(new)


def _kept(pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    lower = among({one for one, _other in pairs}, int)
    asked = select(DuplicatePair.lower_id, DuplicatePair.higher_id).join(lower, DuplicatePair.lower_id == lower.c[0])
    return {(row.lower_id, row.higher_id) for row in rows(asked)}


def _row(pair: tuple[int, int], score: int, reasons: list[Any], source: PairSource) -> dict[str, Any]:
    return {
        "lower_id": pair[0], "higher_id": pair[1], "score": score, "reasons": reasons, "source": source,
        "found_at": clock.now(), "verdict": Verdict.OPEN, "reason": "", "version": 1,
    }  # fmt: skip


def decide(pair: DuplicatePair, verdict: Verdict, reason: str, *, by: User) -> None:
    """Say what a pair is. `different` is for ever and says why; whoever overrules a verdict says why, too.

    Raises NotAllowed, AlreadySettled for a verdict that stands and is not this person's to overrule, and Refused.
    """
    hold(pair)
    overruled = pair.verdict in policies.SETTLED
    if not policies.may_decide(by, pair):
        raise (
            AlreadySettled(_("Somebody has decided this. Only the head of the unit changes it."))
            if (overruled and by.can("duplicates.decide"))
            else NotAllowed
        )
    if verdict is Verdict.OPEN or verdict is pair.verdict:
        raise Refused(_("Please choose another verdict than the one that stands."), field="verdict")
    if not reason and (overruled or verdict is Verdict.DIFFERENT):
        sentence = _("Please say how you know. Nobody will be asked about these two again.")
        raise Refused(sentence if verdict is Verdict.DIFFERENT else _("Please say why you change it."), field="reason")
    pair.verdict, pair.reason, pair.decided_by_id, pair.decided_at = verdict, reason, by.id, clock.now()
    audit.record("duplicate.decided", pair, by=by, household_id=pair.lower.household_id)


def forget(member_ids: Any) -> None:
    """Pairs of people who are taken out of the register as if they had never been in it, as long as nobody decided.

    `member_ids` is a subquery of their numbers.
    """
    p = DuplicatePair
    gone = or_(p.lower_id.in_(member_ids), p.higher_id.in_(member_ids)), p.verdict == Verdict.OPEN
    db.session.execute(delete(p.__table__).where(*gone))  # type: ignore[arg-type]


def decided(member_ids: Any) -> int:
    """How many pairs of these people (a subquery of their numbers) somebody has decided on."""
    p = DuplicatePair
    theirs = or_(p.lower_id.in_(member_ids), p.higher_id.in_(member_ids)), p.verdict != Verdict.OPEN
    return db.session.scalar(select(func.count()).where(*theirs)) or 0


def called_different(member_ids: Collection[int]) -> set[tuple[int, int]]:
    """Pairs of these people that a person has called different."""
    return _called(Verdict.DIFFERENT, member_ids)


def called_same(member_ids: Collection[int]) -> set[tuple[int, int]]:
    """Pairs of these people that a person has called one."""
    return _called(Verdict.SAME, member_ids)


def _called(verdict: Verdict, member_ids: Collection[int]) -> set[tuple[int, int]]:
    told = among(set(member_ids), int)
    asked = select(DuplicatePair.lower_id, DuplicatePair.higher_id).join(told, DuplicatePair.lower_id == told.c[0])
    return {(row.lower_id, row.higher_id) for row in rows(asked.where(DuplicatePair.verdict == verdict))}
