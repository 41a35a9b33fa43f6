"""After a breach: whose files were touched between two moments, by whom, and where to reach them."""

import csv
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock as unit_clock
from portal.audit.models import AuditEvent
from portal.audit.touched import between
from portal.db import db
from tests.pages import form_values


@pytest.fixture
def story(make, sign_in, clock):
    """Rani opens two families, an hour later Budi opens and edits one of them."""
    first = make.household("Yurnalis Piliang", phone="0812-1", note="Ibu sakit ginjal.")
    second = make.household("=1+1")  # a name that a spreadsheet would compute
    rani, budi = sign_in(make.social_worker(name="rani")), sign_in(make.social_worker(name="budi"))
    for family in (first, second):
        rani.get(f"/households/{family.id}")
    clock.shift(timedelta(hours=1))
    budi.get(f"/households/{first.id}/list-check")
    cards = f"/households/{first.id}/membership-card"
    shown = form_values(budi.get(cards).text, field="kind")
    noted = {"kind": "kks", "number": "6032980000000000", "seen_on": "05-10-2026"}
    assert budi.post(cards, {**shown, **noted}).status_code == 303
    return first, second


def test_families_are_named_once_with_how_often_and_by_whom(story):
    first, second = story
    now = unit_clock.now()

    found = {each.household_id: each for each in between(now - timedelta(hours=2), now + timedelta(minutes=1))}

    assert set(found) == {first.id, second.id}
    assert (found[second.id].opened, found[second.id].changed, found[second.id].by) == (1, 0, "rani")
    assert found[first.id].opened >= 2
    assert found[first.id].changed == 1
    assert found[first.id].by == "budi rani"


def test_the_bounds_and_the_account_narrow_it(story):
    first, _second = story
    now = unit_clock.now()

    assert [e.household_id for e in between(now - timedelta(minutes=30), now + timedelta(minutes=1))] == [first.id]
    assert [e.by for e in between(now - timedelta(hours=2), now + timedelta(minutes=1), actor="Budi")] == ["budi"]
    assert list(between(now + timedelta(days=1), now + timedelta(days=2))) == []


def test_the_list_is_a_file_for_one_reader_and_its_making_is_on_record(app, story, tmp_path):
    db.session.commit()
    place = tmp_path / "list.csv"

    result = app.test_cli_runner().invoke(args=["audit", "touched", "05-10-2026 08.00", "06-10-2026", str(place)])

    assert result.exit_code == 0, result.output
    assert place.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(place.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["kepala_keluarga"] for row in rows] == ["Yurnalis Piliang", "'=1+1"]
    assert rows[0]["telepon"] == "0812-1"
    assert rows[0]["kelurahan"] == "Ibuah"
    for hidden in ("sakit ginjal", "6032980000000000"):
        assert hidden not in place.read_text(encoding="utf-8-sig")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "audit.touched_listed")).one()
    assert '"families": 2' in event.details


def test_a_moment_that_is_none_is_refused(app, story, tmp_path):
    result = app.test_cli_runner().invoke(args=["audit", "touched", "kemarin", "besok", str(tmp_path / "x")])

    assert result.exit_code == 2
    assert "kemarin" in result.output + result.stderr
