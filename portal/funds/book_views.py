"""Funds and partners: what came in, what is left, and where it went."""

from flask import Blueprint, Response

from portal.accounts.models import User
from portal.db import db
from portal.funds import books, entries, giving, grounds, policies, queries, words
from portal.funds.queries import FundBalance
from portal.partners import gifts
from portal.partners import queries as partners
from portal.partners import words as gift_words
from portal.partners.queries import DonationFilter
from portal.web.access import requires, signed_in_user
from portal.web.pages import page
from portal.web.paging import after_id, export_url, paged

bp = Blueprint("funds", __name__, url_prefix="/funds")
partners_bp = Blueprint("partners", __name__, url_prefix="/partners")


def together(found: list[FundBalance]) -> dict[str, int]:
    """Sums at the foot of a list of funds, in rupiah."""
    return {name: sum(getattr(one, name) for one in found) for name in ("received", "available", "reserved", "paid")}


@bp.get("")
@requires("funds.view")
def index() -> Response:
    found = queries.balances()
    return page(
        "funds/index.html",
        funds=found,
        sums=together(found),
        title=books.title,
        export_url=export_url("funds", {}),
        entries_url=export_url("fund_entries", {}),
    )


@bp.get("/<code>")
@requires("funds.view")
def show(code: str) -> Response:
    """The balance as a sentence, then where it went, then the entries."""
    fund = books.get_fund(code)
    found = paged(entries.entries(fund.id, after_id()), entries.place_of)
    return page(
        "funds/show.html", fragment="entries", fund=fund, title=books.title(fund), balance=queries.balance(fund),
        help=giving.by_service_and_month(giving.paid_from_fund(fund)), entries=found, kinds=words.ENTRIES,
        export_url=export_url("fund_entries", {"code": code}), may_trace=policies.may_trace(signed_in_user()),
    )  # fmt: skip


@bp.get("/entries/<int:entry_id>")
@requires("funds.view", "reports.view")
def entry(entry_id: int) -> Response:
    """One entry in double entry: its ground, its document, and what it moved from where to where.

    The case and the reason written down may name a family: they are for who sees aid, or keeps the books.
    """
    found, reader = entries.get_entry(entry_id), signed_in_user()
    may_read_aid = reader.can("disbursements.view")
    return page(
        "funds/entry.html", found=found, entry=found.entry, kinds=words.ENTRIES, accounts=words.ACCOUNTS,
        title=books.title, basis=grounds.basis(found.aid) if found.aid and may_read_aid else "",
        poster=db.session.get(User, found.entry.posted_by_id) if found.entry.posted_by_id else None,
        may_trace=policies.may_trace(reader), may_read_aid=may_read_aid,
    )  # fmt: skip


@partners_bp.get("", endpoint="index")
@requires("partners.view")
def all_partners() -> Response:
    found = {partner.code: (partner, _together_of(partner.code)) for partner in partners.all_partners()}
    return page("partners/index.html", partners=found)


def _together_of(code: str) -> dict[str, int]:
    return together([one for one in queries.balances() if one.fund.partner_code == code])


@partners_bp.get("/<code>", endpoint="show")
@requires("partners.view")
def partner(code: str) -> Response:
    """What this partner gave, what is left, what it helped with."""
    found = partners.get_partner(code)
    of_partner = DonationFilter(partner=code)
    donations = partners.donations(of_partner, reader=signed_in_user())
    kinds = {kind.code: gift_words.kind_name(kind) for kind in partners.all_kinds()}
    return page(
        "partners/show.html", partner=found, funds=[one for one in queries.balances() if one.fund.partner_code == code],
        sums=_together_of(code), title=books.title, donations=donations[:10], more=len(donations) > 10,
        statuses=gift_words.STATUS, help=giving.by_service_and_month(giving.paid_from_partner(code)), kinds=kinds,
        gives=[kinds[kind.code] for kind in gifts.kinds_of(found, partners.all_kinds())],
        fields=[gift_words.field_name(field) for field in gifts.fields_of(found)],
    )  # fmt: skip
