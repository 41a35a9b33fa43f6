"""`register import`: the same as the page, from a terminal."""

import pytest
from sqlalchemy import func, select

from portal.db import db
from portal.exchange.models import ImportBatch
from portal.households.models import Household
from tests.exchange.files import ELFIRA, HEAD, SYAHRUL, row, xlsx

pytestmark = pytest.mark.usefixtures("make", "own_uploads")


def run(app, *args):
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["register", "import", *map(str, args)])


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_file_is_brought_in_and_what_became_of_its_rows_is_said(app, tmp_path):
    path = xlsx(tmp_path / "people.xlsx", HEAD, SYAHRUL, row(ELFIRA, name=""))

    result = run(app, path)

    assert result.exit_code == 0, result.output
    assert [line.split() for line in result.output.splitlines() if line.split()[0] != "0"] == [
        ["1", "new"], ["1", "refused"], ["1", "written"],
    ]  # fmt: skip
    assert db.session.scalar(select(Household.head_name)) == "SYAHRUL PITOPANG"
    again = run(app, path)
    assert again.exit_code == 1
    assert "sudah pernah dikirim" in again.output
    assert count(ImportBatch) == 1


def test_a_dry_run_says_the_same_and_changes_nothing(app, tmp_path):
    result = run(app, xlsx(tmp_path / "people.xlsx", HEAD, SYAHRUL, ELFIRA), "--dry-run")

    assert result.output.split() == ["2", "new"]
    assert (count(ImportBatch), count(Household)) == (0, 0)


@pytest.mark.parametrize(
    ("args", "said", "code"),
    [
        (("--list", "dtks"), "--list and --as-of belong together", 2),
        (("--list", "odd", "--as-of", "2026-01-01"), "Invalid value for '--list'", 2),
        (("--village", "99"), "99", 1),
    ],
)
def test_what_cannot_be_is_said_in_one_line(app, tmp_path, args, said, code):
    result = run(app, xlsx(tmp_path / "people.xlsx", HEAD, SYAHRUL), *args)

    assert result.exit_code == code
    assert said in result.output
    assert count(ImportBatch) == 0


def test_unknown_columns_are_explained_on_the_page(app, tmp_path):
    result = run(app, xlsx(tmp_path / "people.xlsx", ["A", "B"], ["1", "2"]))

    assert result.exit_code == 1
    assert f"/imports/{db.session.scalar(select(ImportBatch.id))}" in result.output
