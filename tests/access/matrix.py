"""Every door of the portal with everybody before it: what is expected there, and what was found.

`python -m tests.access.matrix` prints the matrix and writes docs/access.md; it fails when something else was found than
expected. Expected is what the view declares (@requires, @public), the role's permissions (seeds/roles.toml) and, where
a record belongs to somebody, whose it is.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import time_machine
from flask import Flask
from werkzeug.routing import Rule

from portal.accounts.models import User
from portal.accounts.roles import Role, permissions_of
from portal.config import ROOT
from portal.db import db
from tests.access.parts import parts_of
from tests.access.samples import Samples
from tests.conftest import MONDAY, seeded, undone
from tests.factories import Make
from tests.pages import Browser, Desk, apart

PAGE = ROOT / "docs/access.md"
SIGN_IN, REFUSED, UNKNOWN, OPEN = "sign in", "–", "404", "open"

VISITOR_ONLY = ("assessment", "assessment/final", "finish", "missed", "note")
"""Parts of a visit that only its visitor writes."""

BY_HAND: dict[str, str] = {
    "/recommendations": "recommendations.view",
    "/recommendations/<number>": "recommendations.view",
    "/recommendations/<number>.pdf": "recommendations.view",
    "/recommendations/<number>/approve": "recommendations.approve",
    "/recommendations/<number>/decline": "recommendations.approve",
}
"""Doors that ask for more than their mark says, because a dated deputy without the role may open them too."""

STATE = {
    "/disbursements/<number>/receipt.pdf": "not paid",
    "/donations/<number>/receipt.pdf": "not arrived",
    "/giver-sheets/gifts/<number>/<int:position>.pdf": "not arrived",
    "/giver-sheets/gifts/<number>/receipts.pdf": "not arrived",
    "/disbursements/<number>/concerns/<guard>": "nothing stands against it",
    **dict.fromkeys(
        ("/exports/payment_list", "/exports/payment_list.csv", "/exports/payment_list.xlsx"), "no list is named"
    ),
    "/account/second-factor/remove": "none set up",
    "/account/recovery-codes/new": "none set up",
    "/account/sessions/<handle>/end": "no such session",
}
"""Doors that this sample's state keeps shut for those who might enter: why."""

NO_PART = "nothing-of-this-name"
"""What htmx asks for where a page has no such part: the answer is the whole page's."""

# A sign-in's own steps send everybody who has no step left on, and so do pages that show something once.
SENT_ON = 303


@dataclass(frozen=True)
class Door:
    """One address and method; `kind` is page, form, or the kind of file, `parts` what htmx may ask of it."""

    rule: Rule
    method: str
    access: frozenset[str] | None
    parts: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        if self.rule.rule.endswith((".xlsx", ".csv")):
            return self.rule.rule.rpartition(".")[2].upper()
        if self.method == "POST":
            return "form"
        if self.rule.rule.endswith(".pdf"):
            return "PDF"
        return "file" if "/files/" in self.rule.rule or self.rule.rule.endswith(".png") else "page"


@dataclass(frozen=True)
class Caller:
    """Somebody before the door: a role with its own records or those of others, or a stranger (None)."""

    role: Role | None
    user: User | None
    owner: bool = True

    @property
    def name(self) -> str:
        if self.role is None:
            return "stranger"
        return self.role.value if self.owner else f"{self.role.value}, other's"


@dataclass(frozen=True)
class Found:
    """What one caller found at one door, as a page and as each part that htmx asks for.

    `given` are the parts that came alone, without the page around them.
    """

    door: Door
    caller: Caller
    expected: str
    found: str
    parts: dict[str, str]
    given: frozenset[str]

    @property
    def wrong(self) -> bool:
        shut = {UNKNOWN, REFUSED} if self.door.rule.rule in STATE and self.expected == OPEN else set()
        return not {self.found, *self.parts.values()} <= {self.expected, *shut}


def doors(app: Flask) -> Iterator[Door]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.endpoint == "static":
            continue
        view = app.view_functions[rule.endpoint]
        access, parts = view.access, parts_of(view)  # type: ignore[attr-defined]
        yield from (Door(rule, method, access, parts) for method in ("GET", "POST") if method in (rule.methods or ()))


def callers(make: Make, samples: Samples) -> list[Caller]:
    """A stranger, one person a role, and a second one where records belong to somebody."""
    others = {
        Role.SOCIAL_WORKER: make.social_worker(),
        Role.PARTNER: make.partner_user("mitra-kenanga"),
        Role.OFFICE: make.office_user("Dinas Kesehatan"),
        Role.CADRE: make.cadre("13.76.01.1022"),
    }
    found = [Caller(None, None)]
    for role, person in (make.everyone() | samples.owners).items():
        found.append(Caller(role, person))
        if role in others:
            found.append(Caller(role, others[role], owner=False))
    return found


def expected(door: Door, caller: Caller) -> str:
    """What this caller should find."""
    address = door.rule.rule
    if caller.role is None:
        step = address.startswith("/sign-in/")  # a step of a sign-in that this stranger has not begun
        return OPEN if door.access is None and not step else SIGN_IN
    rights = permissions_of(frozenset({caller.role}))
    asked = {BY_HAND[address]} if address in BY_HAND else door.access
    if asked and not asked & rights:
        return REFUSED
    return UNKNOWN if _not_theirs(address, caller, rights) else REFUSED if _not_their_turn(door, caller) else OPEN


def _not_theirs(address: str, caller: Caller, rights: frozenset[str]) -> bool:
    """Whether the sample belongs to somebody else, so that this caller must not even know of it."""
    own = caller.owner
    if address.startswith("/kept/"):
        return not (own and caller.role is Role.SOCIAL_WORKER)
    if address.startswith("/files/"):  # the proof of a donation
        return "donations.view" not in rights and not (own and caller.role is Role.PARTNER)
    if address.startswith("/disbursements/<number>") and caller.role is Role.PARTNER:
        return True  # it is paid from nobody's zakat yet
    if address.startswith("/disbursements/<number>") and caller.role is Role.MAYOR_OFFICE:
        return True  # it is no large amount that a second person agrees to
    theirs = {
        Role.PARTNER: (
            "/donations/<number>", "/partners/<code>", "/giver-sheets/<", "/giver-sheets/gifts/", "/pledges/<",
        ),
        Role.OFFICE: ("/referrals/<",),
        Role.CADRE: ("/area/reports/<",),
    }  # fmt: skip
    return not own and address.startswith(theirs.get(caller.role or Role.ADMIN, ("never",)))


def _not_their_turn(door: Door, caller: Caller) -> bool:
    """Whether the record is there to be read by this role, but not for this person to write in."""
    part = door.rule.rule.removeprefix("/visits/<int:visit_id>/")
    reading = door.method == "GET" and part == "assessment"
    return part in VISITOR_ONLY and not reading and not (caller.owner and caller.role is Role.SOCIAL_WORKER)


class Doorman:
    """Lets callers try doors, and undoes what they did there."""

    def __init__(self, app: Flask, make: Make) -> None:
        self.app, self.samples, self.desk = app, Samples(make), Desk(app)
        self.callers = callers(make, self.samples)
        self.cookies = {caller: self._cookie(caller) for caller in self.callers}

    def _cookie(self, caller: Caller) -> dict[str, Any]:
        if caller.user is None:
            return {}
        with self.desk.sign_in(caller.user).client.session_transaction() as cookie:
            return dict(cookie)

    def tries(self, door: Door, caller: Caller) -> Found:
        # That an unknown part is answered by the whole page is the same code at each door: one role asks.
        asked = [*door.parts, *([NO_PART] if caller.role is Role.SOCIAL_WORKER else [])]
        answers = {part: self._ask(door, caller, part=part) for part in asked}
        parts = {part: self._read(answer) for part, answer in answers.items()}
        shown = {part: answer for part, answer in answers.items() if answer.status_code in {200, 409, 422}}
        given = frozenset(part for part, answer in shown.items() if b"<html" not in answer.data)
        return Found(door, caller, expected(door, caller), self._read(self._ask(door, caller)), parts, given)

    def _ask(self, door: Door, caller: Caller, *, part: str = "") -> Any:
        url, browser = self.samples.url(self.app, door.rule), self._browser(caller)
        headers = {"HX-Request": "true", "HX-Target": part} if part else {}
        db.session.rollback()  # a savepoint of the session's own must not lie around ours
        before = db.engines[None].begin_nested()  # type: ignore[attr-defined]
        try:
            if door.method == "GET":
                answer = apart(browser.client.get, url, headers=headers)
            else:
                answer = apart(browser.client.post, url, data={"csrf_token": browser.token()}, headers=headers)
        finally:
            db.session.rollback()
            before.rollback()
            db.session.expire_all()
        return answer

    def _browser(self, caller: Caller) -> Browser:
        browser = self.desk.browser()
        with browser.client.session_transaction() as cookie:
            cookie.update(self.cookies[caller])
        return browser

    def _read(self, answer: Any) -> str:
        where = answer.headers.get("HX-Redirect") or answer.location or ""
        if answer.status_code in {204, SENT_ON} and where.startswith("/sign-in?next="):
            return SIGN_IN
        names = {403: REFUSED, 404: UNKNOWN, 200: OPEN, SENT_ON: OPEN, 409: OPEN, 422: OPEN}
        return names.get(answer.status_code, str(answer.status_code))

    def all(self) -> Iterator[Found]:
        for door in doors(self.app):
            for caller in self.callers:
                yield self.tries(door, caller)


def page(found: list[Found]) -> str:
    """The matrix as docs/access.md shows it."""
    names = list(dict.fromkeys(each.caller.name for each in found))
    lines = [
        "# Every door, and who opens it",
        "",
        "Made by `make doors`, which knocks at every address with every role; kept here so that a change of access",
        f"shows in review. `{OPEN}`: the page, the form or a sentence about what was typed. `{REFUSED}`: refused.",
        f"`{UNKNOWN}`: not there, or not this person's to know of. `{SIGN_IN}`: sent to sign in first. A part of a",
        "page that htmx asks for (named in brackets) answers as the whole page does. *other's*: the record belongs to",
        "another partner, office, cadre or officer. Shut by the state of the sample, not by a rule of access: "
        + ", ".join(f"`{address}` ({why})" for address, why in STATE.items())
        + ".",
        "",
        "| door | kind | " + " | ".join(names) + " |",
        "| --- | --- |" + " --- |" * len(names),
    ]
    rows: dict[tuple[str, str, str], list[str]] = {}
    for each in found:
        kind = f"{each.door.kind} ({', '.join(each.door.parts)})" if each.door.parts else each.door.kind
        key = (each.door.method, each.door.rule.rule, kind)
        rows.setdefault(key, []).append(each.found)
    lines += [
        f"| `{method} {rule}` | {kind} | " + " | ".join(cells) + " |" for (method, rule, kind), cells in rows.items()
    ]
    return "\n".join(lines) + "\n"


def everything() -> list[Found]:
    """Knock at every door of a portal made for it."""
    with tempfile.TemporaryDirectory() as name, time_machine.travel(MONDAY, tick=False):
        folder = Path(name)
        with seeded(folder, f"sqlite:///{folder / 'portal.db'}") as app, undone(app):
            return list(Doorman(app, Make()).all())


def main() -> int:
    found = everything()
    text = page(found)
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    wrong = [each for each in found if each.wrong]
    for each in wrong:
        sys.stdout.write(
            f"WRONG {each.door.method} {each.door.rule.rule} {each.caller.name}: expected {each.expected}, "
            f"found {each.found} (parts: {each.parts})\n"
        )
    sys.stdout.write(
        f"{len(found)} answers at {len({(e.door.method, e.door.rule.rule) for e in found})} doors, {len(wrong)} wrong\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
