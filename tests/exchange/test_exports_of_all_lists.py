"""What holds for every list that may leave the portal: the way to it, what is in it, its place in the trail."""

import json
from html import escape
from io import BytesIO

import pytest
from flask import url_for
from openpyxl import load_workbook
from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEvent
from portal.db import db
from portal.decisions.models import ListingError, ListingErrorKind
from portal.exchange.export_lists import LISTS
from portal.funds.models import DisbursementStatus
from portal.households.area_models import AreaReport, ReportKind
from portal.visits.models import AssessmentStatus
from tests.factories import VILLAGE
from tests.funds import factories as money
from tests.reports import factories

OF_ONE_LIST = "payment_list"
"""The file for the bank is of one payment list and for who pays it (tests/payments/test_pages.py)."""
WHOLE = [listed for listed in LISTS if listed.code != OF_ONE_LIST]
each_list = pytest.mark.parametrize("listed", WHOLE, ids=lambda listed: listed.code)
A_FORMULA = "=HYPERLINK(A1)"


@pytest.fixture
def head(make, sign_in):
    return sign_in(make.unit_head())


@pytest.fixture
def filled(make):
    """Something on every list, of a family with a name that a spreadsheet would work out."""
    worker, decides = make.social_worker(), make.unit_head()
    cases = [
        factories.complaint(make, make.household(A_FORMULA, village_code=VILLAGE), by=worker) for _decision in range(2)
    ]
    for case, decided_by in zip(cases, (decides, None), strict=True):
        visit = factories.visit(make, case, by=worker)
        found = factories.assessment(make, visit, by=worker, status=AssessmentStatus.FINAL)
        decision = factories.decision(make, case, found, by=worker, decided_by=decided_by)
    factories.card(make, factories.decision(make, cases[0], found, by=worker, decided_by=decides), by=decides)
    assert decision.decided_by_id is None
    case = cases[0]
    factories.recommendation(make, case, by=worker, resident_name=A_FORMULA)
    factories.referral(make, case, by=worker)
    factories.donation(make, by=make.partner_user("baznas"), partner_code="baznas")
    factories.disbursement(make, case, by=worker)
    factories.disbursement(make, case, by=worker, status=DisbursementStatus.WAITING)
    money.fund(make, 3_000_000)
    make._store(
        ListingError(
            household_id=case.household_id, assessment_id=found.id, kind=ListingErrorKind.EXCLUSION,
            list_code="dtsen", list_as_of=clock.today(), instrument_code=found.instrument_code,
            instrument_version=found.instrument_version, value=9, band="poor", visitor_id=worker.id,
            found_on=clock.today(), reason="", recorded_by_id=worker.id, recorded_at=clock.now(),
        )
    )  # fmt: skip
    make._store(
        AreaReport(
            village_code=VILLAGE, kind=ReportKind.MOVED, reported_by_id=make.cadre().id, family_name=A_FORMULA,
            rt="003", rw="002", own_words="Sudah pindah.", reported_at=clock.now(),
        )
    )  # fmt: skip


def cells(browser, listed, **narrowed):
    answer = browser.post(f"/exports/{listed.code}.xlsx", {"reason": "Rapat", **narrowed}, buffered=True)
    assert answer.status_code == 200, answer.text
    return [list(row) for row in load_workbook(BytesIO(answer.data)).worksheets[0]]


def page_of(app, listed, **narrowed):
    with app.test_request_context():
        return url_for(listed.list_page, **narrowed)


@each_list
def test_the_page_of_each_list_leads_to_its_export(app, head, filled, listed):
    assert f'href="/exports/{listed.code}"' in head.get(page_of(app, listed)).text
    assert head.get(f"/exports/{listed.code}").status_code == 200


@each_list
def test_only_who_may_is_shown_the_way(app, worker, filled, listed):
    page = worker.get(page_of(app, listed))

    assert page.status_code == 403 or "/exports/" not in page.text


@each_list
def test_the_question_leads_back_to_the_list(app, head, filled, listed):
    asked = head.get(f"/exports/{listed.code}?q=a").text

    back = asked.split('class="crumbs"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert head.get(back).status_code == 200


MORE_THAN_ITS_PAGE = {"households", "fund_entries", "updates"}
"""Files of every person, of the funds together, of the families that a month's page counts: tests of their own."""


@pytest.mark.parametrize(
    "listed", [each for each in WHOLE if each.code not in MORE_THAN_ITS_PAGE], ids=lambda each: each.code
)
def test_what_a_file_says_stands_on_the_page(app, head, filled, listed):
    """Every word and number but heads, marks and days, which a page writes in another way."""
    page = head.get(page_of(app, listed)).text

    heads, *found = cells(head, listed)

    assert found
    assert len(found[0]) == len(heads)
    words = {cell.value for row in found for cell in row if isinstance(cell.value, str) and cell.value != "ya"}
    assert {word for word in words if escape(word) not in page} == set()


@each_list
def test_no_cell_is_a_formula_and_days_are_days(head, filled, listed):
    _heads, *found = cells(head, listed)

    kinds = {cell.data_type for row in found for cell in row}
    assert kinds <= {"s", "n", "d"}
    if listed.code not in {"donations", "funds", "fund_entries", "needs"}:
        assert A_FORMULA in {cell.value for row in found for cell in row} or listed.code == "cards"


@each_list
def test_each_list_is_on_record_with_its_count_and_hash(head, filled, listed):
    _heads, *found = cells(head, listed)

    statement = select(AuditEvent).where(AuditEvent.subject_type == "export").order_by(AuditEvent.id)
    begun, ended = [json.loads(event.details) for event in db.session.scalars(statement)]
    assert (begun["list"], begun["export_reason"], ended["list"]) == (listed.code, "Rapat", listed.code)
    assert ended["rows"] == len(found)
    assert len(ended["rows_sha256"]) == len(ended["sha256"]) == 64


@pytest.mark.parametrize("listed", [each for each in LISTS if each.of_families], ids=lambda each: each.code)
def test_no_list_of_families_is_narrowed_by_an_identity_number(head, listed):
    """It would stand in the trail as the filter; a donation's transfer may well have 16 digits."""
    assert head.get(f"/exports/{listed.code}?q=1376 0106 1390 0001").status_code == 422
    assert head.post(f"/exports/{listed.code}.csv", {"reason": "x", "q": "1376010613900001"}).status_code == 422
