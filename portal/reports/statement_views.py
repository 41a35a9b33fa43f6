"""`/partners/<code>/statement`: what a partner gave and what became of it, as page, PDF and workbook."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, request, url_for

from portal import audit, clock
from portal.accounts.models import User
from portal.db import read_one_moment
from portal.errors import NotFound
from portal.funds import days_paper
from portal.funds.days import days_of
from portal.language import gettext as _
from portal.partners import policies, queries, services
from portal.partners.forms import NamingForm
from portal.partners.models import Partner
from portal.reports import statement_gifts, statement_paper
from portal.reports.statement import Statement, statement
from portal.web.access import requires, signed_in_user
from portal.web.once import once
from portal.web.pages import done, page
from portal.web.paging import PAGE_SIZE, after_id, paged

bp = Blueprint("statements", __name__, url_prefix="/partners")
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _partner(code: str) -> Partner:
    """Raises NotFound, also for a partner that is not this reader's to know of."""
    # Balances, entries and gifts are several questions; what is posted between them would make figures that differ.
    read_one_moment()
    return _own(code)


def _own(code: str) -> Partner:
    """Raises NotFound like `_partner`."""
    found = queries.get_partner(code)
    if not policies.may_read_statement(signed_in_user(), found):
        raise NotFound
    return found


@dataclass(frozen=True)
class Asked:
    """The days that the address names: this year up to today where it names none; `wrong` says what cannot be read."""

    since: date
    until: date
    wrong: str = ""


def _days() -> Asked:
    given, today = days_of(request.args), clock.today()
    until = given.until or today
    since = given.since or until.replace(month=1, day=1)
    if not given.wrong and since > until:
        return Asked(until, since, _("The first day is after the last one."))
    return Asked(since, until, given.wrong)


@bp.get("/<code>/statement")
@requires("partners.view", "donations.own")
def show(code: str) -> Response:
    """The balance as a sentence, the funds, what was helped without names, and gift by gift."""
    partner, asked = _partner(code), _days()
    told = statement(partner, asked.since, asked.until)
    rows = statement_gifts.gifts(partner, asked.since, asked.until, after=after_id(), size=PAGE_SIZE + 1)
    reader = signed_in_user()
    return page(
        "reports/statement.html", status=422 if asked.wrong else 200, told=told, wrong_day=asked.wrong,
        lead=days_paper.in_a_sentence(told.whole), families=statement_paper.families(told),
        gifts=paged(rows, lambda gift: [gift.id]), of_gifts=statement_paper.of_gifts_said(),
        files=_files(told), form=NamingForm(partner, formdata=None) if policies.may_name(reader, partner) else None,
    )  # fmt: skip


def _files(told: Statement) -> list[tuple[str, str]]:
    code, since, until = told.partner.code, f"{told.since:%d-%m-%Y}", f"{told.until:%d-%m-%Y}"
    return [
        (_("Statement as PDF"), url_for(".as_pdf", code=code, since=since, until=until)),
        (_("Statement as a workbook (XLSX)"), url_for(".as_workbook", code=code, since=since, until=until)),
    ]


def _asked(code: str) -> Statement:
    """Raises NotFound for days that cannot be read: a file of no certain days is none to hand out."""
    partner, asked = _partner(code), _days()
    if asked.wrong:
        raise NotFound
    return statement(partner, asked.since, asked.until)


@bp.get("/<code>/statement.pdf")
@requires("partners.view", "donations.own")
def as_pdf(code: str) -> Response:
    told = _asked(code)
    return _handed_out(told, "pdf", statement_paper.pdf(told), "application/pdf", signed_in_user())


@bp.get("/<code>/statement.xlsx")
@requires("partners.view", "donations.own")
def as_workbook(code: str) -> Response:
    from portal.reports.statement_book import workbook  # a server that starts loads no spreadsheet library

    told = _asked(code)
    return _handed_out(told, "xlsx", workbook(told), SPREADSHEET, signed_in_user())


def _handed_out(told: Statement, kind: str, content: bytes, media_type: str, reader: User) -> Response:
    """The file; that it left is on record, with its days."""
    audit.record_reading(
        told.partner, by=reader, household_id=None, action="partner.statement_fetched", since=f"{told.since}",
        until=f"{told.until}", file_kind=kind,
    )  # fmt: skip
    response = Response(content, mimetype=media_type)
    name = f"laporan-{told.partner.code}-{told.since}-{told.until}.{kind}"
    shown = "inline" if kind == "pdf" else "attachment"
    response.headers["Content-Disposition"] = f'{shown}; filename="{name}"'
    return response


@bp.post("/<code>/naming")
@requires("donations.own")
@once
def naming(code: str) -> Response:
    """The partner agrees to be named on the public totals, or takes that back."""
    partner = _own(code)
    form = NamingForm(partner)
    form.expect_version(partner)
    services.set_naming(partner, agreed=not partner.named_publicly, by=signed_in_user())
    said = (
        _("Your name stands on the public totals.") if partner.named_publicly else _("Your name stands there no more.")
    )
    return done(url_for(".show", code=code), said)
