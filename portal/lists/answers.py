"""An office's answers out of the file that it sent back: each row judged before one is noted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.errors import Refused
from portal.exchange import values
from portal.exchange.formats import fold
from portal.exchange.sheets import Bounds, Cell, Row, rows
from portal.households.models import Member
from portal.language import gettext as _
from portal.lists.formats import NEEDED, ProposalFormat, formats
from portal.lists.models import LineAnswer, ListProposal, ListProposalLine
from portal.web.forms import tidy

BOUNDS: Final = Bounds(file_bytes=8 * 2**20, unzipped_bytes=2**27, rows=20_000, cells=1_000_000, seconds=30)
"""More than any proposal has, with every person of its families in a row."""
SEARCHED: Final = 20
"""Rows in which the head is looked for: an office may write a title above it."""
LONGEST: Final = 500


class Answer(NamedTuple):
    """What the office says of one line; `row` is the first that says it."""

    row: int
    line: ListProposalLine
    given: LineAnswer
    reason: str
    on: date


@dataclass
class Read:
    """What the file says: answers by line, and the rows that do not fit, with the reason."""

    answers: dict[int, Answer] = field(default_factory=dict)
    unfit: list[tuple[int, str]] = field(default_factory=list)
    without: int = 0
    """Rows without an answer: those lines go on waiting."""
    contested: set[int] = field(default_factory=set)
    """Lines of which two rows say different things: neither counts."""

    def take(self, answer: "Answer | None") -> None:
        """Raises _Unfit."""
        before = self.answers.get(answer.line.id) if answer else None
        if answer is None:
            self.without += 1
        elif before and before.given is not answer.given:
            self.contested.add(answer.line.id)
            raise _Unfit(_("Another row of this family says something else."))
        elif not before:
            self.answers[answer.line.id] = answer

    def settled(self) -> "Read":
        """Without the answers that another row of the same family contradicts."""
        for line_id in self.contested:
            first = self.answers.pop(line_id)
            self.unfit.append((first.row, _("Another row of this family says something else.")))
        self.unfit.sort()
        return self


class _Unfit(Exception):
    """One row; its sentence says why."""


def read(path: Path, proposal: ListProposal) -> Read:
    """Judge every row of the file. Raises Refused for one that is not this proposal's layout."""
    layout = formats()[proposal.format_code]
    found, reader = Read(), iter(rows(path, BOUNDS))
    sheet, columns = _columns(layout, reader)
    judge = _Judge(proposal, layout, columns)
    for row in reader:
        if row.sheet != sheet:
            continue  # the portal's own file tells about itself on a second one
        if not any(at < len(row.cells) and row.cells[at] is not None for at in columns.values()):
            continue
        try:
            found.take(judge.answer(row))
        except _Unfit as unfit:
            found.unfit.append((row.number, str(unfit)))
    return found.settled()


def _columns(layout: ProposalFormat, reader: Iterator[Row]) -> tuple[str, dict[str, int]]:
    """The sheet with the columns by which answers are read, and where they stand, wherever the office moved them."""
    heads = {name: fold(title) for name, title in layout.heads.items()}
    wanted = NEEDED | {"answered_on"} & heads.keys()
    for row, _place in zip(reader, range(SEARCHED), strict=False):
        titles = [fold(cell) if isinstance(cell, str) else "" for cell in row.cells]
        at = {name: titles.index(heads[name]) for name in wanted if heads[name] in titles}
        if at.keys() >= NEEDED:
            return row.sheet, at
    missing = ", ".join(layout.heads[name] for name in layout.fields if name in NEEDED)
    raise Refused(
        _("This is not the file of a proposal. Its head has the columns: %(columns)s.", columns=missing), field="file"
    )


class _Judge:
    def __init__(self, proposal: ListProposal, layout: ProposalFormat, columns: dict[str, int]) -> None:
        self.proposal, self.layout, self.columns = proposal, layout, columns
        self.lines = {line.position: line for line in proposal.lines}
        self.niks: dict[int, set[str]] = {}
        people = select(Member.household_id, Member.nik).where(
            Member.household_id.in_([line.household_id for line in proposal.lines]), Member.nik.is_not(None)
        )
        for household_id, nik in db.session.execute(people):
            self.niks.setdefault(household_id, set()).add(str(nik))

    def answer(self, row: Row) -> Answer | None:
        """None for a row without an answer. Raises _Unfit."""
        line, typed = self._line(row), values.plain(self._cell(row, "answer"))
        if not typed:
            return None
        given, reason = self.layout.answer(typed), tidy(values.plain(self._cell(row, "answer_reason")))[:LONGEST]
        if given is None:
            words = ", ".join(words[0] for words in self.layout.answers.values())
            raise _Unfit(_("“%(word)s” is no answer. It may be: %(words)s.", word=typed[:40], words=words))
        if line.answer is not None:
            if line.answer is given:
                return None  # the same file once more
            raise _Unfit(_("Line %(number)s was answered before.", number=line.position))
        if given is LineAnswer.REJECTED and not reason:
            raise _Unfit(_("A rejection needs its reason."))
        return Answer(row.number, line, given, reason, self._day(row))

    def _cell(self, row: Row, name: str) -> Cell:
        at = self.columns.get(name)
        return row.cells[at] if at is not None and at < len(row.cells) else None

    def _line(self, row: Row) -> ListProposalLine:
        number, position = values.text(self._cell(row, "number")), values.text(self._cell(row, "position"))
        if number.casefold() != self.proposal.number.casefold():
            raise _Unfit(_("The row is of another proposal than %(number)s.", number=self.proposal.number))
        position = position.removesuffix(".0")
        line = self.lines.get(int(position)) if position.isascii() and position.isdigit() else None
        if line is None:
            raise _Unfit(_("The proposal has no line with this number."))
        self._check_nik(row, line)
        return line

    def _check_nik(self, row: Row, line: ListProposalLine) -> None:
        """A file that was sorted without its first columns would answer for other families."""
        try:
            typed = values.number(self._cell(row, "nik"))
        except values.BadValue:
            raise _Unfit(_("The NIK cannot be read. Fetch the file again and copy the answers into it.")) from None
        known = self.niks.get(line.household_id, set())
        if known and typed.digits not in known:  # an empty cell says nothing of whose answer it is
            raise _Unfit(_("The NIK is nobody's of the family that this line proposed."))

    def _day(self, row: Row) -> date:
        cell = self._cell(row, "answered_on")
        if values.is_missing(cell):
            return clock.today()
        try:
            on = cell if isinstance(cell, date) else clock.parse_day(values.text(cell))
        except clock.BadDay:
            raise _Unfit(_("The day of the answer cannot be read.")) from None
        if not (self.proposal.sent_on or on) <= on <= clock.today():
            raise _Unfit(_("The day of the answer lies before the proposal was sent, or ahead."))
        return on


def grouped(found: Read) -> Iterator[tuple[LineAnswer, str, date, Sequence[Any]]]:
    """Answers that say the same together, in the order of the file."""
    groups: dict[tuple[LineAnswer, str, date], list[ListProposalLine]] = {}
    for answer in found.answers.values():
        groups.setdefault((answer.given, answer.reason, answer.on), []).append(answer.line)
    for (given, reason, on), lines in groups.items():
        yield given, reason, on, lines
