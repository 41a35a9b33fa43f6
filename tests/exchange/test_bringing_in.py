"""A file enters the register: looked at, confirmed, written; sent again."""

from datetime import date

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from portal.audit.models import AuditEvent
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed
from portal.exchange import queries, services
from portal.exchange.models import BatchState, ImportBatch, ImportRow, RowKind
from portal.households.models import Household, Member
from tests.exchange.conftest import confirmed
from tests.exchange.files import ELFIRA, HEAD, KK, SYAHRUL, row, xlsx
from tests.exchange.looking import OTHER, count, family, kinds, row_of


def test_nothing_is_in_the_register_before_somebody_says_so(bring):
    batch = bring(SYAHRUL, ELFIRA)

    assert (batch.state, kinds(batch)) == (BatchState.READY, {"SYAHRUL PITOPANG": "new", "ELFIRA": "new"})
    assert (count(Household), count(Member)) == (0, 0)


def test_a_confirmed_family_is_in_the_register_with_all_that_the_file_says(written):
    batch = written(SYAHRUL, ELFIRA)

    household = family()
    assert (household.head_name, household.village.name, household.rt, household.rw) == (
        "SYAHRUL PITOPANG", "Ibuah", "001", "002",
    )  # fmt: skip
    assert [(m.name, m.nik, m.relation.value, m.birth_date, m.position) for m in household.members] == [
        ("SYAHRUL PITOPANG", SYAHRUL[1], "head", date(1974, 3, 12), 1),
        ("ELFIRA", ELFIRA[1], "spouse", date(1978, 9, 21), 2),
    ]
    assert (batch.state, batch.counts["new"], batch.counts["written"]) == (BatchState.DONE, 2, 2)


def test_the_same_people_again_are_unchanged_and_nothing_is_written(written, bring):
    written(SYAHRUL, ELFIRA)

    again = bring(ELFIRA, SYAHRUL)

    assert set(kinds(again).values()) == {"unchanged"}
    assert (again.state, again.had_nothing, count(Member)) == (BatchState.DONE, True, 2)
    with pytest.raises(AlreadySettled):
        services.confirm(again, by=None)


def test_a_file_that_had_nothing_to_write_is_not_taken_back_and_may_come_again(written, bring, officer, tmp_path):
    batch = written(SYAHRUL, ELFIRA)
    path = xlsx(tmp_path / "again.xlsx", HEAD, SYAHRUL, ELFIRA, sheet="Lagi")
    before = services.bring_in(FileStorage(path.open("rb"), filename="a.xlsx"), by=officer)
    services.work(before.id)
    assert before.had_nothing
    with pytest.raises(AlreadySettled):
        services.undo(before, "Salah.", by=officer)
    services.undo(batch, "Salah berkas.", by=officer)

    again = services.bring_in(FileStorage(path.open("rb"), filename="a.xlsx"), by=officer)
    services.work(again.id)

    assert set(kinds(again).values()) == {"new"}
    assert again.state is BatchState.READY


def test_a_national_list_is_confirmed_also_where_no_family_changed(written, bring):
    """That they are in it is news."""
    written(SYAHRUL, ELFIRA)

    listed = bring(ELFIRA, SYAHRUL, list_code="dtks", list_as_of=date(2026, 1, 1))

    assert set(kinds(listed).values()) == {"unchanged"}
    assert listed.state is BatchState.READY


def test_a_file_of_refused_rows_alone_ends_when_it_was_read(bring):
    batch = bring(row(name=""), row(ELFIRA, name=""))

    assert set(kinds(batch).values()) == {"refused"}
    assert batch.had_nothing
    assert queries.has_refused_rows(batch)


def test_refused_rows_stop_no_other(written):
    batch = written(SYAHRUL, row(ELFIRA, name=""), row(kk=OTHER, nik="137601080613", name="ASRIL"))

    assert (batch.counts["refused"], [m.name for m in family().members]) == (2, ["SYAHRUL PITOPANG"])


def test_the_same_file_again_says_so_and_changes_nothing(tmp_path, officer, bring):
    first = bring(SYAHRUL, ELFIRA)

    with pytest.raises(services.BroughtInBefore) as refusal, (tmp_path / "people-0.xlsx").open("rb") as stream:
        services.bring_in(FileStorage(stream, filename="Nama lain.xlsx", name="file"), by=officer)

    assert (refusal.value.batch_id, count(ImportBatch)) == (first.id, 1)


def test_a_file_that_cannot_be_read_is_refused_whole_with_one_sentence(tmp_path, officer, own_uploads):
    (tmp_path / "x.xlsx").write_bytes(b"<html>")
    with (tmp_path / "x.xlsx").open("rb") as stream:
        batch = services.bring_in(FileStorage(stream, filename="x.xlsx", name="file"), by=officer)
    db.session.commit()

    assert services.work(batch.id)

    assert (batch.state, count(ImportRow)) == (BatchState.REFUSED, 0)
    assert batch.refusal.startswith("Berkas ini halaman web")
    assert not services.work(batch.id)


def test_a_family_changed_after_it_was_compared_loses_nothing(make, written, bring, officer):
    written(SYAHRUL, ELFIRA)
    batch = bring(row(rt="004"), ELFIRA)
    household = family()
    household.rt = "009"
    make._store(household)

    confirmed(batch, officer)

    assert family().rt == "009"
    changed = row_of(batch, "SYAHRUL PITOPANG")
    assert (changed.kind, changed.said, changed.written) == (RowKind.DOUBT, ["changed_meanwhile"], False)


def test_a_number_that_somebody_registered_meanwhile_is_not_taken_twice(make, bring, officer):
    batch = bring(SYAHRUL, ELFIRA)
    make.household("Syahrul", kk_no=KK)

    confirmed(batch, officer)

    assert (count(Household), batch.counts["written"], batch.counts["doubt"]) == (1, 0, 2)


def test_a_list_says_who_is_in_it_and_the_next_one_who_is_gone(written, bring, officer):
    other = row(kk=OTHER, nik="1376010106709111", name="ASRIL", born="01-06-1970")
    first = written(SYAHRUL, ELFIRA, other, list_code="dtks", list_as_of=date(2026, 1, 1))
    assert [(one.list_code, one.present) for one in family(OTHER).listings] == [("dtks", True)]
    assert first.counts["gone"] == 0

    assert {one.batch_id for one in family(OTHER).listings} == {first.id}
    second = bring(SYAHRUL, list_code="dtks", list_as_of=date(2026, 4, 1))

    assert kinds(second) == {"SYAHRUL PITOPANG": "unchanged", "ELFIRA": "gone", "ASRIL": "gone"}
    confirmed(second, officer)
    assert [(one.as_of, one.present) for one in family(OTHER).listings] == [
        (date(2026, 4, 1), False), (date(2026, 1, 1), True),
    ]  # fmt: skip
    # Elfira left the list, her family did not.
    assert [one.present for one in family().listings] == [True, True]
    assert len(family().members) == 2


def test_every_family_has_its_place_in_the_trail_and_no_whole_number(written):
    batch = written(SYAHRUL, ELFIRA)

    events = db.session.scalars(select(AuditEvent).where(AuditEvent.household_id == family().id)).all()
    assert [event.action for event in events] == ["household.imported"]
    assert f'"batch": {batch.id}' in events[0].details
    told = "".join(db.session.scalars(select(AuditEvent.details)))
    assert SYAHRUL[1] not in told
    assert KK not in told


def test_who_may_not_bring_files_in_may_do_nothing_with_them(make, bring):
    batch, treasurer = bring(SYAHRUL), make.treasurer()

    for act in (
        lambda: services.confirm(batch, by=treasurer),
        lambda: services.stop(batch, by=treasurer),
        lambda: services.undo(batch, "x", by=treasurer),
        lambda: services.take_all(batch, taken=True, by=treasurer),
        lambda: services.bring_in(FileStorage(name="file"), by=treasurer),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_rows_that_name_no_kelurahan_are_of_the_one_that_was_said_of_the_file(bring):
    batch = bring(row(village=None), row(ELFIRA, village="Talang"), village_code="13.76.01.1021")

    assert row_of(batch, "SYAHRUL PITOPANG").person["village_code"] == "13.76.01.1021"
    assert row_of(batch, "ELFIRA").person["village_code"] == "13.76.01.1007"
