"""Each list that may leave: by its own right, as its page shows it, in parts that meet."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from portal import clock
from portal.accounts.roles import rights
from portal.cards import queries as cards
from portal.exchange.export_lists import LISTS
from portal.funds import queries as aid
from portal.funds.models import DisbursementStatus
from portal.partners import queries as gifts
from portal.partners.models import DonationStatus
from portal.visits.models import AssessmentStatus
from tests.factories import VILLAGE
from tests.reports import factories

OTHER = "13.76.01.1022"


def exported(browser, code, **narrowed):
    answer = browser.post(f"/exports/{code}.xlsx", {"reason": "Rapat bulanan", **narrowed}, buffered=True)
    assert answer.status_code == 200, answer.text
    return list(load_workbook(BytesIO(answer.data)).worksheets[0].values)


@pytest.fixture
def head(make, sign_in):
    return sign_in(make.unit_head())


@pytest.fixture
def gift(make):
    partner = make.partner_user("baznas")
    return lambda **given: factories.donation(make, by=partner, partner_code="baznas", **given)


@pytest.fixture
def helped(make):
    worker = make.social_worker()

    def give(name, village=VILLAGE, **given):
        case = factories.complaint(make, make.household(name, village_code=village), by=worker)
        return factories.disbursement(make, case, by=worker, **given)

    return give


@pytest.fixture
def carded(make):
    worker, head = make.social_worker(), make.unit_head()

    def issue(name, village=VILLAGE):
        case = factories.complaint(make, make.household(name, village_code=village), by=worker)
        visit = factories.visit(make, case, by=worker)
        found = factories.assessment(make, visit, by=worker, status=AssessmentStatus.FINAL)
        return factories.card(make, factories.decision(make, case, found, by=worker, decided_by=head), by=head)

    return issue


def test_who_may_export_a_list_may_see_its_page():
    for listed in LISTS:
        assert listed.right == f"{listed.code}.export"  # as the link under the list has it (paging.export_url)
        for role in rights().values():
            assert listed.right not in role.permissions or role.permissions & set(listed.views), role.code


def test_cards_leave_as_their_page_shows_them(head, carded):
    made = [carded(f"Keluarga {n}") for n in range(3)]
    carded("Rosma", OTHER)
    narrowed, today = cards.narrowed_by({"village": VILLAGE, "state": "active"}), clock.today()

    parts = [row.number for part in cards.all_cards(narrowed, today, size=2) for row in part]
    rows = exported(head, "cards", village=VILLAGE, state="active")

    assert parts == [row.number for row in cards.cards(narrowed, today, limit=26)]
    assert [row[0] for row in rows[1:]] == parts
    assert sorted(parts) == sorted(card.number for card in made)
    assert cards.count(narrowed, today) == 3


def test_aid_leaves_as_its_page_shows_it(head, helped):
    made = [helped(f"Keluarga {n}", status=DisbursementStatus.WAITING) for n in range(3)]
    narrowed = aid.DisbursementFilter(status="waiting")

    parts = [row.number for part in aid.all_disbursements(narrowed, size=2) for row in part]
    rows = exported(head, "disbursements", status="waiting")

    assert parts == [row.number for row in aid.disbursements(narrowed)]
    assert [(row[0], row[-1]) for row in rows[1:]] == [(one.number, one.amount) for one in made]
    assert exported(head, "disbursements", status="declined")[1:] == []


def test_donations_leave_as_their_page_shows_them(make, sign_in, gift):
    made = [gift(status=DonationStatus.ENTERED) for _ in range(3)]
    reader = make.treasurer()
    narrowed = gifts.DonationFilter(partner="baznas", status="entered")

    parts = [row.number for part in gifts.all_donations(narrowed, reader=reader, size=2) for row in part]
    rows = exported(sign_in(reader), "donations", partner="baznas", status="entered", since="01-01-2020")

    assert sorted(parts) == sorted(one.number for one in made)
    assert [row[0] for row in rows[1:]] == parts
    assert sum(row[-1] for row in rows[1:]) == gifts.donation_sums(narrowed, reader=reader)[1]


def test_a_partner_exports_nothing(make, sign_in, gift):
    gift()
    partner = sign_in(make.partner_user("baznas"))

    assert "/exports/" not in partner.get("/donations").text
    assert partner.post("/exports/donations.xlsx", {"reason": "x"}).status_code == 403


def test_a_day_that_cannot_be_read_gives_no_list(head):
    assert head.get("/exports/disbursements?since=31-02-2026").status_code == 422
    assert head.post("/exports/disbursements.csv", {"reason": "x", "since": "kemarin"}).status_code == 422
