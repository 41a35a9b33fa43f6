"""`/imports`: a file is sent in, looked at, decided on, confirmed, given back, taken back."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.exchange import services
from portal.exchange.models import BatchState, ImportBatch, ImportProgress, ImportRow, RowKind
from portal.households.models import Household
from tests.exchange.conftest import confirmed
from tests.exchange.files import ELFIRA, HEAD, KK, SYAHRUL, row, xlsx
from tests.pages import form_values

OTHER = "1376010806139002"


@pytest.fixture
def page(officer, sign_in, own_uploads):
    return sign_in(officer)


def file(tmp_path, *people):
    return BytesIO(xlsx(tmp_path / "sent.xlsx", HEAD, *people).read_bytes()), "Data Ibuah.xlsx"


def the_batch():
    return db.session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()


def send(page, address, batch, **fields):
    return page.post(f"/imports/{batch.id}/{address}", {"version": batch.version, **fields})


def test_a_file_is_sent_in_looked_at_and_confirmed(page, tmp_path):
    answer = page.post("/imports/new", {"file": file(tmp_path, SYAHRUL, row(ELFIRA, name=""))})
    batch = the_batch()
    assert answer.location == f"/imports/{batch.id}"
    assert "sedang dibaca" in page.get(answer.location).text

    services.work(batch.id)
    seen = page.get(f"/imports/{batch.id}").text
    assert "SYAHRUL PITOPANG" in seen
    assert SYAHRUL[1] not in seen
    assert "Nama belum diisi." in page.get(f"/imports/{batch.id}?kind=refused").text

    assert send(page, "confirm", batch).status_code == 303
    services.work(batch.id)
    after = page.get(f"/imports/{batch.id}").text
    assert "sudah masuk data" in after
    assert db.session.scalar(select(Household.head_name)) == "SYAHRUL PITOPANG"
    assert f'href="/households/{db.session.scalar(select(Household.id))}"' in after


def test_a_second_click_makes_no_second_batch(page, tmp_path):
    key = form_values(page.get("/imports/new").text, field="file")["once"]

    for _time in range(2):
        answer = page.post("/imports/new", {"file": file(tmp_path, SYAHRUL)}, once=key)

    assert answer.location == f"/imports/{the_batch().id}"
    assert db.session.scalar(select(func.count()).select_from(ImportBatch)) == 1


def test_what_stands_against_a_file_is_said_beside_the_field(page, tmp_path):
    nothing = page.post("/imports/new", {"list_code": "dtks"})
    empty = page.post("/imports/new", {"file": (BytesIO(b""), "kosong.xlsx")})
    ahead = page.post("/imports/new", {"file": file(tmp_path, SYAHRUL), "list_code": "dtks", "list_as_of": "1-1-2030"})

    assert [answer.status_code for answer in (nothing, empty, ahead)] == [422, 422, 422]
    assert "Silakan pilih berkasnya." in nothing.text
    assert "Silakan isi tanggal daftar" in nothing.text
    assert "Berkas ini kosong" in empty.text
    assert 'value="1-1-2030"' in ahead.text
    assert the_batch() is None


def test_the_same_file_again_leads_to_the_first(page, tmp_path):
    page.post("/imports/new", {"file": file(tmp_path, SYAHRUL)})
    sent = (tmp_path / "sent.xlsx").read_bytes()

    again = page.post("/imports/new", {"file": (BytesIO(sent), "Salinan.xlsx")})

    assert again.status_code == 422
    assert f'href="/imports/{the_batch().id}"' in again.text


def test_the_page_tells_how_far_the_work_is_and_htmx_loads_it_anew_at_the_end(page, bring):
    batch = bring(SYAHRUL)
    services.confirm(batch, by=None)
    db.session.get(ImportProgress, batch.id).total = 4
    db.session.get(ImportProgress, batch.id).done = 1
    db.session.commit()

    part = page.fragment(f"/imports/{batch.id}", "progress")
    assert 'value="25"' in part
    assert "1 dari 4 baris" in part

    services.work(batch.id)
    over = page.client.get(f"/imports/{batch.id}", headers={"HX-Request": "true", "HX-Target": "progress"})
    assert over.headers["HX-Refresh"] == "true"


def test_doubts_are_taken_one_by_one_and_let_go_again(page, written, bring):
    written(SYAHRUL, row(ELFIRA, nik=""))
    batch = bring(row(ELFIRA, kk=OTHER, relation="Kepala keluarga"))
    doubtful = db.session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id)).one()
    seen = page.get(f"/imports/{batch.id}").text
    assert 'aria-label="Ambil baris 2, ELFIRA"' in seen
    assert re.search(r"\d\d %: [^<]*tanggal lahir sama", seen)

    send(page, "rows", batch, shown=[doubtful.id], row=[doubtful.id])
    assert doubtful.taken
    send(page, "rows", batch, shown=[doubtful.id])
    assert not doubtful.taken
    send(page, "rows", batch, all="take")
    assert doubtful.taken


def test_where_nothing_is_to_be_written_nothing_is_offered(page, written, bring):
    written(SYAHRUL, ELFIRA)
    batch = bring(ELFIRA, SYAHRUL)

    seen = page.get(f"/imports/{batch.id}").text

    assert "Tidak ada yang perlu disimpan" in seen
    assert f'action="/imports/{batch.id}/confirm"' not in seen
    assert f"/imports/{batch.id}/undo" not in seen
    assert "tidak ada yang disimpan" in page.get("/imports").text
    assert send(page, "confirm", batch).status_code == 409


def test_where_all_is_in_doubt_writing_is_offered_once_a_row_is_taken(page, written, bring):
    written(SYAHRUL, row(ELFIRA, nik=""))
    batch = bring(row(ELFIRA, kk=OTHER, relation="Kepala keluarga"))

    before = page.get(f"/imports/{batch.id}").text
    send(page, "rows", batch, all="take")
    after = page.get(f"/imports/{batch.id}").text

    assert "Simpan ke data keluarga" not in before
    assert "Belum ada yang akan disimpan" in before
    assert "Simpan ke data keluarga" in after


def test_a_doubt_that_a_family_event_settles_leads_to_its_form(page, written, bring, make, sign_in):
    written(SYAHRUL, ELFIRA)
    family = db.session.scalar(select(Household.id))
    batch = bring(row(ELFIRA, kk=OTHER, relation="Kepala keluarga"))

    seen = page.get(f"/imports/{batch.id}").text

    assert "kartu keluarga lain" in seen
    assert f'href="/households/{family}/events/split"' in seen
    assert page.get(f"/households/{family}/events/split").status_code == 200
    assert "/events/split" not in sign_in(make.unit_head()).get(f"/imports/{batch.id}").text


def test_numbers_that_no_row_has_change_nothing(page, written, bring):
    written(SYAHRUL, row(ELFIRA, nik=""))
    batch = bring(row(ELFIRA, kk=OTHER, relation="Kepala keluarga"))

    answer = send(page, "rows", batch, shown=["9" * 30, "x", "١"], row=["9" * 30])

    assert answer.status_code == 303
    assert not db.session.scalar(select(ImportRow.taken).where(ImportRow.batch_id == batch.id))


def test_who_decides_on_a_page_that_somebody_else_changed_is_told(page, written, bring):
    written(SYAHRUL, row(ELFIRA, nik=""))
    batch = bring(row(ELFIRA, kk=OTHER, relation="Kepala keluarga"))
    shown = batch.version
    send(page, "rows", batch, all="take")

    answer = page.post(f"/imports/{batch.id}/rows", {"version": shown, "all": "leave"})

    assert answer.status_code == 409
    assert db.session.scalar(select(ImportRow.taken).where(ImportRow.batch_id == batch.id))


def test_refused_rows_come_back_as_a_workbook_and_enter_once_mended(page, bring, tmp_path):
    batch = bring(SYAHRUL, row(ELFIRA, born="31-02-1978"))

    answer = page.get(f"/imports/{batch.id}/refused.xlsx")
    sheet = load_workbook(BytesIO(answer.data)).active
    assert [cell.value for cell in sheet[1]][:3] == ["Alasan ditolak", "Baris dalam berkas", "Nomor KK"]
    assert [sheet.cell(2, at).value for at in (2, 4, 5)] == ["3", ELFIRA[1], "ELFIRA"]
    assert "Data Ibuah" in answer.headers["Content-Disposition"]

    confirmed(batch, None)
    sheet.cell(2, 7).value = "21-09-1978"
    sheet.parent.save(tmp_path / "mended.xlsx")
    page.post("/imports/new", {"file": (BytesIO((tmp_path / "mended.xlsx").read_bytes()), "mended.xlsx")})
    services.work(the_batch().id)
    kinds = db.session.execute(select(ImportRow.kind, ImportRow.said).where(ImportRow.batch_id == the_batch().id)).all()
    # Her head is not in this file: the register knows him.
    assert [kind for kind, _said in kinds] == [RowKind.NEW]
    confirmed(the_batch(), None)
    family = db.session.scalars(select(Household).where(Household.kk_no == KK)).one()
    assert [member.name for member in family.members] == ["SYAHRUL PITOPANG", "ELFIRA"]


def test_a_file_is_taken_back_with_its_reason(page, written, make):
    batch = written(SYAHRUL, ELFIRA)
    assert "Baris tersimpan" in page.get(f"/imports/{batch.id}/undo").text

    assert send(page, "undo", batch, reason="").status_code == 422
    assert send(page, "undo", batch, reason="Daftar yang salah.").status_code == 303

    assert "Daftar yang salah." in page.get(f"/imports/{batch.id}").text
    assert db.session.scalar(select(func.count()).select_from(Household)) == 0


def test_what_was_built_on_a_file_is_named_instead(page, written, make):
    batch = written(SYAHRUL, ELFIRA)
    family = db.session.scalars(select(Household).where(Household.kk_no == KK)).one()
    family.phone = "0812"
    make._store(family)

    assert "keluarga: 1" in page.get(f"/imports/{batch.id}/undo").text
    assert send(page, "undo", batch, reason="Daftar yang salah.").status_code == 422


def test_reading_the_rows_leaves_a_trace(page, bring, officer):
    batch = bring(SYAHRUL)

    page.get(f"/imports/{batch.id}")

    read = select(AuditEvent.actor_id).where(AuditEvent.action == "import_batch.read")
    assert db.session.scalars(read).all() == [officer.id]


def test_work_is_stopped_and_begun_again(page, bring):
    batch = bring(SYAHRUL)
    batch.state = BatchState.WAITING
    services.audit.record("import.read_again", batch, by=None)
    db.session.commit()

    send(page, "stop", batch)
    assert batch.state is BatchState.STOPPED
    stopped = page.get(f"/imports/{batch.id}").text
    assert "Baca lagi" in stopped
    assert f"/imports/{batch.id}/undo" not in stopped  # nothing was written
    send(page, "again", batch)
    services.work(batch.id)
    assert batch.state is BatchState.READY


def test_nobody_else_comes_near(make, sign_in, bring):
    batch = bring(SYAHRUL)

    for other in (make.treasurer(), make.cadre(), make.partner_user(), make.auditor(), make.admin()):
        assert sign_in(other).get(f"/imports/{batch.id}").status_code == 403
        assert sign_in(other).get("/imports").status_code == 403


def test_what_is_not_there_is_not_found(page, bring):
    batch = bring(SYAHRUL)

    assert page.get("/imports/9999").status_code == 404
    assert page.get(f"/imports/{batch.id}?kind=odd").status_code == 404
    assert page.get(f"/imports/{batch.id}/refused.xlsx").status_code == 404
    assert "Tidak ada baris seperti ini" in page.get(f"/imports/{batch.id}?kind=gone").text
