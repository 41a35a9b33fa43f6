"""The books: which fund a gift belongs to, how a fund is named, and which service it may pay."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.db import db, upsert
from portal.errors import NotFound
from portal.funds.models import AccountKind, Fund, LedgerAccount
from portal.partners import gifts, words
from portal.partners.models import Donation, DonationKind, Purpose
from portal.units.catalogue import ServiceEntry, catalogue


def fund_of(donation: Donation) -> Fund:
    """The fund of this partner, kind, purpose and (zakat) asnaf, opened with its first gift.

    Infak and sedekah stand in books of their own, by what their giver named (UU 23/2011 art. 28).
    """
    # Two gifts confirmed at once: the second waits here until the first has opened the fund.
    opened = db.session.execute(
        upsert(Fund)
        .values(
            code=code_for(donation), partner_code=donation.partner_code, kind_code=donation.kind_code,
            purpose=donation.purpose, purpose_code=donation.purpose_code, asnaf=donation.asnaf,
        )
        .on_conflict_do_nothing()
        .returning(Fund.id)
    ).scalar()  # fmt: skip
    if opened is not None:
        db.session.add_all(LedgerAccount(fund_id=opened, kind=kind, balance=0) for kind in AccountKind)
        db.session.flush()
    return get_fund(code_for(donation))


def code_for(donation: Donation) -> str:
    """A code to read out: mitra-kenanga-infak-pendidikan, baznas-zakat-sosial-miskin."""
    match donation.purpose:
        case Purpose.GENERAL:
            bound = "umum"
        case Purpose.FIELD:
            bound = catalogue().fields()[donation.purpose_code or ""].lower().replace(" ", "-")
        case Purpose.SERVICE:
            bound = donation.purpose_code or ""
    code = f"{donation.partner_code}-{donation.kind_code}-{bound}"
    return f"{code}-{donation.asnaf}" if donation.asnaf else code


def opened_for(donation: Donation) -> Fund | None:
    """The same, as far as a gift has opened it; nothing is changed."""
    return db.session.scalars(select(Fund).where(Fund.code == code_for(donation))).first()


def get_fund(code: str) -> Fund:
    """Raises NotFound."""
    found = db.session.scalars(select(Fund).where(Fund.code == code)).first()
    if found is None:
        raise NotFound
    return found


def all_funds() -> Sequence[Fund]:
    return db.session.scalars(select(Fund).order_by(Fund.partner_code, Fund.code)).all()


def account(fund: Fund, kind: AccountKind) -> LedgerAccount:
    return next(one for one in fund.accounts if one.kind is kind)


def title(fund: Fund) -> str:
    """Kind and partner, then the purpose, of zakat also the group: "Infak LKS Mitra Kenanga · Pendidikan"."""
    named = f"{origin(fund)} · {words.purpose_name(fund.purpose, fund.purpose_code)}"
    return f"{named} · {words.asnaf_names().get(fund.asnaf, fund.asnaf)}" if fund.asnaf else named


def origin(fund: Fund, language: str | None = None) -> str:
    """Kind and partner: "Infak LKS Mitra Kenanga"."""
    kind = db.session.get_one(DonationKind, fund.kind_code)
    return f"{words.kind_name(kind, language)} {fund.partner.name}"


def may_pay(fund: Fund, service: ServiceEntry) -> bool:
    """The partner funds this service, and the giver bound the gift to nothing narrower than it or another."""
    if not gifts.funds_service(fund.partner, service):
        return False
    match fund.purpose:
        case Purpose.FIELD:
            return fund.purpose_code == service.field
        case Purpose.SERVICE:
            return fund.purpose_code == service.code
    return True


def is_zakat(fund: Fund) -> bool:
    """Zakat goes to one of the eight asnaf only, confirmed by the partner's amil (seeds: asnaf_rule)."""
    return db.session.get_one(DonationKind, fund.kind_code).body.get("restricted_to") == "asnaf"
