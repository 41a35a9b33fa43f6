"""Proposals to the owners of lists: gathering them, and following them until they are answered."""

import tempfile
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Response, request, url_for

from portal import clock
from portal.db import db
from portal.decisions import words as decisions
from portal.decisions.models import ListingErrorOutcome
from portal.errors import AlreadySettled, NotFound, Refused
from portal.files.fields import size_of
from portal.language import gettext, ngettext
from portal.lists import answers, policies, queries, services, words
from portal.lists.formats import format_of, formats
from portal.lists.forms import AnswerFileForm, AnswerForm, MakeForm, SentForm, WithdrawForm
from portal.lists.held import said_by_newest
from portal.lists.models import LineAnswer, ListProposal, ProposalKind, ProposalState
from portal.lists.views import _village, _word, bp
from portal.units.catalogue import catalogue
from portal.web.access import requires, signed_in_user
from portal.web.addresses import record_number
from portal.web.forms import Form
from portal.web.once import once
from portal.web.pages import done, page
from portal.web.paging import PAGE_SIZE, Page, after_id, paged, place

OFFERED = (50, 100, 200)
"""Errors on the page that gathers them, as people choose: more go into the next proposal."""


@bp.get("/list-proposals", endpoint="proposals")
@requires(policies.VIEW)
def index() -> Response:
    chosen, today = request.args.get("filter", "open"), clock.today()
    if chosen not in queries.FILTERS:
        raise NotFound
    rows = queries.proposals(chosen, on=today, after=place(), limit=PAGE_SIZE + 1)
    return page(
        "lists/proposals.html", fragment="results", proposals=paged(rows, lambda row: [row.id]), chosen=chosen,
        words=words, on=today, may_propose=policies.may_propose(signed_in_user()),
    )  # fmt: skip


# Gathering


@bp.get("/list-proposals/new")
@requires(policies.PROPOSE)
def new() -> Response:
    return _new(MakeForm(formdata=None), request.args)


@bp.post("/list-proposals/new")
@requires(policies.PROPOSE)
@once
def make() -> Response:
    form, given = MakeForm(), request.form
    if form.sent():
        try:
            proposal = services.make(
                _list_code(given.get("list")), _word(ProposalKind, given.get("kind"), ProposalKind.ADD),
                _numbers(given.getlist("error")), by=signed_in_user(),
            )  # fmt: skip
            return done(url_for(".proposal", number=proposal.number), gettext("The proposal is made; fetch its file."))
        except Refused as refusal:
            form.refuse(refusal)
    return _new(form, given, status=422)


def _numbers(typed: list[str]) -> set[int]:
    return {number for text in typed if (number := record_number(text)) is not None}


def _list_code(text: str | None) -> str:
    """A list that somebody owns, else the unit's national one. Raises NotFound."""
    code = text or str(catalogue().setting("national_list"))
    format_of(code)
    return code


def _new(form: MakeForm, given: Any, *, status: int = 200) -> Response:
    list_code, village = _list_code(given.get("list")), _village(given)
    kind = _word(ProposalKind, given.get("kind"), ProposalKind.ADD)
    most, tick = record_number(given.get("most", str(OFFERED[0]))), given.get("tick", "fresh")
    if tick not in words.TICKS or most not in OFFERED:
        raise NotFound
    errors = queries.eligible(list_code, kind, village_code=village, limit=most + 1)
    ticked = _numbers(given.getlist("error")) if request.method == "POST" else _ticked(tick, errors)
    return page(
        "lists/new.html", fragment="results", form=form, errors=errors[:most], more=len(errors) > most, most=most,
        list_code=list_code, kind=kind, village=village, ticked=ticked, words=words, decisions=decisions,
        known=said_by_newest(list_code, [error.household_id for error in errors]), layout=format_of(list_code),
        lists=[(code, words.LISTS.get(code, code)) for one in formats().values() for code in one.lists],
        offered=[(str(number), str(number)) for number in OFFERED], villages=catalogue().villages.items(), tick=tick,
        status=status,
    )  # fmt: skip


def _ticked(tick: str, errors: Any) -> set[int]:
    """Which are ticked at first. What was proposed by letter or deliberated before waits for a person's tick."""
    if tick == "none":
        return set()
    return {error.id for error in errors if tick == "all" or error.outcome is ListingErrorOutcome.RECORDED}


# Following


@bp.get("/list-proposals/<number>")
@requires(policies.VIEW)
def proposal(number: str) -> Response:
    return _show(queries.get_proposal(number))


def _show(
    found: ListProposal, *, status: int = 200, ticked: Collection[int] = (), unfit: Any = (), **sent: Form
) -> Response:
    """The proposal with the forms of what may be done now; `sent` is the one that was refused."""
    user = signed_in_user()
    waits, made = found.state is ProposalState.SENT, found.state is ProposalState.MADE
    rows = queries.lines(found.id, after=after_id(), limit=PAGE_SIZE + 1)
    kinds: dict[str, type[Form]] = {
        "send": SentForm, "answer": AnswerForm, "answer_file": AnswerFileForm, "withdraw": WithdrawForm,
    }  # fmt: skip
    forms = {name: sent.get(name) or kind(formdata=None, obj=found) for name, kind in kinds.items()}
    fulfilled = queries.fulfilled(found)
    return page(
        "lists/proposal.html", status=status, proposal=found, forms=forms, words=words, decisions=decisions,
        lines=_own_pages(found, paged(rows, lambda line: [line.position], given={})), ticked=ticked,
        unfit=unfit, fulfilled=fulfilled,
        fulfilled_by={one.line_id: one.held for one in fulfilled}, layout=formats()[found.format_code],
        may_answer=waits and policies.may_propose(user), may_send=made and policies.may_send(user),
        may_fetch=policies.may_send(user), plain=Form(formdata=None, obj=found), today=clock.today(),
        may_withdraw=(made or waits) and (policies.may_send(user) or (made and policies.may_propose(user))),
    )  # fmt: skip


def _own_pages(found: ListProposal, lines: Page[Any]) -> Page[Any]:
    """The pages of the lines are the proposal's own, also where one of its forms was refused."""
    own = url_for(".proposal", number=found.number)
    first, after = (url and own + url.removeprefix(request.path) for url in (lines.first_url, lines.next_url))
    return replace(lines, first_url=first, next_url=after)


def _act(number: str, name: str, form: Form, act: Callable[[ListProposal], Any], **shown: Any) -> Response:
    """Do it and go back to the proposal, or show it again with what stands in the way.

    `act` gives the sentence that says what was done.
    """
    found = queries.get_proposal(number)
    if form.sent():
        form.expect_version(found)
        try:
            said = act(found)
        except AlreadySettled:
            raise
        except Refused as refusal:
            db.session.rollback()  # the page shows what is stored, and keeps what was typed
            form.refuse(refusal)
        else:
            return done(url_for(".proposal", number=found.number), said)
    return _show(queries.get_proposal(number), status=422, **shown, **{name: form})


@bp.post("/list-proposals/<number>/send")
@requires(policies.EXPORT)
@once
def send(number: str) -> Response:
    form = SentForm()

    def act(found: ListProposal) -> str:
        services.send(found, on=form.sent_on.day, letter=form.letter.data, by=signed_in_user())
        return gettext("Its answer is waited for from now on.")

    return _act(number, "send", form, act)


@bp.post("/list-proposals/<number>/answers")
@requires(policies.PROPOSE)
@once
def answer(number: str) -> Response:
    form, ticked = AnswerForm(), _numbers(request.form.getlist("line"))

    def act(found: ListProposal) -> str:
        open_ = [line for line in found.lines if line.answer is None]
        lines = open_ if form.which.data == "all" else [line for line in found.lines if line.id in ticked]
        if not lines:
            raise Refused(gettext("Please tick at least one family."), field="which")
        services.answer(
            found, lines, LineAnswer(form.given.data), reason=form.reason.data, on=form.answered_on.day,
            by=signed_in_user(),
        )  # fmt: skip
        return _noted(len(lines))

    return _act(number, "answer", form, act, ticked=ticked)


def _noted(count: int) -> str:
    return ngettext("%(num)s answer was noted.", "%(num)s answers were noted.", count)


@bp.post("/list-proposals/<number>/answer-file")
@requires(policies.PROPOSE)
@once
def answer_file(number: str) -> Response:
    """All rows that fit, or none: rows that do not are shown with their reason."""
    form, unfit = AnswerFileForm(), list[tuple[int, str]]()

    def act(found: ListProposal) -> str:
        read = _read(form, found)
        unfit.extend(read.unfit)
        if unfit and not form.skip_unfit.data:
            sentence = ngettext("%(num)s row does not fit and stands below. Nothing was noted.",
                                "%(num)s rows do not fit and stand below. Nothing was noted.", len(unfit))  # fmt: skip
            raise Refused(sentence, field="file")
        if not read.answers:
            raise Refused(gettext("There is no new answer in this file."), field="file")
        for given, reason, on, lines in answers.grouped(read):
            services.answer(found, lines, given, reason=reason, on=on, by=signed_in_user())
        left_out = ngettext("%(num)s row was left out.", "%(num)s rows were left out.", len(unfit)) if unfit else ""
        return f"{_noted(len(read.answers))} {left_out}".strip()

    return _act(number, "answer_file", form, act, unfit=unfit)


def _read(form: AnswerFileForm, found: ListProposal) -> answers.Read:
    if found.state is not ProposalState.SENT:
        raise AlreadySettled(gettext("Only a proposal that was sent and waits can be answered."))
    upload = form.file.data
    if not 0 < size_of(upload) <= answers.BOUNDS.file_bytes:
        raise Refused(gettext("This file is empty, or larger than an answer can be."), field="file")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answer"
        upload.save(path)
        try:
            return answers.read(path, found)
        except Refused as refusal:
            raise Refused(refusal.sentence, field="file") from None


@bp.post("/list-proposals/<number>/fulfilled")
@requires(policies.PROPOSE)
@once
def fulfilled(number: str) -> Response:
    """Lines that a newer list answers, ticked by a person."""
    ticked = _numbers(request.form.getlist("line"))
    return _act(
        number, "fulfilled", Form(),
        lambda found: _noted(services.note_fulfilled(found, ticked, by=signed_in_user())),
    )  # fmt: skip


@bp.post("/list-proposals/<number>/withdraw")
@requires(policies.PROPOSE, policies.EXPORT)
@once
def withdraw(number: str) -> Response:
    form = WithdrawForm()

    def act(found: ListProposal) -> str:
        services.withdraw(found, reason=form.withdrawal_reason.data, by=signed_in_user())
        return gettext("The proposal is withdrawn; its families may be proposed again.")

    return _act(number, "withdraw", form, act)
