"""What a partner has to think of besides its gifts: permits that end or are missing, and what it promised."""

from collections.abc import Sequence
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.money import format_rupiah
from portal.partners import permits, pledges
from portal.partners.queries import get_partner
from portal.reports.work import SHOWN, Group, Work
from portal.units.formats import day

RECORD = "/partners/mine"


def permits_to_renew(user: User) -> Group:
    """Permits that a law asks for and that are missing, have ended or end soon (partners/permits.py)."""
    told = permits.warnings(get_partner(user.partner_code), clock.today()) if user.partner_code else []
    rows = [
        Work(
            title=sentence, url=RECORD, text="", button=(_l("Open our record"), RECORD),
            mark=(tone, _("ended") if tone == "late" else _("look at it")),
        )
        for tone, sentence in told
    ]  # fmt: skip
    return Group(
        "permits", _l("Permits to renew"), _l("permits to renew"), "#group-permits", rows, len(rows),
        _l("Every permit is valid."), "due", only_when_any=True,
    )  # fmt: skip


def own_pledges(user: User) -> Group:
    """What this partner promised and has not given yet, the one that is due first on top."""
    found: Sequence[Any] = pledges.pledges(reader=user, open_only=True, size=1000) if user.partner_code else []
    today = clock.today()
    rows = [
        Work(
            title=format_rupiah(max(0, row.amount - row.arrived)), url=f"/pledges/{row.number}",
            text=f"{row.number} · " + _("to be given by %(day)s", day=day(row.due_on)),
            button=(_l("Open the pledge"), f"/pledges/{row.number}"),
            mark=("late", _("overdue")) if row.due_on < today else None,
        )
        for row in found[:SHOWN]
    ]  # fmt: skip
    return Group(
        "own-pledges", _l("Our pledges"), _l("open pledges"), "/pledges", rows, len(found),
        _l("Nothing is promised."), only_when_any=True,
    )  # fmt: skip
