"""An Indonesian page speaks Indonesian, an English page English."""

import re
from html import unescape

import html5lib
import pytest
from babel.messages.pofile import read_po

from portal.language import TRANSLATIONS
from tests.reports import factories

PAGES = ["/", "/services", "/services/edu-basic", "/services/data-letter", "/services/social-house", "/track",
         "/verify", "/verify/AAAA", "/transparency", "/sign-in", "/nowhere"]  # fmt: skip
STAFF = ["/users", "/users/new", "/settings", "/settings/visits_per_day", "/audit", "/audit/verify", "/account", "/"]
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def differing():
    """English sentences that differ from their Indonesian ones, and the other way round."""
    with (TRANSLATIONS / "id/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale="id")
    pairs = [(m.id, m.string) for m in catalogue if m.id and isinstance(m.id, str) and m.id != m.string]
    english, indonesian = {normal(a) for a, _ in pairs}, {normal(b) for _, b in pairs}
    return {"id": english - indonesian, "en": indonesian - english}


def normal(text):
    return " ".join(unescape(text).split())


def said(markup, language):
    """Every piece of text of a page that is not marked as another language's, and every spoken attribute."""
    tree = html5lib.parse(markup)
    other = "en" if language == "id" else "id"
    pieces = set()

    def walk(element):
        if element.get("lang") == other or element.tag in {f"{XHTML}script", f"{XHTML}code"}:
            return
        texts = [element.text, *(element.get(name) for name in ("title", "placeholder", "aria-label", "alt"))]
        for child in element:
            if isinstance(child.tag, str):
                walk(child)
            texts.append(child.tail)
        pieces.update(normal(text) for text in texts if text)

    walk(tree)
    return pieces


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_public_pages_keep_to_one_language(stranger, make, differing, path, language):
    stranger.post("/language", {"language": language})
    markup = stranger.get(path).text

    assert re.search(r'<html lang="(..)"', markup).group(1) == language
    assert said(markup, language) & differing[language] == set()


@pytest.mark.parametrize("language", ["id", "en"])
def test_staff_pages_keep_to_one_language(make, sign_in, differing, language):
    from portal.accounts.roles import Role

    browser = sign_in(make.user(Role.ADMIN, Role.AUDITOR))
    browser.post("/language", {"language": language})

    assert {
        path: found for path in STAFF if (found := said(browser.get(path).text, language) & differing[language])
    } == {}


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_complaints_progress_keeps_to_one_language(make, stranger, differing, language):
    case = factories.complaint(make, make.household(), by=make.social_worker())
    stranger.post("/language", {"language": language})
    markup = stranger.post("/track", {"number": case.number, "code": "ABC234"}).text

    assert case.number in markup
    assert said(markup, language) & differing[language] == set()
