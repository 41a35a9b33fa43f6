"""The test browser: checks every page it gets, and undoes what a view forgot to commit."""

import hashlib
import os
import re
import secrets
import tempfile
from collections import Counter
from collections.abc import Callable
from contextvars import Context
from html import unescape
from pathlib import Path
from typing import Any

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from portal.accounts import sessions
from portal.accounts.models import User
from portal.db import db
from tests.factories import PASSWORD

XHTML = "{http://www.w3.org/1999/xhtml}"


# What a page says, and where its links lead: nothing that makes it well or badly formed.
_SAID = re.compile(
    r"""(?<=>)[^<&]+|(?<= value=)"[^"]*"|(?<= href=)"[^"]*"|(?<= content=)"[^"]*"|(?<= datetime=)"[^"]*"|\d+"""
)
_RULES = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
_WELL_FORMED = Path(tempfile.gettempdir()) / f"portal-pages-{os.getuid()}-{_RULES}"


def faults(markup: str) -> list[str]:
    """What is wrong with a page; reading one takes long, so a page of a form that was found good is not read again.

    Not by another process either, nor tomorrow, as long as this file has the same rules.
    """
    found_good = _WELL_FORMED / hashlib.sha256(_SAID.sub("", markup).encode()).hexdigest()
    if found_good.exists():
        return _doubled(re.findall(r'\sid="([^"]+)"', markup)) + _untitled(*_title_and_heading(markup))
    found = faults_in_full(markup)
    if not found:
        _WELL_FORMED.mkdir(exist_ok=True)
        found_good.touch()
    return found


def _title_and_heading(markup: str) -> tuple[str, str]:
    title, heading = (
        unescape(re.sub(r"<[^>]*>", "", found.group(1))) if found else ""
        for found in (re.search(rf"<{tag}\b[^>]*>(.*?)</{tag}>", markup, re.S) for tag in ("title", "h1"))
    )
    return title, heading


def _untitled(title: str, heading: str) -> list[str]:
    return [] if title.startswith(" ".join(heading.split())) else [f"the h1 does not open the title {title!r}"]


def _doubled(ids: list[str]) -> list[str]:
    return [f"id {name!r} twice" for name, times in sorted(Counter(ids).items()) if times > 1]


def faults_in_full(markup: str) -> list[str]:
    """Parse errors, not one h1 that opens the title, doubled ids, unlabelled fields, anything inline."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    tree = parser.parse(markup)
    found = [f"{code} at {place}" for place, code, _ in parser.errors]
    elements = list(tree.iter())
    ids = [element.get("id") for element in elements if element.get("id")]
    found += _doubled(ids)
    headings = [element for element in elements if element.tag == f"{XHTML}h1"]
    if len(headings) != 1:
        found.append(f"{len(headings)} h1")
    title = next((element.text or "" for element in elements if element.tag == f"{XHTML}title"), "")
    if len(headings) == 1:
        found += _untitled(title, "".join(headings[0].itertext()))
    return found + _unlabelled(elements, set(ids)) + _inline(elements)


def _unlabelled(elements: list[Any], ids: set[str]) -> list[str]:
    labelled = {element.get("for") for element in elements if element.tag == f"{XHTML}label"}
    wrapped = {
        child for label in elements if label.tag == f"{XHTML}label" for child in label.iter() if child is not label
    }
    found = []
    for element in elements:
        if element.tag not in {f"{XHTML}input", f"{XHTML}select", f"{XHTML}textarea"}:
            continue
        if element.get("type") in {"hidden", "submit", "button"} or element.get("aria-label"):
            continue
        if element.get("id") not in labelled and element not in wrapped:
            found.append(f"field {element.get('name')!r} has no label")
        missing = set((element.get("aria-describedby") or "").split()) - ids
        found += [f"aria-describedby names {name!r}, which is not there" for name in missing]
    return found


def _inline(elements: list[Any]) -> list[str]:
    found = []
    for element in elements:
        names = [name for name in element.keys() if isinstance(name, str)]  # noqa: SIM118 - an element is no dict
        found += [f"{element.tag}: {name}" for name in names if name == "style" or name.startswith("on")]
        if element.tag == f"{XHTML}script" and not element.get("src"):
            found.append("inline script")
    return found


def apart(act: Callable[..., TestResponse], *args: Any, **kwargs: Any) -> TestResponse:
    """Send a request outside the test's own app context, as a server would: nothing of `g` or the session is shared."""
    # The test's own savepoint must be over: undoing it later would undo the request with it.
    db.session.rollback()
    response = Context().run(act, *args, **kwargs)
    db.session.expire_all()
    return response


class Browser:
    """A client that behaves like a person's browser: it fetches a form's token and checks what it is shown."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        self.app, self.client = app, client

    def get(self, url: str, **kwargs: Any) -> TestResponse:
        return self._checked(apart(self.client.get, url, **kwargs))

    def fragment(self, url: str, target: str) -> str:
        """What htmx gets when it fills the element with this id."""
        response = apart(self.client.get, url, headers={"HX-Request": "true", "HX-Target": target})
        assert response.status_code == 200, response.text
        return response.text

    def post(
        self, url: str, data: dict[str, Any] | None = None, *, once: str | None = None, **kwargs: Any
    ) -> TestResponse:
        """Send a form with a valid CSRF token. `data` may hold lists, and files as (stream, name)."""
        fields = {"csrf_token": self.token(), **(data or {})}
        if once is not None:
            fields["once"] = once
        return self._checked(apart(self.client.post, url, data=fields, **kwargs))

    def token(self) -> str:
        """A CSRF token of this browser's own session."""
        with self.client.session_transaction() as cookie:
            raw = cookie.setdefault("csrf_token", secrets.token_hex(20))
        return str(URLSafeTimedSerializer(self.app.secret_key or "", salt="wtf-csrf-token").dumps(raw))

    def _checked(self, response: TestResponse) -> TestResponse:
        # The markup does not depend on the database, and reading it costs time: on SQLite is enough.
        sqlite = str(self.app.config["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite")
        if sqlite and response.mimetype == "text/html" and "<html" in response.text:
            found = faults(response.text)
            assert not found, f"{response.request.path}: {found}"
        return response


def form_values(markup: str, action: str | None = None, *, field: str = "") -> dict[str, str]:
    """Names and values of the hidden fields of a page's (first, or this action's) form, or of the one with a field."""
    forms = [form for form in re.findall(r"<form\b.*?</form>", markup, re.S) if f'name="{field}' in form]
    chosen = next((form for form in forms if action is None or f'action="{action}"' in form), "")
    pairs = re.findall(r'<input[^>]*type="hidden"[^>]*>', chosen)
    values = {}
    for field in pairs:
        name = re.search(r'name="([^"]*)"', field)
        value = re.search(r'value="([^"]*)"', field)
        if name:
            values[name.group(1)] = unescape(value.group(1)) if value else ""
    return values


class Desk:
    """Hands out browsers."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def browser(self) -> Browser:
        return Browser(self.app, self.app.test_client())

    def sign_in(self, user: User) -> Browser:
        """A browser in which this person is signed in (without the cost of Argon2 for each test)."""
        browser = self.browser()
        token = sessions.begin_session(user, address="127.0.0.1")
        db.session.commit()
        with browser.client.session_transaction() as cookie:
            cookie["_user_id"], cookie["uid"], cookie["_fresh"] = token, user.id, True
        return browser


__all__ = ["PASSWORD", "Browser", "Desk", "faults", "form_values"]
