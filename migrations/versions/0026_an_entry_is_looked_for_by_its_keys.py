"""The guard against a replaced entry of the books asks each key by itself.

Asked for both at once, SQLite reads all entries for each new one as soon as somebody runs ANALYZE: it then takes the
many entries that reverse nothing for many that share a value.

Follows: 0025
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BOTH = "EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.id OR reverses_id = NEW.reverses_id)"
EACH = (
    "EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.id) OR NEW.reverses_id IS NOT NULL AND "
    "EXISTS (SELECT 1 FROM ledger_entry WHERE reverses_id = NEW.reverses_id)"
)


def upgrade() -> None:
    _guard(EACH)


def downgrade() -> None:
    _guard(BOTH)


def _guard(taken: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("DROP TRIGGER ledger_entry_no_replace")
    op.execute(
        f"CREATE TRIGGER ledger_entry_no_replace BEFORE INSERT ON ledger_entry WHEN {taken} "
        "BEGIN SELECT RAISE(ABORT, 'ledger_entry rows are only ever added'); END"
    )
