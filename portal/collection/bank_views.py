"""Pages of the bank: statements, their lines, and which gift each line is. Only the treasurer's."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, request, url_for

from portal import audit
from portal.collection import bank, bank_queries, policies, reasons
from portal.collection import columns as mapping
from portal.collection.bank import BroughtInBefore
from portal.collection.bank_models import BankDebit, BankLine, BankStatement, StatementState
from portal.collection.forms import BankColumnsForm, MatchForm, StatementForm
from portal.collection.matching import Proposal
from portal.collection.models import LayoutKind
from portal.db import db
from portal.errors import AlreadySettled, Doubtful, NotFound, Refused
from portal.exchange.samples import Sheet
from portal.funds.acts import Asked, with_reason
from portal.funds.forms import ActForm
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.language import ngettext
from portal.partners import queries as partners
from portal.partners import words as gift_words
from portal.partners.models import Donation
from portal.references import typed_number
from portal.units import formats
from portal.web.access import requires, signed_in_user
from portal.web.addresses import record_number
from portal.web.once import once
from portal.web.pages import done, page, see_other
from portal.web.paging import after_id, paged

bp = Blueprint("bank", __name__)
CONFIRM = policies.CONFIRM

WHY = {
    "reference": _l("its reference stands in the line"),
    "near": _l("within three days"),
    "name": _l("its partner, giver or office stands in the line"),
}
"""Why a gift may be a line, besides the equal amount."""
LINE_STATES = {"open": _l("open"), "matched": _l("matched"), "aside": _l("no gift")}


@bp.get("/bank-statements")
@requires(CONFIRM)
def index() -> Response:
    found = paged(bank_queries.statements(after_id()), lambda statement: [statement.id])
    counts = bank_queries.counts()
    return page(
        "bank/index.html", statements=found, counts=counts,
        of_each={statement.id: bank_queries.counts(statement) for statement in found},
    )  # fmt: skip


@bp.get("/bank-statements/new")
@requires(CONFIRM)
def new() -> Response:
    return _new(StatementForm(formdata=None))


def _new(form: StatementForm, status: int = 200) -> Response:
    return page("bank/new.html", form=form, accounts=bank_queries.accounts(), status=status)


@bp.post("/bank-statements/new")
@requires(CONFIRM)
@once
def sent() -> Response:
    form = StatementForm()
    if not form.sent():
        return _new(form, 422)
    try:
        statement = bank.bring_in(form.file.data, form.account.data, by=signed_in_user())
    except BroughtInBefore as before:
        db.session.rollback()
        flash(before.sentence, "message")
        return see_other(url_for(".show", statement_id=before.statement_id))
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _new(form, 422)
    return done(_address_of(statement))


def _address_of(statement: BankStatement) -> str:
    return url_for("bank.show", statement_id=statement.id)


@bp.get("/bank-statements/<int:statement_id>")
@requires(CONFIRM)
def show(statement_id: int) -> Response:
    """The sure ones together with one button, the others one by one."""
    statement = bank_queries.get_statement(statement_id)
    counts = bank_queries.counts(statement)
    state = request.args.get("state", "open")
    if state not in bank_queries.STATES:
        raise NotFound
    rows = bank_queries.lines(statement, state, after_id())
    mine = {one.line.id: one for one in bank_queries.proposals()} if counts["open"] else {}
    ids = {line.id for line in bank_queries.lines(statement, "open", size=10_000)} if mine else set()
    sure = [one for one in mine.values() if one.sure and one.line.id in ids]
    audit.record_reading(statement, by=signed_in_user(), household_id=None)
    return page(
        "bank/show.html", fragment="results", statement=statement, counts=counts, state=state, sure=sure,
        lines=paged(rows, lambda line: [line.id]), proposals=mine, matches=bank_queries.matches_of(rows[:25]),
        gifts=_gifts(sure), why=WHY, form=ActForm(obj=statement), sentence=reasons.sentence,
        tabs=[(LINE_STATES[name], counts[name], url_for(".show", statement_id=statement.id, state=name))
              for name in LINE_STATES], partner_names=_partner_names(), **_sent_back(statement),
    )  # fmt: skip


def _sent_back(statement: BankStatement) -> dict[str, Any]:
    """Credits that seem to have gone out again, and the gifts that they are."""
    found = bank_queries.sent_back(statement)
    return {"sent_back": found, "of_returned": bank_queries.matches_of([line for line, _debit in found])}


def _gifts(found: list[Proposal]) -> dict[int, Donation]:
    """The gifts of the sure ones, by id."""
    ids = [one.sure.gift.id for one in found if one.sure]
    return {gift.id: gift for gift in db.session.scalars(db.select(Donation).where(Donation.id.in_(ids)))}


def _partner_names() -> dict[str, str]:
    return {partner.code: partner.name for partner in partners.all_partners()}


def _crumbs(statement: BankStatement) -> list[tuple[Any, str]]:
    return [(_("Bank statements"), url_for("bank.index")), (statement.file_name, _address_of(statement))]


@bp.get("/bank-statements/<int:statement_id>/columns")
@requires(CONFIRM)
def columns(statement_id: int) -> Response:
    statement = bank_queries.get_statement(statement_id)
    if statement.state is not StatementState.UNMAPPED:
        return see_other(_address_of(statement))
    form = BankColumnsForm(formdata=None, obj=statement)
    return mapping.ask(statement, LayoutKind.BANK, form, crumbs=_crumbs(statement))


@bp.post("/bank-statements/<int:statement_id>/columns")
@requires(CONFIRM)
@once
def columns_said(statement_id: int) -> Response:
    statement, user, form = bank_queries.get_statement(statement_id), signed_in_user(), BankColumnsForm()
    if statement.state is not StatementState.UNMAPPED:
        return see_other(_address_of(statement))
    form.expect_version(statement)

    def keep(name: str, sample: Sheet, chosen: Mapping[int, str]) -> None:
        bank.map_columns(statement, name, sample, chosen, unsigned=form.unsigned.data or "", by=user)

    return mapping.said(statement, LayoutKind.BANK, form, keep, url=_address_of(statement), crumbs=_crumbs(statement))


@bp.post("/bank-statements/<int:statement_id>/sure")
@requires(CONFIRM)
@once
def match_sure(statement_id: int) -> Response:
    """Only what the page showed is confirmed, and of it what is still sure."""
    statement = bank_queries.get_statement(statement_id)
    shown = [pair for text in request.form.getlist("pair") if (pair := _pair(text)) is not None]
    count, left = bank.match_sure(shown, by=signed_in_user())
    said = ngettext("%(num)d donation is confirmed.", "%(num)d donations are confirmed.", count)
    if left:
        said += " " + ngettext("%(num)d is left: look at it below.", "%(num)d are left: look at them below.", left)
    return done(_address_of(statement), said)


def _pair(text: str) -> tuple[int, int] | None:
    line, _colon, gift = text.partition(":")
    numbers = record_number(line), record_number(gift)
    return None if None in numbers else numbers  # type: ignore[return-value]


@bp.get("/bank-lines/<int:line_id>")
@requires(CONFIRM)
def line(line_id: int) -> Response:
    """The line on one side, the gifts that it may be on the other."""
    found = bank_queries.get_line(line_id)
    return _line(found, MatchForm(formdata=None, obj=found))


def _line(found: BankLine, form: MatchForm, status: int = 200) -> Response:
    proposal = next((one for one in bank_queries.proposals() if one.line.id == found.id), None)
    candidates = proposal.candidates if proposal else []
    matches = bank_queries.matches_on(found)
    ids = [one.gift.id for one in candidates]
    gifts = {gift.id: gift for gift in db.session.scalars(db.select(Donation).where(Donation.id.in_(ids)))}
    audit.record_reading(found, by=signed_in_user(), household_id=None)
    return page(
        "bank/line.html", line=found, form=form, candidates=candidates, gifts=gifts, matches=matches, why=WHY,
        together={} if matches else bank_queries.open_together(found), chosen=request.form.getlist("donation"),
        statuses=gift_words.STATUS, terms=gift_words.terms, status=status, partner_names=_partner_names(),
        debit=bank_queries.debit_of(found), sent_back=[debit for _line, debit in bank_queries.sent_back(line=found)],
    )  # fmt: skip


def _after(found: BankLine) -> str:
    return url_for("bank.show", statement_id=found.statement_id)


@bp.post("/bank-lines/<int:line_id>/match")
@requires(CONFIRM)
@once
def match(line_id: int) -> Response:
    found, form = bank_queries.get_line(line_id), MatchForm()
    form.expect_version(found)
    try:
        numbers = [typed_number(text) for text in request.form.getlist("donation")]
        chosen = [partners.get_donation(number, reader=signed_in_user()) for number in numbers or [""]]
        bank.match_several(found, chosen, confirmed=form.confirmed, by=signed_in_user())
    except NotFound:
        form.refuse(Refused(_("There is no donation of this number."), field="donation"))
        return _line(found, form, 422)
    except Doubtful as doubtful:
        db.session.rollback()  # what was begun must not show on the page
        form.refuse(doubtful)
        return _line(bank_queries.get_line(line_id), form, 422)
    except AlreadySettled:
        raise
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _line(bank_queries.get_line(line_id), form, 422)
    said = ngettext(
        "Donation %(number)s is matched with the line.", "Donations %(number)s are matched with the line.",
        len(numbers), number=", ".join(numbers),
    )  # fmt: skip
    return done(_after(found), said)


@bp.route("/bank-lines/<int:line_id>/undo", methods=["GET", "POST"])
@requires(CONFIRM)
@once
def undo(line_id: int) -> Response:
    found, user = bank_queries.get_line(line_id), signed_in_user()
    matched = bank_queries.match_of(found)
    asked = Asked(
        title=_("Take back the match of %(line)s", line=found.number),
        text=_(
            "The line is open again. A donation that it confirmed waits again; possible while nothing of it was used."
        ),
        button=_("Take the match back"),
        said=_("The match is taken back."),
        stands=matched is not None,
    )

    def act(reason: str) -> None:
        if matched is None:
            raise AlreadySettled(_("This was taken back already."))
        bank.undo(matched, reason=reason, by=user)

    return with_reason(asked, found, act, _after(found))


@bp.route("/bank-lines/<int:line_id>/aside", methods=["GET", "POST"])
@requires(CONFIRM)
@once
def aside(line_id: int) -> Response:
    """It is no gift; with `debit` in the address, because that money out sent it back."""
    found, user = bank_queries.get_line(line_id), signed_in_user()
    number = request.args.get("debit")
    debit = None if number is None else bank_queries.get_debit(record_number(number) or 0)

    def act(reason: str) -> None:
        bank.set_aside(found, reason=reason, debit=debit, by=user)

    return with_reason(_no_gift(found, debit), found, act, _after(found))


def _no_gift(found: BankLine, debit: BankDebit | None) -> Asked:
    """What the page says before a line is set aside."""
    title, text = _("%(line)s is no gift", line=found.number), _("Such as interest of the bank.")
    if debit is not None:
        title = _("%(line)s was sent back", line=found.number)
        text = _("The same amount went out on %(day)s.", day=formats.day(debit.day))
    return Asked(
        title=title,
        text=text + " " + _("The line is not proposed any more; it can be put back."),
        button=_("It was sent back") if debit else _("It is no gift"),
        said=_("The line is set aside."),
        stands=found.aside_by_id is None,
        kind="primary",
    )


@bp.post("/bank-lines/<int:line_id>/back")
@requires(CONFIRM)
@once
def put_back(line_id: int) -> Response:
    found, form = bank_queries.get_line(line_id), ActForm()
    form.expect_version(found)
    bank.put_back(found, by=signed_in_user())
    return done(url_for(".line", line_id=found.id), _("The line is open again."))
