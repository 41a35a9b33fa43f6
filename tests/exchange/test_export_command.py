"""`register export`: the same file as on the page, from a terminal."""

import json

from openpyxl import load_workbook
from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEvent
from portal.db import db
from portal.exchange import checking, export_register
from portal.households import event_services as events
from portal.households.noting import Noted
from tests.factories import VILLAGE

OTHER = "13.76.01.1022"


def run(app, *args):
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["register", "export", *map(str, args)])


def acts():
    return list(
        db.session.scalars(select(AuditEvent).where(AuditEvent.subject_type == "export").order_by(AuditEvent.id))
    )


def test_the_register_can_be_exported_and_read_again(make, app, tmp_path):
    make.household("Yurnalis Piliang", members=3)
    make.household("Rosma", village_code=OTHER)

    for name, *more in (("a.xlsx",), ("a.csv", "--csv")):
        result = run(app, tmp_path / name, *more)
        assert result.exit_code == 0, result.output
        found = checking.check(tmp_path / name)
        assert (len(found.people), len(found.families), len(found.refused())) == (4, 2, 0)
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_who_died_or_moved_away_is_not_in_it(make, app, tmp_path):
    family, noted = make.household("Yurnalis Piliang", members=3), Noted(on=clock.today(), by=make.social_worker())
    events.died(family, family.members[0], noted, new_head=family.members[1])
    events.moved_away(family, [family.members[1]], noted)
    db.session.commit()

    assert run(app, tmp_path / "a.xlsx").exit_code == 0

    found = checking.check(tmp_path / "a.xlsx")
    assert [person.name for person in found.people] == [family.head_name]


def test_a_kelurahan_alone_with_its_reason(make, app, tmp_path):
    make.household("Yurnalis Piliang", village_code=VILLAGE)
    make.household("Rosma", village_code=OTHER)

    run(app, tmp_path / "a.xlsx", "--village", OTHER, "--masked", "--reason", "Musrenbang")

    rows = list(load_workbook(tmp_path / "a.xlsx").worksheets[0].values)
    begun = json.loads(acts()[0].details)
    assert [row[2] for row in rows[1:]] == ["Rosma"]
    assert rows[1][1].startswith("••••")
    assert (begun["filter"], begun["export_reason"], begun["numbers"]) == ({"village": OTHER}, "Musrenbang", "masked")
    assert [(event.action, event.actor_name) for event in acts()] == [("export.begun", "-"), ("export.ended", "-")]


def test_it_refuses_in_one_line(make, app, tmp_path):
    (tmp_path / "a.xlsx").write_text("mine")

    for args in ((tmp_path / "a.xlsx",), (tmp_path / "b.xlsx", "--village", "99")):
        result = run(app, *args)
        assert (result.exit_code, len(result.stderr.strip().splitlines())) == (1, 1), result.output
    assert (tmp_path / "a.xlsx").read_text() == "mine"
    assert not (tmp_path / "b.xlsx").exists()
    assert acts() == []
    assert run(app).exit_code == 2


def test_half_a_file_is_not_left_behind(make, app, tmp_path, monkeypatch):
    def broken(*_given, **_more):
        yield []
        raise OSError("the disk is full")

    monkeypatch.setattr(export_register, "_people", broken)
    result = run(app, tmp_path / "a.xlsx")

    assert (result.exit_code, result.stderr.strip()) == (1, "the disk is full")
    assert not (tmp_path / "a.xlsx").exists()
    assert [event.action for event in acts()] == ["export.begun", "export.broken_off"]
