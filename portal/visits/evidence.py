"""What assessments say, criterion by criterion, with how each answer is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import selectinload

from portal.db import db, rows
from portal.visits import wording
from portal.visits.instruments import CriterionResult, Instrument, Result, evaluate
from portal.visits.instruments_of import instrument
from portal.visits.models import Answer, Assessment, AssessmentStatus, KnownBy


@dataclass(frozen=True)
class Ground:
    """One answer that a criterion rests on, in words; `known_by` is None for a computed one."""

    label: str
    text: str
    known_by: KnownBy | None
    answer_id: int | None = None

    @property
    def how(self) -> str:
        """How it is known, in the reader's language."""
        return str(wording.KNOWN_BY[self.known_by]) if self.known_by else ""


@dataclass(frozen=True)
class Line:
    """One criterion of one assessment: how it came out, the answers used, and (name, label) of open questions."""

    no: int
    code: str
    label: str
    met: bool | None
    score: int | None
    poorest: bool | None
    grounds: Sequence[Ground]
    missing: Sequence[tuple[str, str]]


class Given(NamedTuple):
    """An answer as it was stored."""

    id: int
    field: str
    value: str
    known_by: KnownBy


class Told(NamedTuple):
    """What a comparison needs of a final assessment; `value` is its result, counted or scored."""

    id: int
    assessed_on: date
    value: int | None
    instrument_code: str
    instrument_version: str
    answers: Sequence[Given]


@dataclass(frozen=True)
class Column:
    """One assessment in a comparison; `lines` by the criterion's code."""

    assessment: Assessment | Told
    result: Result
    instrument: Instrument
    lines: dict[str, Line]

    @property
    def name(self) -> str:
        """The instrument's name, in the reader's language."""
        return wording.instrument_name(self.instrument)

    @property
    def band(self) -> str:
        """The name of its band, in the reader's language; empty while it has none."""
        return wording.label(self.result.band) if self.result.band else ""

    @property
    def counts(self) -> bool:
        """Whether criteria are counted (met or not) instead of scored."""
        return self.instrument.method == "count_met"


@dataclass(frozen=True)
class Row:
    """One criterion across assessments; a cell is None where that instrument does not ask it."""

    code: str
    no: int
    label: str
    cells: Sequence[Line | None]


@dataclass(frozen=True)
class Comparison:
    """Final assessments of one household, newest first."""

    columns: Sequence[Column] = ()
    rows: Sequence[Row] = field(default_factory=list)


def result(assessment: Assessment | Told) -> Result:
    """The result by the version of the instrument that it was begun with; a draft's may be incomplete."""
    return evaluate(
        instrument(assessment.instrument_code, assessment.instrument_version), answers_of(assessment.answers)
    )


def answers_of(answers: Sequence[Answer | Given]) -> dict[str, str]:
    return {answer.field: answer.value for answer in answers}


def column(assessment: Assessment | Told) -> Column:
    """One assessment, criterion by criterion."""
    form = instrument(assessment.instrument_code, assessment.instrument_version)
    return column_of(form, assessment, result(assessment))


def column_of(form: Instrument, assessment: Assessment | Told, outcome: Result) -> Column:
    stored = {answer.field: answer for answer in assessment.answers}
    return Column(assessment, outcome, form, {line.code: _line(form, line, stored) for line in outcome.criteria})


def lines_of(form: Instrument, outcome: Result, answers: Sequence[Answer]) -> list[Line]:
    """The criteria of a result in their own order."""
    stored = {answer.field: answer for answer in answers}
    return [_line(form, criterion, stored) for criterion in outcome.criteria]


def _line(form: Instrument, criterion: CriterionResult, stored: Mapping[str, Answer | Given]) -> Line:
    return Line(
        no=criterion.no,
        code=criterion.code,
        label=wording.label(criterion),
        met=criterion.met,
        score=criterion.score,
        poorest=criterion.poorest,
        grounds=[_ground(form, name, value, stored.get(name)) for name, value in criterion.used.items()],
        missing=[(name, wording.label(form.fields[name])) for name in criterion.missing],
    )


def _ground(form: Instrument, name: str, value: int | Decimal | bool | str, answer: Answer | Given | None) -> Ground:
    asked = form.fields[name]
    # A quotient of square metres and persons is read in square metres.
    unit = form.fields[asked.expr.left].unit or "" if asked.expr else ""
    return Ground(
        wording.label(asked), wording.shown(asked, value, unit=unit), answer.known_by if answer else None,
        answer.id if answer else None,
    )  # fmt: skip


def finals(household_id: int, *, most: int | None = None) -> Sequence[Assessment]:
    """Final assessments of a household, newest first, with their answers."""
    return db.session.scalars(
        select(Assessment)
        .where(Assessment.household_id == household_id, Assessment.status == AssessmentStatus.FINAL)
        .order_by(Assessment.assessed_on.desc(), Assessment.id.desc())
        .options(selectinload(Assessment.answers), selectinload(Assessment.visit))
        .limit(most)
    ).all()


def latest_final(household_id: int) -> Assessment | None:
    """The newest final assessment, on which decisions and renewals rest; None before the first."""
    return next(iter(finals(household_id, most=1)), None)


def side_by_side(household_id: int, *, most: int = 3) -> Comparison:
    """The newest final assessments criterion by criterion, also of different instruments (same code, same row)."""
    columns = [column(assessment) for assessment in _told(household_id, most)]
    found: dict[str, Row] = {}
    for each in columns:
        for line in each.lines.values():
            if line.code not in found:
                cells = [other.lines.get(line.code) for other in columns]
                found[line.code] = Row(line.code, line.no, line.label, cells)
    return Comparison(columns, list(found.values()))


# Every family's page asks this: columns instead of records, in statements that are built once.
_FINALS = (
    select(
        Assessment.id, Assessment.assessed_on, Assessment.value, Assessment.instrument_code,
        Assessment.instrument_version,
    )
    .where(Assessment.household_id == bindparam("household_id"), Assessment.status == AssessmentStatus.FINAL)
    .order_by(Assessment.assessed_on.desc(), Assessment.id.desc())
    .limit(bindparam("most"))
)  # fmt: skip
_ANSWERS = (
    select(Answer.assessment_id, Answer.id, Answer.field, Answer.value, Answer.known_by)
    .where(Answer.assessment_id.in_(bindparam("assessments", expanding=True)))
    .order_by(Answer.assessment_id, Answer.id)
)


def _told(household_id: int, most: int) -> list[Told]:
    """The newest final assessments of a household, newest first."""
    found = rows(_FINALS, household_id=household_id, most=most)
    answers = rows(_ANSWERS, assessments=[row.id for row in found]) if found else ()
    given: dict[Any, list[Given]] = {
        number: [Given._make(row[1:]) for row in of_one] for number, of_one in groupby(answers, key=lambda row: row[0])
    }
    return [Told._make((*row, given.get(row.id, []))) for row in found]
