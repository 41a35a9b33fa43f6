"""Proposals to a list's owner: gathered, sent, and followed until the office answered every family.

The portal never takes anybody off a national list: it proposes, and keeps what became of it (domain.md section 5).
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from portal import audit, clock
from portal.accounts.models import User
from portal.db import db, take_turns_about
from portal.decisions import listing_errors
from portal.decisions.models import ListingErrorOutcome
from portal.errors import AlreadySettled, NotAllowed, NotFound, Refused
from portal.households.models import Household
from portal.language import gettext
from portal.lists import policies, queries
from portal.lists.formats import format_of
from portal.lists.models import LineAnswer, ListProposal, ListProposalLine, ProposalKind, ProposalState
from portal.merging import along, conflicts
from portal.references import list_proposal_number
from portal.series import next_number
from portal.units.catalogue import catalogue
from portal.units.formats import day

MOST_LINES: Final = 500
"""Families of one proposal: an office answers it in one sitting, and its page and its file stay light."""


PROPOSED: Final = {
    ProposalKind.ADD: ListingErrorOutcome.PROPOSED_ADD, ProposalKind.DROP: ListingErrorOutcome.PROPOSED_DROP,
}  # fmt: skip
OUTCOMES: Final = {
    LineAnswer.ACCEPTED: ListingErrorOutcome.ACCEPTED,
    LineAnswer.REJECTED: ListingErrorOutcome.REJECTED,
    LineAnswer.DELIBERATION: ListingErrorOutcome.DELIBERATION,
}
"""What an answer means for the listing error."""


def make(list_code: str, kind: ProposalKind, error_ids: Collection[int], *, by: User) -> ListProposal:
    """Gather listing errors into a proposal to the list's owner. Raises NotAllowed, NotFound, Refused.

    A family waits for one answer at a time of the same list and kind; whoever chose it meanwhile was first.
    """
    if not policies.may_propose(by):
        raise NotAllowed
    layout = format_of(list_code)
    if not error_ids:
        raise Refused(gettext("Please choose at least one family."), field="error")
    if len(error_ids) > MOST_LINES:
        raise Refused(gettext("At most %(most)s families go into one proposal.", most=MOST_LINES), field="error")
    take_turns_about(f"list_proposal:{list_code}:{kind.value}")
    errors = queries.eligible(list_code, kind, among=error_ids, limit=MOST_LINES)
    if len(errors) < len(set(error_ids)):
        raise Refused(
            gettext("Some of these families wait in another proposal by now, or were settled. Please look again."),
            field="error",
        )
    now = clock.now()
    proposal = ListProposal(
        number=list_proposal_number(clock.today().year, next_number("list_proposal", clock.today().year)),
        list_code=list_code, kind=kind, office=layout.office, format_code=layout.code, waiting=len(errors),
        made_by_id=by.id, made_at=now,
    )  # fmt: skip
    proposal.lines = [
        ListProposalLine(
            position=position,
            listing_error_id=error.id,
            household_id=error.household_id,
            list_code=list_code,
            kind=kind,
        )
        for position, error in enumerate(errors, start=1)
    ]
    db.session.add(proposal)
    db.session.flush()
    audit.record("list_proposal.made", proposal, by=by, families=len(errors))
    return proposal


def keep_file(proposal: ListProposal, sha256: str, *, by: Any) -> None:
    """The file that was fetched last before sending is the one that was sent."""
    if proposal.state is ProposalState.MADE:
        proposal.file_sha256 = sha256
        audit.record("list_proposal.file_written", proposal, by=by, sha256=sha256)


def send(proposal: ListProposal, *, on: date, letter: str, by: User) -> None:
    """Note that the file went out; from that day its answer is waited for (setting list_answer_days).

    Raises NotAllowed, AlreadySettled, and Refused before its file was fetched, or for a day that cannot be.
    """
    if not policies.may_send(by):
        raise NotAllowed
    if proposal.state is not ProposalState.MADE:
        raise AlreadySettled(gettext("This proposal was sent or withdrawn before."))
    if not proposal.file_sha256:
        raise Refused(gettext("Fetch the file first: it is what goes to the office."))
    _refuse_closed(proposal)
    made_on = clock.local(proposal.made_at).date()
    if not made_on <= on <= clock.today():
        raise Refused(
            gettext("The day lies between %(day)s, when the proposal was made, and today.", day=day(made_on)),
            field="sent_on",
        )
    due_on = on + timedelta(days=int(catalogue().setting("list_answer_days")))
    proposal.state, proposal.sent_on, proposal.due_on = ProposalState.SENT, on, due_on
    proposal.letter, proposal.sent_by_id = letter, by.id
    reason = gettext("Proposal %(number)s to %(office)s", number=proposal.number, office=proposal.office)
    for line in proposal.lines:
        listing_errors.settle(line.listing_error, PROPOSED[proposal.kind], reason=reason, by=by)
    audit.record("list_proposal.sent", proposal, by=by)


def _refuse_closed(proposal: ListProposal) -> None:
    """Nobody is proposed who is not there any more."""
    closed = (
        select(Household.head_name)
        .join(ListProposalLine, ListProposalLine.household_id == Household.id)
        .where(ListProposalLine.proposal_id == proposal.id, Household.closed_on.is_not(None))
        .order_by(ListProposalLine.position)
    )
    if names := db.session.scalars(closed).all():
        sentence = gettext("Nobody lives in these families any more: %(names)s. Withdraw it and make another one.",
                           names=", ".join(names))  # fmt: skip
        raise Refused(sentence)


def answer(
    proposal: ListProposal, lines: Sequence[ListProposalLine], given: LineAnswer, *, reason: str, on: date, by: User,
) -> None:  # fmt: skip
    """Note the office's answer to some lines; the last one ends the waiting. It settles the listing error of each.

    Raises NotAllowed, NotFound for a line of another proposal, AlreadySettled, Refused.
    """
    if not policies.may_propose(by):
        raise NotAllowed
    if proposal.state is not ProposalState.SENT:
        raise AlreadySettled(gettext("Only a proposal that was sent and waits can be answered."))
    _check_day(proposal, on)
    if given is LineAnswer.REJECTED and not reason.strip():
        raise Refused(gettext("Please write why the office rejected it."), field="reason")
    for line in lines:
        if line.proposal_id != proposal.id:
            raise NotFound
        if line.answer is not None:
            raise AlreadySettled(gettext("Line %(number)s was answered before.", number=line.position))
        _settle(line, given, reason.strip(), on, by=by)
        listing_errors.settle(line.listing_error, OUTCOMES[given], reason=_said(proposal, reason, on), by=by)
    proposal.waiting -= len(lines)
    if proposal.waiting == 0:
        proposal.state = ProposalState.ANSWERED
    audit.record("list_proposal.answered", proposal, by=by, families=len(lines), left=proposal.waiting)


def _check_day(proposal: ListProposal, on: date) -> None:
    if not (proposal.sent_on or on) <= on <= clock.today():
        raise Refused(
            gettext("The answer came between %(day)s, when it was sent, and today.", day=day(proposal.sent_on)),
            field="answered_on",
        )


def _settle(line: ListProposalLine, given: LineAnswer, reason: str, on: date, *, by: User) -> None:
    line.answer, line.reason, line.answered_on, line.answered_by_id = given, reason, on, by.id


def _said(proposal: ListProposal, reason: str, on: date) -> str:
    said = gettext(
        "%(office)s on %(day)s, proposal %(number)s", office=proposal.office, day=day(on), number=proposal.number
    )
    return f"{said}: {reason.strip()}" if reason.strip() else said


def withdraw(proposal: ListProposal, *, reason: str, by: User) -> None:
    """Give up what was not answered; its families may be proposed again. Raises NotAllowed, AlreadySettled, Refused."""
    if not (policies.may_send(by) or (policies.may_propose(by) and proposal.state is ProposalState.MADE)):
        raise NotAllowed
    if proposal.state not in (ProposalState.MADE, ProposalState.SENT):
        raise AlreadySettled(gettext("This proposal is settled already."))
    if not reason.strip():
        raise Refused(gettext("Please write why."), field="withdrawal_reason")
    was_sent = proposal.state is ProposalState.SENT
    for line in proposal.lines:
        if line.answer is None:
            _settle(line, LineAnswer.WITHDRAWN, reason.strip(), clock.today(), by=by)
            if was_sent:
                said = gettext("Proposal %(number)s was withdrawn", number=proposal.number)
                listing_errors.settle(line.listing_error, ListingErrorOutcome.RECORDED, reason=said, by=by)
    proposal.waiting, proposal.state = 0, ProposalState.WITHDRAWN
    proposal.withdrawal_reason = reason.strip()
    audit.record("list_proposal.withdrawn", proposal, by=by)


def note_fulfilled(proposal: ListProposal, line_ids: Collection[int], *, by: User) -> int:
    """A person saw that a newer list already says what was proposed: those lines are accepted; how many.

    Only lines of which that is so now (`queries.fulfilled`). Raises Refused when there is none.
    """
    found = [one for one in queries.fulfilled(proposal) if one.line_id in line_ids]
    if not found:
        raise Refused(gettext("No newer list says that any more. Please look again."))
    for held in {one.held for one in found}:
        lines = [line for line in proposal.lines if line.id in {one.line_id for one in found if one.held == held}]
        reason = gettext("Found in %(list)s", list=held.title)
        answer(proposal, lines, LineAnswer.ACCEPTED, reason=reason, on=clock.today(), by=by)
    return len(found)


def _in_two_proposals(kept_id: int, other_id: int) -> str:
    """A family waits for one answer at a time of the same list and kind; two rows that wait are settled first."""
    line, twin = ListProposalLine, aliased(ListProposalLine)
    both = (
        select(line.proposal_id, twin.proposal_id)
        .join(twin, and_(twin.list_code == line.list_code, twin.kind == line.kind, twin.answer.is_(None)))
        .where(line.answer.is_(None), line.household_id == kept_id, twin.household_id == other_id)
    )
    ids = {number for pair in db.session.execute(both) for number in pair}
    if not ids:
        return ""
    numbers = db.session.scalars(select(ListProposal.number).where(ListProposal.id.in_(ids)).order_by(ListProposal.id))
    return gettext(
        "Both families wait for an answer of the same list: %(numbers)s. Please note the answer of one of them, or "
        "withdraw it, then merge.",
        numbers=", ".join(numbers),
    )  # fmt: skip


conflicts.only_once(_in_two_proposals)
along.runs_while(ListProposalLine, lambda: ListProposalLine.answer.is_(None))
