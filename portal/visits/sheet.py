"""The assessment as its page shows it: questions in walking order, answers, running result."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from portal.audit.services import kind_of
from portal.db import db
from portal.files.models import StoredFile
from portal.language import gettext
from portal.visits import evidence, wording
from portal.visits.answering import Outcome, Sent, instrument_for, trace_of
from portal.visits.instruments import GROUPS, Field, Instrument, Result, evaluate, fields_for
from portal.visits.models import Answer, HomeVisit, KnownBy


@dataclass
class Question:
    """One question: what stands in its box, how it is known, and what is wrong with it, if anything.

    `shown` goes back with the form: it tells what this page had shown (answering.trace). `stored` is set on a
    conflict: the answer that another device saved meanwhile, in words; `here` is the one on this page.
    """

    field: Field
    value: str = ""
    known_by: str = ""
    shown: str = ""
    saved: bool = False
    error: str = ""
    stored: str | None = None
    here: str = ""
    uploaded: bool = False
    only_if: str = ""
    files: Sequence[StoredFile] = ()

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def label(self) -> str:
        return wording.question_parts(self.field)[0]

    @property
    def unit(self) -> str:
        return wording.question_parts(self.field)[1]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Codes and words of a question with choices; of yes and no too; none for a number."""
        if self.field.type == "boolean":
            return [("true", gettext("Yes")), ("false", gettext("No"))]
        return [(choice.code, wording.label(choice)) for choice in self.field.values]

    @property
    def ways(self) -> list[tuple[str, str]]:
        """How an answer may be known."""
        return [(code.value, str(words)) for code, words in wording.KNOWN_BY.items()]

    @property
    def asks_how(self) -> bool:
        """Whether there is an answer of which nobody has said how it is known."""
        return self.saved and not self.known_by


@dataclass(frozen=True)
class Section:
    """A place in the house, or a subject when sitting down."""

    code: str
    questions: Sequence[Question]

    @property
    def label(self) -> str:
        return gettext(GROUPS[self.code])


@dataclass(frozen=True)
class Sheet:
    """The whole page."""

    instrument: Instrument
    sections: Sequence[Section]
    result: Result
    lines: Sequence[evidence.Line]
    saved_at: datetime | None
    touched: Sequence[Question] = field(default_factory=list)

    @property
    def name(self) -> str:
        return wording.instrument_name(self.instrument)

    @property
    def questions(self) -> list[Question]:
        return [question for section in self.sections for question in section.questions]

    @property
    def wrong(self) -> list[Question]:
        """The questions that could not be saved."""
        return [question for question in self.questions if question.error or question.stored is not None]

    @property
    def counts(self) -> bool:
        """Whether criteria are counted (met or not) instead of scored."""
        return self.instrument.method == "count_met"

    @property
    def sum(self) -> int:
        """Criteria met so far, or points so far."""
        return sum(line.score if line.score is not None else int(bool(line.met)) for line in self.lines)

    @property
    def band(self) -> str:
        return wording.label(self.result.band) if self.result.band else ""

    @property
    def ready(self) -> bool:
        """Whether it can be made final: complete, and every answer says how it is known."""
        return self.result.complete and not any(question.asks_how for question in self.questions)


def sheet(visit: HomeVisit, sent: Iterable[Sent] = (), outcome: Outcome | None = None) -> Sheet:
    """The page of a visit's assessment, after `sent` was saved with this `outcome`, if anything was."""
    form = instrument_for(visit)
    answers = list(visit.assessment.answers) if visit.assessment else []
    stored = {answer.field: answer for answer in answers}
    files = files_of(answers)
    typed = {one.field: one for one in sent}
    questions = [
        _question(form, each, stored.get(each.name), typed.get(each.name), outcome, files) for each in fields_for(form)
    ]
    result = evaluate(form, evidence.answers_of(answers))
    return Sheet(
        instrument=form,
        sections=_sections(questions),
        result=result,
        lines=evidence.lines_of(form, result, answers),
        saved_at=max((answer.answered_at for answer in answers), default=None),
        touched=[question for question in questions if question.name in typed],
    )


def _sections(questions: Sequence[Question]) -> list[Section]:
    groups = list(dict.fromkeys(question.field.group for question in questions))
    return [Section(code, [each for each in questions if each.field.group == code]) for code in groups]


def _question(
    form: Instrument,
    asked: Field,
    answer: Answer | None,
    sent: Sent | None,
    outcome: Outcome | None,
    files: Mapping[int, Sequence[StoredFile]],
) -> Question:
    question = Question(asked, shown=trace_of(asked, answer), saved=answer is not None)
    question.only_if = wording.condition(asked, form.fields)
    if answer is not None:
        question.value, question.known_by = wording.typed(asked, answer.value), answer.known_by or ""
        question.files = files.get(answer.id, ())
    if sent and outcome:
        _as_sent(question, sent, outcome)
    return question


def _as_sent(question: Question, sent: Sent, outcome: Outcome) -> None:
    """What could not be saved stays in its box, with the reason beside it."""
    question.uploaded = sent.upload is not None
    question.error = outcome.refused.get(sent.field, "")
    if sent.field in outcome.conflicts:
        question.stored = in_words(question.field, outcome.conflicts[sent.field])
        question.here = in_words(question.field, Answer(value=sent.value, known_by=sent.known_by or None))
    if question.error or question.stored is not None:
        question.value, question.known_by = sent.value, sent.known_by


def in_words(asked: Field, answer: Answer | None) -> str:
    """An answer with how it is known: "24,5 m² (Lihat)"; empty when there is none."""
    if answer is None:
        return ""
    text = wording.of_text(asked, answer.value)
    return f"{text} ({wording.KNOWN_BY[KnownBy(answer.known_by)]})" if answer.known_by else text


def files_of(answers: Sequence[Answer]) -> dict[int, list[StoredFile]]:
    """Photos and documents by the answer they prove."""
    found: dict[int, list[StoredFile]] = {}
    ids = [answer.id for answer in answers if answer.file_id]
    if ids:
        rows = db.session.scalars(
            select(StoredFile)
            .where(StoredFile.subject_type == kind_of(answers[0]), StoredFile.subject_id.in_(ids))
            .order_by(StoredFile.id)
        )
        for row in rows:
            found.setdefault(row.subject_id, []).append(row)
    return found
