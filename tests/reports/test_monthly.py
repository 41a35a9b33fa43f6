"""The monthly report: what was paid, where and for what, for who answers for the money."""

import re

import pytest

from portal.accounts.roles import Role
from portal.funds.queries import DisbursementFilter, disbursement_sums
from tests.funds import factories

TABLE = "Bantuan yang dibayar menurut kecamatan dan layanan"


@pytest.fixture
def head(make, sign_in):
    return sign_in(make.unit_head())


def test_what_was_paid_stands_by_kecamatan_and_service_with_its_sums(make, head):
    factories.paid(make, factories.fund(make), 400_000)

    page = head.get("/reports").text

    assert TABLE in page
    assert "Oktober 2026" in page
    assert "Payakumbuh Barat" in page
    assert page.count("Rp400.000") == 5  # kecamatan, its service, the service, the whole, and the month


def test_each_figure_opens_the_list_behind_it(make, head):
    factories.paid(make, factories.fund(make), 400_000)
    addresses = re.findall(r'href="(/disbursements\?[^"]+)"', head.get("/reports?month=2026-10").text)

    assert len(addresses) == 4
    for address in addresses:
        assert "Rp400.000" in head.get(address.replace("&amp;", "&")).text
    assert any("district=13.76.01" in address and "service=edu-basic" in address for address in addresses)


def test_the_list_is_narrowed_to_the_kecamatan_of_the_payment(make):
    factories.paid(make, factories.fund(make), 400_000)

    assert disbursement_sums(DisbursementFilter(district="13.76.01")) == (1, 400_000)
    assert disbursement_sums(DisbursementFilter(district="13.76.02")) == (0, 0)


def test_a_month_without_payments_says_so(make, head):
    factories.paid(make, factories.fund(make))

    page = head.get("/reports?month=2026-09").text

    assert "Tidak ada bantuan yang dibayar pada bulan ini." in page
    assert "/reports?month=2026-10" in page


@pytest.mark.parametrize("typed", ["2026-13", "x", "2026-10-05", "0000-00"])
def test_what_is_no_month_is_said_and_this_month_is_shown(head, typed):
    response = head.get(f"/reports?month={typed}")

    assert response.status_code == 422
    assert "Ini bukan bulan" in response.text
    assert "Oktober 2026" in response.text


def test_who_may_not_read_the_list_reads_figures_alone(make, sign_in):
    factories.paid(make, factories.fund(make), 400_000)

    page = sign_in(make.everyone()[Role.AUDITOR]).get("/reports").text

    assert "Rp400.000" in page
    assert "/disbursements?" not in page


@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.PARTNER, Role.CADRE, Role.OFFICE, Role.ADMIN])
def test_the_report_is_for_who_answers_for_the_money(make, sign_in, role):
    assert sign_in(make.everyone()[role]).get("/reports").status_code == 403


def test_strangers_sign_in_first(stranger):
    assert stranger.get("/reports").location.startswith("/sign-in")


def test_the_part_equals_its_place_in_the_page(make, head):
    factories.paid(make, factories.fund(make))
    part = head.get("/reports", headers={"HX-Request": "true", "HX-Target": "results"}).text

    assert part.strip() in head.get("/reports").text
    assert "<html" not in part


def test_the_report_is_read_in_english_too(make, sign_in):
    factories.paid(make, factories.fund(make))
    browser = sign_in(make.treasurer())
    browser.post("/language", {"language": "en"})

    assert "Paid out by kecamatan and service" in browser.get("/reports").text
