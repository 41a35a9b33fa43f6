"""Search in names: trigrams over the folded name, kept in step by the database itself.

SQLite: an FTS5 table whose text stays in `member`. PostgreSQL: a GIN index where the extension pg_trgm can be had;
search works without it, more slowly. Whoever re-creates `member` on SQLite must create these triggers again.

Follows: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FORGET = "INSERT INTO member_search (member_search, rowid, name_key) VALUES ('delete', old.id, old.name_key);"
LEARN = "INSERT INTO member_search (rowid, name_key) VALUES (new.id, new.name_key);"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm; "
            "CREATE INDEX ix_member_name_key_trigrams ON member USING gin (name_key gin_trgm_ops); "
            "EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'search without trigrams: %', SQLERRM; END $$"
        )
        return
    op.execute(
        "CREATE VIRTUAL TABLE member_search USING "
        "fts5(name_key, content='member', content_rowid='id', tokenize='trigram', columnsize=0)"
    )
    op.execute(f"CREATE TRIGGER member_search_insert AFTER INSERT ON member BEGIN {LEARN} END")
    op.execute(f"CREATE TRIGGER member_search_delete AFTER DELETE ON member BEGIN {FORGET} END")
    op.execute(f"CREATE TRIGGER member_search_update AFTER UPDATE OF name_key ON member BEGIN {FORGET} {LEARN} END")
    op.execute("INSERT INTO member_search (member_search) VALUES ('rebuild')")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX IF EXISTS ix_member_name_key_trigrams")
        return
    for act in ("insert", "delete", "update"):
        op.execute(f"DROP TRIGGER member_search_{act}")
    op.execute("DROP TABLE member_search")
