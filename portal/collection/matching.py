"""Which gift a bank's line probably is: by amount, day and reference. No database.

Only an equal amount makes a candidate: a gift is confirmed whole. Sure is what names the gift's own transfer reference,
or is the only line and the only gift of that amount within a few days; everything else is for a person to look at.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from portal.exchange.formats import fold
from portal.partners.queries import transfer_mark

EARLIEST: Final = timedelta(days=45)
"""[default] A gift entered so long before the line may be it: partners note a gift when they send it, or later."""
LATEST: Final = timedelta(days=10)
"""[default] And so long after it: the month's list is made after the salaries were paid."""
NEAR: Final = timedelta(days=3)
"""[default] Days between line and gift that a transfer over a weekend takes."""
SHORTEST: Final = 5
"""Letters and digits of a reference that tell it in a bank's text; "TRF1" stands in many."""


@dataclass(frozen=True)
class Line:
    """A credit that is nobody's gift yet."""

    id: int
    day: date
    amount: int
    said: str
    """Description and reference, as the bank writes them."""


@dataclass(frozen=True)
class Gift:
    """A gift that waits for its money, or that was confirmed by hand and has no line yet."""

    id: int
    amount: int
    given_on: date
    reference: str
    names: tuple[str, ...]
    """Of its partner, its giver or office."""
    waits: bool = True


@dataclass(frozen=True)
class Candidate:
    """A gift that a line may be, and why: codes of WHY."""

    gift: Gift
    why: tuple[str, ...]
    sure: bool = False


@dataclass(frozen=True)
class Proposal:
    """The candidates of a line, the likeliest first."""

    line: Line
    candidates: list[Candidate] = field(default_factory=list)

    @property
    def sure(self) -> Candidate | None:
        return next((one for one in self.candidates if one.sure), None)


def propose(
    lines: Iterable[Line], gifts: Iterable[Gift], taken_back: Collection[tuple[int, int]] = ()
) -> list[Proposal]:
    """What each line may be; `lines` and `gifts` are all open ones, so that what is unique is so indeed.

    `taken_back`: lines with gifts of which a person said that they are not one; these are never sure again.
    """
    lines, by_amount = list(lines), defaultdict(list)
    for gift in gifts:
        by_amount[gift.amount].append(gift)
    found = {line.id: [(gift, _why(line, gift)) for gift in by_amount[line.amount] if _in_time(line, gift)]
             for line in lines}  # fmt: skip
    claims: dict[int, list[int]] = defaultdict(list)
    named: dict[int, list[int]] = defaultdict(list)
    for line_id, pairs in found.items():
        for gift, why in pairs:
            claims[gift.id].append(line_id)
            if "reference" in why:
                named[gift.id].append(line_id)
    return [Proposal(line, _ranked(line, found[line.id], claims, named, taken_back)) for line in lines]


def _in_time(line: Line, gift: Gift) -> bool:
    return line.day - EARLIEST <= gift.given_on <= line.day + LATEST


def _why(line: Line, gift: Gift) -> tuple[str, ...]:
    mark, said = transfer_mark(gift.reference), fold(line.said)
    reasons = {
        "reference": len(mark) >= SHORTEST and mark in said,
        "near": abs(line.day - gift.given_on) <= NEAR,
        "name": any(len(fold(name)) >= SHORTEST and fold(name) in said for name in gift.names),
    }
    return tuple(code for code, so in reasons.items() if so)


def _ranked(
    line: Line, pairs: Sequence[tuple[Gift, tuple[str, ...]]], claims: dict[int, list[int]],
    named: dict[int, list[int]], taken_back: Collection[tuple[int, int]],
) -> list[Candidate]:  # fmt: skip
    by_reference = [gift.id for gift, why in pairs if "reference" in why]
    candidates = []
    for gift, why in pairs:
        alone = len(pairs) == 1 and claims[gift.id] == [line.id] and "near" in why
        told = by_reference == [gift.id] and named[gift.id] == [line.id]
        open_to_both = gift.waits and (line.id, gift.id) not in taken_back
        candidates.append(Candidate(gift, why, sure=open_to_both and (told or (alone and not by_reference))))
    order = {"reference": 4, "name": 2, "near": 1}
    return sorted(
        candidates,
        key=lambda one: (-sum(order[code] for code in one.why), abs(line.day - one.gift.given_on), one.gift.id),
    )
