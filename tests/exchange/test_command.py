"""`register check`: says what a file holds, gives refused rows back, and changes nothing."""

from dataclasses import replace

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from portal.audit.models import AuditEvent
from portal.db import db, means_to_write
from portal.exchange import checking, refused_rows
from portal.exchange.reasons import sentence
from portal.households.models import Household
from portal.language import gettext
from tests.exchange.files import DATA, ELFIRA, HEAD, SYAHRUL, checked, raw_xlsx, row, xlsx


def run(app, *args):
    # In a context of its own, as from a terminal; the test's transaction is seen through the shared connection.
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["register", "check", *map(str, args)])


def written(path):
    sheet = load_workbook(path).active
    return [[cell.value for cell in line] for line in sheet], [cell for line in sheet for cell in line]


def test_the_command_says_what_a_file_holds(make, app, tmp_path):
    result = run(app, DATA / "opensid_population.xlsx", "--refused", tmp_path / "out.xlsx")

    assert result.exit_code == 0, result.output
    for said in (
        "OpenSID population (opensid_population), sheet 'Sheet1', head in row 1",
        "nik from 'nik'",
        "left out: 'agama_id'. Religion",
        "123 rows with people in 30 families, 18 of which could enter",
        "75 good",
        "48 The kelurahan is missing.",
        "48 refused rows are in",
    ):
        assert said in result.output
    rows, _cells = written(tmp_path / "out.xlsx")
    assert (len(rows), rows[0][:3]) == (49, ["Alasan ditolak", "Baris dalam berkas", "alamat"])
    assert rows[1][0] == gettext("The kelurahan is missing.")
    assert (tmp_path / "out.xlsx").stat().st_mode & 0o777 == 0o600


def test_the_command_lets_the_portal_write_meanwhile(make, app, tmp_path, monkeypatch):
    began, found = [], checked(tmp_path, SYAHRUL)
    monkeypatch.setattr(checking, "check", lambda *_given, **_named: began.append(means_to_write()) or found)

    run(app, xlsx(tmp_path / "a.xlsx", HEAD, SYAHRUL))

    assert began == [False]


def test_a_sheet_may_be_called_as_excel_calls_none(make, tmp_path):
    found = checking.check(xlsx(tmp_path / "a.xlsx", HEAD, row(nik="1E+15")))
    table, people = found.tables[0]
    found.tables[0] = (replace(table, sheet="Kel. Ibuah/Koto [1]"), people)

    refused_rows.write(found, tmp_path / "out.xlsx")

    assert load_workbook(tmp_path / "out.xlsx").sheetnames == ["Kel. Ibuah Koto  1"]


def test_the_command_changes_nothing(make, app):
    count = select(func.count()).select_from
    before = db.session.scalar(count(Household)), db.session.scalar(count(AuditEvent))

    assert run(app, DATA / "bdt_2015.xlsx").exit_code == 0

    assert (db.session.scalar(count(Household)), db.session.scalar(count(AuditEvent))) == before


def test_the_kelurahan_of_a_file_that_names_none_may_be_said(make, app):
    for code in ("13.76.01.1021", "1376011021"):
        result = run(app, DATA / "opensid_population.xlsx", "--village", code)
        assert (result.exit_code, "123 rows" in result.output) == (0, True), result.output
        assert "refused" in result.output and "0 refused" in result.output

    result = run(app, DATA / "opensid_population.xlsx", "--village", "33.14.01.1001")
    assert (result.exit_code, "33.14.01.1001" in result.stderr) == (1, True)


def test_the_command_says_by_which_codes_it_read(make, app):
    assert "codes read as on the family card" in run(app, DATA / "bdt_2015.xlsx").output


def test_a_bad_file_is_refused_in_one_line(make, app, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04")

    for file in (tmp_path / "a.xlsx", DATA / "locked.xlsx", xlsx(tmp_path / "b.xlsx", ["x"])):
        result = run(app, file)
        assert (result.exit_code, len(result.stderr.strip().splitlines())) == (1, 1), result.output
    assert run(app, tmp_path / "none.xlsx").exit_code == 2
    assert run(app, DATA / "family.xls", "--format", "none").exit_code == 2


def test_nothing_is_overwritten(make, app, tmp_path):
    (tmp_path / "out.xlsx").write_text("mine")

    result = run(app, DATA / "family.xls", "--refused", tmp_path / "out.xlsx")

    assert (result.exit_code, (tmp_path / "out.xlsx").read_text()) == (1, "mine")


def test_refused_rows_come_back_as_text_with_their_reason_in_indonesian(make, tmp_path):
    bad = row(ELFIRA, nik=1376016109789100, name="-RENI", village="Nglorog")
    found = checked(tmp_path, SYAHRUL, bad)

    assert refused_rows.write(found, tmp_path / "out.xlsx") == 1

    rows, cells = written(tmp_path / "out.xlsx")
    assert rows[0] == [gettext("Why it was refused"), gettext("Row in the file"), *HEAD]
    assert rows[1][:2] == [f"{sentence('digits_lost')} {sentence('village_unknown')}", "3"]
    assert rows[1][2:5] == [SYAHRUL[0], "1376016109789100", "-RENI"]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}


@pytest.mark.parametrize("begins", ["=1+1", "+62811", "-1", "@SUM(A1)", "\tx", "=cmd|' /C calc'!A0"])
def test_what_looks_like_a_formula_is_written_as_text(make, tmp_path, begins):
    (tmp_path / "a.csv").write_text("\n".join(";".join(line) for line in [HEAD, row(name=begins, village="x")]))
    refused_rows.write(checking.check(tmp_path / "a.csv"), tmp_path / "out.xlsx")

    rows, cells = written(tmp_path / "out.xlsx")

    assert rows[1][4] == begins
    assert {cell.data_type for cell in cells} == {"s"}


def test_a_returned_workbook_can_be_read_again_and_says_the_same(make, tmp_path):
    found = checked(tmp_path, SYAHRUL, row(ELFIRA, village="Nglorog"))
    refused_rows.write(found, tmp_path / "out.xlsx")

    again = checking.check(tmp_path / "out.xlsx")
    refused_rows.write(again, tmp_path / "again.xlsx")

    assert [person.reasons for person in again.people] == [["village_unknown", "no_head"]]
    assert written(tmp_path / "again.xlsx")[0][0] == written(tmp_path / "out.xlsx")[0][0]


def test_marks_that_no_workbook_may_hold_are_left_out(make, tmp_path):
    cells = "".join(f'<c t="inlineStr"><is><t>{head}</t></is></c>' for head in HEAD)
    line = "".join(f'<c t="inlineStr"><is><t>_x000B_{cell}</t></is></c>' for cell in row(village="x"))
    path = raw_xlsx(tmp_path / "a.xlsx", [f"<row>{cells}</row><row>{line}</row>"])

    assert refused_rows.write(checking.check(path), tmp_path / "out.xlsx") == 1
    assert len(written(tmp_path / "out.xlsx")[0]) == 2
