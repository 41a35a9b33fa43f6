"""The auditor reads who did what, and proves that nothing was altered."""

import ast
import re
from datetime import date

import pytest
from sqlalchemy import JSON, Date, Enum, String, Time, select, text

from portal import audit, clock
from portal.accounts.roles import Role
from portal.audit import columns, words
from portal.audit.models import AuditEvent
from portal.audit.verify import verify
from portal.config import ROOT
from portal.db import Base, Moment, db
from portal.decisions import services as decisions
from portal.decisions.models import ListingError, Proposal
from tests.decisions import factories as cases
from tests.funds import factories as money
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
    assert 'data-label="Rincian"' not in text  # what unfolds says so


def act(action, *, by=None, household_id=None, **details):
    audit.record(action, ("card", 7), by=by, household_id=household_id, **details)
    db.session.commit()


def actions(markup):
    return re.findall(r'data-action="([a-z_]+\.[a-z_]+)"', markup)


def test_acts_are_chosen_by_their_words(browser, make):
    act("card.issued", by=make.unit_head())

    choice = browser.get("/audit?action=card.").text.split('id="action"')[1].split("</select>")[0]

    assert '<option selected value="card.">kartu: semua tindakan</option>' in choice
    assert '<option value="card.issued">kartu: menerbitkan kartu</option>' in choice
    assert '<option value="household.read">membuka: keluarga</option>' in choice


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
    assert "Baru pindah" not in markup
    assert "tersembunyi di sini" in markup
    assert "Laporan kader" not in markup
    assert "************9999" in markup
    for secret in (nik, number, "1376010806139999"):
        assert secret not in markup


def test_what_was_found_about_a_family_is_hidden_as_a_number_or_a_code_too(browser, make):
    case = cases.case(make)
    decisions.propose(case.complaint, proposal=Proposal.HELP, reason="", by=case.worker, on=clock.today())
    db.session.commit()
    assert db.session.scalars(select(ListingError.value)).one() == 10

    details = browser.get("/audit").text.partition("listing_error")[2] or browser.get("/audit").text

    for column in ("kind", "value", "band"):
        told = re.findall(rf"<code>[^<]*\b{column}</code></dt><dd>(.*?)</dd>", details)
        assert told, column
        assert all("tersembunyi di sini" in each for each in told), (column, told)
    assert "huruf" not in details


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("listing", "decile"), ("member", "birth_date"), ("decision", "path"), ("answer", "value"),
        ("donation", "reference"), ("donation", "note"), ("pledge", "note"), ("bank_line", "reference"),
    ],
)  # fmt: skip
def test_what_tells_how_a_family_lives_or_who_gave_is_hidden(table, column):
    assert columns.is_hidden(table, column)


def test_a_familys_words_are_hidden_from_the_auditor_and_kept_in_the_chain(browser, make, sign_in):
    family, worker = make.household(), make.social_worker()
    visit = factories.visit(make, factories.complaint(make, family, by=worker), by=worker)
    visit.note, family.phone = "Ibu sakit ginjal sejak Mei.", "0812-7777"
    audit.record("visit.noted", visit, by=worker)
    db.session.commit()
    stored = db.session.scalars(select(AuditEvent.details).order_by(AuditEvent.id.desc())).first()

    markup = browser.get("/audit").text

    assert "sakit ginjal" in stored
    assert "tersembunyi di sini" in markup
    for hidden in ("sakit ginjal", "0812-7777"):
        assert hidden not in markup
        assert hidden not in browser.fragment("/audit", "results")
    assert verify().fault is None


def test_who_may_open_the_case_file_reads_its_words_and_leaves_a_trace(make, sign_in):
    family, worker = make.household(), make.social_worker()
    family.note = "Baru pindah"
    audit.record("household.changed", family, by=worker)
    db.session.commit()
    both = sign_in(make.user(Role.AUDITOR, Role.UNIT_HEAD))

    assert "Baru pindah" in both.get("/audit?action=household").text
    newest = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (newest.action, newest.household_id) == ("audit_event.read", family.id)


def test_every_text_column_is_shown_or_hidden_by_choice():
    texts = {}
    for mapper in Base.registry.mappers:
        if mapper.class_.__audited__:
            free = {name for name, column in mapper.columns.items() if is_free_text(column)}
            texts |= {mapper.class_.__tablename__: free} if free else {}
    chosen = {
        table: columns.SHOWN.get(table, frozenset()) | columns.HIDDEN.get(table, frozenset())
        for table in columns.SHOWN.keys() | columns.HIDDEN.keys()
    }

    assert {table: names - chosen.get(table, frozenset()) for table, names in texts.items() if names} == {
        table: set() for table in texts
    }
    assert not [t for t in columns.SHOWN if columns.SHOWN[t] & columns.HIDDEN.get(t, frozenset())]
    assert not [(t, c) for t, names in chosen.items() for c in names if c not in Base.metadata.tables[t].c]


def test_of_a_familys_records_every_column_is_shown_or_hidden_by_choice():
    """Also a number or a code tells how a family lives; keys, days and versions tell only that something was done."""
    left = {
        (table, column.name)
        for table in columns.HIDDEN
        for column in Base.metadata.tables[table].c
        if not (column.primary_key or column.foreign_keys or column.info or column.name == "version")
        and not isinstance(column.type, Date | Time | Moment)
        and column.name not in columns.HIDDEN[table] | columns.SHOWN.get(table, frozenset())
    }
    assert left == set()


def is_free_text(column):
    """Text of any kind but words of an enum, keys of other records, and what the trail masks by itself."""
    if isinstance(column.type, Enum) or column.foreign_keys or column.info:
        return False
    return isinstance(column.type, String | JSON)


def test_every_word_that_an_act_says_of_itself_is_shown_by_choice():
    said = set()
    for path in (ROOT / "portal").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(("audit.record", "record_reading")):
                said |= {word.arg for word in call.keywords}

    assert said - {"by", "household_id", "action", None} <= columns.WORDS_SHOWN


def test_a_column_that_is_no_more_is_hidden():
    assert columns.is_hidden("household", "a_note_of_old")
    assert columns.is_hidden("a_table_of_old", "id")
    assert not columns.is_hidden("household", "village_code")


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
    act("card.printed", until="2026-10-05", since="2026-10-05T01:15:00+00:00")
    act("card.printed", until="2026-02-31")

    markup = browser.get("/audit").text

    assert "5 Oktober 2026" in markup
    assert "5 Okt 2026 08.15.00 WIB" in markup
    assert "2026-02-31" in markup
    assert "2026-10-05" not in re.sub(r'datetime="[^"]*"', "", markup)


def test_what_was_typed_like_a_day_stays_as_it_was_typed(browser, make):
    treasurer, gift = make.treasurer(), money.donation(make)
    gift.refusal_reason, gift.given_on = "2026-10-03", date(2026, 10, 4)
    audit.record("donation.entered", gift, by=treasurer, account="2026-10-06")
    db.session.commit()

    markup = browser.get("/audit?action=donation").text

    assert "2026-10-03" in markup
    assert "2026-10-06" in markup
    assert "4 Oktober 2026" in markup
