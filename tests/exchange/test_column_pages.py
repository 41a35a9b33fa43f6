"""A file that nobody knows: its columns are explained once, and files like it are known from then on."""

import re

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from portal.db import db
from portal.exchange import services
from portal.exchange.models import BatchState, ImportBatch, ImportMapping, ImportRow
from portal.files.services import path_of
from tests.exchange.files import KK, SYAHRUL, xlsx
from tests.pages import form_values

HEADS = ["Kartu", "Nomor penduduk", "Orang", "Jenis", "Kedudukan", "Tempat", "Agama"]
FIRST = [KK, SYAHRUL[1], "SYAHRUL PITOPANG", "L", "KRT", "Ibuah", "Islam"]
SECOND = [KK, "1376016109789101", "ELFIRA", "P", "Bini", "Ibuah", "Islam"]
COLUMNS = {"column-0": "kk_no", "column-1": "nik", "column-2": "name", "column-3": "sex", "column-4": "relation",
           "column-5": "village"}  # fmt: skip


@pytest.fixture
def page(officer, sign_in, own_uploads):
    return sign_in(officer)


@pytest.fixture
def unknown(tmp_path, officer, own_uploads):
    """A batch of a file whose columns nobody knows."""

    def of(*people, heads=HEADS):
        path = xlsx(tmp_path / f"{len(people)}-{heads[0]}.xlsx", heads, *people)
        with path.open("rb") as stream:
            batch = services.bring_in(FileStorage(stream, filename="Capil.xlsx", name="file"), by=officer)
        db.session.commit()
        assert services.work(batch.id)
        return batch

    return of


def say(page, batch, **fields):
    return page.post(f"/imports/{batch.id}/columns", {"version": batch.version, "layout": "Capil", **fields})


def test_a_file_that_nobody_knows_asks_what_its_columns_are(page, unknown):
    batch = unknown(FIRST, SECOND)
    assert batch.state is BatchState.UNMAPPED
    assert f'href="/imports/{batch.id}/columns"' in page.get(f"/imports/{batch.id}").text

    asked = page.get(f"/imports/{batch.id}/columns").text

    # What its values say is proposed; numbers are masked, and what may not be held cannot be chosen.
    assert re.search(r'name="column-1".*?value="nik" selected', asked, re.S)
    assert f"•••• {SYAHRUL[1][-4:]}" in asked
    assert SYAHRUL[1] not in asked
    assert 'name="column-6"' not in asked
    assert "Agama tidak boleh ikut menentukan bantuan." in asked


def test_words_that_nobody_knows_are_asked_about_and_the_file_is_read_then(page, unknown):
    batch = unknown(FIRST, SECOND)

    asked = say(page, batch, **COLUMNS)
    assert (asked.status_code, batch.state) == (422, BatchState.UNMAPPED)
    assert "“Bini”" in asked.text
    hidden = form_values(asked.text, field="words")

    answer = say(page, batch, **COLUMNS, words=hidden["words"], **{"meaning-relation-0": "spouse"})
    assert answer.status_code == 303
    assert services.work(batch.id)
    relations = [row.person["relation"] for row in db.session.scalars(select(ImportRow).order_by(ImportRow.id))]
    assert (batch.state, relations) == (BatchState.READY, ["head", "spouse"])


def test_the_next_file_with_these_columns_is_known(page, unknown):
    say(page, unknown(FIRST), **COLUMNS)

    assert unknown(FIRST, [KK, "1376010203109222", "RANI", "P", "Anak", "Ibuah", ""]).state is BatchState.READY


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"column-2": ""}, "Pilih kolom yang berisi: Nama"),
        ({"column-5": "name"}, "Dua kolom disebut sebagai ini: Nama"),
        ({"layout": ""}, "Nama susunan"),
    ],
)
def test_what_is_missing_is_said_and_what_was_chosen_is_kept(page, unknown, changed, sentence):
    batch = unknown(FIRST)

    answer = say(page, batch, **(COLUMNS | changed))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert re.search(r'name="column-3".*?value="sex" selected', answer.text, re.S)
    assert db.session.scalar(select(ImportMapping.id)) is None


def test_a_name_is_taken_once(page, unknown):
    say(page, unknown(FIRST), **COLUMNS)
    other = unknown(FIRST, heads=["KKnya", *HEADS[1:]])

    answer = say(page, other, **COLUMNS)

    assert answer.status_code == 422
    assert "Sudah ada susunan dengan nama ini" in answer.text


def test_a_known_file_has_no_such_page(page, bring):
    batch = bring(SYAHRUL)

    assert page.get(f"/imports/{batch.id}/columns").location == f"/imports/{batch.id}"
    assert say(page, batch, **COLUMNS).location == f"/imports/{batch.id}"
    assert db.session.get(ImportBatch, batch.id).state is BatchState.READY


def test_a_number_in_a_column_of_words_is_neither_shown_nor_kept(page, unknown):
    batch = unknown(FIRST, SECOND)

    answer = say(page, batch, **(COLUMNS | {"column-1": "relation", "column-4": ""}))

    assert answer.status_code == 422
    assert SYAHRUL[1] not in answer.text
    assert "berisi nomor identitas" in answer.text


def test_a_file_that_is_gone_or_a_sheet_that_is_none_is_not_found(page, unknown):
    batch = unknown(FIRST)
    assert page.get(f"/imports/{batch.id}/columns?sheet={'9' * 5000}").status_code == 404

    path_of(batch.sha256).unlink()

    assert page.get(f"/imports/{batch.id}/columns").status_code == 404
    assert say(page, batch, **COLUMNS).status_code == 404
