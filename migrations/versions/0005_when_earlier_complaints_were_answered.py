"""When earlier complaints were answered: the day they ended, or card, letter or referral was there.

Follows: 0004
"""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WIB = timezone(timedelta(hours=7))
OVER = {"declined", "closed", "withdrawn", "delivered"}
ANSWERED_BY = {"card": "approved", "letter": "approved", "referral": "referred"}

STEP = sa.table(
    "complaint_step",
    *(sa.column(name) for name in ("id", "complaint_id", "status")),
    sa.column("at", sa.DateTime(True)),
)
COMPLAINT = sa.table("complaint", sa.column("id"), sa.column("service_code"), sa.column("answered_on", sa.Date()))


def upgrade() -> None:
    connection = op.get_bind()
    connection.execute(sa.text("UPDATE complaint SET answered_on = closed_on WHERE closed_on IS NOT NULL"))
    for code, body in connection.execute(sa.text("SELECT code, body FROM service")).all():
        kind = (json.loads(body) if isinstance(body, str) else body).get("kind")
        if kind in ANSWERED_BY:
            _answer(connection, code, OVER | {ANSWERED_BY[kind]})


def _answer(connection: sa.Connection, service: str, answering: set[str]) -> None:
    """Walk the history of every complaint about this service, as the portal would have from now on."""
    steps = connection.execute(
        sa.select(STEP.c.complaint_id, STEP.c.status, STEP.c.at)
        .join(COMPLAINT, COMPLAINT.c.id == STEP.c.complaint_id)
        .where(COMPLAINT.c.service_code == service)
        .order_by(STEP.c.complaint_id, STEP.c.id)
    )
    answered: dict[int, date | None] = {}
    for number, status, at in steps:
        answered[number] = (answered.get(number) or _local(at)) if status in answering else None
    for number, on in answered.items():
        connection.execute(sa.update(COMPLAINT).where(COMPLAINT.c.id == number).values(answered_on=on))


def _local(at: datetime) -> date:
    return (at.replace(tzinfo=UTC) if at.tzinfo is None else at).astimezone(WIB).date()


def downgrade() -> None:
    """The column goes with 0004."""
