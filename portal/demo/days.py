"""The demo's days: everything lies so many working days before or after the day it is filled."""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta

from portal import clock
from portal.units.calendar import WorkingCalendar

HISTORY_DAYS = 760
AHEAD_DAYS = 60


class Days:
    """Working days around today. Number 0 is today, or the next working day when the office is closed today."""

    def __init__(self, calendar: WorkingCalendar, today: date) -> None:
        self.calendar, self.today = calendar, today
        around = (today + timedelta(days=n) for n in range(-HISTORY_DAYS, AHEAD_DAYS))
        self._open = [on for on in around if calendar.is_working_day(on)]
        self._zero = bisect_left(self._open, today)

    @property
    def history(self) -> int:
        """How many working days back the demo can reach."""
        return self._zero

    def day(self, number: int) -> date:
        """The working day with this number; negative ones lie behind us."""
        return self._open[self._zero + number]

    def number(self, on: date) -> int:
        """The number of this working day, or of the last one before it."""
        return bisect_right(self._open, on) - 1 - self._zero

    def after(self, on: date, working_days: int) -> date:
        """So many working days after a day, but never later than the last working day before today."""
        return min(self.calendar.add_working_days(on, working_days), self.day(-1))

    def rest_of_week(self) -> list[int]:
        """Numbers of the working days from number 0 to the end of its week."""
        first = self.day(0)
        return [number for number in range(5) if self.day(number).isocalendar()[:2] == first.isocalendar()[:2]]


def moment(on: date, at: time) -> datetime:
    """A day and an hour on the unit's clock, as it is stored."""
    return datetime.combine(on, at, tzinfo=clock.ZONE).astimezone(UTC)
