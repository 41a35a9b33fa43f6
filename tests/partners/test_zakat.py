"""Zakat comes from a licensed amil and carries its asnaf; givers may stay unnamed; each gift has its receipt."""

from datetime import date

import pytest

from portal import clock
from portal.db import db
from portal.errors import Refused
from portal.funds import books, giving, services, verify
from portal.partners import services as donations
from portal.partners.models import Donation, DonationStatus, Purpose
from portal.partners.record_models import PaperKind, PartnerPaper
from tests.funds import factories
from tests.funds.factories import partner
from tests.paper.reading import text as text_of_pdf

ZAKAT = {"given_on": "04-10-2026", "amount": "5.000.000", "kind_code": "zakat", "bound_to": "field:social"}


def licence(make, until=date(2027, 1, 1)):
    by = make.partner_user("lazismu")
    values = {
        "partner_code": "lazismu", "kind": PaperKind.LAZ_LICENCE, "number": "730/2023", "dated_on": date(2023, 1, 1),
        "until": until, "added_by_id": by.id, "added_at": clock.now(),
    }  # fmt: skip
    return make._store(PartnerPaper(**values))


def zakat(make, code="baznas", **details):
    facts = {"kind_code": "zakat", "given_on": clock.today(), "amount": 5_000_000, "asnaf": "miskin"}
    facts |= {"purpose": Purpose.FIELD, "purpose_code": "social"}
    return donations.enter(partner(code), **(facts | details), by=make.partner_user(code))


def test_baznas_gives_zakat_without_a_licence_and_a_laz_with_one(make):
    assert zakat(make).asnaf == "miskin"
    with pytest.raises(Refused, match="Pasal 38") as refused:
        zakat(make, "lazismu")
    assert refused.value.field == "kind_code"

    licence(make)
    assert zakat(make, "lazismu").asnaf == "miskin"


def test_a_licence_that_had_run_out_on_that_day_does_not_count(make):
    licence(make, until=date(2026, 9, 30))

    assert zakat(make, "lazismu", given_on=date(2026, 9, 30)).id
    with pytest.raises(Refused, match="Pasal 38"):
        zakat(make, "lazismu", given_on=date(2026, 10, 1))


@pytest.mark.parametrize("code", ["mitra-kenanga", "bri"])
def test_nobody_else_gives_zakat_and_is_told_why(make, code):
    with pytest.raises(Refused, match="bukan keduanya"):
        zakat(make, code, purpose=Purpose.GENERAL, purpose_code=None)


@pytest.mark.parametrize("asnaf", [None, "", "tetangga"])
def test_zakat_without_one_of_the_eight_groups_is_refused(make, asnaf):
    with pytest.raises(Refused) as refused:
        zakat(make, asnaf=asnaf)
    assert refused.value.field == "asnaf"


def test_nothing_but_zakat_has_a_group(make):
    with pytest.raises(Refused) as refused:
        zakat(make, kind_code="infak")
    assert refused.value.field == "asnaf"


def test_zakat_of_each_group_stands_in_a_book_of_its_own(make):
    funds = [factories.fund(make, partner_code="baznas", kind_code="zakat", purpose_code="social", asnaf=asnaf)
             for asnaf in ("miskin", "fakir", None)]  # fmt: skip

    assert [fund.code for fund in funds] == ["baznas-zakat-sosial-miskin", "baznas-zakat-sosial-fakir",
                                             "baznas-zakat-sosial"]  # fmt: skip
    assert "Miskin" in books.title(funds[0])
    assert verify.verify().faults == []


def test_zakat_for_one_group_pays_no_other(make):
    money = factories.fund(make, partner_code="baznas", kind_code="zakat", purpose_code="social", asnaf="miskin")
    ground, amil = factories.ground(make, "social-elderly"), make.partner_user("baznas")

    with pytest.raises(Refused) as refused:
        factories.proposed(make, money, 500_000, ground=ground, asnaf="gharimin")
    assert refused.value.field == "asnaf"
    db.session.rollback()
    aid = factories.proposed(make, money, 500_000, ground=ground, asnaf="miskin")
    with pytest.raises(Refused):
        services.confirm_asnaf(aid, "gharimin", by=amil)
    services.confirm_asnaf(aid, "miskin", by=amil)
    assert aid.asnaf_confirmed_by_id == amil.id


def test_the_form_asks_an_amil_for_the_group_and_nobody_else(make, sign_in):
    amil = sign_in(make.partner_user("baznas"))
    assert 'name="asnaf"' in amil.get("/donations/new").text
    assert 'name="asnaf"' not in sign_in(make.partner_user()).get("/donations/new").text

    assert amil.post("/donations/new", ZAKAT).status_code == 422
    assert amil.post("/donations/new", {**ZAKAT, "asnaf": "fakir"}).status_code == 303
    (given,) = db.session.scalars(db.select(Donation)).all()
    assert given.asnaf == "fakir"
    assert "Fakir" in amil.get(f"/donations/{given.number}").text


def test_a_group_chosen_beside_infak_is_left_out(make, sign_in):
    amil = sign_in(make.partner_user("baznas"))

    assert amil.post("/donations/new", {**ZAKAT, "kind_code": "infak", "asnaf": "fakir"}).status_code == 303
    assert db.session.scalars(db.select(Donation.asnaf)).all() == [None]


def test_the_laz_reads_what_it_lacks_and_the_treasurer_what_is_missing(make, sign_in):
    page = sign_in(make.partner_user("lazismu")).post("/donations/new", {**ZAKAT, "asnaf": "miskin"})
    assert page.status_code == 422
    assert "tidak menyimpan izin LAZ Lazismu" in page.text
    given = factories.donation(make)
    assert "(PUB)" in sign_in(make.treasurer()).get(f"/donations/{given.number}").text
    assert "(PUB)" not in sign_in(make.unit_head()).get(f"/donations/{given.number}").text


@pytest.mark.parametrize(
    ("reader", "named", "hidden"),
    [
        ("partner_user", "Rosmaniar Koto", "Hamba Allah (Syahrul Pitopang)"),
        ("treasurer", "Rosmaniar Koto", "Hamba Allah"),
        ("unit_head", "", ""),
    ],
)
def test_who_reads_the_name_of_a_giver(make, sign_in, reader, named, hidden):
    by = make.partner_user()
    shown = factories.donation(make, giver_name="Rosmaniar Koto", entered_by_id=by.id)
    unnamed = factories.donation(make, giver_name="Syahrul Pitopang", giver_hidden=True, entered_by_id=by.id)
    browser = sign_in(getattr(make, reader)())

    for given, expected in ((shown, named), (unnamed, hidden)):
        page = browser.get(f"/donations/{given.number}").text
        told = [name for name in ("Rosmaniar Koto", "Hamba Allah", "Syahrul Pitopang") if name in page]
        assert told == [name for name in ("Rosmaniar Koto", "Hamba Allah", "Syahrul Pitopang") if name in expected]


def test_a_gift_that_arrived_has_a_receipt_with_the_name_hidden_where_it_must(make, sign_in):
    waiting = factories.donation(make, 150_000)
    given = factories.confirmed(make, 150_000, giver_name="Syahrul Pitopang", giver_hidden=True)
    own, treasurer = sign_in(make.partner_user()), sign_in(make.treasurer())

    assert own.get(f"/donations/{waiting.number}/receipt.pdf").status_code == 404
    for browser in (own, treasurer):
        said = text_of_pdf(browser.get(f"/donations/{given.number}/receipt.pdf").data)
        assert "Hamba Allah" in said
        assert "Syahrul" not in said
        assert "seratus lima puluh ribu rupiah" in said
    assert sign_in(make.partner_user("baznas")).get(f"/donations/{given.number}/receipt.pdf").status_code == 404
    assert sign_in(make.unit_head()).get(f"/donations/{given.number}/receipt.pdf").status_code == 403


def test_without_a_giver_the_partner_itself_gave(make, sign_in):
    given = factories.confirmed(make, partner_code="bri", kind_code="csr", purpose=Purpose.GENERAL)

    said = text_of_pdf(sign_in(make.partner_user("bri")).get(f"/donations/{given.number}/receipt.pdf").data)

    assert "BRI" in said
    giving.take_back(given, reason="salah rekening", by=make.treasurer())
    assert given.status is DonationStatus.REFUSED
