"""Mark the end of a trail that was begun before ends were marked.

Follows: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "INSERT INTO audit_end (id, last_id, last_hash) "
        "SELECT 1, id, hash FROM audit_event ORDER BY audit_event.id DESC LIMIT 1"
    )


def downgrade() -> None:
    """The table goes with 0008."""
