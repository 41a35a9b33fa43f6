"""Which gift a bank's line probably is: by amount, day and reference. No database.

Only an equal amount makes a candidate: a gift is confirmed whole. What is sure says `is_sure`; everything else is for a
person to look at, line and gifts side by side.
"""

import re
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
"""Letters and digits of a reference that are looked for in a bank's text; "TRF1" stands in many."""
LONG: Final = 10
MANY_DIGITS: Final = 8
"""[default] Signs, and digits among them, of a reference that nobody else writes: banks give twelve and more, while
"INF/10/2026" or "INFAK OKTOBER 2026" may be anybody's."""


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
    lines: Iterable[Line], gifts: Iterable[Gift], taken_back: Collection[tuple[int, int]] = (),
    came_back: Collection[int] = (),
) -> list[Proposal]:  # fmt: skip
    """What each line may be; `lines` and `gifts` are all open ones, so that what is unique is so indeed.

    `taken_back`: lines with gifts of which a person said that they are not one; these are never sure again, and neither
    is a line of `came_back`, whose money seems to have gone out again.
    """
    lines, by_amount = list(lines), defaultdict(list)
    for gift in gifts:
        by_amount[gift.amount].append(gift)
    found = {line.id: [(gift, _why(line, gift)) for gift in by_amount[line.amount] if _in_time(line, gift)]
             for line in lines}  # fmt: skip
    lines_of: dict[int, list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    for line_id, pairs in found.items():
        for gift, why in pairs:
            lines_of[gift.id].append((line_id, why))
    return [Proposal(line, _ranked(line, found[line.id], lines_of, taken_back, came_back)) for line in lines]


def _in_time(line: Line, gift: Gift) -> bool:
    return line.day - EARLIEST <= gift.given_on <= line.day + LATEST


def _why(line: Line, gift: Gift) -> tuple[str, ...]:
    said = fold(line.said)
    reasons = {
        "reference": names_reference(line.said, gift.reference),
        "near": abs(line.day - gift.given_on) <= NEAR,
        "name": any(len(fold(name)) >= SHORTEST and fold(name) in said for name in gift.names),
    }
    return tuple(code for code, so in reasons.items() if so)


def names_reference(said: str, reference: str) -> bool:
    """Whether a bank's text holds this reference, however it is grouped; not as a part of a longer number."""
    mark = transfer_mark(reference)
    if len(mark) < SHORTEST or mark not in fold(said):
        return False
    spelled = r"[\W_]*".join(map(re.escape, mark))
    before, behind = r"(?<!\d)" if mark[0].isdigit() else "", r"(?!\d)" if mark[-1].isdigit() else ""
    return re.search(f"{before}{spelled}{behind}", said.casefold()) is not None


def is_telling(reference: str) -> bool:
    """Whether a reference tells one transfer from all others by itself."""
    mark = transfer_mark(reference)
    return len(mark) >= LONG and sum(sign.isdigit() for sign in mark) >= MANY_DIGITS


Pairs = Sequence[tuple[Gift, tuple[str, ...]]]
"""Gifts with why they may be a line."""


def is_sure(gift: Gift, why: Collection[str], others: Pairs, other_lines: Collection[Collection[str]]) -> bool:
    """Whether a line is this gift without a look: nothing else could be it, and the line says whose it is.

    `others` are the other gifts that may be the line, `other_lines` why other open lines may be the gift. The reason:
    amounts of infak are round and repeat, so that amount and day, or a few signs of a reference, may be another
    partner's; a gift confirmed for the wrong partner is spent from the wrong fund.
    """
    if "reference" in why:
        told = is_telling(gift.reference) or "name" in why
        no_other_gift = all(is_telling(other.reference) and "reference" not in its_why for other, its_why in others)
        return told and no_other_gift and not any("reference" in its_why for its_why in other_lines)
    return "name" in why and "near" in why and not others and not other_lines


def _ranked(
    line: Line, pairs: Pairs, lines_of: dict[int, list[tuple[int, tuple[str, ...]]]],
    taken_back: Collection[tuple[int, int]], came_back: Collection[int],
) -> list[Candidate]:  # fmt: skip
    candidates = []
    for gift, why in pairs:
        others = [pair for pair in pairs if pair[0].id != gift.id]
        other_lines = [its_why for line_id, its_why in lines_of[gift.id] if line_id != line.id]
        open_to_both = gift.waits and (line.id, gift.id) not in taken_back and line.id not in came_back
        candidates.append(Candidate(gift, why, sure=open_to_both and is_sure(gift, why, others, other_lines)))
    order = {"reference": 4, "name": 2, "near": 1}
    return sorted(
        candidates,
        key=lambda one: (-sum(order[code] for code in one.why), abs(line.day - one.gift.given_on), one.gift.id),
    )


WITHIN: Final = timedelta(days=14)
"""[default] Days in which a bank sends a transfer back: the account is closed, or the name differs."""
_BACK: Final = re.compile(
    r"\b(retur|return|returned|refund|reversal|reversed|dikembalikan|pengembalian|tolakan|ditolak|gagal|batal|koreksi)\b"
)
"""Words in use on statements [default]."""
_TRANSFER: Final = re.compile(r"\d{8,}")


def sent_back(came_on: date, credit: str, went_on: date, debit: str) -> bool:
    """Whether money out of the same account and amount looks like that credit going back: soon after it, and the bank
    says so or names the same transfer. The amount alone says nothing: aid is paid in the same round sums."""
    soon = timedelta(0) <= went_on - came_on <= WITHIN
    same = not set(_TRANSFER.findall(credit)).isdisjoint(_TRANSFER.findall(debit))
    return soon and (same or _BACK.search(debit.casefold()) is not None)
