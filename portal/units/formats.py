"""How days, moments, numbers, kelurahan and services are written, in pages and in sentences alike."""

from datetime import date, datetime

from portal import clock
from portal.language import gettext, ngettext, spoken
from portal.units.catalogue import catalogue


def reader_language() -> str:
    return spoken() or "id"


def day(value: date | None, *, weekday: bool = False, short: bool = False) -> str:
    """A day in the reader's language: 3 Desember 2026."""
    return clock.format_day(value, lang=reader_language(), weekday=weekday, short=short) if value else ""


def month(value: date) -> str:
    """A month in the reader's language: Oktober 2026."""
    return day(value.replace(day=1)).partition(" ")[2]


def daytime(value: datetime | None) -> str:
    """A moment in the unit's own time: 3 Des 2026 08.15 WIB."""
    if value is None:
        return ""
    local = clock.local(value)
    return f"{clock.format_day(local.date(), lang=reader_language(), short=True)} {local:%H.%M} WIB"


def ago(value: datetime) -> str:
    """How long ago, in the reader's words: 2 jam lalu."""
    minutes = max(0, int((clock.now() - value).total_seconds() // 60))
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        return ngettext("%(num)s minute ago", "%(num)s minutes ago", minutes)
    if minutes < 48 * 60:
        return ngettext("%(num)s hour ago", "%(num)s hours ago", minutes // 60)
    return ngettext("%(num)s day ago", "%(num)s days ago", minutes // (24 * 60))


def number(value: int | float) -> str:
    """Digits grouped as the reader's language groups them: 1.063 or 1,063."""
    text = f"{value:,}"
    return text if reader_language() == "en" else text.translate(str.maketrans(",.", ".,"))


def file_size(size: int) -> str:
    """The size of a file in the reader's language: 37,4 kB or 37.4 kB."""
    if size < 1000:
        return f"{size} B"
    amount, unit = (size / 1000, "kB") if size < 999_950 else (size / 1_000_000, "MB")
    return f"{number(round(amount, 1))} {unit}"


def village(code: str | None) -> str:
    """A kelurahan's name."""
    return catalogue().villages.get(code or "", "")


def service_public_name(code: str | None) -> str:
    """A service's name on a page that anybody may open about somebody's case."""
    service = catalogue().services.get(code or "")
    return service.public_name(reader_language()) if service else (code or "")


def service_name(code: str | None) -> str:
    service = catalogue().services.get(code or "")
    return service.name(reader_language()) if service else (code or "")
