"""How a view answers: a whole page, the one block htmx asked for, or "saved, look here"."""

import re
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, flash, make_response, redirect, render_template, request
from jinja2_fragments.flask import render_block

from portal.db import db
from portal.web import once

CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def page(template: str, *, fragment: str | tuple[str, ...] = (), status: int = 200, **context: Any) -> Response:
    """Render a page, or only its block `fragment` (one of several) when htmx wants to fill the element of that name.

    This is the one place that asks what htmx wants (a boosted or restored page is a whole page).
    """
    if part := part_wanted((fragment,) if isinstance(fragment, str) else fragment):
        body = render_block(template, part, **context)
    else:
        body = render_template(template, **context)
    response = make_response(body, status)
    response.vary.add("HX-Request")
    response.vary.add("HX-Target")
    return response


def part_wanted(names: tuple[str, ...]) -> str | None:
    """Which of these blocks htmx asks for, if any."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return htmx.target if htmx.target in names and not htmx.history_restore_request else None


def see_other(url: str) -> Response:
    """303: the change is done, look there; a reload repeats nothing."""
    response = make_response(redirect(url, 303))
    if getattr(request, "htmx", None):
        response.headers["Vary"] = "HX-Request"
    return response


def done(url: str, message: Any = None) -> Response:
    """Commit what the services changed, remember the answer for a form that is sent twice, and go on to `url`."""
    once.remember(url)
    db.session.commit()
    if message:
        flash(str(message), "success")
    return see_other(url)


def public_address() -> str:
    """The portal's address as the world reaches it, without a slash at the end: for QR codes and printed papers."""
    return str(current_app.config.get("PUBLIC_URL") or request.url_root.rstrip("/"))


def local_url(candidate: str | None, otherwise: str = "/") -> str:
    """An address inside the portal, never one that leads elsewhere (open redirect) or that no header can carry."""
    if not candidate or not candidate.startswith("/") or candidate.startswith(("//", "/\\")):
        return otherwise
    if CONTROLS.search(candidate):
        return otherwise
    try:
        parts = urlsplit(candidate)
    except ValueError:
        return otherwise
    return candidate if not parts.scheme and not parts.netloc and "\\" not in candidate else otherwise
