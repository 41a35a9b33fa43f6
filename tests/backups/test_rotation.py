"""Scheduled backups: the newest of each day, week and month that is promised, and never without the one of just now."""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from portal.backups import rotation, snapshot


def test_scheduled_backups_are_kept_by_day_week_and_month(city):
    with city.app_context():
        folder = snapshot.folder()
        folder.mkdir(exist_ok=True)
        for days in range(1, 30):
            (folder / rotation.name_for(datetime(2026, 10, 5, 21) - timedelta(days=days))).touch()
        (folder / "mine.txt").touch()

        result = city.test_cli_runner().invoke(args=["backup-scheduled"])

    assert result.exit_code == 0, result.output
    left = sorted(folder.iterdir())
    assert folder / "mine.txt" in left
    newest = max(left, key=lambda place: rotation.made_at(place.name) or datetime.min)
    assert newest.stat().st_size > 1000
    assert 7 <= len(left) - 1 <= rotation.DAYS + rotation.WEEKS + rotation.MONTHS


MOMENTS = st.sets(st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)), min_size=1, max_size=80)


@given(moments=MOMENTS)
def test_rotation_keeps_the_newest_of_every_day_week_and_month_it_promises(moments):
    staying = rotation.kept(moments)

    assert staying <= moments
    assert max(moments) in staying
    assert len(staying) <= rotation.DAYS + rotation.WEEKS + rotation.MONTHS
    for most, period in ((rotation.DAYS, "%Y-%m-%d"), (rotation.WEEKS, "%G-%V"), (rotation.MONTHS, "%Y-%m")):
        newest = sorted({moment.strftime(period) for moment in moments}, reverse=True)[:most]
        assert set(newest) <= {moment.strftime(period) for moment in staying}
    assert rotation.kept(staying) == staying


@given(at=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)))
def test_a_name_says_when(at):
    assert rotation.made_at(rotation.name_for(at)) == at.replace(microsecond=0)
    assert rotation.made_at("portal-yesterday.backup") is None


def test_the_backup_of_just_now_stays_though_a_wrong_clock_left_younger_ones(tmp_path: Path):
    for days in range(1, 400):
        (tmp_path / rotation.name_for(datetime(2030, 1, 1) + timedelta(days=days))).touch()
    made = tmp_path / rotation.name_for(datetime(2026, 10, 5, 20))
    made.touch()

    gone = rotation.forget(tmp_path, made)

    assert gone
    assert made.exists()


def test_what_a_killed_backup_left_is_removed_and_one_at_work_is_not(tmp_path: Path):
    made, killed, working = (tmp_path / name for name in (
        rotation.name_for(datetime(2026, 10, 5, 20)), ".portal-2026-10-03T200000.backup.partial",
        ".portal-2026-10-05T195959.backup.partial",
    ))  # fmt: skip
    for place in (made, killed, working):
        place.touch()
    two_days_ago = time.time() - 2 * rotation.LEFT_BEHIND
    os.utime(killed, (two_days_ago, two_days_ago))

    assert rotation.forget(tmp_path, made) == [killed.name]
    assert sorted(tmp_path.iterdir()) == sorted([made, working])
