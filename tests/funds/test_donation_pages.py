"""Pages of donations: entering, confirming, what became of them, and whose they are."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest

from portal.db import db
from portal.files import queries as files
from portal.funds import books, closing, giving, queries
from portal.funds.models import LedgerEntry
from portal.partners import queries as partners
from portal.partners.models import Donation, DonationStatus
from tests.files.samples import HTML, PDF, photo, upload
from tests.funds import factories
from tests.pages import form_values

GIFT = {
    "given_on": "04-10-2026", "amount": "20.000.000", "kind_code": "infak", "bound_to": "field:education",
    "reference": "TRF-1", "note": "Kotak amal Jumat",
}  # fmt: skip


def stored():
    return db.session.scalars(db.select(Donation).order_by(Donation.id)).all()


def test_a_partner_records_a_donation_with_its_proof(make, sign_in):
    browser = sign_in(make.partner_user())
    page = browser.get("/donations/new").text
    assert "Mitra Kenanga" in page
    assert ">Umum</option>" in page

    response = browser.post("/donations/new", {**GIFT, "proof": upload(PDF)})

    (donation,) = stored()
    assert (response.status_code, response.location) == (303, f"/donations/{donation.number}")
    assert (donation.amount, donation.purpose_code, donation.status) == (
        20_000_000,
        "education",
        DonationStatus.ENTERED,
    )
    page = browser.get(response.location)
    assert "Rp20.000.000" in page.text
    assert "bukti.pdf" in page.text


def test_the_proof_is_open_to_the_partner_and_the_books_and_to_nobody_else(make, sign_in):
    owner = sign_in(make.partner_user())
    owner.post("/donations/new", {**GIFT, "proof": upload(photo(), "bukti.jpg")})
    (file,) = files.of(stored()[0])
    address = f"/files/{file.id}"

    assert owner.get(address).status_code == 200
    assert sign_in(make.treasurer()).get(address).status_code == 200
    for other in (make.partner_user("baznas"), make.social_worker(), make.auditor(), make.admin()):
        assert sign_in(other).get(address).status_code == 404


@pytest.mark.parametrize("hidden", [False, True])
def test_a_proof_tells_its_giver_to_nobody_who_may_not_know_them(make, sign_in, hidden):
    owner = sign_in(make.partner_user())
    giver = {"giver_name": "Siti Rahma", **({"giver_hidden": "y"} if hidden else {})}
    owner.post("/donations/new", {**GIFT, **giver, "proof": upload(photo(), "transfer Siti Rahma.jpg")})
    (gift,) = stored()
    (file,) = files.of(gift)
    assert (gift.giver_name, gift.giver_hidden) == ("Siti Rahma", hidden)

    for reader, may in ((owner, True), (sign_in(make.treasurer()), not hidden), (sign_in(make.unit_head()), False)):
        assert ("Siti Rahma" in reader.get(f"/donations/{gift.number}").text) is may
        assert reader.get(f"/files/{file.id}").status_code == (200 if may else 404)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"given_on": "06-10-2026"}, "belum tiba"),
        ({"given_on": "31-02-2026"}, "tidak ada"),
        ({"amount": "0"}, "lebih dari nol"),
        ({"amount": "-5000"}, "nol"),
        ({"amount": "banyak"}, "rupiah"),
        ({"amount": ""}, ""),
        ({"kind_code": "zakat"}, "pilih"),
        ({"bound_to": "field:social"}, "pilih"),
        ({"note": "x" * 10_000}, "10000"),
        ({"proof": upload(HTML, "bukti.pdf")}, "PDF"),
        ({"proof": (BytesIO(b"%PDF-1.4 only a beginning"), "bukti.pdf")}, "rusak"),
    ],
)
def test_a_wrong_donation_says_what_is_wrong_and_keeps_what_was_typed(make, sign_in, change, said):
    response = sign_in(make.partner_user()).post("/donations/new", {**GIFT, "reference": "TRF-📷 'O\"", **change})

    assert response.status_code == 422
    assert said.lower() in response.text.lower()
    assert "TRF-📷" in response.text
    assert stored() == []


def test_a_gift_of_long_ago_is_asked_about_and_may_be_meant(make, sign_in):
    browser = sign_in(make.partner_user())

    asked = browser.post("/donations/new", {**GIFT, "given_on": "04-10-1926"})
    assert asked.status_code == 422
    assert 'value="long_ago:1926-10-04"' in asked.text
    assert stored() == []

    assert browser.post("/donations/new", {**GIFT, "given_on": "03-10-2025"}).status_code == 422
    assert browser.post("/donations/new", {**GIFT, "given_on": "04-10-2025"}).status_code == 303
    meant = {**GIFT, "given_on": "04-10-1926", "reference": "TRF-2", "confirmed": "long_ago:1926-10-04"}
    assert browser.post("/donations/new", meant).status_code == 303


def test_a_donation_sent_twice_is_made_once(make, sign_in):
    browser = sign_in(make.partner_user())
    key = form_values(browser.get("/donations/new").text, None)

    first, second = (browser.post("/donations/new", GIFT, once="the-same-key") for _ in range(2))

    assert key is not None
    assert first.location == second.location
    assert len(stored()) == 1


def test_a_donation_without_the_token_is_refused(make, sign_in):
    response = sign_in(make.partner_user()).post("/donations/new", {**GIFT, "csrf_token": "wrong"})

    assert (response.status_code, stored()) == (422, [])


def test_who_may_open_the_pages(make, sign_in, stranger):
    given = factories.donation(make)
    allowed = {"treasurer", "unit_head", "partner"}

    for role, user in make.everyone().items():
        expected = 200 if role.value in allowed else 403
        assert sign_in(user).get("/donations").status_code == expected, role
        assert sign_in(user).get(f"/donations/{given.number}").status_code == expected, role
        assert sign_in(user).get("/donations/new").status_code == (200 if role.value == "partner" else 403), role
    assert stranger.get("/donations").status_code == 303
    assert sign_in(make.treasurer()).get("/donations/D-2026-999999").status_code == 404


def test_another_partner_neither_sees_nor_knows_of_a_donation(make, sign_in):
    given = factories.donation(make)
    browser = sign_in(make.partner_user("baznas"))

    assert browser.get(f"/donations/{given.number}").status_code == 404
    assert given.number not in browser.get("/donations").text
    narrowed = browser.get(f"/donations?q={given.number}&partner=mitra-kenanga").text
    assert f"/donations/{given.number}" not in narrowed


def test_the_treasurer_confirms_and_only_then_it_can_be_spent(make, sign_in):
    given, treasurer = factories.donation(make), make.treasurer()
    browser = sign_in(treasurer)
    page = browser.get(f"/donations/{given.number}").text
    action = f"/donations/{given.number}/confirmation"

    response = browser.post(action, form_values(page, action))

    assert response.status_code == 303
    assert "dari dana Infak LKS Mitra Kenanga · Pendidikan." in browser.get(response.location).text
    assert given.status is DonationStatus.CONFIRMED
    assert queries.balance(books.fund_of(given)).available == 20_000_000
    again = browser.post(action, {"version": given.version})
    assert again.status_code == 409
    assert f'href="/donations/{given.number}"' in again.text


ALIKE = [
    ({"reference": "TRF-77"}, {"reference": " trf-77", "amount": 5_000, "partner_code": "baznas"}, True),
    ({"reference": "TRF-001/26"}, {"reference": "trf00126", "amount": 5_000, "partner_code": "baznas"}, True),
    ({"reference": "TRF-12"}, {"reference": "TRF-1-0-2"}, False),
    ({"reference": ""}, {"reference": ""}, True),
    ({"reference": "Tunai"}, {"reference": "tunai", "amount": 5_000, "partner_code": "baznas"}, False),
    ({"reference": "Tunai"}, {"reference": "tunai"}, True),
    ({"reference": "TRF-78"}, {"reference": "tunai"}, True),
    ({"reference": "-"}, {"reference": "TRF-78"}, True),
    ({"reference": ""}, {"reference": "TRF-78"}, True),
    ({"reference": "TRF-78"}, {"reference": ""}, True),
    ({"reference": "TRF-77"}, {"reference": "TRF-78"}, False),
    ({"reference": ""}, {"reference": "", "amount": 19_999_999}, False),
    ({"reference": ""}, {"reference": "", "given_on": date(2026, 10, 4)}, False),
    ({"reference": "TRF-77"}, {"reference": "TRF-77", "status": DonationStatus.REFUSED, "settled_by_id": 1}, False),
]


@pytest.mark.parametrize(("this", "that", "doubtful"), ALIKE)
def test_the_treasurer_is_told_of_a_gift_that_may_be_the_same_money(make, sign_in, this, that, doubtful):
    treasurer = make.treasurer()
    if "settled_by_id" in that:
        that = that | {"settled_by_id": treasurer.id}
    other, given, browser = factories.donation(make, **that), factories.donation(make, **this), sign_in(treasurer)
    address = f"/donations/{given.number}"
    page = browser.get(address).text
    assert (f'value="alike:{other.number}"' in page) is doubtful
    assert (f'href="/donations/{other.number}"' in page) is doubtful

    answer = browser.post(f"{address}/confirmation", {"version": given.version})

    assert answer.status_code == (422 if doubtful else 303)
    assert (given.status is DonationStatus.ENTERED) is doubtful
    if doubtful:
        assert other.number in answer.text
        same_transfer = partners.transfer_mark(given.reference) == partners.transfer_mark(other.reference) != ""
        assert ("bukti transfer yang sama" in answer.text) is same_transfer
        meant = {"version": given.version, "confirmed": f"alike:{other.number}"}
        assert browser.post(f"{address}/confirmation", meant).status_code == 303
        assert given.status is DonationStatus.CONFIRMED


def test_only_who_confirms_reads_which_gifts_are_alike(make, sign_in):
    other, given = (factories.donation(make, reference="TRF-77") for _ in range(2))

    for user in (make.partner_user(), make.unit_head()):
        assert other.number not in sign_in(user).get(f"/donations/{given.number}").text


def test_an_outdated_page_does_not_confirm(make, sign_in):
    given = factories.donation(make)

    assert sign_in(make.treasurer()).post(f"/donations/{given.number}/confirmation", {"version": 0}).status_code == 409
    assert given.status is DonationStatus.ENTERED


def test_only_the_treasurer_settles(make, sign_in):
    given = factories.donation(make)

    for user in (make.partner_user(), make.unit_head(), make.social_worker()):
        for act in ("confirmation", "refusal", "correction"):
            assert sign_in(user).post(f"/donations/{given.number}/{act}").status_code == 403


def test_the_treasurer_refuses_with_a_reason_that_the_partner_reads(make, sign_in):
    given, browser = factories.donation(make), sign_in(make.treasurer())
    address = f"/donations/{given.number}/refusal"
    fields = form_values(browser.get(address).text, None) | {"version": given.version}

    assert browser.post(address, {**fields, "reason": " "}).status_code == 422
    assert browser.post(address, {**fields, "reason": "Tidak masuk rekening."}).status_code == 303
    assert "Tidak masuk rekening." in sign_in(make.partner_user()).get(f"/donations/{given.number}").text
    assert browser.get(address).status_code == 409


def test_a_confirmation_is_taken_back_while_nothing_is_spent(make, sign_in):
    given = factories.confirmed(make, 1_000_000)
    aid = factories.proposed(make, books.fund_of(given))
    browser, address = sign_in(make.treasurer()), f"/donations/{given.number}/correction"
    assert browser.get(address).status_code == 200

    refused = browser.post(address, {"reason": "Cek kosong.", "version": given.version})
    assert refused.status_code == 422
    assert "Cek kosong." in refused.text
    factories.services.cancel(aid, reason="x", by=make.unit_head())
    db.session.commit()

    assert browser.post(address, {"reason": "Cek kosong.", "version": given.version}).status_code == 303
    assert given.status is DonationStatus.REFUSED


def test_why_a_gift_was_taken_back_is_not_for_who_may_not_know_of_gifts(make, clock, sign_in):
    """The reason may name the giver; a social worker reads the books, but not who gave."""
    clock.move_to(datetime(2026, 9, 14, 2, tzinfo=UTC))
    gift = factories.confirmed(make, 1_000_000)
    code = books.fund_of(gift).code
    clock.move_to(datetime(2026, 10, 5, 2, tzinfo=UTC))
    treasurer = make.treasurer()
    closing.close(date(2026, 9, 30), by=treasurer)
    giving.take_back(gift, reason="Uang Ibu Rosmaniar belum masuk.", by=treasurer)
    db.session.commit()
    entry = db.session.query(LedgerEntry).filter_by(kind="reversal").one().id
    pages = (f"/funds/{code}", f"/funds/entries/{entry}", "/funds/periods/2026-09-30")

    worker = sign_in(make.social_worker())
    assert [("Rosmaniar" in worker.get(page).text) for page in pages] == [False] * 3
    books_keeper = sign_in(make.treasurer())
    assert [("Rosmaniar" in books_keeper.get(page).text) for page in pages] == [True] * 3


def test_a_partner_reads_what_became_of_its_money_without_names(make, sign_in):
    given = factories.confirmed(make, 1_000_000)
    household = make.household("Rahasia Piliang")
    aid = factories.paid(make, books.fund_of(given), ground=factories.ground(make, household=household))
    factories.proposed(make, books.fund_of(given), 350_000)
    address = f"/donations/{given.number}"

    own = sign_in(make.partner_user()).get(address).text
    books_ = sign_in(make.treasurer()).get(address).text

    for text in (own, books_):
        assert "Tersedia Rp250.000 dari Rp1.000.000" in text
        assert "Rp400.000" in text
        assert "Rahasia" not in text
    assert aid.number not in own
    assert aid.number in books_
    assert "keperluan sekolah" not in own  # one family stands behind the service and the month
    assert "sudah dibayarkan kepada keluarga" in own
    assert "Oktober 2026" in books_


def test_the_list_is_narrowed_and_summed(make, sign_in, clock):
    factories.confirmed(make, 1_000_000, given_on=make.ago(40))
    factories.donation(make, 2_000_000)
    factories.donation(make, 4_000_000, partner_code="baznas", kind_code="zakat", purpose_code="social")
    browser = sign_in(make.treasurer())

    def sum_of(query):
        page = browser.get(f"/donations?{query}")
        assert page.status_code == 200
        return page.text.rsplit("<tfoot>", 1)[-1]

    assert "Rp7.000.000" in sum_of("")
    assert "Rp6.000.000" in sum_of("status=entered")
    assert "Rp4.000.000" in sum_of("partner=baznas")
    assert "Rp4.000.000" in sum_of("kind=zakat")
    assert "Rp6.000.000" in sum_of("since=01-10-2026")
    assert "Rp1.000.000" in sum_of("until=30-09-2026")
    assert "<tfoot>" not in browser.get("/donations?q=D-1999").text
    assert browser.get("/donations?since=31-02-2026").status_code == 422
    for after in ("nonsense", "W10", "WyJ4IiwgMV0=", "WzEsIDIsIDNd"):
        assert browser.get(f"/donations?status=nonsense&after={after}").status_code == 200
        assert browser.get(f"/disbursements?after={after}").status_code == 200
    clock.shift(timedelta(days=1))


def test_a_long_list_has_pages_and_its_fragment_is_its_place_in_the_page(make, sign_in):
    partner = make.partner_user()
    for _ in range(27):
        factories.donation(make, 1000, entered_by_id=partner.id)
    browser = sign_in(partner)

    page = browser.get("/donations").text
    fragment = browser.fragment("/donations", "results")

    assert fragment.strip() in page
    assert page.count("/donations/D-") == 25
    following = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert browser.get(following).text.count("/donations/D-") == 2


def test_an_empty_list_says_what_to_do(make, sign_in):
    assert "/donations/new" in sign_in(make.partner_user()).get("/donations").text
    assert "/donations/new" not in sign_in(make.treasurer()).get("/donations").text


def test_a_gift_of_a_trillion_is_shown_once_more_before_it_is_recorded(make, sign_in):
    browser = sign_in(make.partner_user())
    trillion = {**GIFT, "amount": "1.000.000.000.000"}

    doubted = browser.post("/donations/new", trillion)

    assert doubted.status_code == 422
    assert "Rp1.000.000.000.000 luar biasa besar" in doubted.text
    assert "Kotak amal Jumat" in doubted.text
    assert stored() == []

    browser.post("/donations/new", {**trillion, "confirmed": "large:1000000000000"})

    assert [donation.amount for donation in stored()] == [10**12]
