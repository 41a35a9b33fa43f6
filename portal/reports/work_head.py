"""What waits for the unit head."""

from datetime import date
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.accounts.models import User
from portal.complaints.models import Complaint
from portal.complaints.promise import overdue_before
from portal.decisions.models import Decision, DecisionStatus
from portal.funds.models import Disbursement, DisbursementStatus
from portal.households import month_queries
from portal.households import month_rules as rules
from portal.households.month_words import time_left
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.language import ngettext
from portal.lists import queries as lists
from portal.lists import words as list_words
from portal.lists.models import ListProposal
from portal.money import format_rupiah
from portal.referrals import queries as referrals
from portal.referrals.models import Referral
from portal.reports import addresses
from portal.reports.work import Group, Work, due_promise, first, of_families, place, promised
from portal.units.catalogue import catalogue
from portal.units.formats import day, service_name
from portal.units.formats import month as written_month


def decisions_waiting(user: User) -> Group:
    """Proposals that wait for a decision, the nearest promise first."""
    today = clock.today()
    statement = (
        of_families(
            Decision, Decision.id, Decision.proposed_at, Complaint.promised_on, Complaint.service_code,
            User.full_name.label("proposed_by"),
        )
        .join(Complaint, Complaint.id == Decision.complaint_id)
        .join(User, User.id == Decision.proposed_by_id)
        .where(Decision.status == DecisionStatus.PROPOSED)
        .order_by(Complaint.promised_on.is_(None), Complaint.promised_on, Decision.id)
    )  # fmt: skip

    def row(found: Any) -> Work:
        return Work(
            title=found.head_name,
            url=addresses.decision(found.id),
            text=f"{service_name(found.service_code)} · {place(found)} · "
            + _("proposed by %(name)s", name=found.proposed_by)
            + f" · {promised(found.promised_on)}",
            button=(_l("Decide"), addresses.decision(found.id)),
            mark=due_promise(found.promised_on, today=today),
        )

    rows, total = first(statement, row)
    return Group(
        "decisions", _l("Decisions waiting"), _l("decisions waiting"), "/decisions", rows, total,
        _l("No proposal waits for a decision."), "due",
    )  # fmt: skip


def broken_promises(user: User) -> Group:
    """Unanswered complaints whose promised day has passed, the oldest promise first."""
    today = clock.today()
    statement = (
        of_families(
            Complaint,
            Complaint.number,
            Complaint.promised_on,
            Complaint.service_code,
        )
        .where(Complaint.answered_on.is_(None), Complaint.promised_on < overdue_before(today))
        .order_by(Complaint.promised_on, Complaint.id)
    )
    days = catalogue().calendar.working_days_between

    def row(found: Any) -> Work:
        late = days(found.promised_on, today)
        return Work(
            title=found.head_name,
            url=addresses.complaint(found.number),
            text=f"{service_name(found.service_code)} · {place(found)} · {promised(found.promised_on)}",
            button=(_l("Open the case"), addresses.complaint(found.number)),
            mark=("late", ngettext("%(num)d working day late", "%(num)d working days late", late)),
        )

    rows, total = first(statement, row)
    return Group(
        "promises", _l("Broken promises"), _l("broken promises"), "/complaints?filter=late", rows, total,
        _l("Every promise is kept or still lies ahead."), "late",
    )  # fmt: skip


def aid_to_approve(user: User) -> Group:
    """Aid that was proposed, the oldest first."""
    statement = (
        of_families(
            Disbursement,
            Disbursement.number,
            Disbursement.amount,
            Disbursement.service_code,
        )
        .where(Disbursement.status == DisbursementStatus.PROPOSED)
        .order_by(Disbursement.id)
    )

    def row(found: Any) -> Work:
        return Work(
            title=found.head_name,
            url=addresses.disbursement(found.number),
            text=f"{format_rupiah(found.amount)} · {service_name(found.service_code)} · {place(found)}",
            button=(_l("Approve the aid"), addresses.disbursement(found.number)),
        )

    rows, total = first(statement, row)
    return Group(
        "aid", _l("Aid to approve"), _l("aid to approve"), "/disbursements?status=proposed", rows, total,
        _l("No aid waits for approval."), "due",
    )  # fmt: skip


def referrals_silent(user: User) -> Group:
    """Referrals whose answer was due and has not come (domain.md section 10)."""
    today = clock.today()
    statement = (
        of_families(
            Referral,
            Referral.id,
            Referral.office,
            Referral.due_on,
        )
        .where(referrals.is_late(today))
        .order_by(Referral.due_on, Referral.id)
    )

    def row(found: Any) -> Work:
        return Work(
            title=found.head_name,
            url=addresses.referral(found.id),
            text=f"{found.office} · " + _("answer was due on %(day)s", day=day(found.due_on, weekday=True, short=True)),
            button=(_l("Open the referral"), addresses.referral(found.id)),
            mark=("late", _("unanswered")),
        )

    rows, total = first(statement, row)
    return Group(
        "referrals", _l("Referrals without an answer"), _l("referrals without an answer"),
        "/referrals?filter=late", rows, total, _l("Every office has answered in time."), "late",
    )  # fmt: skip


def list_proposals(user: User) -> Group:
    """Proposals to the owners of lists that are to be sent, or whose answer is overdue."""
    today = clock.today()
    statement = (
        select(ListProposal.number, ListProposal.office, ListProposal.kind, ListProposal.list_code,
               ListProposal.waiting, ListProposal.due_on)
        .where(lists.is_due(today))
        .order_by(ListProposal.due_on.is_(None), ListProposal.due_on, ListProposal.id)
    )  # fmt: skip

    def row(found: Any) -> Work:
        families = ngettext("%(num)s family", "%(num)s families", found.waiting)
        name = list_words.LISTS.get(found.list_code, found.list_code)
        late = found.due_on is not None
        return Work(
            title=found.number,
            url=addresses.list_proposal(found.number),
            text=f"{found.office} · {name} · {list_words.KINDS[found.kind]} · {families}",
            button=(_l("Note the answer") if late else _l("Send the proposal"), addresses.list_proposal(found.number)),
            mark=("late", _("late since %(day)s", day=day(found.due_on, short=True))) if late else None,
        )

    rows, total = first(statement, row)
    return Group(
        "list_proposals", _l("Proposals to the owners of lists"), _l("proposals to send, or overdue"),
        "/list-proposals?filter=due", rows, total, _l("No proposal waits to be sent, and none is overdue."), "due",
        only_when_any=True,
    )  # fmt: skip


def months_to_close(user: User) -> Group:
    """Months whose last days have come and that some kelurahan has open; who only reads them is not reminded."""
    found = month_queries.to_close(rules.last_to_close()) if rules.is_on() else []

    def row(month: date, kelurahan: int) -> Work:
        word, tone = time_left(rules.days_left(month))
        return Work(
            title=written_month(month),
            url=addresses.monthly_update(month),
            text=ngettext("%(num)d kelurahan is open", "%(num)d kelurahan are open", kelurahan)
            + " · " + _("to be closed by %(day)s", day=day(rules.closes_on(month), weekday=True, short=True)),
            button=(_l("See how far they are"), addresses.monthly_update(month)),
            mark=(tone, word),
        )  # fmt: skip

    rows = [row(month, kelurahan) for month, kelurahan in found]
    return Group(
        "months", _l("Months to close"), _l("months to close"), "#group-months", rows, len(rows), "", "due",
        only_when_any=True,
    )  # fmt: skip


GROUPS = (decisions_waiting, broken_promises, aid_to_approve, referrals_silent, list_proposals, months_to_close)
