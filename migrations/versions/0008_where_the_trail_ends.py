"""Where the trail ends, and its daily heads.

Follows: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_end",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("last_hash", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_end_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_end")),
    )
    op.create_table(
        "audit_head",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_audit_head")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER audit_head_only_added BEFORE UPDATE OR DELETE ON audit_head "
            "FOR EACH ROW EXECUTE FUNCTION only_ever_added()"
        )
        op.execute(
            "CREATE TRIGGER audit_head_never_emptied BEFORE TRUNCATE ON audit_head "
            "FOR EACH STATEMENT EXECUTE FUNCTION only_ever_added()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_head_no_{act.lower()} BEFORE {act} ON audit_head "
            "BEGIN SELECT RAISE(ABORT, 'audit_head rows are only ever added'); END"
        )


def downgrade() -> None:
    op.drop_table("audit_head")
    op.drop_table("audit_end")
