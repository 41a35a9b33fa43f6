"""What the chapters say is there: the words on screen, the pictures, the chapters and addresses they lead to."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from portal.accounts.roles import Role, rights
from portal.config import ROOT
from portal.help.chapters import CHAPTERS, GUIDE
from portal.help.pictures import NAME, PICTURES, get_picture
from portal.language import TRANSLATIONS
from tests.screenshots.camera import MOST_BYTES
from tests.screenshots.tour import TOUR

FILES = sorted(GUIDE.glob("*.md"))
BOLD = re.compile(r"\*\*(.+?)\*\*", re.S)
PICTURE = re.compile(r"!\[([^\]]+)\]\(gambar/([a-z0-9-]+)\.png \"([^\"]+)\"\)")
LANGUAGES = {"English", "Bahasa Indonesia"}
"""Words that both languages write the same way, in base.html."""


@pytest.fixture(scope="module")
def on_screen() -> set[str]:
    """Every Indonesian word and sentence of the portal."""
    with (TRANSLATIONS / "id/LC_MESSAGES/messages.po").open("rb") as file:
        strings = [message.string for message in read_po(file, locale="id") if message.id]
    flat = {one for string in strings for one in (string if isinstance(string, tuple) else (string,))}
    return flat | LANGUAGES | {right.label_id for right in rights().values()}


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_bold_word_stands_on_a_page(file, on_screen):
    bold = [" ".join(each.split()) for each in BOLD.findall(text_of(file))]

    assert set(bold) - on_screen == set()


def test_every_role_has_its_chapter_and_every_file_is_one():
    assert {chapter.role for chapter in CHAPTERS} == {None, *Role}
    assert {chapter.name for chapter in CHAPTERS} == {file.stem for file in FILES}


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_a_chapter_opens_with_its_title_and_what_it_is_about(chapter):
    sheet = chapter.sheet()

    assert sheet.title
    assert sheet.summary.endswith(".")
    assert "Di mana tercatat" in [words for _, words in sheet.sections]


def test_every_picture_is_there_and_every_one_is_used():
    named = {name for file in FILES for _, name, _ in PICTURE.findall(text_of(file))}

    assert named == {file.stem for file in PICTURES.glob("*.png")}
    assert named == {shot.name for shot in TOUR}
    assert all(NAME.fullmatch(name) for name in named)
    assert sum(text_of(file).count("![") for file in FILES) == len(
        [found for file in FILES for found in PICTURE.findall(text_of(file))]
    )


@pytest.mark.parametrize("place", sorted(PICTURES.glob("*.png")), ids=lambda place: place.stem)
def test_a_picture_is_light_and_of_the_screen_it_was_taken_on(place):
    picture = get_picture(place.stem)

    assert place.stat().st_size <= MOST_BYTES
    assert (picture.width, picture.height) == (540, 1110) or 900 <= picture.width <= 1280


def test_every_link_leads_somewhere(app, stranger):
    for chapter in CHAPTERS:
        html = stranger.get(f"/help/{chapter.name}").text
        inside = re.search(r"<article.*</article>", html, re.S)
        assert inside
        for address in re.findall(r'(?:href|src)="([^"]+)"', inside[0]):
            if address.startswith("#"):
                assert f'id="{address[1:]}"' in html, (chapter.name, address)
            else:
                assert stranger.get(address).status_code == 200, (chapter.name, address)


def test_markup_in_a_chapter_is_shown_and_not_run(tmp_path):
    from portal.help.markdown import read

    place = tmp_path / "asing.md"
    place.write_text("# Asing\n\nKata.\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) [y](kader.md)\n")

    body = read(place, 0, in_booklet=False).body
    assert "<script" not in body
    assert 'href="javascript' not in body
    assert 'href="/help/kader"' in body


def test_the_readme_shows_what_the_tour_takes():
    assert "docs/screenshots/today.png" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_without_a_chromium_the_pictures_stay_as_they_are_and_it_says_so(monkeypatch, capsys):
    from tests.screenshots import __main__ as screenshots

    monkeypatch.setattr(screenshots.shutil, "which", lambda name: None)

    assert screenshots.main([]) == 1
    assert "apt-get install chromium" in capsys.readouterr().err
