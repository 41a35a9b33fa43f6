"""Whatever is sent in the place of a choice that a form offers, the answer says something; it is never a fault."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import html5lib

from portal.db import db
from tests.access.matrix import Caller, Doorman
from tests.access.walk import Walker
from tests.decisions import factories as cases
from tests.funds import factories as money
from tests.pages import XHTML, apart

ALTERED = ("x", "9" * 40, "\0", "²", "1|2026-10-06|09:00:00+07:00")
HOURS = {"visit_time"}
TYPED = {"on": "05-10-2026", "amount": "100000", "visit_time": "09.30", "nik": "", "kk_no": "", "phone": "0812-3456"}
"""What is typed into fields whose names end so; others get words."""


def fields_of(form: Any) -> Iterator[tuple[str, str, bool]]:
    """What a careful person sends: name and value of each field, and whether it is a choice or an hour."""
    seen: set[str] = set()
    for element in form.iter():
        name, kind = element.get("name") or "", element.get("type", "text")
        if not name or name == "csrf_token" or kind in {"file", "submit"} or element.tag == f"{XHTML}button":
            continue
        if element.tag == f"{XHTML}select":
            yield name, _chosen(element), True
        elif kind == "radio":
            if name not in seen or element.get("checked") is not None:
                yield name, element.get("value", ""), True
        else:
            yield name, element.get("value") or element.text or _typed(name, kind), name in HOURS
        seen.add(name)


def _chosen(select: Any) -> str:
    options = [option for option in select.iter(f"{XHTML}option") if option.get("value")]
    chosen = [option for option in options if option.get("selected") is not None]
    return next((str(option.get("value")) for option in (*chosen, *options)), "")


def _typed(name: str, kind: str) -> str:
    return "" if kind == "hidden" else next((text for end, text in TYPED.items() if name.endswith(end)), "Contoh satu")


class Forger(Walker):
    """Sends each form of each kind of page with each of its choices altered."""

    MOST = 3
    """A few copies of a page show the forms of all its states; reading a page as HTML takes longer than making it."""

    def __init__(self, doorman: Doorman, caller: Caller, tried: set[tuple[str, str]]) -> None:
        super().__init__(doorman, caller)
        self.tried, self.broken = tried, []

    def look(self, url: str, text: str) -> None:
        if 'method="post"' not in text:
            return
        for form in html5lib.parse(text).iter(f"{XHTML}form"):
            if form.get("method") == "post":
                self._forge(urljoin(url, form.get("action") or url), list(fields_of(form)))

    def _forge(self, url: str, fields: list[tuple[str, str, bool]]) -> None:
        sent = {name: value for name, value, _choice in fields}
        for name in dict.fromkeys(name for name, _value, choice in fields if choice):
            choice = re.sub(r"\d+", "", url), name
            if choice in self.tried:
                continue
            self.tried.add(choice)
            for value in ALTERED:
                if fault := self._send(url, sent | {name: value}):
                    self.broken.append((url, name, value[:20], fault))

    def _send(self, url: str, sent: dict[str, str]) -> str:
        """What broke; nothing is kept of what was sent."""
        db.session.rollback()
        before = db.engines[None].begin_nested()
        try:
            answer = apart(self.client.post, url, data=sent | {"csrf_token": self.browser.token()})
            return str(answer.status_code) if answer.status_code >= 500 else ""
        except Exception as fault:
            return repr(fault)[:200]
        finally:
            db.session.rollback()
            before.rollback()
            db.session.expire_all()


def test_no_altered_choice_breaks_a_form(doorman, make):
    broken = []
    tried: set[tuple[str, str]] = set()
    money.fund(make)
    helped = cases.case(make, service_code="edu-basic")
    more = (
        f"/complaints/new?household={make.household().id}",
        f"/complaints/{cases.case(make).complaint.number}/proposal",
        f"/disbursements/new?decision={helped.approve(helped.propose()).id}",
    )

    for caller in doorman.callers:
        if caller.owner:
            forger = Forger(doorman, caller, tried)
            forger.walk(*more)
            broken += forger.broken

    assert broken == []
    assert len(tried) > 60  # choices of a page that no form is found on would all be whole
