"""Where a setting comes from, in Indonesian beside English; `seed` fills it in.

Follows: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("setting", sa.Column("source_id", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("setting", "source_id")
