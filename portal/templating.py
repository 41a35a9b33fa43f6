"""What every template knows: the ui macros, who we are, the menu, and how money and days are written."""

from datetime import date, datetime
from typing import Any

from flask import Flask, g, request
from flask_babel import get_locale, gettext, ngettext, pgettext
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from portal import clock, menu, money
from portal.households.identity import mask
from portal.units.catalogue import NotSeeded, catalogue


def _language() -> str:
    return str(get_locale() or "id")


def day(value: date | None, *, weekday: bool = False, short: bool = False) -> str:
    """A day in the reader's language: 3 Desember 2026."""
    return clock.format_day(value, lang=_language(), weekday=weekday, short=short) if value else ""


def month(value: date) -> str:
    """A month in the reader's language: Oktober 2026."""
    return day(value.replace(day=1)).partition(" ")[2]


def daytime(value: datetime | None) -> str:
    """A moment in the unit's own time: 3 Des 2026 08.15 WIB."""
    if value is None:
        return ""
    local = clock.local(value)
    return f"{clock.format_day(local.date(), lang=_language(), short=True)} {local:%H.%M} WIB"


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
    return text if _language() == "en" else text.translate(str.maketrans(",.", ".,"))


def village(code: str | None) -> str:
    """A kelurahan's name."""
    return catalogue().villages.get(code or "", "")


def service_name(code: str | None) -> str:
    service = catalogue().services.get(code or "")
    return service.name(_language()) if service else (code or "")


def _may_search() -> bool:
    return bool(current_user.is_authenticated and current_user.can("households.view"))


def _context() -> dict[str, Any]:
    try:
        unit: Any = {**catalogue().profile, "name": catalogue().profile["name_id"]}
        demo = catalogue().demo
    except NotSeeded:
        unit, demo = {"short_name": "Portal Anak Nagari", "name": "Portal Anak Nagari", "place": ""}, False
    return {
        "unit": unit,
        "demo_banner": demo,
        "menu": menu.of(current_user) if current_user.is_authenticated else [],
        "language": _language(),
        "search_url": "/households"
        if current_user.is_authenticated and current_user.can("households.view")
        else "none",
        "request_id": g.get("request_id", ""),
        "here": request.full_path.rstrip("?") if request else "/",
    }


def init_app(app: Flask) -> None:
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters |= {
        "rupiah": money.format_rupiah, "day": day, "month": month, "daytime": daytime, "ago": ago, "number": number,
        "mask": mask, "village": village, "service_name": service_name, "local": clock.local,
    }  # fmt: skip
    environment.globals |= {
        "today": clock.today, "now": clock.now, "csrf_token": generate_csrf,
        "gettext": gettext, "ngettext": ngettext, "pgettext": pgettext,
    }  # fmt: skip
    app.context_processor(_context)
    with app.app_context():
        environment.globals["ui"] = environment.get_template("ui/ui.html").module
