"""The case file and the family's page: complete, in order, masked, recorded, and cheap."""

import re
from contextlib import contextmanager
from datetime import date, time, timedelta

import pytest
from sqlalchemy import event, select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.db import db
from portal.households import services
from portal.visits import booking
from tests.reports import factories as case
from tests.reports.whole import whole_case

TOLD = (
    "diterima: ", "Berkas dibawa", "Kunjungan dijadwalkan", "Kunjungan tidak terlaksana", "Dikunjungi di rumah",
    "Dinilai: 9 dari 12 kriteria terpenuhi, Miskin", "Diusulkan: dibantu", "Dikembalikan",
    "Diputuskan: layak", "Kesalahan data", "diterbitkan",
    "dicabut", "diajukan kepada Wali Kota", "Surat 400.9.14/", "dilanjutkan ke kartu", "Bantuan S-", "disetujui",
    "Bantuan dibayar", "Dirujuk ke Dinas Sosial", "Dinas Sosial sudah melayani", "Ditutup · K-",
)  # fmt: skip


@contextmanager
def counted_queries():
    """The questions that reach the database (not the savepoints of the test)."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def story_of(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup[markup.index('class="timeline"') :]).split())


def addresses(found) -> list[str]:
    return [f"/complaints/{found.complaint.number}", f"/households/{found.family.id}"]


def test_one_of_each_kind_is_told_on_both_pages(make, sign_in):
    found = whole_case(make)
    browser = sign_in(found.rani)

    for address in addresses(found):
        told = story_of(browser.get(address).text)
        assert [words for words in TOLD if words not in told] == []


def test_the_story_runs_from_the_newest_back(make, sign_in):
    found = whole_case(make)

    markup = sign_in(found.rani).get(f"/households/{found.family.id}").text

    moments = re.findall(r'<p class="when"><time[^>]*datetime="([0-9-]{10})', markup)
    assert len(moments) > 15
    assert moments == sorted(moments, reverse=True)


def test_no_full_number_stands_anywhere(make, sign_in):
    found = whole_case(make)
    browser = sign_in(found.rani)

    for address in addresses(found):
        page = browser.get(address).text
        assert not re.search(r"\b[0-9]{16}\b", page)
    assert f"•••• •••• •••• {found.family.members[0].nik[-4:]}" in browser.get(addresses(found)[1]).text


def test_opening_is_recorded_and_the_head_sees_who_opened(make, sign_in):
    found = whole_case(make)
    for address in addresses(found):
        sign_in(found.rani).get(address)

    events = db.session.execute(
        select(AuditEvent.action, AuditEvent.actor_name, AuditEvent.household_id).where(
            AuditEvent.action.like("%.read")
        )
    ).all()

    assert {tuple(row) for row in events} == {
        ("complaint.read", found.rani.name, found.family.id), ("household.read", found.rani.name, found.family.id),
    }  # fmt: skip
    page = sign_in(found.head).get(addresses(found)[1]).text
    assert "Yang pernah membuka" in page
    assert f"<li>{found.rani.full_name} " in page


def test_a_social_worker_does_not_see_who_opened(make, sign_in):
    found = whole_case(make)

    assert "Yang pernah membuka" not in sign_in(found.rani).get(addresses(found)[1]).text


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SOCIAL_WORKER, Role.UNIT_HEAD}))
def test_others_see_neither_page(make, sign_in, role):
    found = whole_case(make)
    browser = sign_in(make.everyone()[role])

    assert [browser.get(address).status_code for address in addresses(found)] == [403, 403]


def test_a_stranger_is_sent_to_sign_in(make, stranger):
    found = whole_case(make)

    for address in addresses(found):
        response = stranger.get(address)
        assert (response.status_code, response.location) == (303, f"/sign-in?next={address}")


def test_what_is_not_there_is_not_found(make, sign_in):
    browser = sign_in(make.social_worker())

    assert browser.get("/complaints/K-2026-999999").status_code == 404
    assert browser.get("/households/999999").status_code == 404


def test_a_long_story_costs_as_many_queries_as_a_short_one(make, sign_in):
    found = whole_case(make)
    browser = sign_in(found.head)
    counts = []
    for _ in range(2):
        for address in addresses(found):
            with counted_queries() as seen:
                assert browser.get(address).status_code == 200
            counts.append(len(seen))
        for _ in range(4):
            again = case.complaint(make, found.family, by=found.rani)
            visit = case.visit(make, found.complaint, by=found.rani)
            case.referral(make, found.complaint, by=found.rani)
            case.decision(make, again, case.assessment(make, visit, by=found.rani), by=found.rani)

    assert counts[2] <= counts[0] <= 32
    assert counts[3] <= counts[1] <= 38


def test_a_new_family_is_told_how_its_story_begins(make, sign_in):
    page = sign_in(make.social_worker()).get(f"/households/{make.household().id}").text

    assert "Ceritanya dimulai" in page
    assert "/complaints/new?household=" in page


def test_the_page_speaks_english_too(make, sign_in):
    found = whole_case(make)
    reader = make.social_worker(language="en")

    assert "Visited at home" in sign_in(reader).get(addresses(found)[0]).text


def test_who_changed_the_register_is_told_by_name(make, sign_in):
    rani, family = make.social_worker(), make.household()
    services.record_list_check(family, list_code="dtsen", as_of=make.ago(3), present=False, decile=None, by=rani)
    db.session.flush()

    told = story_of(sign_in(rani).get(f"/households/{family.id}").text)

    assert f"{rani.full_name} Data terpadu diperiksa" in told


def test_a_moved_visit_tells_what_was_agreed_first_and_who_moved_it(make, sign_in, clock):
    rani, budi = make.social_worker(full_name="Rani Contoh"), make.social_worker(full_name="Budi Contoh")
    complaint = case.complaint(make, make.household(), by=rani)
    visit = booking.book(
        complaint.household, complaint=complaint, visitor=rani, on=date(2026, 10, 6), at=time(9), by=rani
    )
    db.session.commit()
    clock.shift(timedelta(hours=1))
    booking.move(visit, visitor=budi, on=date(2026, 10, 8), at=time(14), by=budi)
    db.session.commit()

    page = " ".join(sign_in(rani).get(f"/complaints/{complaint.number}").text.split())

    assert "Kunjungan dijadwalkan Selasa, 6 Oktober 2026 09.00 oleh Rani Contoh" in page
    assert "Kunjungan dipindahkan ke Kamis, 8 Oktober 2026 14.00 oleh Budi Contoh" in page
