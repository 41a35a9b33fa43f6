"""A file enters the register: compared, looked at, confirmed, written; sent again; taken back."""

from datetime import date

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from portal import clock
from portal.audit.models import AuditEvent
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed
from portal.exchange import queries, services
from portal.exchange.models import BatchState, ImportBatch, ImportRow, RowKind
from portal.households import event_services as events
from portal.households.models import Household, Member
from portal.households.noting import Noted
from tests.exchange.conftest import confirmed
from tests.exchange.files import ELFIRA, HEAD, KK, SYAHRUL, row, xlsx

OTHER = "1376010806139002"
NOBODY = row(kk="", nik="", name="MARLIS", born="", relation="Kepala keluarga")


def kinds(batch):
    found = db.session.execute(
        select(ImportRow.name, ImportRow.kind).where(ImportRow.batch_id == batch.id).order_by(ImportRow.id)
    )
    return {name: kind.value for name, kind in found}


def row_of(batch, name):
    return db.session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.name == name)).one()


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def family(kk=KK):
    return db.session.scalars(select(Household).where(Household.kk_no == kk)).one()


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


def test_a_change_shows_the_old_and_the_new_and_sets_only_that(written, bring, officer):
    written(SYAHRUL, ELFIRA)

    batch = bring(row(rt="004", name="SYAHRUL PITOPANG DT. RAJO"), ELFIRA)

    assert row_of(batch, "SYAHRUL PITOPANG DT. RAJO").changes == {
        "name": ["SYAHRUL PITOPANG", "SYAHRUL PITOPANG DT. RAJO"], "rt": ["001", "004"],
    }  # fmt: skip
    confirmed(batch, officer)
    household = family()
    assert (household.rt, household.rw, household.head_name) == ("004", "002", "SYAHRUL PITOPANG DT. RAJO")
    assert household.members[0].name == "SYAHRUL PITOPANG DT. RAJO"


def test_what_the_file_leaves_empty_empties_nothing(written, bring):
    written(SYAHRUL, ELFIRA)

    batch = bring(row(born="", rt="", rw=""), row(ELFIRA, nik=""))

    assert kinds(batch) == {"SYAHRUL PITOPANG": "unchanged", "ELFIRA": "unchanged"}


def test_a_person_without_nik_yet_is_known_by_family_name_and_birth_date(written, bring, officer):
    written(SYAHRUL, row(ELFIRA, nik="-"))

    batch = bring(SYAHRUL, ELFIRA)

    assert row_of(batch, "ELFIRA").changes == {"nik": [None, ELFIRA[1]]}
    confirmed(batch, officer)
    assert [member.nik for member in family().members] == [SYAHRUL[1], ELFIRA[1]]


def test_two_people_without_nik_share_nothing(written):
    written(row(NOBODY, name="MARLIS"), row(NOBODY, name="MARNI"))

    assert sorted(db.session.scalars(select(Household.head_name))) == ["MARLIS", "MARNI"]
    assert set(db.session.scalars(select(Household.kk_no))) == {None}


def test_somebody_of_the_same_name_and_birth_date_elsewhere_is_asked_about(written, bring, officer):
    written(SYAHRUL, row(ELFIRA, nik=""))

    batch = bring(row(ELFIRA, kk=OTHER, relation="Kepala keluarga"))

    assert (kinds(batch), row_of(batch, "ELFIRA").said) == ({"ELFIRA": "doubt"}, ["maybe_known"])
    # Not taken, nothing is written; taken, the person is.
    confirmed(batch, officer)
    assert count(Household) == 1


def test_the_same_name_alone_or_with_another_birth_date_is_nobody_known(written, bring):
    written(SYAHRUL, row(ELFIRA, nik=""))

    batch = bring(
        row(ELFIRA, kk=OTHER, relation="Kepala keluarga", born="14-03-1981", nik="1376015403819101"),
        row(ELFIRA, kk=OTHER, relation="Anak", born="", nik=""),
    )  # fmt: skip

    assert [one.kind for one in db.session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id))] == [
        RowKind.NEW, RowKind.NEW,
    ]  # fmt: skip


def test_a_doubt_that_is_taken_is_written(written, bring, officer):
    written(SYAHRUL, row(ELFIRA, nik=""))
    batch = bring(row(ELFIRA, kk=OTHER, relation="Kepala keluarga"))

    assert services.take(batch, [row_of(batch, "ELFIRA").id], taken=True, by=officer) == 1
    db.session.commit()
    confirmed(batch, officer)

    assert family(OTHER).head_name == "ELFIRA"


def test_who_is_in_another_family_is_left_to_people(written, bring, officer):
    written(SYAHRUL, ELFIRA)

    batch = bring(row(kk=OTHER, name="ASRIL", nik="1376010106709111", born="01-06-1970"), row(ELFIRA, kk=OTHER))

    assert (row_of(batch, "ELFIRA").kind, row_of(batch, "ELFIRA").said) == (RowKind.DOUBT, ["in_other_family"])
    assert services.take_all(batch, taken=True, by=officer) == 0
    confirmed(batch, officer)
    assert [member.name for member in family(OTHER).members] == ["ASRIL"]
    assert len(family().members) == 2


def test_who_has_died_or_moved_away_is_left_to_people(written, bring, officer):
    written(SYAHRUL, ELFIRA)
    wife = family().members[1]
    events.died(family(), wife, Noted(on=clock.today(), by=officer))
    db.session.commit()

    again = bring(ELFIRA, SYAHRUL)
    assert kinds(again) == {"SYAHRUL PITOPANG": "unchanged", "ELFIRA": "doubt"}
    assert row_of(again, "ELFIRA").said == ["has_left"]
    assert not services.may_be_taken(row_of(again, "ELFIRA"))

    assert again.had_nothing
    assert [one.name for one in family().members] == ["SYAHRUL PITOPANG"]


def test_a_family_that_is_closed_is_left_to_people(written, bring, officer):
    written(row(nik="", born=""))
    events.moved_away(family(), list(family().members), Noted(on=clock.today(), by=officer))
    db.session.commit()

    again = bring(NOBODY, row(nik="", born=""))

    assert "family_closed" in row_of(again, family().head_name).said


def test_a_nik_that_is_somebody_else_by_name_and_birth_is_asked_about(written, bring):
    written(SYAHRUL, ELFIRA)

    batch = bring(row(name="DARLIS", born="13-03-1975"), ELFIRA)

    assert "other_person" in row_of(batch, "DARLIS").said


def test_another_head_of_a_known_family_is_left_to_people(written, bring, officer):
    written(SYAHRUL, ELFIRA)

    batch = bring(row(relation="Istri"), row(ELFIRA, relation="Kepala keluarga"))

    assert set(kinds(batch).values()) == {"doubt"}
    assert batch.had_nothing
    assert not any(services.may_be_taken(one) for one in (row_of(batch, "ELFIRA"), row_of(batch, "SYAHRUL PITOPANG")))


def test_who_stands_under_a_card_of_her_own_has_moved_out_as_far_as_the_file_knows(written, bring):
    daughter = row(nik="1376014203009222", name="RANI", born="02-03-2000", relation="Anak", sex="P")
    written(SYAHRUL, ELFIRA, daughter)
    child = row(kk=OTHER, nik="1376010203209333", name="BAYU", born="02-03-2020", relation="Anak", sex="L")

    batch = bring(row(daughter, kk=OTHER, relation="Kepala keluarga"))
    with_child = bring(row(daughter, kk=OTHER, relation="Kepala keluarga"), child)

    assert row_of(batch, "RANI").said == ["under_other_card"]
    assert row_of(batch, "RANI").changes == {}
    assert batch.had_nothing
    assert row_of(with_child, "RANI").said == ["in_other_family"]


def test_a_new_card_and_a_new_head_of_the_same_family_ask_for_the_head(written, bring):
    """As after a death: more than half of the family is under the new card."""
    daughter = row(nik="1376014203009222", name="RANI", born="02-03-2000", relation="Anak", sex="P")
    written(SYAHRUL, ELFIRA, daughter)

    batch = bring(row(ELFIRA, kk=OTHER, relation="Kepala keluarga"), row(daughter, kk=OTHER))

    assert "head_differs" in row_of(batch, "ELFIRA").said
    assert "under_other_card" not in row_of(batch, "ELFIRA").said


def test_new_people_wait_for_a_head_that_is_in_doubt(written, bring, officer):
    written(SYAHRUL, row(ELFIRA, nik=""))
    child = row(kk=OTHER, nik="1376010203109222", name="RANI", born="02-03-2010", relation="Anak", sex="L")

    batch = bring(row(ELFIRA, kk=OTHER, relation="Kepala keluarga"), child)

    assert kinds(batch) == {"ELFIRA": "doubt", "RANI": "new"}
    assert queries.waiting_for_head(batch) == 1
    confirmed(batch, officer)
    assert (count(Household), batch.counts["written"]) == (1, 0)


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


def test_work_that_was_stopped_goes_on_where_it_ended(bring, officer, monkeypatch):
    families = [row(kk=f"13760108061390{n:02d}", nik=f"137601120374{n:04d}", name=f"KELUARGA {n}") for n in range(1, 9)]
    batch = bring(*families)
    monkeypatch.setattr("portal.exchange.writing.AT_ONCE", 2)
    services.confirm(batch, by=officer)
    db.session.commit()
    entered = []

    def killed(batch_id, _worker, *, done, total):
        entered.append(done)
        if len(entered) == 3:
            raise KeyboardInterrupt
        db.session.flush()

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("portal.exchange.progress.tell", killed)
        services.work(batch.id)
    assert (count(Household), batch.state) == (4, BatchState.CONFIRMED)

    assert services.work(batch.id)

    assert (count(Household), count(Member), batch.counts["written"]) == (8, 8, 8)
    assert batch.state is BatchState.DONE


def test_somebody_may_stop_the_work_and_what_was_written_can_be_undone(bring, officer, monkeypatch):
    families = [row(kk=f"13760108061390{n:02d}", nik=f"137601120374{n:04d}", name=f"KELUARGA {n}") for n in range(1, 9)]
    batch = bring(*families)
    monkeypatch.setattr("portal.exchange.writing.AT_ONCE", 2)
    services.confirm(batch, by=officer)
    db.session.commit()
    asked = []

    def stops_after_two(*args, **kwargs):
        asked.append(1)
        if len(asked) == 3:
            raise services.progress.Stopped

    monkeypatch.setattr("portal.exchange.progress.tell", stops_after_two)
    services.work(batch.id)

    assert (batch.state, count(Household), batch.counts["written"]) == (BatchState.STOPPED, 4, 4)
    services.undo(batch, "Berkas yang salah.", by=officer)
    assert (count(Household), count(Member)) == (0, 0)


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


def test_a_fault_of_the_portal_ends_the_work_and_says_so(bring, officer, monkeypatch):
    batch = bring(SYAHRUL)
    services.confirm(batch, by=officer)
    db.session.commit()

    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr("portal.exchange.writing.Entry", lambda batch: 1 / 0)
        services.work(batch.id)
    assert (batch.state, count(Household)) == (BatchState.STOPPED, 0)
    assert batch.refusal.startswith("Pekerjaan terputus")

    confirmed(batch, officer)
    assert (batch.state, batch.refusal, count(Household)) == (BatchState.DONE, "", 1)


def test_a_worker_whose_batch_another_took_over_leaves_it_alone(bring, officer, monkeypatch):
    batch = bring(SYAHRUL)
    services.confirm(batch, by=officer)
    db.session.commit()

    def taken_over(*args, **kwargs):
        raise services.progress.TakenOver

    with monkeypatch.context() as patch:
        patch.setattr("portal.exchange.progress.tell", taken_over)
        assert not services.work(batch.id)

    assert (batch.state, count(Household)) == (BatchState.CONFIRMED, 0)
    assert services.work(batch.id)


def test_only_who_holds_a_batch_tells_how_far_it_is(bring):
    batch = bring(SYAHRUL)

    with pytest.raises(services.progress.TakenOver):
        services.progress.tell(batch.id, "somebody else", done=1, total=None)
