"""Today and now for the unit, days as people type them, and how long a card lasts."""

import calendar
import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

N_ = str  # marks a sentence for translation where it stands; the page translates it

ZONE: Final = timezone(timedelta(hours=7), "WIB")
"""Asia/Jakarta, the zone of all three units (seeds/units.toml). Seven hours without summer time since 1964, so a
machine without a time zone database tells the right day too."""

SENTENCES: Final[dict[str, str]] = {
    "empty": N_("Type a date, for example 31-12-2026."),
    "format": N_("Type the date as day-month-year, for example 31-12-2026."),
    "no_such_day": N_("There is no such day in the calendar. Check the day and the month."),
}

_MONTHS = {
    "id": [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_SHORT_MONTHS = {
    "id": ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}
_WEEKDAYS = {
    "id": ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
_MONTH_NUMBERS = {
    name.lower(): number
    for names in (*_MONTHS.values(), *_SHORT_MONTHS.values())
    for number, name in enumerate(names, start=1)
} | {"agt": 8, "agust": 8, "sept": 9, "nop": 11, "nopember": 11, "pebruari": 2}

_DAY_FIRST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_IN_WORDS = re.compile(r"(?:[a-z]+,?\s+)?([0-9]{1,2})\s+([a-z]+)\.?\s+([0-9]{4})")


class BadDay(ValueError):
    """What was typed is no day; `code` is a key of SENTENCES."""

    def __init__(self, code: str) -> None:
        super().__init__(SENTENCES[code])
        self.code = code


def now() -> datetime:
    """This moment, in UTC, as it is stored."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is at the unit, which begins seven hours before the day in UTC."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """A stored moment on the unit's clock; a moment without a zone is read as UTC, as SQLite returns it."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(ZONE)


def at_start_of(day: date) -> datetime:
    """The moment in UTC at which this day begins at the unit."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)


def validity_end(start: date, months: int) -> date:
    """The last valid day of a card issued on `start` (seeds/README.md, "Validity").

    The day before the same day `months` later; where that day does not exist, the last day of that month.
    """
    if months < 1:
        raise ValueError("a validity has at least one month")
    years, month_index = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month_index + 1
    last = calendar.monthrange(year, month)[1]
    if start.day > last:
        return date(year, month, last)
    return date(year, month, start.day) - timedelta(days=1)


def end_of_month(on: date) -> date:
    """The last day of the month that holds this day."""
    return on.replace(day=calendar.monthrange(on.year, on.month)[1])


def one_month_after(on: date) -> date:
    """The last day of a letter given on `on`: it is valid one month (003 Hasil 3 (c))."""
    return validity_end(on, 1)


def parse_day(text: str) -> date:
    """Read a day as Indonesians write it, or as ISO does; refuse with BadDay anything else and days like 31-02."""
    bare = " ".join(text.split()).lower()
    if not bare:
        raise BadDay("empty")
    year, month, day = _parts(bare)
    if not 1900 <= year <= 2199:
        raise BadDay("format")
    try:
        return date(year, month, day)
    except ValueError:
        raise BadDay("no_such_day") from None


def _parts(bare: str) -> tuple[int, int, int]:
    if found := _DAY_FIRST.fullmatch(bare):
        return int(found[4]), int(found[3]), int(found[1])
    if found := _YEAR_FIRST.fullmatch(bare):
        return int(found[1]), int(found[2]), int(found[3])
    if (found := _IN_WORDS.fullmatch(bare)) and found[2] in _MONTH_NUMBERS:
        return int(found[3]), _MONTH_NUMBERS[found[2]], int(found[1])
    raise BadDay("format")


def format_day(d: date, lang: str = "id", *, weekday: bool = False, short: bool = False) -> str:
    """A day in words: "3 Desember 2026"; with its weekday where someone must come (design.md section 4)."""
    language = lang if lang in _MONTHS else "id"
    months = _SHORT_MONTHS if short else _MONTHS
    shown = f"{d.day} {months[language][d.month - 1]} {d.year}"
    if not weekday:
        return shown
    name = _WEEKDAYS[language][d.weekday()]
    return f"{name[:3]} {shown}" if short else f"{name}, {shown}"
