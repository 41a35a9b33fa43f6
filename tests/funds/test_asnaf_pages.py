"""Zakat on its pages: the partner's amil confirms the asnaf, and nothing is paid before."""

from portal.db import db
from portal.funds import services
from tests.funds import factories
from tests.pages import form_values


def zakat(make):
    money = factories.fund(make, 5_000_000, partner_code="baznas", kind_code="zakat", purpose_code="social")
    household = make.household("Rahasia Piliang")
    ground = factories.ground(make, "social-elderly", household=household)
    return factories.proposed(make, money, 500_000, ground=ground, asnaf="miskin")


def test_the_amil_confirms_the_asnaf_without_reading_a_name(make, sign_in):
    aid = zakat(make)
    amil = sign_in(make.partner_user("baznas"))
    assert "/disbursements/asnaf" in amil.get("/donations").text
    assert amil.get(f"/disbursements/{aid.number}").location == "/disbursements/asnaf"
    page = amil.get("/disbursements/asnaf").text
    assert aid.number in page
    assert "Rp500.000" in page
    assert "Rahasia" not in page

    url = f"/disbursements/{aid.number}/asnaf"
    opened = form_values(page, url)
    assert amil.post(url, opened | {"asnaf": "kaya"}).status_code == 422
    assert amil.post(url, opened | {"asnaf": "fakir"}).status_code == 303

    assert aid.asnaf == "fakir"
    assert f"/disbursements/{aid.number}" not in amil.get("/disbursements/asnaf").text
    assert 'href="/disbursements/asnaf"' in amil.get("/donations").text
    told = amil.get("/disbursements/asnaf").text.rsplit("<tbody>", 1)[1]
    assert all(word in told for word in (aid.number, "Fakir", "Rp500.000", "Contoh Partner"))
    assert "Rahasia" not in told
    again = amil.post(f"/disbursements/{aid.number}/asnaf", {"asnaf": "fakir"})
    assert again.status_code == 409
    assert 'href="/disbursements/asnaf"' in again.text.split("<main")[1]
    assert amil.get(f"/disbursements/{aid.number}").location == "/disbursements/asnaf"


def test_two_amil_at_one_asnaf_see_what_the_other_confirmed(make, sign_in):
    aid = zakat(make)
    amil, other = (sign_in(make.partner_user("baznas", full_name=name)) for name in ("Amil Satu", "Amil Dua"))
    url = f"/disbursements/{aid.number}/asnaf"
    mine, theirs = (form_values(each.get("/disbursements/asnaf").text, url) for each in (amil, other))
    assert other.post(url, theirs | {"asnaf": "fakir"}).status_code == 303

    late = amil.post(url, mine | {"asnaf": "miskin"})

    assert late.status_code == 409
    assert "Amil Dua" in late.text
    assert "Rahasia" not in late.text
    assert f'action="{url}"' not in late.text
    assert aid.asnaf == "fakir"


def test_aid_that_was_approved_meanwhile_is_shown_before_its_asnaf_is_confirmed(make, sign_in):
    aid = zakat(make)
    amil, url = sign_in(make.partner_user("baznas")), f"/disbursements/{aid.number}/asnaf"
    opened = form_values(amil.get("/disbursements/asnaf").text, url)
    services.approve(aid, by=make.unit_head())
    db.session.commit()

    late = amil.post(url, opened | {"asnaf": "fakir"})

    assert late.status_code == 409
    assert "Menunggu pembayaran" in late.text
    assert amil.post(url, form_values(late.text, url)).status_code == 303
    assert aid.asnaf == "fakir"


def test_another_partner_knows_nothing_of_that_zakat(make, sign_in):
    aid = zakat(make)
    other = sign_in(make.partner_user())

    assert aid.number not in other.get("/disbursements/asnaf").text
    assert other.get(f"/disbursements/{aid.number}").status_code == 404
    assert other.post(f"/disbursements/{aid.number}/asnaf", {"asnaf": "fakir"}).status_code == 404
    assert sign_in(make.treasurer()).post(f"/disbursements/{aid.number}/asnaf", {"asnaf": "fakir"}).status_code == 403


def test_a_partner_cannot_make_zakat_of_its_sedekah_nor_learn_which_numbers_exist(make, sign_in):
    aid = factories.proposed(make, factories.fund(make, kind_code="sedekah"))
    partner = sign_in(make.partner_user())

    for number in (aid.number, "B-2026-999999"):
        for sent in ({"asnaf": "fakir", "version": aid.version}, {"asnaf": "kaya"}):
            assert partner.post(f"/disbursements/{number}/asnaf", sent).status_code == 404
    assert (aid.asnaf, aid.asnaf_confirmed_by_id) == (None, None)


def test_zakat_is_not_paid_before_the_asnaf_is_confirmed(make, sign_in):
    aid = zakat(make)
    factories.services.approve(aid, by=make.unit_head())
    db.session.commit()
    paid = {"method": "cash", "on": "05-10-2026", "received_by": "Yurnalis", "version": aid.version}

    response = sign_in(make.treasurer()).post(f"/disbursements/{aid.number}/payment", paid)

    assert response.status_code == 422
    assert "asnaf" in response.text


def test_zakat_without_its_asnaf_offers_what_is_missing_and_not_the_payment(make, sign_in):
    from portal.accounts.roles import Role

    aid, amil = zakat(make), make.partner_user("baznas")
    factories.services.approve(aid, by=make.unit_head())
    db.session.commit()
    both = make.user(Role.TREASURER, Role.PARTNER, partner_code="baznas")
    address = f"/disbursements/{aid.number}"

    for person, confirms in ((make.treasurer(), False), (both, True)):
        browser = sign_in(person)
        for page in (browser.get(address).text, browser.get(f"{address}/payment").text):
            assert "Baznas" in page
            assert f"{address}/payment" not in page.partition("<main")[2]
            assert 'name="received_by"' not in page
            assert ('href="/disbursements/asnaf"' in page.partition("<main")[2]) is confirms

    factories.services.confirm_asnaf(aid, "miskin", by=amil)
    db.session.commit()
    browser = sign_in(make.treasurer())
    assert f'{address}/payment"' in browser.get(address).text
    assert 'name="received_by"' in browser.get(f"{address}/payment").text


def test_the_amil_reads_that_the_need_was_met_before_and_not_by_whom(make, sign_in):
    infak = factories.fund(make, partner_code="lazismu", kind_code="infak", purpose_code="social")
    family = make.household("Mardiana Koto")
    ground = factories.ground(make, "social-elderly", household=family)
    first = factories.paid(make, infak, 300_000, ground=ground)
    amil = make.partner_user("baznas")
    zakat(make)
    assert "Sudah dibantu untuk kebutuhan ini" not in sign_in(amil).get("/disbursements/asnaf").text

    again = factories.ground(make, "social-elderly", household=family)
    money = factories.books.get_fund("baznas-zakat-sosial")
    factories.proposed(make, money, 300_000, ground=again, asnaf="miskin", why={"same_need": "Sakit lagi."})

    page = sign_in(amil).get("/disbursements/asnaf").text
    assert "Sudah dibantu untuk kebutuhan ini" in page
    assert first.number not in page
    assert "Lazismu" not in page
    assert "Mardiana" not in page
