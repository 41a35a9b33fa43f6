"""Lists that leave the portal: the same as on the page, for who may, with their place in the trail."""

import csv
import hashlib
import json
import re
import sqlite3
from contextlib import closing
from datetime import date
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from portal import audit
from portal.audit.models import AuditEvent
from portal.complaints import queries as complaints
from portal.db import db
from portal.exchange import checking, export_register, exports
from portal.exchange.export_lists import LISTS
from portal.exchange.formats import fold, formats
from portal.exchange.listed import as_text
from portal.households import queries as households
from portal.households.identity import mask
from portal.households.models import Departure
from tests.factories import VILLAGE
from tests.pages import form_values
from tests.reports import factories

WHY = {"reason": "Diminta Dinas Sosial, surat 12/2026"}
OTHER = "13.76.01.1022"


@pytest.fixture
def head(make, sign_in):
    return sign_in(make.unit_head(full_name="Contoh Kepala"))


def fetched(browser, url, **fields):
    # Taken whole while the request lasts, as a server does.
    answer = browser.post(url, {**WHY, **fields}, buffered=True)
    assert answer.status_code == 200, answer.text
    return answer


def sheets(answer):
    book = load_workbook(BytesIO(answer.data))
    return [[list(row) for row in sheet] for sheet in book.worksheets]


def values(cells):
    return [[cell.value for cell in row] for row in cells]


def acts():
    statement = select(AuditEvent).where(AuditEvent.subject_type == "export").order_by(AuditEvent.id)
    return [(event, json.loads(event.details)) for event in db.session.scalars(statement)]


def test_the_register_leaves_as_text_cells_and_days(make, head):
    family = make.household("Yurnalis Piliang", members=2)

    rows, about = sheets(fetched(head, "/exports/households.xlsx", numbers="full"))

    first = dict(zip([cell.value for cell in rows[0]], rows[1], strict=True))
    member = family.members[0]
    assert (first["NIK"].value, first["NIK"].data_type, first["NIK"].number_format) == (member.nik, "s", "@")
    assert first["Nomor KK"].value == family.kk_no
    assert first["Tanggal lahir"].is_date
    assert first["Tanggal lahir"].value.date() == member.birth_date
    assert len(rows) == 1 + len(family.members)
    said = dict(values(about)[1:])
    assert {"Contoh Kepala", "05-10-2026 09.00 WIB", WHY["reason"], str(len(family.members))} <= set(said.values())


def test_begin_end_count_and_hash_are_on_record(make, head):
    make.household("Yurnalis Piliang", village_code=VILLAGE)

    answer = fetched(head, "/exports/households.xlsx", village=VILLAGE, q="yurnalis", numbers="masked")

    (begun, asked), (ended, found) = acts()
    assert (begun.action, ended.action, begun.subject_id) == ("export.begun", "export.ended", ended.subject_id)
    assert asked == {
        "list": "households", "file_kind": "xlsx", "filter": {"q": "yurnalis", "village": VILLAGE},
        "numbers": "masked", "export_reason": WHY["reason"],
    }  # fmt: skip
    assert found["sha256"] == hashlib.sha256(answer.data).hexdigest()
    assert found["rows"] == 1
    assert f"keluarga-2026-10-05-{begun.subject_id}.xlsx" in answer.headers["Content-Disposition"]


def test_the_hash_of_the_rows_can_be_made_again_from_the_file(make, head):
    make.household("Yurnalis Piliang", members=3)

    rows, about = sheets(fetched(head, "/exports/households.xlsx", numbers="full"))
    fetched(head, "/exports/households.csv", numbers="full")

    texts = [
        "\t".join(as_text(cell.value.date() if cell.is_date else cell.value) for cell in row) + "\n" for row in rows[1:]
    ]
    digest = hashlib.sha256("".join(texts).encode()).hexdigest()
    assert digest in [row[1] for row in values(about)[1:]]
    assert [found["rows_sha256"] for _event, found in acts() if "rows" in found] == [digest, digest]


def test_the_file_is_the_list_of_the_page(make, head):
    """More families than are read at once, so that the parts meet without a gap or a double."""
    for number in range(7):
        make.household(f"Yurnalis {number}", members=2, village_code=VILLAGE)
    make.household("Yurnalis lain", village_code=OTHER)
    make.household("Rosma", village_code=VILLAGE)
    narrowed = households.Filter("yurnalis", VILLAGE)
    on_page, total = households.register(narrowed)

    parts = [
        row for part in households.whole_register(narrowed, size=3) for row in part
    ]  # fmt: skip
    rows, _about = sheets(fetched(head, "/exports/households.xlsx", q="yurnalis", village=VILLAGE, numbers="masked"))

    assert [row.id for row in parts] == [row.id for row in on_page]
    assert total == 7 == len({row[2] for row in values(rows)[1:] if row[3] == "Kepala keluarga"})
    assert "7" in head.get(f"/exports/households?q=yurnalis&village={VILLAGE}").text


def test_numbers_are_masked_unless_they_are_asked_for(make, head):
    family = make.household("Yurnalis Piliang")

    whole = sheets(fetched(head, "/exports/households.xlsx", numbers="full"))[0][1]
    masked = sheets(fetched(head, "/exports/households.xlsx", numbers="masked"))[0][1]

    assert [cell.value for cell in whole][:2] == [family.kk_no, family.members[0].nik]
    assert [cell.value for cell in masked][:2] == [mask(family.kk_no), mask(family.members[0].nik)]


def test_who_may_not_see_whole_numbers_cannot_export_them(make, sign_in, monkeypatch):
    """No role of today exports without them; the rule stands in the service for the one that will."""
    actor = make.unit_head()
    monkeypatch.setattr(type(actor), "can", lambda _self, right: right in {"households.export", "households.view"})

    page = sign_in(actor).get("/exports/households")
    answer = sign_in(actor).post("/exports/households.xlsx", {**WHY, "numbers": "full"})

    assert 'value="full"' not in page.text
    assert answer.status_code == 422
    with pytest.raises(exports.NotAllowed):
        exports.prepared(export_register.HOUSEHOLDS, {}, kind="xlsx", numbers=True, reason="x", by=actor)


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.code)
def test_export_is_a_right_of_its_own(make, sign_in, listed):
    # What goes to the bank is the treasurer's alone.
    actor = make.treasurer() if listed.code == "payment_list" else make.unit_head()

    assert exports.may_export(actor, listed)
    assert not exports.may_export(make.social_worker(), listed)
    assert sign_in(make.social_worker()).get(f"/exports/{listed.code}").status_code == 403
    assert sign_in(make.social_worker()).post(f"/exports/{listed.code}.csv", WHY).status_code == 403
    assert acts() == []


def test_only_who_may_is_offered_the_way(make, head, worker):
    make.household("Yurnalis Piliang")

    assert 'href="/exports/households?q=yurn"' in head.get("/households?q=yurn").text
    assert "/exports/" not in worker.get("/households?q=yurn").text


def test_a_reason_is_asked_for_and_what_was_chosen_is_kept(make, head):
    make.household("Yurnalis Piliang")

    answer = head.post("/exports/households.xlsx", {"reason": " ", "numbers": "full", "q": "yurn"})

    assert answer.status_code == 422
    assert 'name="q" value="yurn"' in answer.text
    assert 'href="#reason"' in answer.text
    assert acts() == []


def test_a_number_narrows_no_list_and_stands_in_no_address(make, head):
    family = make.household("Yurnalis Piliang")

    found = head.post(
        "/households", {"q": family.kk_no, "village": ""}, headers={"HX-Request": "true", "HX-Target": "results"}
    )

    assert "/exports/" not in found.text
    assert head.get(f"/exports/households?q={family.kk_no}").status_code == 422


def test_the_list_of_closed_families_is_no_file(make, head):
    """Its people live nowhere in the register any more; the file would hold those of all other families."""
    family = make.household("Yurnalis Piliang")
    make.household("Rosma")
    with audit.unrecorded():
        family.members[0].left_on, family.members[0].left_because = make.ago(1), Departure.MOVED_AWAY
        family.closed_on = make.ago(1)
        db.session.commit()

    assert "/exports/" not in head.get("/households?closed=1").text
    assert head.get("/exports/households?closed=1").status_code == 422
    assert head.post("/exports/households.xlsx", {**WHY, "numbers": "masked", "closed": "1"}).status_code == 422
    assert acts() == []


@pytest.mark.parametrize("begins", ["=1+1", "+62811", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1+1"])
def test_no_cell_begins_a_formula(make, head, begins):
    family = make.household("Yurnalis Piliang")
    family.address = begins
    make._store(family)

    cell = sheets(fetched(head, "/exports/households.xlsx", numbers="masked"))[0][1][6]
    text = fetched(head, "/exports/households.csv", numbers="masked").data.decode("utf-8-sig")

    assert (cell.value, cell.data_type) == (begins, "s")
    assert list(csv.reader(StringIO(text), delimiter=";"))[1][6] == f"'{begins}"


def test_marks_that_no_workbook_may_hold_are_left_out(make, head):
    family = make.household("Yurnalis Piliang")
    family.address = ' <a href="x">&amp; \x0b\ud7ff] '
    make._store(family)

    cell = sheets(fetched(head, "/exports/households.xlsx", numbers="masked"))[0][1][6]

    assert cell.value == ' <a href="x">&amp; \ud7ff] '


def test_text_opens_in_excel_with_its_accents(make, head):
    make.household("Ámir Saß")

    data = fetched(head, "/exports/households.csv", numbers="full").data

    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [column.title for column in export_register.REGISTER] == lines[0]
    assert lines[1][2] == "Ámir Saß"


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_goes_out_can_be_read_again(make, head, tmp_path, kind):
    family = make.household("Yurnalis Piliang", members=4)
    family.rt, family.rw, family.address = "002", "003", "-Jl. Tan Malaka 12"
    make._store(family)

    (tmp_path / f"a.{kind}").write_bytes(fetched(head, f"/exports/households.{kind}", numbers="full").data)
    found = checking.check(tmp_path / f"a.{kind}")

    assert found.tables[0][0].format.code == "register"
    assert [(p.kk_no, p.nik, p.name, p.relation, p.sex, p.birth_date) for p in found.people] == [
        (family.kk_no, m.nik, m.name, m.relation.value, m.sex.value, m.birth_date) for m in family.members
    ]
    assert {(p.rt, p.rw, p.village_code) for p in found.people} == {("002", "003", family.village_code)}
    assert [len(p.reasons) for p in found.people] == [0] * len(family.members)


def test_the_heads_are_those_of_the_portals_format():
    known = {head for heads in formats()["register"].heads.values() for head in heads}

    assert {fold(column.title) for column in export_register.REGISTER} <= known


def test_complaints_leave_as_their_page_shows_them(make, head):
    worker, family = make.social_worker(), make.household("Yurnalis Piliang")
    mine = factories.complaint(make, family, by=worker)
    factories.complaint(make, make.household("Rosma"), by=worker)

    rows = values(sheets(fetched(head, "/exports/complaints.xlsx", q="yurnalis"))[0])

    assert [row[0] for row in rows[1:]] == [mine.number]
    assert isinstance(rows[1][1].date(), date)
    assert complaints.index(complaints.Filter("yurnalis"))[1] == 1
    assert acts()[0][1]["numbers"] == "none"


def test_a_complaint_read_in_parts_is_there_once(make):
    worker = make.social_worker()
    made = [factories.complaint(make, make.household(f"Keluarga {n}"), by=worker).number for n in range(5)]

    found = [row.number for part in complaints.whole_index(complaints.Filter(), size=2) for row in part]

    assert sorted(found) == sorted(made)


def test_an_export_that_breaks_off_is_on_record(make, head, app, monkeypatch):
    make.household("Yurnalis Piliang")

    def broken(*_given, **_more):
        yield [tuple("x" * 12)]
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(export_register, "_people", broken)
    with pytest.raises(RuntimeError):
        head.post("/exports/households.csv", {**WHY, "numbers": "masked"}, buffered=True)

    assert [event.action for event, _found in acts()] == ["export.begun", "export.broken_off"]
    assert acts()[1][1] == {"list": "households", "rows": 1}


def test_a_file_that_nobody_fetches_to_its_end_is_on_record(make):
    for number in range(3):
        make.household(f"Keluarga {number}")
    asked = {"kind": "csv", "numbers": False, "reason": "x", "by": make.unit_head()}

    parts = exports.begin(exports.prepared(export_register.HOUSEHOLDS, {}, **asked))
    db.session.commit()
    next(parts)
    parts.close()

    assert [event.action for event, _found in acts()] == ["export.begun", "export.broken_off"]


def test_few_files_are_written_at_once(make, head):
    left = [exports.take_place() for _ in range(exports.MOST_AT_ONCE)]
    try:
        answer = head.post("/exports/households.csv", {**WHY, "numbers": "masked"})
    finally:
        for leave in left:
            leave()

    assert answer.status_code == 422
    assert acts() == []
    fetched(head, "/exports/households.csv", numbers="masked")
    exports.take_place()()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_beginning_leaves_before_any_family_is_read(make, monkeypatch, kind):
    asked = []

    def people(*_given, **_more):
        asked.append(1)
        yield []

    monkeypatch.setattr(export_register, "_people", people)
    made = exports.prepared(export_register.HOUSEHOLDS, {}, kind=kind, numbers=False, reason="x", by=make.unit_head())

    parts = exports.begin(made)

    assert len(next(parts)) > 100
    assert asked == []
    list(parts)
    assert asked == [1]


def test_a_day_before_excels_first_sure_one_is_written_as_text(make, head):
    family = make.household("Yurnalis Piliang", members=1)
    family.members[0].birth_date = date(1900, 2, 28)
    make._store(family)

    cell = sheets(fetched(head, "/exports/households.xlsx", numbers="masked"))[0][1][5]

    assert (cell.value, cell.data_type) == ("28-02-1900", "s")


def test_others_write_while_a_list_leaves(own_portal, request, monkeypatch):
    """A form's transaction writes; the one that reads the list must not, however slowly the file is fetched."""
    if request.config.getoption("--database") != "sqlite":
        pytest.skip("PostgreSQL's readers stop no writer")

    def people(*_given, **_more):
        for _part in range(3):
            db.session.execute(select(AuditEvent.id))
            yield [tuple("x" * 12)]

    monkeypatch.setattr(export_register, "_people", people)
    asked = {"kind": "csv", "numbers": False, "reason": "x", "by": None}
    with own_portal.test_request_context("/exports/households.csv", method="POST"):
        parts = exports.begin(exports.prepared(export_register.HOUSEHOLDS, {}, **asked))
        db.session.commit()
        for _part in range(2):
            next(parts)
            with closing(sqlite3.connect(db.engine.url.database, timeout=0)) as other:
                other.execute("BEGIN IMMEDIATE")
        list(parts)

        assert [event.action for event, _found in acts()] == ["export.begun", "export.ended"]


def test_an_rt_narrows_the_file_as_it_narrows_the_page(make, head):
    make.household("Yurnalis Piliang", rt="003")
    make.household("Rosma", rt="007")

    link = re.search(r'href="(/exports/households[^"]*)"', head.get("/households?rt=7").text)
    assert link
    asked = form_values(head.get(link[1].replace("&amp;", "&")).text, field="reason")
    rows, about = sheets(fetched(head, "/exports/households.xlsx", rt=asked["rt"]))

    assert [row[2].value for row in rows[1:]] == ["Rosma"]
    assert "007" in str(values(about))
