"""Saving answers as one goes: each question for itself, and nobody's answer is lost or overwritten unseen."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from portal import audit, clock
from portal.accounts.models import User
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.files import services as files
from portal.language import gettext
from portal.visits import policies, wording
from portal.visits.instruments import BadAnswer, Field, Instrument, read_answer
from portal.visits.instruments_of import instrument, latest
from portal.visits.models import Answer, Assessment, AssessmentStatus, HomeVisit, KnownBy, VisitStatus


@dataclass(frozen=True)
class Sent:
    """One question as a form sent it. `shown` is the trace of what its page had shown (see `trace`)."""

    field: str
    value: str
    known_by: str = ""
    shown: str = ""
    upload: FileStorage | None = None


@dataclass
class Outcome:
    """What became of the questions sent: saved, refused with a sentence, or in conflict with what is stored."""

    assessment: Assessment | None
    saved: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, Answer | None] = field(default_factory=dict)

    @property
    def household_id(self) -> int | None:
        return self.assessment.household_id if self.assessment else None


def trace(value: str | None, known_by: str | None) -> str:
    """An answer in one text, to tell whether it is still what a page showed; no answer is an empty one."""
    return f"{known_by or ''}:{value}" if value else ""


def trace_of(asked: Field, answer: Answer | None) -> str:
    """The trace of a stored answer, however its number was written."""
    if answer is None:
        return ""
    read = read_answer(asked, answer.value)
    return trace(None if read is None else wording.stored_text(read), answer.known_by)


def lock(visit: HomeVisit) -> HomeVisit:
    """The visit as it is now; whoever else changes it or its answers waits until this transaction is over."""
    statement = select(HomeVisit).where(HomeVisit.id == visit.id).with_for_update(of=HomeVisit)
    return db.session.execute(statement.execution_options(populate_existing=True)).scalar_one()


def instrument_for(visit: HomeVisit) -> Instrument:
    """The instrument its assessment was begun with, else the unit's newest."""
    begun = visit.assessment
    return instrument(begun.instrument_code, begun.instrument_version) if begun else latest()


def save_answers(visit: HomeVisit, sent: Iterable[Sent], *, by: User) -> Outcome:
    """Save what can be saved; the first answer begins the assessment.

    A question that the page's reader did not touch is left alone. One that was changed elsewhere since the page was
    shown is not overwritten: it comes back as a conflict, for the person to choose.
    """
    if not policies.is_visitor(by, visit):
        raise NotAllowed
    visit = lock(visit)
    if visit.status is not VisitStatus.BOOKED:
        raise AlreadySettled(gettext("This visit is over; its answers are not changed any more."))
    form, stored = instrument_for(visit), _stored(visit.assessment)
    outcome = Outcome(visit.assessment)
    for one in sent:
        if one.field in form.fields and not form.fields[one.field].expr:
            _save(visit, form, one, stored.get(one.field), outcome, by)
            if one.upload and one.field not in outcome.refused:
                _attach(one, outcome, by)
    if outcome.saved and outcome.assessment:
        audit.record("assessment.answered", outcome.assessment, by=by, fields=outcome.saved)
    return outcome


def _stored(assessment: Assessment | None) -> dict[str, Answer]:
    if assessment is None:
        return {}
    rows = db.session.scalars(
        select(Answer).where(Answer.assessment_id == assessment.id).execution_options(populate_existing=True)
    )
    return {answer.field: answer for answer in rows}


def _save(visit: HomeVisit, form: Instrument, one: Sent, answer: Answer | None, outcome: Outcome, by: User) -> None:
    try:
        read = read_answer(form.fields[one.field], one.value)
    except BadAnswer as bad:
        outcome.refused[one.field] = wording.sentence(bad)
        return
    value = "" if read is None else wording.stored_text(read)
    known_by = KnownBy(one.known_by) if one.known_by in set(KnownBy) else None
    mine, theirs = trace(value, known_by), trace_of(form.fields[one.field], answer)
    if mine in (one.shown, theirs):
        return
    if theirs != one.shown:
        outcome.conflicts[one.field] = answer
    elif value:
        outcome.assessment = outcome.assessment or _begin(visit, form, by)
        _write(outcome.assessment, one.field, answer, value, known_by)
        outcome.saved.append(one.field)
    elif answer and answer.file_id:
        outcome.refused[one.field] = gettext(
            "There is a photo or document with this answer: change it, do not empty it."
        )
    elif answer and outcome.assessment:
        outcome.assessment.answers.remove(answer)
        outcome.saved.append(one.field)


def _begin(visit: HomeVisit, form: Instrument, by: User) -> Assessment:
    """A draft by this version of the instrument, dated on the day its first answer is taken."""
    visit.assessment = Assessment(
        household_id=visit.household_id, instrument_code=form.code, instrument_version=form.version,
        status=AssessmentStatus.DRAFT, assessed_on=clock.today(), by_id=by.id,
    )  # fmt: skip
    db.session.flush()
    return visit.assessment


def _write(assessment: Assessment, name: str, answer: Answer | None, value: str, known_by: KnownBy | None) -> None:
    if answer is None:
        answer = Answer(field=name)
        assessment.answers.append(answer)
    answer.value, answer.known_by, answer.answered_at = value, known_by, clock.now()


def _attach(one: Sent, outcome: Outcome, by: User) -> None:
    """Keep a photo or document with its answer; a second one is kept beside the first."""
    answers = outcome.assessment.answers if outcome.assessment else []
    answer = next((answer for answer in answers if answer.field == one.field), None)
    if answer is None or one.upload is None:
        outcome.refused[one.field] = gettext("Please answer the question first, then add its photo or document.")
        return
    db.session.flush()
    try:
        file = files.store(one.upload, subject=answer, household_id=outcome.household_id, by=by)
    except Refused as refusal:
        outcome.refused[one.field] = str(refusal)
        return
    answer.file_id = file.id
    outcome.saved.append(one.field)
