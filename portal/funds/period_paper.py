"""A closed period on paper: its report as it was frozen, signed by who closed it."""

from flask_babel import force_locale

from portal import clock
from portal.accounts.roles import Role
from portal.funds import days_paper, figures, periods
from portal.funds.days_paper import LEFT, RIGHT, RUPIAH
from portal.funds.figures import FundDays
from portal.funds.models import BookPeriod
from portal.funds.receipts import title_of
from portal.language import gettext, ngettext
from portal.paper import Report, Table, render
from portal.units.catalogue import catalogue
from portal.units.formats import day
from portal.units.letterhead import letterhead, town


def pdf(period: BookPeriod) -> bytes:
    """The period as a PDF; papers are Indonesian, whatever language the screen speaks."""
    with force_locale("id"):
        return render("report", _report(period))


def _report(period: BookPeriod) -> Report:
    funds, by = periods.funds_of(period.report), period.closed_by
    whole = figures.together(funds)
    return Report(
        head=letterhead(catalogue()), name=gettext("Report of closed books"), about="", since=period.starts_on,
        until=period.ends_on, lead=days_paper.in_a_sentence(whole), place=town(catalogue()),
        on=clock.local(period.closed_at).date(),
        facts=(
            (gettext("Families helped"), str(period.report["families"])),
            (gettext("Free at the end"), RUPIAH(whole.available)),
            (gettext("Put aside at the end"), RUPIAH(whole.reserved)),
        ),
        tables=(days_paper.table(funds, periods.titles(), _came_back(whole)), *_given(period)),
        notes=_notes(period), signers=((title_of(by, Role.TREASURER), by.full_name, by.nip or ""),),
    )  # fmt: skip


def _came_back(whole: FundDays) -> str:
    """What the columns have taken off already."""
    if not whole.taken_back and not whole.given_back:
        return ""
    return gettext(
        "Taken off already: gifts taken back %(gifts)s, aid that came back %(aid)s.",
        gifts=RUPIAH(whole.taken_back), aid=RUPIAH(whole.given_back),
    )  # fmt: skip


def _given(period: BookPeriod) -> list[Table]:
    """By service and kecamatan; none where nothing was given."""
    rows = periods.given_by_place(period.report)
    if not rows:
        return []
    whole = str(period.report["families"]), RUPIAH(sum(amount for *_, amount in rows))
    return [
        Table(
            title=gettext("Given by service and kecamatan"), aligned=(LEFT, LEFT, RIGHT, RIGHT),
            heads=(gettext("Service"), gettext("Kecamatan"), gettext("Families"), gettext("Given")),
            widths=("wide", "auto", "auto", "auto"), foot=(gettext("Together, each family once"), "", *whole), note="",
            rows=tuple((name, place or "–", str(count), RUPIAH(amount)) for name, place, count, amount in rows),
        )
    ]  # fmt: skip


def _notes(period: BookPeriod) -> tuple[str, ...]:
    frozen = gettext("This report stands as it was frozen when the books were closed, and does not change any more.")
    inside = gettext(
        "Small numbers stand here as they are: this paper is for the unit and for who examines it. Partners and the "
        "public have reports of their own."
    )
    later = len(periods.corrected_since(period))
    corrected = ngettext(
        "Up to %(day)s %(num)d entry of it was taken back in the open books.",
        "Up to %(day)s %(num)d entries of it were taken back in the open books.", later, day=day(clock.today()),
    )  # fmt: skip
    return (frozen, *([corrected] if later else []), inside)
