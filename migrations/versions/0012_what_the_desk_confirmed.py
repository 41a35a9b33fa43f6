"""What the desk was asked about an emergency, and confirmed: the mayor reads it beside the request.

Follows: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("emergency_recommendation", sa.Column("confirmed", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("emergency_recommendation", "confirmed")
