"""What every template knows: the ui macros, who we are, the menu, and the filters."""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from flask import Flask, g, request
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from portal import clock, menu, money
from portal.households.identity import mask
from portal.households.sought import is_long_number
from portal.language import words
from portal.units import formats
from portal.units.catalogue import NotSeeded, catalogue


def _here() -> str:
    """The address of this page, to come back to; "/" for one that no page can hold."""
    address = request.full_path.rstrip("?") if request else "/"
    return address if address.isprintable() else "/"


def _options(pairs: Iterable[tuple[str, Any]], chosen: str) -> Markup:
    """The options of a list to choose from: most are the same on every page, such as the kelurahan."""
    return _written(tuple((value, str(word)) for value, word in pairs), chosen)


@lru_cache(maxsize=256)
def _written(pairs: tuple[tuple[str, str], ...], chosen: str) -> Markup:
    mark = {True: Markup(" selected"), False: ""}
    option = Markup('<option value="{}"{}>{}</option>')
    return Markup("").join(option.format(value, mark[value == chosen], word) for value, word in pairs)


@cache
def icon(name: str, css: str = "") -> Markup:
    """A picture out of static/icons.svg; the word beside it says what it means."""
    mark = Markup('<svg class="{}" aria-hidden="true"><use href="/static/icons.svg#{}"></use></svg>')
    return mark.format(f"icon {css}".rstrip(), name)


def _csrf_token() -> str:
    """Flask-WTF's token, asked for once a page: every form of it carries the same."""
    if "signed_token" not in g:
        g.signed_token = generate_csrf()
    return str(g.signed_token)


def _context() -> dict[str, Any]:
    try:
        unit: Any = {**catalogue().profile, "name": catalogue().profile["name_id"]}
        demo = catalogue().demo
    except NotSeeded:
        unit, demo = {"short_name": "Portal Anak Nagari", "name": "Portal Anak Nagari", "place": ""}, False
    return {
        "_": words.here(),
        "unit": unit,
        "demo_banner": demo,
        "menu": menu.of(current_user) if current_user.is_authenticated else None,
        "language": formats.reader_language(),
        "search_url": "/households"
        if current_user.is_authenticated and current_user.can("households.view")
        else "none",
        "request_id": g.get("request_id", ""),
        "here": _here(),
    }


def init_app(app: Flask) -> None:
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters |= {
        "rupiah": money.format_rupiah, "day": formats.day, "month": formats.month, "daytime": formats.daytime,
        "ago": formats.ago, "number": formats.number, "file_size": formats.file_size, "village": formats.village,
        "service_name": formats.service_name,
        "service_public_name": formats.service_public_name, "local": clock.local, "mask": mask,
        "is_long_number": is_long_number,
    }  # fmt: skip
    environment.globals |= {
        "today": clock.today, "now": clock.now, "csrf_token": _csrf_token, "options_of": _options,
        "icon": icon,
        "_": words.gettext, "gettext": words.gettext, "ngettext": words.ngettext, "pgettext": words.pgettext,
    }  # fmt: skip
    app.context_processor(_context)
    with app.app_context():
        environment.globals["ui"] = environment.get_template("ui/ui.html").module
