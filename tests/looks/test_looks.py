"""What every page promises a reader: valid HTML, one heading, labelled fields, both languages, readable colours."""

import re
from pathlib import Path

import html5lib
import pytest
from flask.testing import FlaskClient
from gallery import ROOT, create_gallery, every_page

H = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return create_gallery(tmp_path_factory.mktemp("words")).test_client()


def page(client: FlaskClient, address: str):
    answer = client.get(address)
    assert answer.status_code == 200
    return html5lib.HTMLParser(strict=True).parse(answer.text), answer.text


def words(element) -> str:
    return " ".join("".join(element.itertext()).split())


@pytest.mark.parametrize("address", every_page())
def test_a_page_is_whole(client, address):
    tree, text = page(client, address)
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    headings = list(tree.iter(f"{H}h1"))

    assert len(ids) == len(set(ids))
    assert len(headings) == 1
    assert words(next(tree.iter(f"{H}title"))).startswith(words(headings[0]) + " · ")
    for e in tree.iter():
        assert not [name for name in e.attrib if name == "style" or name.startswith("on")], e.attrib
        for name in ("aria-describedby", "aria-labelledby", "for"):
            assert set((e.get(name) or "").split()) <= set(ids), (name, e.attrib)
        if (e.get("href") or "").startswith("#"):
            assert e.get("href", "")[1:] in [*ids, "menu"]
    assert not list(tree.iter(f"{H}style"))
    assert all(script.get("src") for script in tree.iter(f"{H}script"))
    assert "{{" not in text
    assert "Undefined" not in text


@pytest.mark.parametrize("address", every_page())
def test_every_field_has_a_label(client, address):
    tree, _ = page(client, address)
    labelled = {label.get("for") for label in tree.iter(f"{H}label")}

    for kind in ("input", "select", "textarea"):
        for control in tree.iter(f"{H}{kind}"):
            if control.get("type") != "hidden":
                assert control.get("id") in labelled, control.attrib


def test_every_icon_that_is_shown_is_drawn(client):
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "portal/static/icons.svg").read_text()))
    templates = "".join(p.read_text() for p in ROOT.glob("templates/**/*.html"))
    named = set(re.findall(r'icon(?:_name)?(?:=|\()"([a-z-]+)"', templates))
    shown = {name for a in every_page() for name in re.findall(r"icons\.svg#([\w-]+)", client.get(a).text)}

    assert named | shown <= drawn
    assert len(shown) > 20


def test_a_page_speaks_the_readers_language_and_changes_it_per_request(client):
    assert "Langsung ke isi" in client.get("/show/gallery.html").text
    assert "Skip to the content" in client.get("/show/gallery.html?lang=en").text
    assert "terlambat 3 hari kerja" in client.get("/show/gallery.html").text
    assert "3 working days late" in client.get("/show/gallery.html?lang=en").text
    assert '<html lang="en">' in client.get("/show/gallery.html?lang=en").text


def test_a_refused_form_links_its_summary_to_each_field(client):
    tree, text = page(client, "/show/forms.html?wrong=1")
    summary = next(e for e in tree.iter() if e.get("data-errors") is not None)
    links = [a.get("href") for a in summary.iter(f"{H}a")]

    assert summary.get("role") == "alert"
    assert summary.get("tabindex") == "-1"
    assert links == ["#name", "#nik", "#income", "#service", "#route"]
    assert 'aria-describedby="nik-hint nik-error"' in text
    assert text.count('aria-invalid="true"') == 4


def test_hidden_fields_carry_token_and_version_without_ids(client):
    text = client.get("/show/forms.html").text

    assert '<input type="hidden" name="version" value="3">' in text
    assert text.count('name="csrf_token"') == 4  # the form, the search box, the language, the way out
    assert 'id="csrf_token"' not in text


def test_a_stranger_sees_the_public_places(client):
    text = client.get("/show/accounts/sign_in.html?out=1").text

    for place in ("/services", "/track", "/verify", "/sign-in"):
        assert f'href="{place}"' in text
    assert "Keluar" not in text
    assert 'class="bottom"' not in text


def test_htmx_swaps_refused_forms_and_keeps_no_history(client):
    tree, _ = page(client, "/show/gallery.html")
    settings = next(m.get("content") for m in tree.iter(f"{H}meta") if m.get("name") == "htmx-config")

    for part in ('"historyCacheSize":0', '"allowEval":false', '"selfRequestsOnly":true', '"409|422","swap":true'):
        assert part in settings


@pytest.mark.parametrize("code", [500, 503])
def test_the_page_of_a_broken_portal_needs_no_words_user_or_unit(code):
    from jinja2 import Environment, FileSystemLoader

    bare = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True)

    assert "7f3a" in bare.get_template(f"errors/{code}.html").render(request_id="7f3a")


# --- colours ---

CSS = (ROOT / "portal/static/css/portal.css").read_text()
ON = {
    "paper": ["ink", "quiet", "primary", "late-ink", "due-ink"],
    "surface": ["ink", "quiet", "primary", "primary-deep", "late-ink", "due-ink", "info-ink"],
    "tint": ["ink", "quiet"],
    "primary": ["on-primary"],
    "primary-deep": ["on-primary"],
    "primary-tint": ["primary-deep", "ink"],
    "due-tint": ["due-ink"],
    "late-tint": ["late-ink"],
    "info-tint": ["info-ink"],
}


def colours(scheme: str) -> dict[str, str]:
    schemes = re.findall(r":root \{(.*?)\}", CSS, re.S)[:2]
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in schemes)
    return light if scheme == "light" else light | dark


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_seven_times_and_edges_three(scheme):
    c = colours(scheme)

    weak = [(text, ground) for ground, texts in ON.items() for text in texts if contrast(c[text], c[ground]) < 7]
    faint = [
        (edge, ground)
        for ground in ("paper", "surface")
        for edge in ("edge", "focus", "due", "late", "info")
        if contrast(c[edge], c[ground]) < 3
    ]
    assert not weak
    assert not faint


def test_the_first_load_is_light():
    import gzip

    static = ROOT / "portal/static"
    files = [
        "css/portal.css",
        "js/portal.js",
        "icons.svg",
        "favicon.svg",
        "vendor/htmx-2.0.11/htmx.min.js",
        *(f"vendor/bootstrap-5.3.8/bootstrap-{part}.min.css" for part in ("reboot", "utilities")),
    ]

    assert sum(len(gzip.compress(Path(static / f).read_bytes())) for f in files) < 60_000
