"""How migrations run: inside the portal's own settings, on SQLite and PostgreSQL alike."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

context.config.set_main_option("sqlalchemy.url", "")
extension = current_app.extensions["migrate"]


def keep_foreign_keys(connection: Connection, *, on: bool) -> None:
    """SQLite re-creates a table to change it; with foreign keys on, dropping the old one would delete its children.

    Asked of the driver: SQLAlchemy would begin a transaction first (portal/db.py), and inside one SQLite is deaf to it.
    """
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
    if driver.execute("PRAGMA foreign_keys").fetchone() != (int(on),):
        raise RuntimeError("SQLite did not listen to the pragma: a transaction is open")


def refuse_orphans(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise RuntimeError(f"the migration left rows without their parent: {orphans[:5]}")
    connection.commit()
    keep_foreign_keys(connection, on=True)


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Migrations name no type of the portal: it may change later, what they did may not."""
    if kind == "type" and type(item).__name__ == "Moment":
        return "sa.DateTime(timezone=True)"
    return False


def made_by_hand(_object: Any, name: str | None, _kind: str, _reflected: bool, _compared: Any) -> bool:
    """Autogenerate leaves alone what only migrations know: the search in names (0003)."""
    return not (name or "").startswith(("member_search", "ix_member_name_key_trigrams"))


def run() -> None:
    arguments: dict[str, Any] = {
        **extension.configure_args,
        "target_metadata": extension.db.metadata,
        "compare_type": True,
        "render_as_batch": True,
        "render_item": render_item,
        "include_object": made_by_hand,
    }
    with extension.db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            keep_foreign_keys(connection, on=False)
        context.configure(connection=connection, **arguments)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if sqlite:
            refuse_orphans(connection)


run()
