"""The working calendar: which days count for a promise (seeds/README.md "Units"; Perpres 21/2023)."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

MONDAY_TO_FRIDAY: Final = frozenset(range(5))
JOINT_LEAVE: Final = "joint_leave"
WEEKEND: Final = "weekend"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A national holiday, or a day of joint leave (cuti bersama); `kind` is national or joint_leave."""

    on: date
    name: str
    kind: str


class WorkingCalendar:
    """A working day is a weekday in `workdays` (Monday is 0) that is neither a national holiday nor joint leave."""

    def __init__(
        self,
        holidays: Mapping[date, Holiday],
        workdays: frozenset[int] = MONDAY_TO_FRIDAY,
        *,
        joint_leave_is_working_day: bool = False,
    ) -> None:
        if not workdays or not workdays <= set(range(7)):
            raise ValueError("workdays are numbers from 0 (Monday) to 6 (Sunday), at least one")
        self.workdays = workdays
        self._closed = {
            on: holiday
            for on, holiday in holidays.items()
            if not (joint_leave_is_working_day and holiday.kind == JOINT_LEAVE)
        }
        self._closed_workdays = sorted(on for on in self._closed if on.weekday() in workdays)
        self._years = {on.year for on in holidays}

    def is_working_day(self, d: date) -> bool:
        """Whether the unit is open on this day."""
        return d.weekday() in self.workdays and d not in self._closed

    def why_closed(self, d: date) -> str | None:
        """The holiday's name, else "weekend", or None on a working day."""
        if holiday := self._closed.get(d):
            return holiday.name
        return None if d.weekday() in self.workdays else WEEKEND

    def covers(self, year: int) -> bool:
        """Whether the holidays of this year are loaded; without them a promise counts weekends alone."""
        return year in self._years

    def next_working_day(self, d: date) -> date:
        """The first working day after this day."""
        following = d + _DAY
        while not self.is_working_day(following):
            following += _DAY
        return following

    def add_working_days(self, start: date, n: int) -> date:
        """The day by which n working days have passed; the day of reception does not count, so n=0 is `start`."""
        if n < 0:
            raise ValueError("a promise lies ahead")
        reached = start
        for _ in range(n):
            reached = self.next_working_day(reached)
        return reached

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; the same day is 0, an earlier `end` counts below zero."""
        if end < start:
            return -self.working_days_between(end, start)
        weeks, rest = divmod((end - start).days, 7)
        odd_days = sum((start.weekday() + step) % 7 in self.workdays for step in range(1, rest + 1))
        closed = bisect_right(self._closed_workdays, end) - bisect_right(self._closed_workdays, start)
        return weeks * len(self.workdays) + odd_days - closed


def promise(time_rule: str | None, days: int | None, accepted_on: date, calendar: WorkingCalendar) -> date | None:
    """The day a service promises, or None where it promises none (domain.md section 7; 002 Tabel 3).

    "budget_year_end" is 31 December of the year of acceptance, "tentative" promises no day; without a rule `days`
    are working days, and a service without a standard promises nothing.
    """
    if time_rule == "budget_year_end":
        return date(accepted_on.year, 12, 31)
    if time_rule == "tentative" or days is None:
        return None
    if time_rule not in (None, "working_days"):
        raise ValueError(f"unknown time rule {time_rule!r}")
    return calendar.add_working_days(accepted_on, days)
