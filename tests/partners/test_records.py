"""A partner's own record: contact, purposes, agreement and permits; who reads and who keeps it."""

from datetime import date, timedelta

import pytest

from portal import clock
from portal.accounts.models import User
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, NotFound, Refused
from portal.funds import forms
from portal.partners import permits, records
from portal.partners.models import Partner
from portal.partners.record_models import PaperKind, PartnerPaper
from tests.factories import Make
from tests.files.samples import PDF, upload
from tests.funds.factories import partner
from tests.pages import form_values
from tests.together import count, reasons, together

PROFILE = {
    "contact_person": "Hj. Yurnalis", "phone": "0812-3456-7890", "email": "kenanga@contoh.id",
    "address": "Jalan Contoh", "gives_for": ["education", "health"],
}  # fmt: skip
PAPER = {"kind": "agreement", "number": "PKS/07/2026", "issuer": "Wali Kota", "dated_on": "01-02-2026", "until": ""}


def paper(make, kind=PaperKind.LAZ_LICENCE, code="lazismu", **details):
    values = {
        "partner_code": code, "kind": kind, "number": "730/2023", "dated_on": date(2023, 12, 1),
        "until": date(2026, 10, 5), "added_by_id": make.partner_user(code).id, "added_at": clock.now(),
    }  # fmt: skip
    return make._store(PartnerPaper(**(values | details)))


def opened(browser):
    return form_values(browser.get("/partners/mitra-kenanga/record/edit").text, field="contact_person")


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("mitra-kenanga", [PaperKind.PUB_PERMIT]), ("lazismu", [PaperKind.LAZ_LICENCE]), ("baznas", []), ("bri", []),
    ],
)  # fmt: skip
def test_the_law_asks_for_a_permit_of_whom_it_names(transaction, code, asked):
    assert permits.asked_of(partner(code)) == asked


def test_a_permit_counts_from_its_first_day_to_its_last(make):
    held = paper(make)

    assert permits.valid_one(partner("lazismu"), PaperKind.LAZ_LICENCE, date(2026, 10, 5)) is held
    assert permits.valid_one(partner("lazismu"), PaperKind.LAZ_LICENCE, date(2023, 12, 1)) is held
    assert permits.valid_one(partner("lazismu"), PaperKind.LAZ_LICENCE, date(2026, 10, 6)) is None
    assert permits.valid_one(partner("lazismu"), PaperKind.LAZ_LICENCE, date(2023, 11, 30)) is None


def test_what_is_missing_ends_soon_or_has_run_out_is_said(make):
    lazismu, today = partner("lazismu"), clock.today()
    assert permits.warnings(partner("baznas"), today) == []
    ((tone, said),) = permits.warnings(lazismu, today)
    assert (tone, "dan 38" in said) == ("due", True)

    held = paper(make)
    ((tone, said),) = permits.warnings(lazismu, today)
    assert (tone, "730/2023" in said) == ("due", True)
    ((tone, _said),) = permits.warnings(lazismu, today + timedelta(days=1))
    assert tone == "late"
    held.until = today + timedelta(days=61)
    assert permits.warnings(lazismu, today) == []


def test_a_partner_keeps_whom_to_call_and_for_what_it_gives(make, sign_in):
    browser = sign_in(make.partner_user())
    assert "Record a donation" not in browser.get("/partners/mine").text
    form = opened(browser)

    response = browser.post("/partners/mitra-kenanga/record/edit", {**PROFILE, **form, "gives_for": ["health"]})

    assert (response.status_code, response.location) == (303, "/partners/mitra-kenanga/record")
    assert "Hj. Yurnalis" in browser.get("/partners/mine").text
    offered = {str(choice.value) for choice in forms.purposes(partner())}
    assert "field:health" in offered
    assert not {one for one in offered if "edu" in one}
    page = browser.get("/donations/new").text
    assert 'value="field:health"' in page
    assert 'value="field:education"' not in page


def test_of_two_who_change_a_record_at_once_the_second_is_told(make, sign_in):
    browser = sign_in(make.partner_user())
    first, second = (opened(browser) for _ in range(2))

    assert browser.post("/partners/mitra-kenanga/record/edit", {**PROFILE, **first}).status_code == 303
    late = browser.post("/partners/mitra-kenanga/record/edit", {**PROFILE, **second, "phone": "0751-1234"})
    assert late.status_code == 409
    assert records.profile_of(partner()).phone == "0812-3456-7890"


@pytest.mark.parametrize(
    ("change", "said"),
    [({"gives_for": []}, "paling sedikit satu"), ({"phone": "telepon"}, "telepon"), ({"contact_person": "1"}, "huruf")],
)
def test_a_wrong_record_says_what_is_wrong(make, sign_in, change, said):
    browser = sign_in(make.partner_user())
    form = opened(browser)

    response = browser.post("/partners/mitra-kenanga/record/edit", {**PROFILE, **form, **change})

    assert response.status_code == 422
    assert said in response.text.lower()


def test_an_agreement_is_kept_with_its_scan_and_ended_with_a_reason(make, sign_in):
    browser = sign_in(make.partner_user())
    sent = browser.post("/partners/mitra-kenanga/papers/new", {**PAPER, "scan": upload(PDF)})
    assert sent.status_code == 303
    (held,) = records.papers_of(partner())
    page = browser.get("/partners/mine").text
    assert "PKS/07/2026" in page
    assert "bukti.pdf" in page
    address = f"/partners/mitra-kenanga/papers/{held.id}/end"
    key = form_values(browser.get(address).text, field="reason")

    assert browser.post(address, {**key, "reason": ""}).status_code == 422
    assert browser.post(address, {**key, "reason": "Diganti perjanjian baru"}).status_code == 303
    db.session.refresh(held)
    assert held.ended_on == clock.today()
    assert "Diganti perjanjian baru" in browser.get("/partners/mine").text
    assert browser.get(address).status_code == 303
    with pytest.raises(AlreadySettled):
        records.end_paper(held, reason="lagi", by=make.partner_user())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": ""}, ""),
        ({"kind": "pub_permit"}, "izin"),
        ({"until": "01-01-2026"}, "sebelum"),
        ({"dated_on": "31-02-2026"}, "tidak ada"),
    ],
)
def test_a_wrong_paper_says_what_is_wrong(make, sign_in, change, said):
    response = sign_in(make.partner_user()).post("/partners/mitra-kenanga/papers/new", {**PAPER, **change})

    assert response.status_code == 422
    assert said in response.text.lower()
    assert records.papers_of(partner()) == []


def test_the_same_number_is_put_on_record_once(make, sign_in):
    browser = sign_in(make.partner_user())
    assert browser.post("/partners/mitra-kenanga/papers/new", PAPER, once="one-key").status_code == 303
    assert browser.post("/partners/mitra-kenanga/papers/new", PAPER, once="one-key").status_code == 303
    assert browser.post("/partners/mitra-kenanga/papers/new", {**PAPER, "number": "pks/07 /2026"}).status_code == 422
    assert len(records.papers_of(partner())) == 1


def test_two_of_a_partner_put_the_same_permit_on_record_once(own_portal):
    make = Make()
    by = [make.partner_user().id for _ in range(2)]

    def add(person):
        records.add_paper(
            db.session.get_one(Partner, "mitra-kenanga"), kind=PaperKind.AGREEMENT, number="1", issuer="",
            dated_on=clock.today(), until=None, note="", by=db.session.get_one(User, person),
        )  # fmt: skip

    stopped = together(own_portal, [lambda person=person: add(person) for person in by])

    assert reasons(stopped) == {Refused}
    assert count(PartnerPaper) == 1


def test_who_reads_a_record_and_who_keeps_it(make, sign_in):
    held = paper(make)
    for role, user in make.everyone().items():
        expected = {"treasurer": 200, "unit_head": 200, "partner": 404}.get(role.value, 403)
        assert sign_in(user).get("/partners/lazismu/record").status_code == expected, role
        expected = 404 if role.value == "partner" else 403
        for address in ("record/edit", "papers/new", f"papers/{held.id}/end"):
            assert sign_in(user).get(f"/partners/lazismu/{address}").status_code == expected, (role, address)
    own = sign_in(make.partner_user("lazismu"))
    assert own.get("/partners/lazismu/record").status_code == 200
    assert own.get("/partners/lazismu/papers/999999/end").status_code == 404
    assert sign_in(make.partner_user("baznas")).get(f"/partners/baznas/papers/{held.id}/end").status_code == 404
    with pytest.raises(NotAllowed):
        records.end_paper(held, reason="x", by=make.treasurer())
    with pytest.raises(NotFound):
        records.get_visible("lazismu", reader=make.partner_user("baznas"))
