"""What is typed into the search box of a list that is not the register: a number's way, and why a row was found."""

import pytest

from portal.funds.models import DisbursementStatus
from portal.visits.models import AssessmentStatus, VisitStatus
from tests.reports import factories

LISTS = [
    "/complaints", "/cards", "/decisions", "/decisions?state=settled", "/disbursements", "/referrals",
    "/recommendations?filter=approved",
]  # fmt: skip


@pytest.fixture
def head(make, sign_in):
    return sign_in(make.unit_head())


@pytest.fixture
def family(make):
    """A family with something on every list, and a member who is not its head."""
    found = make.household("Rosma Yunita", members=2)
    worker, decides = make.social_worker(), make.unit_head()
    case = factories.complaint(make, found, by=worker)
    visit = factories.visit(make, case, by=worker, status=VisitStatus.DONE)
    seen = factories.assessment(make, visit, by=worker, status=AssessmentStatus.FINAL)
    approved = factories.decision(make, case, seen, by=worker, decided_by=decides)
    factories.card(make, approved, by=decides, holder_name=found.head_name)
    factories.decision(make, factories.complaint(make, found, by=worker), seen, by=worker)
    factories.disbursement(make, case, by=worker, status=DisbursementStatus.WAITING)
    return found


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("grouped", [False, True])
def test_a_whole_number_is_told_its_way(head, family, address, grouped):
    number = family.members[1].nik
    typed = f"{number[:4]} {number[4:8]} {number[8:12]} {number[12:]}" if grouped else number

    page = head.get(f"{address}{'&' if '?' in address else '?'}q={typed}").text

    assert "Ini tampaknya nomor NIK atau KK" in page
    assert head.post("/households", {"q": typed}).location == f"/households/{family.id}"
    assert f'<input type="hidden" name="q" value="{typed}">' in page


def test_who_may_not_look_up_families_is_not_sent_there(make, sign_in, family):
    page = sign_in(make.treasurer()).get(f"/disbursements?q={family.members[0].nik}").text

    assert "Ini tampaknya nomor NIK atau KK" in page
    assert 'action="/households"' not in page


def test_a_cadre_who_types_a_number_is_told_to_type_a_name(make, sign_in, family):
    page = sign_in(make.cadre()).get(f"/area?q={family.members[0].nik}").text

    assert "Ini tampaknya nomor NIK atau KK" in page
    assert "Rosma Yunita" not in page


@pytest.mark.parametrize("address", LISTS[:5])
def test_a_row_says_which_member_was_meant(head, family, address):
    """Anak Contoh is a member; the row is called after the head."""
    page = head.get(f"{address}{'&' if '?' in address else '?'}q=anak+contoh").text

    assert "Rosma Yunita" in page
    assert f"Anggota: {family.members[1].name}" in page
    assert "sebagian nama" in page


def test_a_row_says_that_another_spelling_was_found(head, make):
    case = factories.complaint(make, make.household("Yoesoef Piliang"), by=make.social_worker())

    page = head.get("/complaints?q=jusuf").text

    assert case.number in page
    assert "ejaan" in page


def test_a_row_says_which_paper_was_meant(head, family):
    card = head.get("/cards").text.split("KAN-2026-")[1][:6]

    assert "nomor kartu" in head.get(f"/complaints?q=KAN-2026-{card}").text.lower()


def test_nobody_is_asked_about_while_nothing_is_typed(head, family):
    for address in LISTS:
        assert "Anggota:" not in head.get(address).text
