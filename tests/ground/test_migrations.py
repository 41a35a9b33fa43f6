"""Migrations run up, down and up, and give exactly what the models say."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, Enum, create_engine, inspect

from portal import config, create_app
from portal.db import db
from tests.conftest import settings


def test_head_names_the_newest_migration():
    newest = max(path.name[:4] for path in (config.ROOT / "migrations/versions").glob("[0-9]*.py"))

    assert (config.ROOT / "migrations/HEAD").read_text().strip() == newest


def known_to_the_models(_object, name, _kind, _reflected, _compared) -> bool:
    """The search in names (0003) is the database's own work."""
    return not (name or "").startswith(("member_search", "ix_member_name_key_trigrams"))


def test_up_down_up_equals_the_models(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    app = create_app(**settings(tmp_path, url))
    with app.app_context():
        upgrade()
        downgrade(revision="base")
        left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"include_object": known_to_the_models})
            differences = compare_metadata(context, db.metadata)
    assert left == set()
    assert differences == []


def test_the_words_a_column_may_hold_equal_the_models(tmp_path: Path):
    """Autogenerate does not see changed enum members (stack.md T7), so the CHECK texts are compared."""
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    app = create_app(**settings(tmp_path, url))
    with app.app_context():
        upgrade()
    modelled = create_engine(f"sqlite:///{tmp_path / 'models.db'}")
    db.metadata.create_all(modelled)

    assert checks(create_engine(url)) == checks(modelled)


def checks(engine) -> dict[str, set[tuple[str, str]]]:
    found = {}
    for table in db.metadata.tables.values():
        rules = inspect(engine).get_check_constraints(table.name)
        found[table.name] = {(rule["name"], " ".join(rule["sqltext"].split())) for rule in rules}
    return found


def test_every_enum_column_is_checked_by_the_database():
    unchecked = [
        f"{table.name}.{column.name}"
        for table in db.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Enum) and not any(isinstance(rule, CheckConstraint) for rule in table.constraints)
    ]
    assert unchecked == []
