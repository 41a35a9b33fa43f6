"""Migrations run up, down and up on both databases, lose nothing, and give exactly what the models say."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import create_engine, func, inspect, select, text

from portal import config, create_app
from portal.complaints.models import Complaint
from portal.db import db
from tests.conftest import new_database, settings


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A portal whose database has no table yet."""
    with new_database(request.config, tmp_path) as url:
        app = create_app(**settings(tmp_path, url))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def test_head_names_the_newest_migration():
    newest = max(path.name[:4] for path in (config.ROOT / "migrations/versions").glob("[0-9]*.py"))

    assert (config.ROOT / "migrations/HEAD").read_text().strip() == newest


def test_up_down_up_equals_the_models(empty):
    upgrade()
    downgrade(revision="base")
    left = {name for name in inspect(db.engine).get_table_names() if name != "alembic_version"}
    upgrade()
    with db.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), db.metadata)

    assert left == set()
    # The search table of SQLite and its shadows belong to the database, not to the models.
    assert [found for found in differences if "member_search" not in str(found) and "trigrams" not in str(found)] == []


def test_the_rules_of_the_migrations_equal_the_models(empty, tmp_path):
    """Autogenerate does not see changed enum members (stack.md T7), so the texts of all CHECKs are compared."""
    upgrade()
    migrated = checks(db.engine)
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the models' own tables are made on SQLite")
    modelled = create_engine(f"sqlite:///{tmp_path / 'models.db'}")
    db.metadata.create_all(modelled)

    assert migrated == checks(modelled)


def checks(engine) -> dict[str, set[tuple[str, str]]]:
    found = {}
    for table in db.metadata.tables.values():
        rules = inspect(engine).get_check_constraints(table.name)
        found[table.name] = {(rule["name"], " ".join(rule["sqltext"].split())) for rule in rules}
    return found


def test_a_filled_portal_goes_down_and_up_without_losing_a_row(filled):
    with filled.app_context():
        before, answered = counts(), answers()
        db.session.remove()
        downgrade(revision="0001")
        upgrade()
        after, answered_anew = counts(), answers()
        db.session.remove()

    assert before["household"] >= 200
    # What happened in families, their months, pairs, files and proposals, partners' records and
    # sheets, bank statements, closed books and payment lists have no place in the older schema; people,
    # families and what lists say of them stay.
    lost = dict.fromkeys(
        ("family_event", "family_step", "list_proposal", "list_proposal_line", "import_batch", "import_effect",
         "import_progress", "monthly_update", "monthly_line", "duplicate_pair", "partner_profile", "partner_paper",
         "pledge", "sheet_layout", "giver_sheet", "giver_row", "bank_statement", "bank_line", "bank_debit",
         "bank_match", "book_period", "aid_concern", "payment_list",
         "payment_line"), 0,
    )  # fmt: skip
    assert after == before | lost
    assert len(answered) > 50
    assert answered_anew == answered


def test_names_of_an_earlier_portal_are_folded_anew(empty):
    upgrade(revision="0014")
    with db.engine.begin() as connection:
        connection.execute(text("INSERT INTO region (code, name, level, kind) VALUES ('1', 'Ibuah', 'village', '')"))
        connection.execute(
            text(
                "INSERT INTO household (head_name, village_code, rw, rt, address, phone, note, created_at) "
                "VALUES ('Moh. Ali', '1', '', '', '', '', '', '2026-10-05 02:00:00')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO member (household_id, position, name, name_key, sex, relation, in_school, note) "
                "SELECT id, 1, 'Moh. Ali', 'moh ali', 'L', 'head', false, '' FROM household"
            )
        )
    upgrade()

    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT name_key FROM member")).scalar() == "muhamad ali"
        assert "muhamad" in connection.execute(text("SELECT term FROM member_search_terms")).scalars().all()


def answers() -> dict[int, object]:
    """The day each answered complaint was answered: a migration works it out for portals older than the column."""
    with db.engine.connect() as connection:
        return dict(
            tuple(row)
            for row in connection.execute(
                select(Complaint.id, Complaint.answered_on).where(Complaint.answered_on.is_not(None))
            )
        )


def counts() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in db.metadata.tables.items()
        }
