"""The file of a proposal: in the layout of its office, with its trail; and the answers that come back in it."""

import csv
import hashlib
from io import BytesIO, StringIO

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.exchange.formats import formats as import_formats
from portal.lists.formats import FIELDS, format_of, formats
from portal.lists.models import LineAnswer, ListProposal, ProposalState
from tests.lists.factories import JULY, entry
from tests.lists.test_proposals import URL, made, sent
from tests.pages import form_values

WHY = {"reason": "Usulan triwulan III, surat 12/2026"}


@pytest.fixture
def worker(make):
    return make.social_worker()


@pytest.fixture
def head(make):
    return make.unit_head()


def fetched(browser, kind="xlsx"):
    answer = browser.post(f"{URL}.{kind}", WHY, buffered=True)
    assert answer.status_code == 200, answer.text
    return answer


def table(answer):
    """Rows of the file as they are, the head first."""
    return [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.data)).worksheets[0]]


def rows(answer):
    head, *found = table(answer)
    return [dict(zip(head, row, strict=True)) for row in found]


def test_the_file_has_the_offices_columns_with_numbers_as_text(make, worker, head, sign_in):
    proposal = made(make, worker, "Yurnalis Piliang")
    family = proposal.lines[0].household
    entry(make, family, JULY, 7)

    sheet = load_workbook(BytesIO(fetched(sign_in(head)).data)).worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    cells = dict(zip(titles, sheet[2], strict=True))

    assert titles == [column.title for column in format_of("dtsen").columns]
    assert (cells["NIK"].value, cells["NIK"].number_format) == (family.members[0].nik, "@")
    assert cells["Nomor KK"].value == family.kk_no
    assert (cells["Jenis"].value, cells["Desil"].value) == ("USUL", "7")
    assert cells["Dasar"].value.startswith("Miskin, belum terdaftar: 9 dari 12 kriteria")
    assert cells["Jawaban"].value is None


def test_the_file_is_indonesian_whoever_fetches_it(make, worker, sign_in):
    made(make, worker, "Yurnalis Piliang")
    english = sign_in(make.unit_head(language="en"))

    assert "kriteria" in rows(fetched(english))[0]["Dasar"]


def test_the_file_is_on_record_and_its_hash_is_kept_with_the_proposal(make, worker, head, sign_in):
    made(make, worker, "Yurnalis Piliang")

    answer = fetched(sign_in(head))

    db.session.expire_all()
    proposal = db.session.scalars(select(ListProposal)).one()
    assert proposal.file_sha256 == hashlib.sha256(answer.data).hexdigest()
    actions = list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))
    assert actions[-3:] == ["export.begun", "export.ended", "list_proposal.file_written"]


def test_a_file_that_is_fetched_after_sending_is_not_the_one_that_was_sent(make, worker, head, sign_in):
    sent(make, worker, head, "Yurnalis Piliang")

    fetched(sign_in(head))

    db.session.expire_all()
    assert db.session.scalars(select(ListProposal)).one().file_sha256 == "f" * 64


def test_without_a_reason_no_file_leaves(make, worker, head, sign_in):
    made(make, worker, "Yurnalis Piliang")

    answer = sign_in(head).post(f"{URL}.xlsx", {"reason": " "})

    assert (answer.status_code, answer.mimetype) == (422, "text/html")


def test_the_old_lists_get_a_row_a_person_in_their_own_codes(make, worker, head, sign_in):
    proposal = made(make, worker, "Yurnalis Piliang")
    proposal.format_code = "bdt"
    make.household("Lain Contoh")
    make._store(proposal)
    family = proposal.lines[0].household
    family.members.append(make.member("Anak Contoh", n=77, relation="child", position=2, birth_date=None))
    make._store(family)

    found = rows(fetched(sign_in(head)))

    assert [(row["Nama ART"], row["HubKRT"], row["jenis kelamin"]) for row in found] == [
        ("Yurnalis Piliang", "1", "2"), ("Anak Contoh", "3", "2"),
    ]  # fmt: skip
    assert {row["Usulan"] for row in found} == {"TAMBAH"}


def test_every_layout_names_known_fields_and_every_list_has_one():
    assert {field for layout in formats().values() for field in layout.fields} <= set(FIELDS)
    assert {code for layout in formats().values() for code in layout.lists} == {"ppls", "bdt", "dtks", "dtsen"}
    known = {title for one in import_formats()["bdt_2015"].spellings.values() for title in one}
    assert {"Kecamatan", "Desa/Kelurahan", "Nama SLS", "Alamat", "NIK", "Nama ART", "HubKRT"} <= known & {
        column.title for column in format_of("bdt").columns
    }


# Answers


def workbook(table):
    book = Workbook()
    for row in table:
        book.active.append(row)
    kept = BytesIO()
    book.save(kept)
    kept.seek(0)
    return kept


def send_back(browser, table, **more):
    shown = form_values(browser.get(URL).text, f"{URL}/answer-file")
    return browser.post(f"{URL}/answer-file", {**shown, "file": (workbook(table), "jawaban.xlsx"), **more})


@pytest.fixture
def answering(make, worker, head, sign_in):
    """A sent proposal of three families, its file, and how to fill in one of its columns."""
    proposal = sent(make, worker, head, "Satu Contoh", "Dua Contoh", "Tiga Contoh")
    found = table(fetched(sign_in(head)))

    def fill(number, **cells):
        for title, value in cells.items():
            found[number][found[0].index(title.replace("_", " "))] = value

    return proposal, found, fill, sign_in(worker)


def test_the_file_itself_comes_back_as_a_workbook_with_all_its_sheets(make, worker, head, sign_in):
    proposal = sent(make, worker, head, "Satu Contoh")
    book = load_workbook(BytesIO(fetched(sign_in(head)).data))
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    sheet.cell(2, titles.index("Jawaban") + 1, "diterima")
    kept = BytesIO()
    book.save(kept)
    kept.seek(0)

    browser = sign_in(worker)
    shown = form_values(browser.get(URL).text, f"{URL}/answer-file")
    answer = browser.post(f"{URL}/answer-file", {**shown, "file": (kept, "jawaban.xlsx")})

    assert len(book.worksheets) == 2
    assert (answer.status_code, proposal.lines[0].answer) == (303, LineAnswer.ACCEPTED)


def test_answers_come_back_in_the_file_itself(answering):
    proposal, found, fill, browser = answering
    fill(1, Jawaban="Diterima")
    fill(2, Jawaban=" DITOLAK ", Alasan_jawaban="Sudah pindah.", Tanggal_jawaban="05-10-2026")

    assert send_back(browser, found).status_code == 303

    db.session.expire_all()
    assert [line.answer for line in proposal.lines] == [LineAnswer.ACCEPTED, LineAnswer.REJECTED, None]
    assert (proposal.lines[1].reason, proposal.waiting, proposal.state) == ("Sudah pindah.", 1, ProposalState.SENT)


def test_an_office_may_add_a_title_and_sort_the_rows(answering):
    proposal, found, fill, browser = answering
    fill(3, Jawaban="Muskel")

    assert send_back(browser, [["Jawaban Dinas Sosial"], [], found[0], *reversed(found[1:])]).status_code == 303

    db.session.expire_all()
    assert [line.answer for line in proposal.lines] == [None, None, LineAnswer.DELIBERATION]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"Jawaban": "mungkin"}, "bukan jawaban"),
        ({"Jawaban": "Ditolak"}, "Penolakan perlu alasannya"),
        ({"Jawaban": "Ya", "No.": "9"}, "tidak ada baris dengan nomor ini"),
        ({"Jawaban": "Ya", "Nomor_usulan": "U-2026-000099"}, "usulan lain"),
        ({"Jawaban": "Ya", "NIK": "1376024511680001"}, "bukan milik siapa pun"),
        ({"Jawaban": "Ya", "NIK": 1.376024511688e15}, "NIK tidak terbaca"),
        ({"Jawaban": "Ya", "Tanggal_jawaban": "06-10-2026"}, "sebelum usulan dikirim"),
        ({"Jawaban": "Ya", "Tanggal_jawaban": "besok"}, "tanggal jawaban tidak terbaca"),
    ],
)
def test_a_row_that_does_not_fit_is_named_with_its_reason_and_nothing_is_noted(answering, cells, why):
    proposal, found, fill, browser = answering
    fill(1, Jawaban="Diterima")
    fill(2, **cells)

    answer = send_back(browser, found)

    db.session.expire_all()
    assert answer.status_code == 422
    assert why.casefold() in answer.text.casefold()
    assert '<td class="number">3</td>' in answer.text
    assert [line.answer for line in proposal.lines] == [None, None, None]


def test_rows_that_do_not_fit_may_be_left_out(answering):
    proposal, found, fill, browser = answering
    fill(1, Jawaban="Diterima")
    fill(2, Jawaban="mungkin")

    answer = send_back(browser, found, skip_unfit="y")

    assert "1 jawaban dicatat. 1 baris dilewati." in browser.get(answer.location).text
    db.session.expire_all()
    assert [line.answer for line in proposal.lines] == [LineAnswer.ACCEPTED, None, None]


def test_rows_of_one_family_that_contradict_each_other_are_all_left_out(answering):
    proposal, found, fill, browser = answering
    fill(1, Jawaban="Diterima")
    fill(2, Jawaban="Diterima")
    found.append(list(found[1]))
    fill(len(found) - 1, Jawaban=format_of("dtsen").answers[LineAnswer.DELIBERATION][0])

    refused = send_back(browser, found)
    assert "2 baris tidak cocok" in refused.text
    assert send_back(browser, found, skip_unfit="y").status_code == 303

    db.session.expire_all()
    assert [line.answer for line in proposal.lines] == [None, LineAnswer.ACCEPTED, None]


def test_the_same_file_again_notes_nothing_twice(answering):
    _proposal, found, fill, browser = answering
    fill(1, Jawaban="Diterima")
    send_back(browser, found)

    again = send_back(browser, found)
    fill(1, Jawaban="Muskel")
    other = send_back(browser, found)

    assert (again.status_code, other.status_code) == (422, 422)
    assert "tidak ada jawaban baru" in again.text
    assert "sudah dijawab" in other.text


def test_a_file_of_another_kind_is_refused_with_the_columns_that_lack(answering):
    _proposal, _found, _fill, browser = answering

    answer = send_back(browser, [["Nama", "NIK"], ["Contoh", "1"]])

    assert answer.status_code == 422
    assert "Nomor usulan, No., NIK, Jawaban, Alasan jawaban" in answer.text


def test_answers_are_read_from_text_too(answering, head, sign_in):
    proposal, _found, _fill, browser = answering
    text = fetched(sign_in(head), "csv").data.decode("utf-8-sig")
    lines = list(csv.reader(StringIO(text), delimiter=";"))
    lines[2][lines[0].index("Jawaban")] = "SETUJU"
    kept = StringIO()
    csv.writer(kept, delimiter=";").writerows(lines)
    shown = form_values(browser.get(URL).text, f"{URL}/answer-file")

    answer = browser.post(f"{URL}/answer-file", {**shown, "file": (BytesIO(kept.getvalue().encode()), "jawaban.csv")})

    db.session.expire_all()
    assert answer.status_code == 303
    assert [line.answer for line in proposal.lines] == [None, LineAnswer.ACCEPTED, None]
