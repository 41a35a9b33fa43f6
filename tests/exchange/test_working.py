"""The work on a batch: stopped, taken over, broken off, gone on with."""

import pytest

from portal.db import db
from portal.exchange import services
from portal.exchange.models import BatchState
from portal.households.models import Household, Member
from tests.exchange.conftest import confirmed
from tests.exchange.files import SYAHRUL, row
from tests.exchange.looking import count


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
