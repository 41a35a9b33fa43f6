"""What waits for the mayor's office, the treasurer, partners, other offices, the auditor and the administrator."""

from typing import Any

from sqlalchemy import or_, select

from portal import clock
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.audit import words as trail_words
from portal.audit.models import AuditEvent
from portal.complaints.promise import overdue_before
from portal.db import db
from portal.funds.models import Disbursement, DisbursementStatus, Fund
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.language import ngettext
from portal.money import format_rupiah
from portal.partners.models import Donation, DonationStatus, Partner
from portal.partners.words import STATUS, asnaf_names
from portal.recommendations.models import Delegation, RecommendationStatus
from portal.recommendations.models import EmergencyRecommendation as R
from portal.recommendations.waiting import is_late, waiting_hours
from portal.referrals import queries as referrals
from portal.referrals.models import Referral
from portal.referrals.words import OUTCOMES
from portal.reports import addresses, work_aid
from portal.reports.work import Group, Work, first, of_families
from portal.reports.work_giving import own_pledges, permits_to_renew
from portal.units import settings
from portal.units.catalogue import catalogue
from portal.units.formats import ago, day, daytime, service_name, village

ASNAF = "/disbursements/asnaf"


def emergencies(user: User) -> Group:
    """Emergencies that wait for the mayor, the longest wait first; red when longer than promised. Kelurahan only."""
    statement = (
        of_families(
            R, R.number, R.proposed_at, R.service_code, R.resident_name, R.urgent,
        )
        .where(R.status == RecommendationStatus.PROPOSED)
        .order_by(R.proposed_at, R.id)
    )  # fmt: skip

    def row(found: Any) -> Work:
        return Work(
            title=found.resident_name,
            url=addresses.recommendation(found.number),
            text=f"{service_name(found.service_code)} · {village(found.village_code)}",
            button=(_l("Read and decide"), addresses.recommendation(found.number)),
            mark=("late" if is_late(found) else "due", _hours(waiting_hours(found))),
        )

    rows, total = first(statement, row)
    return Group(
        "emergencies", _l("Emergencies waiting"), _l("emergencies waiting"), "/recommendations", rows, total,
        _l("No emergency waits for you."), "late" if any(each.mark and "late" in each.mark for each in rows) else "due",
    )  # fmt: skip


def _hours(hours: int) -> str:
    return ngettext("%(num)d hour waiting", "%(num)d hours waiting", hours) if hours else _("just in")


def is_deputy(user: User) -> bool:
    """Whether somebody lets this person decide emergencies today."""
    today = clock.today()
    return (
        db.session.execute(
            select(Delegation.id).where(
                Delegation.to_user_id == user.id,
                Delegation.starts_on <= today,
                Delegation.ends_on >= today,
                or_(Delegation.ended_on.is_(None), Delegation.ended_on > today),
            )
        ).first()
        is not None
    )


def donations_to_confirm(user: User) -> Group:
    """Donations entered by partners that nobody has seen arrive yet."""
    statement = (
        select(Donation.number, Donation.amount, Donation.given_on, Partner.name)
        .join(Partner)
        .where(Donation.status == DonationStatus.ENTERED)
        .order_by(Donation.given_on, Donation.id)
    )

    def row(found: Any) -> Work:
        return Work(
            title=f"{format_rupiah(found.amount)} · {found.name}",
            url=addresses.donation(found.number),
            text=f"{found.number} · " + _("given on %(day)s", day=day(found.given_on)),
            button=(_l("Confirm the donation"), addresses.donation(found.number)),
        )

    rows, total = first(statement, row)
    return Group(
        "donations", _l("Donations to confirm"), _l("donations to confirm"), "/donations?status=entered",
        rows, total, _l("Every donation is confirmed."), "due",
    )  # fmt: skip


def _aid(status: DisbursementStatus) -> Any:
    return (
        of_families(
            Disbursement, Disbursement.number, Disbursement.amount, Disbursement.service_code, Disbursement.approved_at,
            Disbursement.waiting_reason, Disbursement.asnaf, Disbursement.asnaf_confirmed_by_id,
        )
        .where(Disbursement.status == status)
        .order_by(Disbursement.id)
    )  # fmt: skip


def payments(user: User) -> Group:
    """Aid that the head approved and that has not been paid, the oldest first; zakat waits for its amil's asnaf."""

    def row(found: Any) -> Work:
        page, waits = addresses.disbursement(found.number), found.asnaf and not found.asnaf_confirmed_by_id
        return Work(
            title=f"{format_rupiah(found.amount)} · {found.head_name}",
            url=addresses.disbursement(found.number),
            text=f"{found.number} · {service_name(found.service_code)} · "
            + _("approved %(when)s", when=ago(found.approved_at) if found.approved_at else ""),
            button=(_l("Read how the aid stands"), page) if waits else (_l("Pay"), page + "/payment"),
            mark=("due", _("waits for its asnaf")) if waits else None,
        )

    rows, total = first(_aid(DisbursementStatus.APPROVED), row)
    return Group(
        "payments", _l("Payments to make"), _l("payments to make"), "/disbursements?status=approved",
        rows, total, _l("Everything approved is paid."), "due",
    )  # fmt: skip


def waiting_list(user: User) -> Group:
    """Families for whom there was no money, the longest wait first."""

    def row(found: Any) -> Work:
        return Work(
            title=f"{format_rupiah(found.amount)} · {found.head_name}",
            url=addresses.disbursement(found.number),
            text=f"{service_name(found.service_code)} · {found.waiting_reason}",
            button=(_l("Read how the aid stands"), addresses.disbursement(found.number)),
        )

    rows, total = first(_aid(DisbursementStatus.WAITING), row)
    return Group(
        "waiting", _l("Families waiting for money"), _l("families waiting for money"),
        "/waiting", rows, total, _l("No family waits for money."), "due",
    )  # fmt: skip


def own_donations(user: User) -> Group:
    """A partner's own donations, newest first."""
    statement = (
        select(Donation.number, Donation.amount, Donation.given_on, Donation.status)
        .where(Donation.partner_code == user.partner_code)
        .order_by(Donation.given_on.desc(), Donation.id.desc())
    )

    def row(found: Any) -> Work:
        return Work(
            title=format_rupiah(found.amount),
            url=addresses.donation(found.number),
            text=f"{found.number} · " + _("given on %(day)s", day=day(found.given_on)),
            button=(_l("See what became of it"), addresses.donation(found.number)),
            mark=_standing(found.status),
        )

    rows, total = first(statement, row)
    return Group(
        "own-donations", _l("Our donations"), _l("donations"), "/donations", rows, total,
        _l("No donation is recorded yet. Record the first one: the treasurer confirms it when the money arrives."),
    )  # fmt: skip


def _standing(status: DonationStatus) -> tuple[str, str]:
    label, tone, _icon = STATUS[status]
    return tone, str(label)


def asnaf_to_confirm(user: User) -> Group:
    """Zakat of this partner set aside for a family: its amil confirms the asnaf (domain.md section 9). No names."""
    statement = (
        select(Disbursement.number, Disbursement.amount, Disbursement.service_code, Disbursement.asnaf)
        .join(Fund, Fund.id == Disbursement.fund_id)
        .where(
            Fund.partner_code == user.partner_code,
            Disbursement.asnaf.is_not(None),
            Disbursement.asnaf_confirmed_by_id.is_(None),
            Disbursement.status.in_([DisbursementStatus.PROPOSED, DisbursementStatus.APPROVED]),
        )
        .order_by(Disbursement.id)
    )

    names = asnaf_names()

    def row(found: Any) -> Work:
        return Work(
            title=f"{found.number} · {format_rupiah(found.amount)}",
            url=addresses.disbursement(found.number),
            text=f"{service_name(found.service_code)} · {names.get(found.asnaf, found.asnaf)}",
            button=(_l("Confirm the asnaf"), ASNAF),
        )

    rows, total = first(statement, row)
    return Group(
        "asnaf", _l("Asnaf to confirm"), _l("asnaf to confirm"), ASNAF, rows, total,
        "",
        "due",
        only_when_any=True,
    )  # fmt: skip


def referrals_to_answer(user: User) -> Group:
    """Cases handed to this person's office, the oldest due day first, whether they are begun or not."""
    today = clock.today()
    statement = (
        of_families(
            Referral,
            Referral.id,
            Referral.service_code,
            Referral.due_on,
            Referral.outcome,
        )
        .where(Referral.office == user.office, referrals.IS_OPEN)
        .order_by(Referral.due_on, Referral.id)
    )

    def row(found: Any) -> Work:
        mark = ("late", _("overdue")) if found.due_on < overdue_before(today) else None
        return Work(
            title=found.head_name,
            url=addresses.referral(found.id),
            text=(f"{service_name(found.service_code)} · " if found.service_code else "")
            + _("answer by %(day)s", day=day(found.due_on, weekday=True)),
            button=(_l("Answer"), addresses.referral(found.id)),
            mark=mark or (("info", OUTCOMES[found.outcome][0]) if found.outcome else None),
        )

    rows, total = first(statement, row)
    return Group(
        "to-answer", _l("Referrals to answer"), _l("referrals to answer"), "/referrals", rows, total,
        _l("Every referral to your office is answered."), "due",
    )  # fmt: skip


def trail(user: User) -> Group:
    """The last rows of the trail, for who may read it."""
    found = db.session.execute(
        select(AuditEvent.id, AuditEvent.at, AuditEvent.actor_name, AuditEvent.action, AuditEvent.subject_type)
        .order_by(AuditEvent.id.desc())
        .limit(10)
    ).all()
    rows = [
        Work(
            trail_words.action(row.action),
            "/audit",
            f"{daytime(row.at)} · {row.actor_name} · {trail_words.kind(row.subject_type)}",
        )
        for row in found
    ]
    return Group(
        "trail", _l("Last rows of the trail"), _l("rows in the trail"), "/audit", rows, found[0].id if found else 0,
        _l("The trail is empty: nobody has done anything yet."),
    )  # fmt: skip


def unfindable(user: User) -> Group:
    """Where the unit is found stands on every public page and paper, once somebody has filled it in."""
    rows = [
        Work(
            str(settings.meaning(key).label),
            f"/settings/{key}",
            _("Missing on the public pages, receipts and letters."),
            (_l("Fill in"), f"/settings/{key}"),
        )
        for key in ("office_address", "office_phone")
        if not str(catalogue().setting(key)).strip()
    ]
    return Group(
        "unfindable", _l("Families cannot find you"), _l("missing: where families find you"), "/settings", rows,
        len(rows), "", "due", only_when_any=True,
    )  # fmt: skip


def users(user: User) -> Group:
    """Who may sign in, newest first."""
    statement = select(User.name, User.full_name, User.created_at).where(User.active).order_by(User.id.desc())

    def row(found: Any) -> Work:
        return Work(found.full_name, "/users", f"{found.name} · " + _("since %(day)s", day=daytime(found.created_at)))

    rows, total = first(statement, row)
    return Group(
        "users", _l("People who may sign in"), _l("people who may sign in"), "/users", rows, total,
        _l("Nobody may sign in yet. Add the first person."),
    )  # fmt: skip


GROUPS = {
    Role.MAYOR_OFFICE: (emergencies, work_aid.to_agree),
    Role.TREASURER: (donations_to_confirm, payments, work_aid.lists_to_settle, waiting_list),
    Role.PARTNER: (asnaf_to_confirm, permits_to_renew, own_pledges, own_donations),
    Role.OFFICE: (referrals_to_answer,),
    Role.AUDITOR: (trail,),
    Role.ADMIN: (unfindable, users),
}
