"""Today: each person's first page is what they have to do now, ordered by what is due (issue: "Today")."""

from collections.abc import Iterable

from flask import Response
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.db import db
from portal.funds.models import AccountKind, Fund, LedgerAccount
from portal.language import gettext as _
from portal.money import format_rupiah
from portal.reports import work_area, work_desk, work_head, work_others
from portal.reports.work import SHOWN, Group
from portal.web.pages import page

GROUPS = {
    Role.SOCIAL_WORKER: work_desk.GROUPS,
    Role.UNIT_HEAD: work_head.GROUPS,
    **work_others.GROUPS,
}


def today_page(user: User) -> Response:
    """The first page of somebody signed in: the groups of all roles they hold, and of the mayor they stand in for."""
    groups = list(groups_of(user))
    return page(
        "reports/today.html",
        groups=groups,
        numbers=[*(work_area.figures(user) if user.has(Role.CADRE) else ()), *(group.number for group in groups)],
        balance=balance_sentence(user) if user.has(Role.PARTNER) else "",
        cadre=user.has(Role.CADRE),
        shown=SHOWN,
    )


def groups_of(user: User) -> Iterable[Group]:
    """What waits for this person, in the order of the roles."""
    makers = [maker for role in GROUPS if user.has(role) for maker in GROUPS[role]]
    if work_others.emergencies not in makers and work_others.is_deputy(user):
        makers.insert(0, work_others.emergencies)
    groups = (maker(user) for maker in makers)
    return (group for group in groups if group.rows or not group.only_when_any)


def balance_sentence(user: User) -> str:
    """What a partner's money stands at, as a sentence (design.md section 3, "Dana / Mitra")."""
    rows = db.session.execute(
        select(LedgerAccount.kind, func.sum(LedgerAccount.balance))
        .join(Fund)
        .where(Fund.partner_code == user.partner_code)
        .group_by(LedgerAccount.kind)
    )
    balance = {row[0]: int(row[1]) for row in rows}
    return _(
        "%(available)s is available of the %(received)s that arrived.",
        available=format_rupiah(balance.get(AccountKind.AVAILABLE, 0)),
        received=format_rupiah(-balance.get(AccountKind.RECEIVED, 0)),
    )
