"""One person's browser in a journey: does what a hand does, and notes what the browser complains of."""

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.paper.reading import text

PASSWORD = "anak-nagari"
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

_sessions: dict[str, dict[str, list[Any]]] = {}
"""Cookies of those who have signed in, by a portal's address and a person's name."""


class Walker:
    """One person. `scripts` tells whether this browser runs JavaScript."""

    def __init__(self, context: BrowserContext, address: str, *, scripts: bool) -> None:
        self.address, self.context, self.scripts = address, context, scripts
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._notes_elsewhere(request.url))

    def _notes_elsewhere(self, url: str) -> None:
        if not url.startswith((f"{self.address}/", "data:")):
            self.complaints.append(url)

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.address).partition("#")[0]

    @property
    def main(self) -> Locator:
        """The page without its frame."""
        return self.page.locator("main")

    def goes(self, path: str) -> "Walker":
        self.page.goto(self.address + path)
        return self

    def signs_in(self, name: str) -> "Walker":
        """By the form the first time, then with the session that this person has in this city."""
        if name in _sessions.setdefault(self.address, {}):
            self.context.add_cookies(_sessions[self.address][name])
            return self.goes("/")
        self.goes("/sign-in")
        self.page.locator("#name").fill(name)
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("main form button[type=submit]").first.click()
        expect(self.page.locator(".me-name")).to_have_count(1)
        _sessions[self.address][name] = self.context.cookies()
        return self

    def sees(self, *words: str) -> "Walker":
        """These words stand on the page, after waiting for them where needed."""
        for each in words:
            expect(self.main).to_contain_text(each)
        return self

    def reads(self, title: str | re.Pattern[str]) -> "Walker":
        """The page with this title is open."""
        expect(self.page.locator("h1")).to_contain_text(title)
        return self

    def presses(self, button: str) -> "Walker":
        self.main.get_by_role("button", name=button, exact=True).click()
        return self

    def follows(self, link: str) -> "Walker":
        self.main.get_by_role("link", name=link, exact=True).first.click()
        return self

    def opens(self, summary: str) -> "Walker":
        self.main.locator("summary", has_text=summary).click()
        return self

    def types(self, label: str, words: str) -> "Walker":
        self._field(label).fill(words)
        return self

    def chooses(self, label: str, option: str) -> "Walker":
        """An entry of a list."""
        self._field(label).select_option(label=option)
        return self

    def ticks(self, label: str | re.Pattern[str]) -> "Walker":
        """A button of a choice, or a box."""
        radio, box = (self.main.get_by_role(role, name=label) for role in ("radio", "checkbox"))
        radio.or_(box).first.check()
        return self

    def _field(self, label: str) -> Locator:
        return self.main.get_by_label(re.compile(rf"^{re.escape(label)}( \(|$)"))

    def prints(self, link: str) -> str:
        """The words on the PDF behind this link."""
        place = self.main.get_by_role("link", name=link, exact=True).first
        expect(place).to_be_visible()
        answer = self.context.request.get(self.address + (place.get_attribute("href") or ""))
        assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
        return text(answer.body())

    def is_accessible(self, *, last: bool = False) -> "Walker":
        """No violation of WCAG 2.2 A and AA, no complaint of the browser, no sideways scrolling.

        Without scripts axe looks where a page has something for that case alone, and at a journey's `last` page: the
        rest is the same markup, checked where scripts run. Axe takes longer than everything else on a page.
        """
        own = self.scripts or last or self.page.locator("noscript").count() > 0
        found = self._violations() if own else []
        assert not found, [(v["id"], v["help"], [n["html"][:200] for n in v["nodes"][:3]]) for v in found]
        wide, seen = self.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= seen, f"{self.page.url} is {wide} px wide on a screen of {seen} px"
        assert self.complaints == [], self.complaints
        return self

    def _violations(self) -> list[dict]:
        """What axe finds on the page as it stands.

        Axe needs scripts. Where the browser runs none they are allowed for the check alone: the page was built
        without them, its own are not run any more, and what stands in noscript is part of it.
        """
        if self.scripts:
            return Axe().run(self.page, options=RULES).response["violations"]
        switch = self.context.new_cdp_session(self.page)
        # A new session takes scripts as allowed; it must forbid them once before allowing them changes anything.
        for forbidden in (True, False):
            switch.send("Emulation.setScriptExecutionDisabled", {"value": forbidden})
        try:
            return Axe().run(self.page, options=RULES).response["violations"]
        finally:
            switch.send("Emulation.setScriptExecutionDisabled", {"value": True})
            switch.detach()
