"""The second factor, first passwords that end, and what a session is recognised by.

Follows: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_second_factor_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id")),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"])
    op.add_column("user", sa.Column("password_is_first", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("user", sa.Column("password_ends_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("user_session", sa.Column("device", sa.String(), server_default="", nullable=False))
    op.add_column("user_session", sa.Column("complete", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("user_session", sa.Column("code_given", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    for column in ("code_given", "complete", "device"):
        op.drop_column("user_session", column)
    for column in ("password_ends_at", "password_is_first"):
        op.drop_column("user", column)
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
