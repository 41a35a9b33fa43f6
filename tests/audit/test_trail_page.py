"""The auditor reads who did what, and proves that nothing was altered."""

import re

import pytest
from sqlalchemy import text

from portal import audit
from portal.audit import words
from portal.config import ROOT
from portal.db import Base, db
from tests.reports import factories


@pytest.fixture
def browser(sign_in, make):
    return sign_in(make.auditor(name="inspektorat"))


def test_every_kind_of_record_and_every_act_has_its_words():
    kinds = {mapper.class_.__tablename__ for mapper in Base.registry.mappers if mapper.class_.__audited__}
    source = "\n".join(path.read_text() for path in (ROOT / "portal").rglob("*.py"))
    acts = set(re.findall(r"""record\(\s*"([a-z_]+\.[a-z_]+)\"""", source))

    assert kinds - words.KINDS.keys() == set()
    assert len(acts) > 40
    assert acts - words.ACTIONS.keys() == set()


def test_acts_are_told_in_words(browser, make):
    family, worker = make.household(), make.social_worker()
    audit.record("household.read", family, by=worker)
    act("card.issued", by=worker)

    text = browser.get("/audit").text
    assert "membuka: keluarga" in text
    assert "menerbitkan kartu" in text


def act(action, *, by=None, household_id=None, **details):
    audit.record(action, ("card", 7), by=by, household_id=household_id, **details)
    db.session.commit()


def actions(markup):
    return re.findall(r"<small[^>]*><code>([a-z_]+\.[a-z_]+)</code></small></td>", markup)


def test_the_newest_stands_first(browser, make):
    act("card.issued", by=make.unit_head(name="kepala"))
    act("card.printed")

    found = actions(browser.get("/audit").text)
    assert found.index("card.printed") < found.index("card.issued")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("actor=kepala", ["card.issued"]),
        ("actor=Kepala", ["card.issued"]),
        ("action=card.p", ["card.printed"]),
        ("action=c%25", []),
        ("subject_type=card", ["card.printed", "card.issued"]),
        ("subject_type=household", []),
        ("household_id=12", ["card.issued"]),
        ("first_on=05-10-2026&subject_type=card", ["card.printed", "card.issued"]),
        ("first_on=06-10-2026", []),
        ("last_on=04-10-2026", []),
    ],
)
def test_the_trail_is_narrowed(browser, make, query, expected):
    act("card.issued", by=make.unit_head(name="kepala"), household_id=12)
    act("card.printed")

    assert actions(browser.get(f"/audit?{query}").text) == expected


def test_a_filter_that_cannot_be_read_says_so(browser):
    for query in ("first_on=31-02-2026", "household_id=x", "subject_type=nothing"):
        response = browser.get(f"/audit?{query}")
        assert response.status_code == 422
        assert 'role="alert"' in response.text


def test_a_long_trail_is_paged_without_gaps(browser):
    for n in range(60):
        act("card.printed", n=n)

    seen, url = [], "/audit?action=card"
    while url:
        markup = browser.get(url).text
        seen += actions(markup)
        found = re.search(r'href="([^"]*)" rel="next"', markup)
        url = found.group(1).replace("&amp;", "&") if found else ""
    assert len(seen) == 60


def test_a_tampered_place_is_the_first_page(browser):
    act("card.printed")
    for place in ("x", "W10=", "WyJhIl0="):
        assert "card.printed" in browser.get(f"/audit?after={place}").text


def test_details_are_readable_and_masked(browser, make):
    family, worker = make.household("Yurnalis Piliang"), make.social_worker()
    nik, number = family.members[0].nik, family.kk_no
    family.note = "Baru pindah"
    audit.record("household.changed", family, by=worker, reason="Laporan kader")
    db.session.commit()
    family.kk_no = "1376010806139999"
    audit.record("household.changed", family, by=worker)
    db.session.commit()

    markup = browser.get("/audit").text
    assert "Baru pindah" in markup
    assert "Laporan kader" in markup
    assert "************9999" in markup
    for secret in (nik, number, "1376010806139999"):
        assert secret not in markup


def test_the_fragment_is_part_of_the_page(browser):
    act("card.printed")
    fragment = browser.fragment("/audit?action=card", "results")

    assert "card.printed" in fragment
    assert fragment.strip() in browser.get("/audit?action=card").text


def test_a_whole_trail_is_proved(browser):
    act("card.printed")

    markup = browser.get("/audit/verify").text
    assert "Jejak utuh" in markup


def test_an_altered_trail_is_found(browser, monkeypatch):
    """The database refuses to alter a row, so the proof is shown a row that was written with a wrong hash."""
    from portal.audit import services

    monkeypatch.setattr(services, "fingerprint", lambda row: "0" * 64)
    act("card.printed")
    monkeypatch.undo()

    markup = browser.get("/audit/verify").text
    assert "Jejak pernah diubah" in markup
    rows = db.session.execute(text("SELECT count(*) FROM audit_event")).scalar_one()
    assert f"Baris {rows} " in markup


def test_records_are_called_as_papers_call_them(browser, make):
    worker, family = make.social_worker(name="rani"), make.household("Yurnalis Piliang")
    case = factories.complaint(make, family, by=worker)
    visit = factories.visit(make, case, by=worker)
    for subject in (case, visit, factories.assessment(make, visit, by=worker), worker, family):
        audit.record(f"{subject.__tablename__}.read", subject, by=worker)
    db.session.commit()

    markup = browser.get("/audit?action=assessment.read").text
    whole = browser.get("/audit").text

    assert f">{case.number}</span>" in markup
    assert whole.count(f">{case.number}</span>") == 3
    assert ">rani</span>" in whole
    assert "Yurnalis" not in whole


def test_days_in_the_trail_are_written_as_everywhere(browser):
    act("card.printed", day="2026-10-05", at="2026-10-05T01:15:00+00:00", typed="2026-02-31")

    markup = browser.get("/audit").text

    assert "5 Oktober 2026" in markup
    assert "5 Okt 2026 08.15.00 WIB" in markup
    assert "2026-02-31" in markup
    assert "2026-10-05" not in re.sub(r'datetime="[^"]*"', "", markup)
