"""A filled portal of an earlier release is restored as it was and migrated; nothing is lost, ledger and trail hold.

release-0003.backup is the invented city of 200 families as the first release filled it, before anything was added.
"""

import json
import re
import tarfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from portal import config
from portal.audit.verify import verify as verify_trail
from portal.backups import archive, restore
from portal.backups.proof import GUARDED
from portal.complaints.models import Complaint
from portal.db import db
from portal.funds.verify import verify as verify_ledger
from tests.backups.places import silent

RELEASE = Path(__file__).parent / "release-0003.backup"
VERSIONS = config.ROOT / "migrations/versions"


def counts_then() -> dict[str, int]:
    with archive.opened(RELEASE) as plain, tarfile.open(fileobj=plain, mode="r|") as tar:
        return next(json.load(tar.extractfile(part))["counts"] for part in tar if part.name == archive.MANIFEST)


def test_a_filled_portal_of_the_earlier_release_is_upgraded_and_loses_nothing(empty):
    with empty.app_context():
        proof = restore.restore(RELEASE, progress=silent)
        counted = {name: _rows(name) for name in counts_then()}
        trail, books = verify_trail(), verify_ledger()
        version = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
        ended = Complaint.closed_on.is_not(None)
        unanswered = _how_many(ended, Complaint.answered_on.is_(None))
        answered_before_the_end = _how_many(ended, Complaint.answered_on < Complaint.closed_on)
        db.session.rollback()

    assert proof.migration == "0003"
    assert version == (config.ROOT / "migrations/HEAD").read_text().strip()
    assert counted == counts_then()
    assert counted["household"] == 200
    assert (trail.fault, books.faults) == (None, [])
    assert trail.rows == counted["audit_event"]
    # What the data migrations worked out: a card was there with its approval, and what ended was answered.
    assert (unanswered, answered_before_the_end > 0) == (0, True)


def _rows(table: str) -> int:
    return db.session.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()  # noqa: S608


def _how_many(*conditions: Any) -> int:
    return db.session.execute(select(func.count()).select_from(Complaint).where(*conditions)).scalar_one()


def test_the_upgraded_portal_serves_its_pages(empty):
    with empty.app_context():
        restore.restore(RELEASE, progress=silent)
        db.session.remove()
    browser = empty.test_client()

    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/sign-in").text).group(1)
    entered = browser.post("/sign-in", data={"csrf_token": token, "name": "rani", "password": "anak-nagari"})
    assert (entered.status_code, entered.location) == (303, "/")
    assert all(
        browser.get(page).status_code == 200 for page in ("/", "/households", "/complaints", "/visits", "/account")
    )


MADE_ANEW = (
    'op.drop_index("uq_member_one_head", table_name="member")',
    'op.drop_constraint(op.f("ck_listing_error_outcome"), "listing_error")',
    'batch.alter_column("outcome", existing_type',
    'table.drop_constraint(table.f("uq_fund_partner_code_kind_code_purpose_purpose_code"), type_="unique")',
    'report.drop_constraint(op.f(f"ck_area_report_{name}"), type_="check")',
    'aid.drop_constraint(op.f("ck_disbursement_status"), type_="check")',
    "table.drop_index(old, sqlite_where=STANDS, postgresql_where=STANDS)",
    'table.drop_constraint(table.f("uq_sheet_layout_kind_name"), type_="unique")',
)
"""Rules that are made anew in the same migration and ask less: who keeps the old one keeps the new one too."""


def test_what_a_migration_adds_the_earlier_program_can_live_with():
    """Add first, remove later: a new column may be empty or has a default, and nothing of the old is taken away.

    An upgrade that went wrong can then be answered by starting the earlier program again.
    """
    taking = re.compile(r"drop_(column|table|index|constraint)|alter_column|rename_table|DROP |RENAME ")
    for path in sorted(VERSIONS.glob("[0-9]*.py")):
        if path.name[:4] <= "0003":
            continue
        up = path.read_text().split("def upgrade()", 1)[1].split("def downgrade()", 1)[0]
        for weakened in MADE_ANEW:
            up = up.replace(weakened, "")
        assert not taking.search(up), f"{path.name} takes something away that the earlier program may use"
        for column in re.findall(r"op\.add_column\((.*)\)", up):
            assert "nullable=True" in column or "server_default=" in column, f"{path.name}: {column}"


def test_what_may_only_be_added_to_is_guarded_after_the_upgrade(empty):
    with empty.app_context():
        restore.restore(RELEASE, progress=silent)
        db.session.execute(text("INSERT INTO audit_head VALUES ('2026-10-05', 1, 'x', '2026-10-05 00:00:00+00:00')"))
        db.session.execute(
            text(
                "INSERT INTO book_period (starts_on, ends_on, report, closed_by_id, closed_at) "
                "SELECT '1999-01-01', '1999-01-31', '{}', min(id), '2026-10-05 00:00:00+00:00' FROM \"user\""
            )
        )
        db.session.commit()
        for table in GUARDED:
            with pytest.raises(Exception, match="only ever added"):
                db.session.execute(text(f'DELETE FROM "{table}"'))  # noqa: S608
            db.session.rollback()
