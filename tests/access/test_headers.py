"""What goes with every answer, so that a browser runs nothing of others and keeps nothing of signed-in pages."""

import re

import pytest

from portal.config import ROOT
from portal.menu import PLACES
from tests.pages import PASSWORD

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SPRITE = (ROOT / "portal/static/icons.svg").read_text()


def policy(response):
    parts = response.headers["Content-Security-Policy"].split(";")
    return {name: values for name, *values in (part.split() for part in parts)}


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/services", "/track", "/verify", "/transparency", "/nowhere", "/healthz"]
)
def test_every_answer_carries_a_strict_policy(stranger, make, path):
    response = stranger.get(path)

    rules = policy(response)
    assert rules["default-src"] == ["'none'"]
    assert rules["frame-ancestors"] == rules["base-uri"] == ["'none'"]
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == rules["form-action"] == ["'self'"]
    assert not re.search(r"unsafe|https?:|\*", response.headers["Content-Security-Policy"])
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_static_files_are_not_sniffed_either(stranger):
    assert stranger.get("/static/css/portal.css").headers["X-Content-Type-Options"] == "nosniff"


def test_signed_in_pages_are_not_stored(make, sign_in):
    browser = sign_in(make.admin())

    for path in ("/", "/users", "/settings", "/account", "/services", "/nowhere"):
        assert browser.get(path).headers["Cache-Control"] == "no-store"


def test_a_complaints_progress_is_not_stored(stranger, make):
    assert stranger.post("/track", {"number": "K-2026-000001", "code": "AAAAAA"}).headers["Cache-Control"] == "no-store"


def test_before_the_last_step_of_signing_in_nothing_is_stored_either(make, stranger):
    head = make.unit_head()

    for answer in (
        stranger.post("/sign-in", {"name": head.name, "password": PASSWORD}),
        stranger.get("/sign-in/second-factor"),
    ):
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/sign-in", "/verify/ACDEFGHJKMNPQRTUVW", "/track?number=K-2026-000001", "/nowhere"])
def test_what_a_stranger_asked_for_is_not_stored(make, stranger, path):
    assert stranger.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/services", "/transparency", "/help", "/help/mulai"])
def test_a_browser_may_keep_what_every_stranger_reads_alike(make, stranger, path):
    assert "Cache-Control" not in stranger.get(path).headers


def test_the_cookie_is_for_this_portal_alone(make, desk):
    make.social_worker(name="rani")
    answer = desk.browser().post("/sign-in", {"name": "rani", "password": "anak-nagari"})

    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


def test_behind_https_the_cookie_is_never_sent_in_the_clear(monkeypatch):
    from portal import config

    monkeypatch.setenv("SECRET_KEY", "for tests only")
    monkeypatch.setenv("PUBLIC_URL", "https://upt-kan.example")
    assert config.from_environment()["SESSION_COOKIE_SECURE"] is True


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_asks_another_host_or_brings_its_own_script(path):
    markup = path.read_text(encoding="utf-8")

    assert re.findall(r"""(?:src|href|action|hx-[a-z-]+|data)\s*=\s*["'](?:https?:)?//""", markup) == []
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle\s*=|\bon[a-z]+\s*=\s*[\"']", markup) == []
    assert re.findall(r"[^\"\x27\s]\s*\|\s*safe\b", markup) == []


def test_styles_and_scripts_ask_no_other_host():
    for path in [ROOT / "portal/static/css/portal.css", ROOT / "portal/static/js/portal.js"]:
        assert re.findall(r"url\(\s*[\"']?(?:https?:)?//|@import|https?://", path.read_text()) == []


def test_every_place_has_its_icon():
    assert [place.icon for place in PLACES if f'id="{place.icon}"' not in SPRITE] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_icon_that_a_template_names_is_drawn(path):
    named = re.findall(r"""icon\(["']([a-z-]+)["']|icons\.svg#([a-z-]+)""", path.read_text(encoding="utf-8"))

    assert [name for pair in named for name in pair if name and f'id="{name}"' not in SPRITE] == []
