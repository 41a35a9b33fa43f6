"""A partner's statement: its figures, where it went without names, small numbers kept, and whose it is."""

import io
from collections import defaultdict
from datetime import UTC, date, datetime
from itertools import combinations_with_replacement

import pytest
from openpyxl import load_workbook

from portal.audit.models import AuditEvent
from portal.db import db
from portal.funds import periods, services
from portal.funds.figures import quarters, whole_quarters
from portal.partners.models import Partner
from portal.reports.statement import Helped, statement
from portal.reports.statement_gifts import gifts
from portal.small_numbers import Figure
from tests.funds import factories
from tests.pages import form_values
from tests.paper.reading import text as text_of

ELSEWHERE = "13.76.02.1002"
YEAR = (date(2026, 1, 1), date(2026, 10, 5))
NAMES = ("Yurnalis", "Mardiana")


def partner(code="mitra-kenanga"):
    return db.session.get_one(Partner, code)


@pytest.fixture
def helped(make, clock):
    """In September: six families with school needs and two with medicine in one kecamatan, one elsewhere."""
    clock.move_to(datetime(2026, 9, 14, 2, tzinfo=UTC))
    school = factories.fund(make, 5_000_000)
    health = factories.fund(make, 4_000_000, purpose_code="health")
    for village in [None] * 6 + [ELSEWHERE]:
        home = make.household("Mardiana Chaniago", **({"village_code": village} if village else {}))
        factories.paid(make, school, 400_000, ground=factories.ground(make, household=home))
    for _ in range(2):
        factories.paid(make, health, 1_000_000, service_code="health-medicine")
    factories.proposed(make, school, 350_000)
    clock.move_to(datetime(2026, 10, 5, 2, tzinfo=UTC))


def test_opening_received_given_reserved_and_closing(make, helped, clock):
    told = statement(partner(), date(2026, 9, 1), date(2026, 9, 30)).whole
    later = statement(partner(), date(2026, 10, 1), date(2026, 10, 5)).whole

    assert (told.opening, told.received, told.given, told.closing, told.reserved) == (
        0, 9_000_000, 4_800_000, 4_200_000, 350_000,
    )  # fmt: skip
    assert (later.opening, later.received, later.given, later.closing) == (4_200_000, 0, 0, 4_200_000)


def test_a_payment_taken_back_later_counts_on_the_later_day(make, helped):
    aid = db.session.query(services.Disbursement).filter_by(status="paid").first()
    services.reverse_payment(aid, reason="Kembali.", by=make.treasurer())
    db.session.commit()

    september = statement(partner(), date(2026, 9, 1), date(2026, 9, 30)).whole
    october = statement(partner(), date(2026, 10, 1), date(2026, 10, 5)).whole

    assert (september.given, september.given_back) == (4_800_000, 0)
    assert (october.given_back, october.closing) == (400_000, 4_600_000)


def test_a_small_service_is_not_told_nor_to_be_subtracted(make, helped):
    """Medicine (two families) is hidden; so must school needs be, for the whole is known."""
    found = statement(partner(), *YEAR).helped

    assert (found.since, found.until) == (date(2026, 1, 1), date(2026, 9, 30))
    assert (found.whole.families, found.whole.amount) == (9, 4_800_000)
    assert found.services == []
    assert found.left_out == 4_800_000


def test_a_crowd_is_told_by_service_and_kecamatan(make, helped, clock):
    clock.move_to(datetime(2026, 9, 16, 2, tzinfo=UTC))
    school, health = (
        factories.fund(make, 8_000_000),
        factories.fund(make, 9_000_000, purpose_code="health"),
    )
    for _ in range(5):
        home = make.household("Mardiana Chaniago", village_code=ELSEWHERE)
        factories.paid(make, school, 400_000, ground=factories.ground(make, household=home))
        factories.paid(make, health, 1_000_000, service_code="health-medicine")
    clock.move_to(datetime(2026, 10, 5, 2, tzinfo=UTC))

    found = statement(partner(), *YEAR).helped

    ((service, places),) = [one for one in found.services if one[0].name.startswith("Bantuan keperluan")]
    assert (service.figure.families, service.figure.amount) == (12, 4_800_000)
    assert [(place.name, place.figure.families) for place in places] == [
        ("Payakumbuh Barat", 6), ("Payakumbuh Utara", 6),
    ]  # fmt: skip
    assert sum(service.figure.amount for service, _ in found.services) + found.left_out == found.whole.amount


def test_whatever_days_are_asked_for_a_quarter_tells_the_same(make, helped):
    """Days one apart would tell of the family that was helped on the day between them."""
    days = [date(2026, 6, 30), date(2026, 7, 1), date(2026, 9, 13), date(2026, 9, 14), date(2026, 9, 30), YEAR[1]]
    told = defaultdict(list)
    for since, until in combinations_with_replacement(days, 2):
        of_gifts = [(one.id, one.families, one.services) for one in gifts(partner(), since, until) if one.families]
        found = statement(partner(), since, until).helped
        told[found.since].append((found, of_gifts))

    assert {since: len(found) for since, found in told.items()} == {None: 17, date(2026, 7, 1): 4}
    assert all(found == told[since][0] for since in told for found in told[since])
    assert told[None][0] == (Helped(None, None, [], [], Figure(None, 0), False, 0), [])
    assert [families for _, families, _ in told[date(2026, 7, 1)][0][1]] == [7]


def test_a_quarter_of_few_beside_a_crowd_is_not_found_by_subtraction(make, clock):
    """Six families in spring and three in summer: nine in all would tell of the three, whose rupiah are known."""
    for month, families in ((5, 6), (8, 3)):
        clock.move_to(datetime(2026, month, 14, 2, tzinfo=UTC))
        school = factories.fund(make, 9_000_000)
        for _ in range(families):
            factories.paid(make, school, 400_000)
    clock.move_to(datetime(2026, 10, 5, 2, tzinfo=UTC))

    found = statement(partner(), *YEAR).helped

    assert (found.whole, found.partly) == (Figure(6, 3_600_000), True)
    assert [one.families for one in gifts(partner(), *YEAR)] == [None, 6]


def test_only_whole_quarters():
    assert whole_quarters(date(2026, 7, 2), date(2026, 9, 29)) == []
    assert whole_quarters(date(2025, 12, 31), date(2026, 8, 1)) == [
        (date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 6, 30)),
    ]  # fmt: skip
    assert whole_quarters(date(2026, 10, 1), date(2026, 12, 31)) == [(date(2026, 10, 1), date(2026, 12, 31))]


def test_quarters_that_are_over_and_none_before_the_books_begin(make, helped):
    (first, _), *_others, (_, last) = quarters(date(1900, 1, 1), date(2199, 12, 31))

    assert (first, last) == (date(2026, 1, 1), date(2026, 9, 30))


def test_books_without_an_entry_have_no_quarter(make):
    assert quarters(date(1900, 1, 1), date(2026, 9, 30)) == []


def test_gift_by_gift_every_rupiah_is_somewhere(make, helped):
    found = gifts(partner(), *YEAR)

    assert [(one.received, one.given, one.closing, one.reserved) for one in found] == [
        (4_000_000, 2_000_000, 2_000_000, 0), (5_000_000, 2_800_000, 2_200_000, 350_000),
    ]  # fmt: skip
    assert [one.families for one in found] == [None, 7]
    assert found[0].services == ""
    assert found[1].services
    for one in found:
        assert one.opening + one.received - one.given == one.closing


def test_gifts_come_page_by_page(make, helped):
    first, second = gifts(partner(), *YEAR)

    assert gifts(partner(), *YEAR, after=first.id) == [second]
    assert gifts(partner(), *YEAR, size=1) == [first]
    assert gifts(partner(), date(2026, 1, 1), date(2026, 8, 31)) == []


def test_the_partner_reads_its_page_and_nobody_s_name(make, helped, sign_in):
    page = sign_in(make.partner_user()).get("/partners/mitra-kenanga/statement?since=1-1-2026&until=5-10-2026").text

    assert "Rp9.000.000" in page
    assert "Rp4.200.000" in page
    assert not any(name in page for name in NAMES)
    assert "S-2026-" not in page


def test_another_partner_does_not_know_of_it(make, helped, sign_in):
    stranger = sign_in(make.partner_user("baznas"))

    for kind in ("", ".pdf", ".xlsx"):
        assert stranger.get(f"/partners/mitra-kenanga/statement{kind}").status_code == 404
        assert sign_in(make.social_worker()).get(f"/partners/mitra-kenanga/statement{kind}").status_code == 403
    assert sign_in(make.treasurer()).get("/partners/mitra-kenanga/statement").status_code == 200


def test_the_pdf_says_the_same_without_names(make, helped, sign_in):
    response = sign_in(make.partner_user()).get("/partners/mitra-kenanga/statement.pdf?since=1-9-2026&until=30-9-2026")

    said = text_of(response.data)
    assert response.mimetype == "application/pdf"
    assert "LKS Mitra Kenanga" in said
    for sum_of in ("Rp9.000.000", "Rp4.800.000", "Rp4.200.000"):
        assert sum_of in said
    assert not any(name in said for name in NAMES)
    event = db.session.query(AuditEvent).filter_by(action="partner.statement_fetched").one()
    assert event.subject_id == "mitra-kenanga"


def test_the_workbook_holds_every_gift_as_numbers(make, helped, sign_in):
    response = sign_in(make.partner_user()).get("/partners/mitra-kenanga/statement.xlsx?since=1-9-2026&until=30-9-2026")

    book = load_workbook(io.BytesIO(response.data))
    every_gift = book.worksheets[-1]
    values = [cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert 4_200_000 in values
    assert [row[5].value for row in every_gift.iter_rows(min_row=5)] == [2_000_000, 2_800_000]
    assert not any(name in str(value) for value in values for name in NAMES)
    assert all(cell.data_type != "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("days", ["since=kemarin", "since=31-02-2026", "since=1-10-2026&until=1-9-2026"])
def test_days_that_cannot_be_read_say_so(make, sign_in, days):
    browser = sign_in(make.treasurer())
    assert browser.get(f"/partners/mitra-kenanga/statement?{days}").status_code == 422
    assert browser.get(f"/partners/mitra-kenanga/statement.pdf?{days}").status_code == 404


def test_the_partner_alone_agrees_to_be_named(make, sign_in):
    own = sign_in(make.partner_user())
    sent = form_values(own.get("/partners/mitra-kenanga/statement").text, "/partners/mitra-kenanga/naming")

    assert own.post("/partners/mitra-kenanga/naming", sent).status_code == 303
    assert partner().named_publicly is True
    assert own.post("/partners/mitra-kenanga/naming", sent | {"once": "another"}).status_code == 409
    assert partner().named_publicly is True
    other = sign_in(make.partner_user("baznas"))
    mine = form_values(other.get("/partners/baznas/statement").text, "/partners/baznas/naming")
    assert other.post("/partners/mitra-kenanga/naming", mine).status_code == 404
    assert partner().named_publicly is True
    assert "naming" not in sign_in(make.treasurer()).get("/partners/mitra-kenanga/statement").text


def test_a_small_service_is_not_to_be_had_from_the_sum_of_its_fund(make, clock):
    """Of education two families had higher education: its sum, which is told, less school needs is theirs."""
    clock.move_to(datetime(2026, 9, 14, 2, tzinfo=UTC))
    school = factories.fund(make, 9_000_000)
    health = factories.fund(make, 9_000_000, purpose_code="health")
    for service, fund, families, amount in (
        ("edu-basic", school, 6, 400_000), ("edu-higher", school, 2, 500_000),
        ("health-medicine", health, 5, 1_000_000),
    ):  # fmt: skip
        for _ in range(families):
            factories.paid(make, fund, amount, service_code=service)
    clock.move_to(datetime(2026, 10, 5, 2, tzinfo=UTC))

    told = statement(partner(), *YEAR)

    (education,) = [one for one in told.funds if one.code == school.code]
    assert education.given == 3_400_000
    assert [(place.figure.families, place.figure.amount) for place, _ in told.helped.services] == [(5, 5_000_000)]
    assert told.helped.left_out == 3_400_000


def test_who_only_gave_back_was_not_helped(make, helped, clock):
    """In October five families' aid of September is taken back, and nobody is given anything."""
    for aid in db.session.query(services.Disbursement).filter_by(status="paid", service_code="edu-basic").limit(5):
        services.reverse_payment(aid, reason="Kembali.", by=make.treasurer())
        db.session.commit()
    clock.move_to(datetime(2027, 1, 4, 2, tzinfo=UTC))
    october = (date(2026, 10, 1), date(2026, 12, 31))

    told = statement(partner(), *october)
    assert told.whole.given_back == 2_000_000
    assert told.helped.whole == Figure(None, -2_000_000)
    assert [(one.given, one.families) for one in gifts(partner(), *october)] == [(0, None), (-2_000_000, None)]
    assert (periods.report(*october)["families"], periods.report(*october)["given"][0]["families"]) == (0, 0)


def test_the_workbook_holds_what_was_helped_as_numbers(make, clock, sign_in):
    """Services and kecamatan tell the same rupiah twice, so a line stands between them."""
    clock.move_to(datetime(2026, 9, 14, 2, tzinfo=UTC))
    school = factories.fund(make, 9_000_000)
    for _ in range(6):
        factories.paid(make, school, 400_000)
    clock.move_to(datetime(2026, 10, 5, 2, tzinfo=UTC))

    response = sign_in(make.partner_user()).get("/partners/mitra-kenanga/statement.xlsx?since=1-7-2026&until=30-9-2026")

    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(response.data)).worksheets[1].iter_rows()]
    assert [row[2] for row in rows if row[1] == "6"] == [2_400_000] * 3
    assert any(row[0] == "Di kecamatan mana" for row in rows)
