"""The words that names of the register are made of: looked through when nobody is called as it was typed.

`member_search_terms` has a column `term` on both databases, kept in step by the database itself. SQLite: an FTS5 table
of whole words whose text stays in `member`, and a view into its vocabulary. PostgreSQL: a table to which new words are
added, twice when two people add one at the same moment, so that nobody waits; words of names that are gone stay and
find nobody. Whoever re-creates `member` on SQLite must create these triggers again.

Follows: 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INTO = "INSERT INTO member_search_words"
FORGET = f"{INTO} (member_search_words, rowid, name_key) VALUES ('delete', old.id, old.name_key);"
LEARN = f"{INTO} (rowid, name_key) VALUES (new.id, new.name_key);"

NEW_WORDS = """
INSERT INTO member_search_terms (term)
SELECT DISTINCT word FROM {people} AS people, unnest(string_to_array(people.name_key, ' ')) AS word
WHERE word <> '' AND NOT EXISTS (SELECT 1 FROM member_search_terms AS known WHERE known.term = word COLLATE "C")
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _on_postgresql()
        return
    op.execute(
        "CREATE VIRTUAL TABLE member_search_words USING "
        "fts5(name_key, content='member', content_rowid='id', detail='none', columnsize=0)"
    )
    op.execute("CREATE VIRTUAL TABLE member_search_terms USING fts5vocab('member_search_words', 'row')")
    op.execute(f"CREATE TRIGGER member_words_insert AFTER INSERT ON member BEGIN {LEARN} END")
    op.execute(f"CREATE TRIGGER member_words_delete AFTER DELETE ON member BEGIN {FORGET} END")
    op.execute(f"CREATE TRIGGER member_words_update AFTER UPDATE OF name_key ON member BEGIN {FORGET} {LEARN} END")
    op.execute("INSERT INTO member_search_words (member_search_words) VALUES ('rebuild')")


def _on_postgresql() -> None:
    op.execute('CREATE TABLE member_search_terms (term varchar COLLATE "C" NOT NULL)')
    op.execute("CREATE INDEX ix_member_search_terms_term ON member_search_terms (term)")
    op.execute(
        "CREATE FUNCTION learn_words_of_names() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {NEW_WORDS.format(people='learnt')}; RETURN NULL; END $$"
    )
    for act in ("insert", "update"):
        op.execute(
            f"CREATE TRIGGER member_words_{act} AFTER {act} ON member REFERENCING NEW TABLE AS learnt "
            "FOR EACH STATEMENT EXECUTE FUNCTION learn_words_of_names()"
        )
    op.execute(NEW_WORDS.format(people="member"))


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for act in ("insert", "update") if postgresql else ("insert", "delete", "update"):
        op.execute(f"DROP TRIGGER member_words_{act}" + (" ON member" if postgresql else ""))
    op.execute("DROP TABLE member_search_terms")
    op.execute("DROP FUNCTION learn_words_of_names()" if postgresql else "DROP TABLE member_search_words")
