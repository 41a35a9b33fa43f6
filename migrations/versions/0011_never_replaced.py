"""Trail and ledger on SQLite: a row is not replaced either.

INSERT OR REPLACE takes the old row away without asking the triggers against DELETE, unless a connection asks for it
(PRAGMA recursive_triggers), which foreign ones do not. So the insertion itself is refused. PostgreSQL knows no REPLACE,
and its ON CONFLICT DO UPDATE is an UPDATE.

Follows: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TAKEN = {
    "audit_event": "id = NEW.id",
    "audit_head": '"on" = NEW."on"',
    # An id that SQLite gives itself is still -1 here.
    "ledger_entry": "id = NEW.id OR reverses_id = NEW.reverses_id",
    "ledger_line": "id = NEW.id",
}
"""When a row is there already: by its key, or by anything else that must be unique."""
GUARD = (
    "CREATE TRIGGER {0}_no_replace BEFORE INSERT ON {0} WHEN EXISTS (SELECT 1 FROM {0} WHERE {1}) "
    "BEGIN SELECT RAISE(ABORT, '{0} rows are only ever added'); END"
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table, taken in TAKEN.items():
        op.execute(GUARD.format(table, taken))


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in TAKEN:
        op.execute(f"DROP TRIGGER {table}_no_replace")
