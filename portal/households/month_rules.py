"""Whether the unit keeps a monthly update, for which office, and by which day a month is closed."""

from datetime import date, timedelta
from typing import Any

from portal import clock
from portal.units.catalogue import catalogue


def _kept() -> dict[str, Any]:
    """`monthly_update` of the unit's entry in seeds/units.toml."""
    return dict(catalogue().profile.get("monthly_update") or {})


def is_on() -> bool:
    """The papers know it of Purwantoro alone (Puskesos; domain.md section 10); any unit may keep one."""
    return bool(_kept().get("on"))


def office() -> str:
    """Who receives the closed month."""
    return str(_kept().get("sent_to", ""))


def month_of(on: date) -> date:
    """The month that holds this day, as its first day."""
    return on.replace(day=1)


def this_month() -> date:
    return month_of(clock.today())


def month_after(month: date) -> date:
    return clock.end_of_month(month) + timedelta(days=1)


def month_before(month: date) -> date:
    return month_of(month - timedelta(days=1))


def closes_on(month: date) -> date:
    """The day by which a month is to be closed (setting `monthly_closing_day`), or the last one that it has."""
    return month.replace(day=min(int(catalogue().setting("monthly_closing_day")), clock.end_of_month(month).day))


def days_left(month: date) -> int:
    """Days until a month is to be closed; below zero once that day has passed."""
    return (closes_on(month) - clock.today()).days


def notice_days() -> int:
    """So many days before that, people are reminded of it."""
    return int(catalogue().setting("monthly_notice_days"))


def is_near(month: date) -> bool:
    return days_left(month) <= notice_days()


def last_to_close() -> date:
    """The newest month of whose closing people are reminded today."""
    month = this_month()
    return month if is_near(month) else month_before(month)


def may_be_closed(month: date) -> bool:
    """A month that has not begun has nothing to close."""
    return month <= this_month()


def asks_why(*, unconfirmed: int, families: int) -> bool:
    """Whether so many unconfirmed families are to be explained (setting `monthly_unconfirmed_percent`)."""
    return unconfirmed * 100 > families * int(catalogue().setting("monthly_unconfirmed_percent"))
