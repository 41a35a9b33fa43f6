"""Which scheduled backups stay: the newest of each of the last days, weeks and months."""

import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

DAYS, WEEKS, MONTHS = 7, 5, 12
"""A week day by day, a month week by week, a year month by month."""
LEFT_BEHIND = 24 * 60 * 60
"""Seconds without a change."""
STAMP = "%Y-%m-%dT%H%M%S"
PREFIX, SUFFIX = "portal-", ".backup"


def name_for(at: datetime) -> str:
    """The name of a backup made at this local moment."""
    return f"{PREFIX}{at.strftime(STAMP)}{SUFFIX}"


def made_at(name: str) -> datetime | None:
    """When the backup of this name was made; None for a file that is none of ours."""
    if not (name.startswith(PREFIX) and name.endswith(SUFFIX)):
        return None
    try:
        return datetime.strptime(name.removeprefix(PREFIX).removesuffix(SUFFIX), STAMP)
    except ValueError:
        return None


def kept(moments: Iterable[datetime]) -> set[datetime]:
    """Those that stay: the newest of each day, ISO week and month, for the newest days, weeks and months there are."""
    staying: set[datetime] = set()
    newest_first = sorted(moments, reverse=True)
    for most, period in ((DAYS, "%Y-%m-%d"), (WEEKS, "%G-%V"), (MONTHS, "%Y-%m")):
        seen: dict[str, datetime] = {}
        for moment in newest_first:
            seen.setdefault(moment.strftime(period), moment)
        staying |= set(list(seen.values())[:most])
    return staying


def forget(folder: Path, made: Path) -> list[str]:
    """Remove the scheduled backups that need not stay; gives their names. Other files are left alone.

    The one `made` just now stays, whatever a clock that was wrong says of the others.
    """
    found = {place: at for place in folder.iterdir() if (at := made_at(place.name))}
    staying = kept(found.values())
    gone = sorted(place for place, at in found.items() if at not in staying and place != made)
    gone += sorted(place for place in folder.glob(f".{PREFIX}*.partial") if _left_behind(place))
    for place in gone:
        place.unlink()
    return [place.name for place in gone]


def _left_behind(partial: Path) -> bool:
    """A backup that was killed long ago; one at work writes all the time."""
    return time.time() - partial.stat().st_mtime > LEFT_BEHIND
