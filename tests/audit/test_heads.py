"""Whoever alters the trail behind the portal's back is noticed, by its chain, its end, or a head kept elsewhere."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from portal import clock as unit_clock
from portal import due
from portal.accounts import services as accounts
from portal.audit import heads
from portal.audit.models import AuditEnd, AuditEvent, AuditHead
from portal.audit.services import fingerprint
from portal.audit.verify import verify
from portal.db import db
from tests.reports import factories


@pytest.fixture
def trail(make, clock, app, tmp_path, monkeypatch):
    """Six acts, an hour apart, in a portal whose files are this test's own, with the triggers out of the way."""
    monkeypatch.setitem(app.config, "INSTANCE_DIR", tmp_path)
    user = make.social_worker()
    for language in ("en", "id") * 3:
        accounts.set_language(user, language)
        db.session.commit()
        clock.shift(timedelta(hours=1))
    for trigger in ("audit_event_no_update", "audit_event_no_delete"):
        if db.engine.dialect.name == "sqlite":
            db.session.execute(text(f"DROP TRIGGER {trigger}"))
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
    return user


def row(number):
    return db.session.execute(
        select(AuditEvent).where(AuditEvent.id == number).execution_options(populate_existing=True)
    ).scalar_one()


def alter(number, **values):
    """Behind the portal's back."""
    db.session.execute(update(AuditEvent.__table__).where(AuditEvent.__table__.c.id == number).values(values))
    db.session.expire_all()


def rechain(first):
    """What somebody does who knows how the chain is made: every hash from this row on is made anew."""
    previous = row(first - 1).hash if first > 1 else "0" * 64
    for number in range(first, 7):
        alter(number, previous_hash=previous)
        previous = fingerprint(row(number))
        alter(number, hash=previous)
    db.session.execute(text("UPDATE audit_end SET last_hash = :hash"), {"hash": previous})
    db.session.expire_all()


def test_an_untouched_trail_is_whole(trail):
    finding = verify()

    assert (finding.rows, finding.fault) == (6, None)


def test_a_changed_row_is_noticed(trail):
    alter(3, action="something.else")

    assert verify().fault == "row 3 was altered"


def test_a_deleted_row_is_noticed(trail):
    db.session.execute(text("DELETE FROM audit_event WHERE id = 4"))

    assert verify().fault == "row 4 is missing (the next one is 5)"


@pytest.mark.parametrize("kept", [0, 5])
def test_a_deleted_tail_is_noticed(trail, kept):
    db.session.execute(text("DELETE FROM audit_event WHERE id > :kept"), {"kept": kept})

    assert verify().fault == f"rows after {kept} are missing (6 were written)"


def test_two_swapped_rows_are_noticed(trail):
    first, second = (
        {name: getattr(row(n), name) for name in ("at", "action", "details", "hash", "previous_hash")} for n in (2, 5)
    )
    alter(2, **second)
    alter(5, **first)

    assert verify().fault in {"row 2 does not follow the row before it", "row 2 was altered"}


def test_a_row_dated_back_is_noticed_even_when_the_whole_chain_is_made_anew(trail):
    earlier = row(2).at - timedelta(days=2)
    alter(5, at=earlier)
    rechain(5)

    assert verify().fault == "row 5 is older than the row before it"


def test_a_chain_made_anew_is_noticed_by_a_head_kept_before(trail):
    heads.write(unit_clock.today())
    on, mark = heads.newest().on, heads.newest().hash
    alter(3, actor_name="somebody")
    rechain(3)

    assert verify().fault == f"row 6 is not the one that was kept as head of {on}"

    # Also when the heads in the database are gone, and when the file is gone and an auditor brings a copy.
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("DROP TRIGGER audit_head_no_delete"))
    else:
        db.session.execute(text("ALTER TABLE audit_head DISABLE TRIGGER USER"))
    db.session.execute(text("DELETE FROM audit_head"))
    db.session.expunge_all()
    assert f"{heads.FILE}, {on}" in verify().fault
    heads.place().unlink()
    assert verify().fault is None
    assert "that was kept" in verify([f"6:{mark[:16]}"]).fault


def test_a_tail_cut_off_with_its_end_mark_is_noticed_by_a_head(trail):
    heads.write(unit_clock.today())
    db.session.execute(text("DELETE FROM audit_event WHERE id > 4"))
    db.session.execute(text("UPDATE audit_end SET last_id = 4, last_hash = :hash"), {"hash": row(4).hash})
    db.session.expire_all()

    assert verify().fault.startswith("rows after 4 are missing (6 were kept as head of")


def test_a_clock_that_was_set_back_does_not_look_like_tampering(trail, clock):
    clock.shift(timedelta(hours=-5))
    accounts.set_language(trail, "en")
    db.session.commit()

    assert (verify().rows, verify().fault) == (7, None)
    assert row(7).at == row(6).at


def test_a_head_is_kept_once_a_day_in_the_database_and_in_a_file(trail, clock):
    before = dict(due.run(unit_clock.today()))
    db.session.commit()
    again = dict(due.run(unit_clock.today()))
    clock.shift(timedelta(days=1))
    tomorrow = dict(due.run(unit_clock.today()))
    db.session.commit()

    assert [each["trail heads written"] for each in (before, again, tomorrow)] == [1, 0, 1]
    lines = heads.place().read_text().splitlines()
    assert [line.split()[1] for line in lines] == ["6", "6"]
    assert len(db.session.scalars(select(AuditHead)).all()) == 2
    assert heads.place().stat().st_mode & 0o777 == 0o600


def test_the_end_mark_follows_every_addition(make):
    user = make.social_worker()
    accounts.set_language(user, "en")
    db.session.commit()

    end = db.session.get(AuditEnd, 1)
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (end.last_id, end.last_hash) == (last.id, last.hash)


def test_the_auditor_prints_the_heads(trail, make, sign_in):
    heads.write(unit_clock.today())
    db.session.commit()
    kept = heads.newest()

    page = sign_in(make.auditor()).get("/audit/heads").text
    assert kept.hash in page
    assert "Diterima oleh" in page
    assert sign_in(make.unit_head()).get("/audit/heads").status_code == 403


def test_who_opened_a_family_is_a_page_the_family_may_be_given(make, sign_in):
    family, rani, head = make.household(), make.social_worker(full_name="Rani Contoh"), make.unit_head()
    case = factories.complaint(make, family, by=rani)
    reader = sign_in(rani)
    reader.get(f"/households/{family.id}")
    reader.get(f"/complaints/{case.number}")
    reader.get(f"/households/{family.id}/numbers")

    assert f"/households/{family.id}/readers" in sign_in(head).get(f"/households/{family.id}").text
    page = sign_in(head).get(f"/households/{family.id}/readers").text
    assert page.count("Rani Contoh") == 3
    assert "nomor identitas lengkap" in page
    assert reader.get(f"/households/{family.id}/readers").status_code == 403
    asked = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "household.readers_read")).one()
    assert json.loads(asked.details) == {}


def test_the_commands_speak(app, trail):
    run = app.test_cli_runner().invoke
    db.session.commit()

    said = run(args=["audit", "head"])
    assert said.exit_code == 0, said.output
    kept = said.output.split(": ")[1].strip()
    assert kept.startswith("6:")
    assert run(args=["audit", "verify", "--head", kept]).exit_code == 0
    wrong = run(args=["audit", "verify", "--head", "6:" + "0" * 64])
    assert (wrong.exit_code, "the head 6:000" in wrong.stderr) == (1, True)
    assert run(args=["audit", "verify", "--head", "nonsense"]).exit_code == 1
    told = run(args=["due"])
    assert (told.exit_code, "broken promises" in told.output) == (0, True)
